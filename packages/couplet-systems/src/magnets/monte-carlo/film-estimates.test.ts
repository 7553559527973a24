/** Susceptibility and Binder ratio of each film. */
import { expect, it } from "vitest";
import { curieExample } from "../curie/problem.ts";
import { curieSummary } from "../curie/report.ts";
import { runCurieProblem } from "../curie/run.ts";
import { magneticStack } from "../stack.ts";
import { ising } from "../spin.ts";
import { reweight } from "./reweight.ts";
import { simulateStack } from "./simulate.ts";

it("are those of the whole where there is one film", async () => {
  const stack = magneticStack({
    layers: [{ name: "film", spin: ising(), lattice: "square", exchange: 1 }],
  });
  const run = await simulateStack(stack, { temperature: 2.3, size: 8, measurements: 400, runs: 2 });
  expect(run.filmSites).toEqual([64]);
  expect(run.filmSusceptibility[0]!.value).toBeCloseTo(run.susceptibility.value, 10);
  expect(run.filmBinder[0]!.value).toBeCloseTo(run.binder.value, 10);
  const other = reweight(run, 2.35);
  expect(other.filmSusceptibility[0]!.value).toBeCloseTo(other.susceptibility.value, 10);
});

it("have peaks at two temperatures where films hardly touch, and at one where they hold together", async () => {
  const at = async (exchange: number, temperature: number) => {
    const stack = magneticStack({
      layers: [
        { name: "strong", spin: ising(), lattice: "square", exchange: 1 },
        { name: "weak", spin: ising(), lattice: "square", exchange: 0.5 },
      ],
      couplings: [{ between: ["strong", "weak"], exchange }],
    });
    const run = await simulateStack(stack, { temperature, size: 16, measurements: 400, runs: 2 });
    return run.filmSusceptibility.map(({ value }) => value);
  };
  // Tc of the films alone: 2.269 and 1.135; coupled 3.2 at J' = 3. Values at a peak are at least four times those
  // at the other's, with errors of a few per cent.
  const [low, high] = [await at(0.05, 1.4), await at(0.05, 2.35)];
  expect(high[0]! / low[0]!).toBeGreaterThan(4);
  expect(low[1]! / high[1]!).toBeGreaterThan(4);
  const [before, together] = [await at(3, 2.35), await at(3, 3.2)];
  for (const film of [0, 1]) expect(together[film]! / before[film]!).toBeGreaterThan(4);
});

it("the page of a curie problem lists the peaks of two films that hardly touch", async () => {
  const { monteCarlo: _, ...example } = curieExample;
  const result = await runCurieProblem({
    ...example,
    stack: {
      ...example.stack!,
      couplings: [{ between: ["strong", "weak"], exchange: 0.05 }],
    },
    couplings: [1],
    // Of the mean-field Tc, 4.00: at 1.4 and 2.4.
    simulate: { size: 8, temperatures: [0.35, 0.6], measurements: 200 },
  });
  const { tables } = curieSummary(result);
  const peaks = tables.find(({ caption }) => caption.startsWith("Largest susceptibility"))!;
  expect(peaks.caption).toContain("of 2 temperatures");
  expect(peaks.rows.map(([film]) => film)).toEqual(["strong", "weak"]);
  expect(peaks.rows.map(([, T]) => Number(T))).toEqual([
    expect.closeTo(2.4, 1),
    expect.closeTo(1.4, 1),
  ]);
});
