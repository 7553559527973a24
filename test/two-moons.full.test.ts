/** What the quick fit of the studio makes of its example, on one thread and without a BLAS, as in a page that is not isolated. */
import { readTable } from "couplet/io";
import { fitTable } from "couplet/table";
import { expect, it } from "vitest";
import { twoMoons } from "../packages/studio/src/state/two-moons.ts";
import { moonsLogDensity } from "./moons-log-density.ts";

it("comes within 0.05 nats of the true density in 40 passes over 6,000 rows", async () => {
  const model = await fitTable(await readTable(twoMoons(6000, 1)), {
    epochs: 40,
    seed: 0,
    threads: 1,
    blas: false,
  });
  try {
    const fresh = await readTable(twoMoons(4000, 99));
    const [x, y] = fresh.columns.map(({ values }) => Array.from(values, Number));
    const { nats } = await model.score(fresh);
    const gaps = Array.from(nats, (own, i) => moonsLogDensity(x![i]!, y![i]!) - own);
    const gap = gaps.reduce((sum, one) => sum + one, 0) / gaps.length;
    // No density is above the true one in the mean, but for the 4,000 rows: 0.01. 0.044 was measured.
    expect(gap).toBeGreaterThan(-0.02);
    expect(gap).toBeLessThan(0.05);
  } finally {
    model.dispose();
  }
});
