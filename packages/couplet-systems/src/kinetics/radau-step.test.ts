import { describe, expect, it } from "vitest";
import type { OdeSystem } from "./model.ts";
import { factorise, interpolation, nodes, solveStages, stepError } from "./radau-step.ts";

const logistic: OdeSystem = {
  states: ["y"],
  initial: Float64Array.of(0.1),
  rhs: (_t, y, out) => {
    out[0] = 3 * y[0]! * (1 - y[0]!);
  },
  jacobian: (_t, y, out) => {
    out[0] = 3 - 6 * y[0]!;
  },
};
const exact = (t: number): number => 1 / (1 + 9 * Math.exp(-3 * t));

/** One step from y(0), solved to rounding. */
function step(h: number): { end: number; middle: number; estimate: number } {
  const y = logistic.initial;
  const jacobian = new Float64Array(1);
  logistic.jacobian(0, y, jacobian);
  const matrices = factorise(jacobian, 1, h)!;
  const z = [new Float64Array(1), new Float64Array(1), new Float64Array(1)];
  const f = new Float64Array(1);
  logistic.rhs(0, y, f);
  // a tolerance below rounding never counts as reached, so run it as often as it contracts
  for (let i = 0; i < 8; i++) solveStages(logistic, 0, y, z, matrices, Float64Array.of(1), 1e-15);
  const x = 0.6;
  const q = [0, 1, 2].map(
    (k) =>
      interpolation[0]![k]! * z[0]![0]! +
      interpolation[1]![k]! * z[1]![0]! +
      interpolation[2]![k]! * z[2]![0]!,
  );
  return {
    end: y[0]! + z[2]![0]!,
    middle: y[0]! + x * (q[0]! + x * (q[1]! + x * q[2]!)),
    estimate: stepError(z, f, matrices)[0]!,
  };
}

const slope = (error: (h: number) => number, h: number): number =>
  Math.log2(error(h) / error(h / 2));

describe("one Radau IIA step", () => {
  it("has a local error of order 6 at its end", () => {
    const s = slope((h) => Math.abs(step(h).end - exact(h)), 0.05);
    // the next term changes the slope by O(h): 5.80 at 0.05, 5.92 at 0.025
    expect(s).toBeGreaterThan(5.7);
    expect(s).toBeLessThan(6.3);
  });
  it("has an interpolant of order 4 inside", () => {
    const s = slope((h) => Math.abs(step(h).middle - exact(0.6 * h)), 0.01);
    expect(s).toBeGreaterThan(3.8);
    expect(s).toBeLessThan(4.2);
  });
  it("has an error estimate of order 4", () => {
    const s = slope((h) => Math.abs(step(h).estimate), 0.01);
    expect(s).toBeGreaterThan(3.8);
    expect(s).toBeLessThan(4.2);
  });
  it("passes its stages through the interpolant", () => {
    // P interpolates: row i gives 1 at its own node and 0 at the others
    nodes.forEach((c, j) => {
      interpolation.forEach((row, i) => {
        expect(c * (row[0]! + c * (row[1]! + c * row[2]!))).toBeCloseTo(i === j ? 1 : 0, 13);
      });
    });
  });
});
