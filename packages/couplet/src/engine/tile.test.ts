import { expect, test } from "vitest";
import { layoutOf } from "./graph.ts";
import { plan } from "./planner.ts";
import { TILE_ROWS, tallTilesPay } from "./tile.ts";
import { lowerLogProb, lowerTrain } from "../flow/lower.ts";
import { realNvp } from "../flow/presets.ts";

test.each([
  // 64 x 64 weights: 128 rows stay below 10^6 multiplications, 256 do not
  [64, false],
  // 256 x 256: packed in any case
  [256, true],
  // 16 x 16: never packed; fewer calls
  [16, true],
])("hidden layers of %d: tall tiles %s", (width, pay) => {
  const spec = realNvp({ dims: 8, width });
  const graph = lowerLogProb(spec);
  expect(tallTilesPay(plan(graph, TILE_ROWS))).toBe(pay);
  const training = lowerTrain(spec, layoutOf(graph), { memory: "store" });
  expect(tallTilesPay(plan(training, TILE_ROWS))).toBe(pay);
});
