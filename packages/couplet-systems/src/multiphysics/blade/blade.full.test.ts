import { expect, it } from "vitest";
import { turbineBlade } from "./blade.ts";

type Blade = Awaited<ReturnType<typeof turbineBlade>>;

it("temperature and heat flow settle as the meshes are refined", async () => {
  const runs: Blade[] = [];
  for (const refinement of [2, 4, 8]) runs.push(await turbineBlade({ section: { refinement } }));
  const change = (value: (run: Blade) => number): number[] => [
    Math.abs(value(runs[1]!) - value(runs[0]!)),
    Math.abs(value(runs[2]!) - value(runs[1]!)),
  ];
  for (const quantity of [(run: Blade) => run.hottest, (run: Blade) => run.cooling]) {
    const [first, second] = change(quantity);
    expect(second).toBeLessThan(0.6 * first!); // re-entrant corners hold it below second order
  }
  expect(change((run) => run.hottest)[1]).toBeLessThan(4);
});

it("heating up with sub-cycled heat conduction ends in the steady state", async () => {
  const section = { refinement: 2 };
  const steady = await turbineBlade({ section });
  const result = await turbineBlade({
    section,
    windows: { size: 1, count: 40 },
    timeStep: 0.25,
    tolerance: 1e-6,
  });
  expect(result.status).toBe("converged");
  expect(result.hottest).toBeCloseTo(steady.hottest, 0); // e^-40/3 of 700 K is gone; the tolerance leaves 0.01 K
  const reused = result.windows.slice(5).reduce((sum, window) => sum + window.evaluations, 0) / 35;
  expect(reused).toBeLessThan(6);
});
