import { describe, expect, it } from "vitest";
import { paramShape, perRow, rowsShape } from "../op-case.ts";
import { runOp } from "../suite/run-op.ts";
import { gaussianMixtureLogProb, gaussianMixtureNoise } from "./op.ts";

const attrs = { variables: 2, components: 2 };
const parameters = [
  // Weights 3/4 and 1/4.
  { shape: paramShape(1, 2), data: [Math.log(3), 0] },
  { shape: paramShape(2, 2), data: [-2, 1, 4, 0] },
  { shape: paramShape(2, 2), data: [Math.log(0.5), 0, Math.log(2), Math.log(0.25)] },
];

function draw(rows: number, row0 = 0, temperature = 1): Float64Array {
  const t = { shape: perRow, data: new Float64Array(rows).fill(temperature) };
  return runOp(gaussianMixtureNoise, [t, ...parameters], attrs, { rows, row0, seed: [42, 3] })[0]!;
}

describe("a mixture of Gaussians", () => {
  it("draws each component by its weight, with its location and scale", () => {
    const rows = 20_000;
    const z = draw(rows);
    const of = (j: number, wanted: (first: number) => boolean) =>
      Array.from({ length: rows }, (_, r) => [z[2 * r]!, z[2 * r + j]!] as const)
        .filter(([first]) => wanted(first))
        .map(([, value]) => value);
    // 0.25 is 4.5 deviations from the first component's mean, and 1.9 from the second's.
    const second = of(0, (first) => first > 0.25);
    const expected = 0.25 * 0.9696;
    expect(Math.abs(second.length / rows - expected)).toBeLessThan(
      5 * Math.sqrt((expected * (1 - expected)) / rows),
    );
    const first = of(1, (value) => value <= 0.25);
    const mean = first.reduce((sum, value) => sum + value, 0) / first.length;
    // Of the second component, 1 in 100 of these, the mean is 0: five standard errors beside that.
    expect(Math.abs(mean - 1)).toBeLessThan(0.012 + 5 / Math.sqrt(first.length));
  });

  it("gives a row the same numbers in any tile, and its component's location at temperature 0", () => {
    expect(draw(40, 60)).toEqual(draw(100).slice(2 * 60));
    const cold = draw(200, 0, 0);
    for (let r = 0; r < 200; r++)
      expect([
        [-2, 1],
        [4, 0],
      ]).toContainEqual([cold[2 * r], cold[2 * r + 1]]);
  });

  it("has a density that integrates to 1", () => {
    // Midpoints on a grid that covers 7 deviations: the rest is below 1e-11, the rule's error far less.
    const step = 0.05;
    const points: number[] = [];
    for (let x = -11; x < 19; x += step) for (let y = -7; y < 9; y += step) points.push(x, y);
    const rows = points.length / 2;
    const logProb = runOp(
      gaussianMixtureLogProb,
      [{ shape: rowsShape(2), data: points }, ...parameters],
      attrs,
      { rows },
    )[0]!;
    const total = logProb.reduce((sum, value) => sum + Math.exp(value) * step * step, 0);
    expect(Math.abs(total - 1)).toBeLessThan(1e-5);
  });

  it("is -Infinity, not NaN, where numbers end", () => {
    const far = [3e38, -3e38, 1e30, 0];
    const logProb = runOp(
      gaussianMixtureLogProb,
      [{ shape: rowsShape(2), data: far }, ...parameters],
      attrs,
      { rows: 2 },
    )[0]!;
    expect([...logProb].every((value) => value < -1e50)).toBe(true);
  });
});
