import { describe, expect, it } from "vitest";
import { integrate } from "./integrate.ts";
import type { OdeSystem } from "./model.ts";
import { reactionNetwork } from "./network.ts";

const robertson = reactionNetwork({
  name: "Robertson",
  species: { A: 1, B: 0, C: 0 },
  reactions: {
    slow: { equation: "A -> B", rate: "0.04 * A" },
    burst: { equation: "2 B -> B + C", rate: "3e7 * B * B" },
    back: { equation: "B + C -> A + C", rate: "1e4 * B * C" },
  },
});

/** y' = lambda (y - cos t) - sin t, exact y = cos t from y(0) = 1: Prothero and Robinson's stiff test. */
const protheroRobinson = (lambda: number): OdeSystem => ({
  states: ["y"],
  initial: Float64Array.of(1),
  rhs: (t, y, out) => {
    out[0] = lambda * (y[0]! - Math.cos(t)) - Math.sin(t);
  },
  jacobian: (_t, _y, out) => {
    out[0] = lambda;
  },
});

describe("integrate", () => {
  it("solves Robertson's problem over eleven decades of time", () => {
    const run = integrate(robertson, {
      until: 1e11,
      relativeTolerance: 1e-8,
      absoluteTolerance: 1e-14,
    });
    // reference values of the problem (Hairer & Wanner's test set), known to 10 digits
    const at40 = run.at(40);
    expect(Math.abs(at40[0]! / 0.7158270688 - 1)).toBeLessThan(1e-7);
    expect(Math.abs(at40[1]! / 0.9185534765e-5 - 1)).toBeLessThan(1e-7);
    expect(Math.abs(at40[2]! / 0.2841637457 - 1)).toBeLessThan(1e-7);
    // steps of 1e-8 relative error accumulate to a few 1e-7 in the smallest component
    expect(Math.abs(run.end[0]! / 0.208334014970125e-7 - 1)).toBeLessThan(2e-6);
    expect(run.end[0]! + run.end[1]! + run.end[2]!).toBeCloseTo(1, 12);
    expect(run.steps).toBeLessThan(3000);
  });

  it.each([1e-9, 1e-15, 1e-25, 1e-100])("does not depend on the unit of amounts: %s", (unit) => {
    const inUnits = reactionNetwork({
      species: { A: unit, B: 0, C: 0 },
      reactions: {
        slow: { equation: "A -> B", rate: "0.04 * A" },
        burst: { equation: "2 B -> B + C", rate: `${3e7 / unit} * B * B` },
        back: { equation: "B + C -> A + C", rate: `${1e4 / unit} * B * C` },
      },
    });
    const run = integrate(inUnits, { until: 40 });
    // Hairer & Wanner's values at 40.
    const exact = { A: 0.7158270687, B: 9.185534764e-6, C: 0.2841637457 };
    for (const [name, value] of Object.entries(exact))
      expect(Math.abs(run.series(name, [40])[0]! / unit / value - 1)).toBeLessThan(1e-6);
    // From nothing, at a rate in small units.
    const made = reactionNetwork({
      species: { m: 0, p: 0 },
      reactions: {
        make: { equation: "-> m", rate: `${unit}` },
        translate: { equation: "-> p", rate: "m * m" },
        decay: { equation: "m ->", rate: "m" },
      },
    });
    const end = integrate(made, { until: 3 });
    expect(Math.abs(end.series("m", [3])[0]! / unit / (1 - Math.exp(-3)) - 1)).toBeLessThan(1e-7);
  });

  it("does not stall after a step without any error", () => {
    // a straight line beside a state that has decayed: errors of 1e-107, then of rounding
    const line = reactionNetwork({
      species: { A: 10069.139159381859, B: 7.4e-123 },
      reactions: {
        in: { equation: "-> A", rate: "1e-3" },
        out: { equation: "B ->", rate: "B" },
      },
    });
    const run = integrate(line, {
      from: 10068139.15938186,
      until: 1e8,
      relativeTolerance: 1e-6,
      absoluteTolerance: 1e-8,
    });
    expect(run.end[0]).toBeCloseTo(1e3 * 100 + 1, 6);
    expect(run.rejected).toBe(0);
  });

  it("follows a slow solution through a stiffness of 1e6 with steps of the slow scale", () => {
    const run = integrate(protheroRobinson(-1e6), {
      until: 10,
      relativeTolerance: 1e-8,
      absoluteTolerance: 1e-10,
    });
    // long steps lose some of the order on a stiff component: a few times the tolerance
    for (const t of run.times) expect(Math.abs(run.at(t)[0]! - Math.cos(t))).toBeLessThan(5e-8);
    expect(run.steps).toBeLessThan(300);
    // between such long steps the cubic interpolant is what it is; maxStep makes it better
    const short = integrate(protheroRobinson(-1e6), {
      until: 10,
      maxStep: 0.02,
      relativeTolerance: 1e-8,
      absoluteTolerance: 1e-10,
    });
    for (const t of [0.505, 3.003, 7.317])
      expect(Math.abs(short.at(t)[0]! - Math.cos(t))).toBeLessThan(1e-8);
  });

  it("needs few more steps for many more digits", () => {
    // y' = -y^2, y = 1 / (1 + t)
    const system: OdeSystem = {
      states: ["y"],
      initial: Float64Array.of(1),
      rhs: (_t, y, out) => {
        out[0] = -y[0]! * y[0]!;
      },
      jacobian: (_t, y, out) => {
        out[0] = -2 * y[0]!;
      },
    };
    const coarse = integrate(system, {
      until: 2,
      relativeTolerance: 1e-5,
      absoluteTolerance: 1e-5,
    });
    const fine = integrate(system, { until: 2, relativeTolerance: 1e-9, absoluteTolerance: 1e-9 });
    // a local error of order 4 is controlled: 1e4 times more accurate takes at most 1e4^(1/4) = 10 times the steps
    expect(fine.steps).toBeLessThan(12 * coarse.steps);
    expect(Math.abs(fine.end[0]! - 1 / 3)).toBeLessThan(1e-9);
  });

  it("keeps the error of each trajectory near the tolerance asked for", () => {
    for (const tolerance of [1e-4, 1e-6, 1e-8, 1e-10]) {
      const run = integrate(protheroRobinson(-50), {
        until: 6,
        relativeTolerance: tolerance,
        absoluteTolerance: tolerance,
      });
      // global error: local error times a stable propagation; a factor of 10 covers the sum over steps
      expect(Math.abs(run.end[0]! - Math.cos(6))).toBeLessThan(10 * tolerance);
    }
  });

  it("gives dense output that is as good between steps", () => {
    const run = integrate(protheroRobinson(-50), {
      until: 6,
      relativeTolerance: 1e-8,
      absoluteTolerance: 1e-8,
    });
    let worst = 0;
    for (let t = 0; t <= 6; t += 0.01)
      worst = Math.max(worst, Math.abs(run.at(t)[0]! - Math.cos(t)));
    // the collocation polynomial is of order 3 inside a step: some digits fewer than at its end
    expect(worst).toBeLessThan(1e-5);
    expect(run.at(0)[0]).toBe(1);
  });

  it("runs backwards in time", () => {
    const run = integrate(protheroRobinson(0.5), { from: 3, until: 0, initial: [Math.cos(3)] });
    expect(run.end[0]).toBeCloseTo(1, 7);
  });

  it("says where and why it stopped: a blow-up in finite time", () => {
    const runaway = reactionNetwork({
      species: { X: 1 },
      reactions: { grow: { equation: "2 X -> 3 X", rate: "X^2" } },
    });
    // x = 1 / (1 - t)
    expect(() => integrate(runaway, { until: 2 })).toThrow(
      /^integrate: expected to reach time 2, got .* at time (0\.99999|1)/,
    );
    expect(() => integrate(runaway, { until: 2 })).toThrow(
      "The state that moves fastest there is X",
    );
  });

  it("refuses what it cannot use", () => {
    expect(() => integrate(robertson, { until: 1, initial: [1, Number.NaN, 0] })).toThrow(
      "integrate.initial.B: expected a finite number, got NaN",
    );
    expect(() => integrate(robertson, { until: Number.NaN })).toThrow(
      "integrate.until: expected a finite time",
    );
    expect(() => integrate(robertson, { until: 1e11, maxSteps: 20 })).toThrow("20 steps at time");
    expect(() => integrate(robertson, { until: 1 }).at(2)).toThrow(
      "trajectory.at: expected a time from 0 to 1, got 2",
    );
    expect(() => integrate(robertson, { until: 1 }).series("D", [0])).toThrow(
      "expected one of A, B, C",
    );
    const stop = AbortSignal.abort(new Error("enough"));
    expect(() => integrate(robertson, { until: 1, signal: stop })).toThrow("enough");
  });
});
