/** The small parts of training from an energy: clipping, resampling, the schedule. */
import { expect, it } from "vitest";
import { clipEnergies } from "./clip.ts";
import { resample } from "./resample.ts";
import { stagesOf } from "./schedule.ts";

it("compresses energies far above the median, and their gradients, whatever the zero of energy", () => {
  for (const zero of [0, -5e4]) {
    const u = Float64Array.of(0, 1, 2, 3, 1002 + Math.E - 1).map((value) => value + zero);
    const grad = new Float64Array(5).fill(2);
    expect(clipEnergies(u, grad, 1, 1000)).toBe(1);
    expect(u[4]! - zero).toBeCloseTo(1003, 9);
    expect([...grad.subarray(0, 4)]).toEqual([2, 2, 2, 2]);
    expect(grad[4]).toBeCloseTo(2 / Math.E, 10);
  }
  const u = Float64Array.of(0, 1e9);
  expect(clipEnergies(u, new Float64Array(2), 1, Infinity)).toBe(0);
  expect(u[1]).toBe(1e9);
});

it("draws rows again as often as their weights say, to within one", () => {
  const weights = [0.1, 0.2, 0.4, 0.3];
  const drawn = resample(Float64Array.from(weights, Math.log), 1000, 5);
  for (const [row, weight] of weights.entries()) {
    const times = drawn.filter((d) => d === row).length;
    expect(Math.abs(times - 1000 * weight)).toBeLessThanOrEqual(1);
  }
  expect(new Set(resample(Float64Array.of(0, NaN, -Infinity, Infinity), 50, 1))).toEqual(
    new Set([0]),
  );
  expect(resample(Float64Array.of(NaN), 5, 1)).toHaveLength(0);
});

it("cuts the largest weights", () => {
  // One of 2,000 rows weighs e^50 times the others: cut to their weight, it is drawn about once.
  const logWeights = new Float64Array(2000);
  logWeights[7] = 50;
  expect(resample(logWeights, 2000, 1).filter((row) => row === 7).length).toBeLessThanOrEqual(2);
});

it("covers all steps in order, and ends at temperature 1", () => {
  for (const temperature of [
    undefined,
    { start: 1 },
    { start: 10 },
    { start: 10, by: "resampling" as const, factor: 0.7 },
    { start: 5, by: "resampling" as const, factor: 0.1 },
  ]) {
    for (const steps of [1, 7, 1000]) {
      const stages = stagesOf(steps, temperature);
      expect(stages[0]!.from).toBe(0);
      expect(stages.at(-1)!.to).toBe(steps);
      stages.forEach(({ from }, i) => expect(from).toBe(i === 0 ? 0 : stages[i - 1]!.to));
    }
    const stages = stagesOf(1000, temperature);
    expect(stages.at(-1)!.temperatureAt(999)).toBe(1);
    expect(stages[0]!.temperatureAt(0)).toBeCloseTo(temperature?.start ?? 1, 12);
    const all = stages.flatMap(({ from, to, temperatureAt }) => [
      temperatureAt(from),
      temperatureAt(to - 1),
    ]);
    all.forEach((t, i) => expect(t).toBeLessThanOrEqual((all[i - 1] ?? Infinity) + 1e-12));
  }
  const resampled = stagesOf(1000, { start: 10, by: "resampling", factor: 0.5 });
  expect(resampled.map(({ temperatureAt, from }) => temperatureAt(from))).toEqual([
    10, 5, 2.5, 1.25, 1, 1,
  ]);
});
