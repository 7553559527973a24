import { expect, test } from "vitest";
import { dense } from "../../build.ts";
import { convolution } from "../../build-more.ts";
import { differentiate } from "../../differentiate.ts";
import { GraphBuilder } from "../../graph.ts";
import type { Graph } from "../../graph.ts";
import { sumPerRow } from "../../ops/sum-per-row/op.ts";
import { gaussianLogProb } from "../../ops/gaussian-base/op.ts";
import { openDevice } from "../open.ts";
import { lanesOf } from "./lanes.ts";
import { loadAllOps } from "./ops.ts";
import { isLongCall, planForward, planTraining } from "./tile.ts";

await loadAllOps();

/** x -> log p of a layer of `width` units; with `trained`, and the gradients of its loss. */
function graphOf(width: number, trained = false): Graph {
  const b = new GraphBuilder();
  const x = b.input("x", { kind: "rows", cols: 3 });
  const h = dense(b, x, { outputs: width, activation: "tanh" });
  const loss = b.emit(sumPerRow, b.emit(gaussianLogProb, [h], { variables: width }), {})[0]!;
  b.output("loss", loss);
  if (trained) {
    const cotangent = b.input("cotangent", { kind: "perRow" });
    differentiate(b, [{ value: loss, cotangent }], { memory: "store" });
  }
  return b.finish();
}

test("usual graphs have the heights that results are defined by", () => {
  expect(planForward(graphOf(256), false).tile).toBe(128);
  expect(planForward(graphOf(256), true).tile).toBe(192);
  expect([4095, 4096].map((rows) => isLongCall(rows, false))).toEqual([false, true]);
  expect(isLongCall(1e6, true)).toBe(false);
});

test("training cuts a batch in lanes, and a lane in tiles of equal height", () => {
  const graph = graphOf(16, true);
  const cut = (batch: number) => {
    const lanes = lanesOf(batch);
    return [lanes.count, lanes.rows, planTraining(graph, lanes).tile];
  };
  expect(cut(512)).toEqual([4, 128, 128]);
  expect(cut(3)).toEqual([1, 8, 8]);
  // 250 rows a lane go in two tiles, and the last lane has fewer rows.
  expect(cut(998)).toEqual([4, 256, 128]);
  expect(cut(1024)).toEqual([8, 128, 128]);
  expect(cut(100_000)).toEqual([16, 6256, 192]);
});

test("a graph whose rows are large gets lower tiles, within the stated bytes", () => {
  const wide = graphOf(400_000);
  const low = planForward(wide, false);
  expect(low.tile).toBeLessThan(128);
  expect(low.tile % 8).toBe(0);
  expect(low.arenaBytes).toBeLessThanOrEqual(2 ** 26);
  // The next height up is too much.
  expect(low.arenaBytes * ((low.tile + 8) / low.tile)).toBeGreaterThan(2 ** 26);
  // Rows so large that no height fits get the lowest.
  expect(planForward(graphOf(4_000_000), false).tile).toBe(8);
  const training = planTraining(graphOf(400_000, true), lanesOf(2048));
  expect(training.arenaBytes * 17).toBeLessThanOrEqual(2 ** 31);
});

test("tiles of images are as high as a cache holds their widest value, whatever the number of lanes", () => {
  const imageGraph = (side: number, outputs: number) => {
    const b = new GraphBuilder();
    const x = b.input("x", { kind: "rows", cols: side * side });
    b.output("h", convolution(b, x, { grid: [side, side, 1], outputs }));
    return b.finish();
  };
  // 16 x 16 x 64 floats are 64 kB a row: 8 of them are 512 kB.
  expect(planForward(imageGraph(16, 64), true).tile).toBe(8);
  expect(planTraining(imageGraph(16, 64), lanesOf(100_000)).tile).toBe(8);
  expect(planForward(imageGraph(4, 8), false).tile).toBe(128);
  expect(planForward(imageGraph(128, 64), false).tile).toBe(8);
});

test("in lower tiles a row has the same result, to rounding, as on the reference device", async () => {
  // 100 rows are several of these tiles, and one tile of usual graphs.
  const graph = graphOf(300_000);
  expect(planForward(graph, false).tile).toBeLessThan(60);
  const parameters = Float32Array.from({ length: graph.parameterCount }, (_, i) => Math.sin(i));
  const x = Float32Array.from({ length: 300 }, (_, i) => Math.cos(3 * i));
  const results = [];
  for (const name of ["cpu", "reference"] as const) {
    const device = await openDevice(name, { threads: 2, blas: false });
    const rows = name === "cpu" ? 100 : 3;
    const buffer = device.buffer(parameters);
    const outputs = await device
      .compile(graph)
      .run({ parameters: buffer, inputs: { x: x.subarray(0, 3 * rows) }, rows });
    results.push(outputs.get("loss")!.subarray(0, 3));
    device.dispose();
  }
  const [got, expected] = results;
  // Float32 in 300,000 terms of order 1, summed in float64.
  for (let r = 0; r < 3; r++) expect(Math.abs(got![r]! / expected![r]! - 1)).toBeLessThan(1e-6);
});
