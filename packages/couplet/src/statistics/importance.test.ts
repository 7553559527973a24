import { describe, expect, it } from "vitest";
import { philoxNormal, philoxUniform } from "../random/philox.ts";
import {
  acceptanceRatioLogZ,
  forwardEssShare,
  freeEnergyDifference,
  importanceSummary,
} from "./importance.ts";
import { paretoShape } from "./pareto.ts";

const normal = (row: number, seed = 1) => philoxNormal({ seed, row });

/** log-weights at x of the target N(shift, 1), not normalised by e^logZ, against q = N(0, 1). */
const logWeight = (x: number, shift: number, logZ: number) =>
  logZ - (x - shift) ** 2 / 2 + x ** 2 / 2;

describe("importance weights of two Gaussians 0.7 apart", () => {
  const N = 200_000;
  const logZ = 3;
  const fromModel = Float64Array.from({ length: N }, (_, i) => logWeight(normal(i), 0.7, logZ));
  const fromTarget = Float64Array.from({ length: N }, (_, i) =>
    logWeight(normal(i, 2) + 0.7, 0.7, logZ),
  );
  // E_q w^2 / Z^2 = exp(shift^2).
  const exactShare = Math.exp(-(0.7 ** 2));

  it("has the closed form's effective sample size, from both sides", () => {
    const { essShare, ess, rows } = importanceSummary(fromModel);
    expect(rows).toBe(N);
    expect(ess).toBeCloseTo(essShare * N, 6);
    // The deviation of w^2 over its mean is about 10; over sqrt(200,000) draws that is 2 %.
    expect(essShare).toBeCloseTo(exactShare, 1.5);
    expect(Math.abs(essShare / exactShare - 1)).toBeLessThan(0.03);
    expect(Math.abs(forwardEssShare(fromTarget) / exactShare - 1)).toBeLessThan(0.03);
  });

  it("has log Z within its standard error, which is the closed form's", () => {
    const summary = importanceSummary(fromModel);
    expect(summary.logZError).toBeCloseTo(Math.sqrt((1 / exactShare - 1) / N), 4);
    expect(Math.abs(summary.logZ - logZ)).toBeLessThan(4 * summary.logZError);
    expect(Math.abs(acceptanceRatioLogZ(fromModel, fromTarget) - logZ)).toBeLessThan(
      4 * summary.logZError,
    );
    expect(summary.reliable).toBe(true);
    // KL(q || p) = shift^2 / 2.
    expect(summary.elbo).toBeCloseTo(logZ - 0.245, 2);
  });

  it("has the acceptance ratio with other numbers of rows on the two sides", () => {
    const ratio = acceptanceRatioLogZ(fromModel.subarray(0, 50_000), fromTarget);
    expect(Math.abs(ratio - logZ)).toBeLessThan(0.02);
  });

  it("covers log Z with its error in 90 to 99 % of small estimates, by the bootstrap too", () => {
    for (const rows of [60, 500]) {
      const estimates = 400;
      let covered = 0;
      for (let e = 0; e < estimates; e++) {
        const part = fromModel.subarray(e * rows, (e + 1) * rows);
        const { logZ: estimate, logZError } = importanceSummary(part);
        if (Math.abs(estimate - logZ) < 1.96 * logZError) covered++;
      }
      expect(covered / estimates).toBeGreaterThan(0.9);
      expect(covered / estimates).toBeLessThan(0.99);
    }
  });
});

describe("the tail of weights", () => {
  const N = 20_000;
  const paretoLog = (k: number) =>
    Float64Array.from({ length: N }, (_, i) => -k * Math.log(philoxUniform({ seed: 3, row: i })));

  it.each([0.3, 0.5, 0.9, 1.5])("has the shape k = %d of Pareto weights", (k) => {
    // 424 weights in the tail: a deviation of (1 + k) / sqrt(424), and a prior of ten at 0.5.
    expect(Math.abs(paretoShape(paretoLog(k)) - k)).toBeLessThan((3 * (1 + k)) / Math.sqrt(424));
  });

  it("says that heavy weights are not reliable", () => {
    expect(importanceSummary(paretoLog(0.9)).reliable).toBe(false);
    expect(importanceSummary(paretoLog(0.3)).reliable).toBe(true);
  });

  it("has no tail where all weights are equal, and tells nothing of a few", () => {
    expect(paretoShape(new Float64Array(1000))).toBe(-Infinity);
    expect(importanceSummary(new Float64Array(1000))).toMatchObject({
      logZ: 0,
      logZError: 0,
      ess: 1000,
      reliable: true,
    });
    expect(paretoShape([1, 2, 3])).toBeNaN();
    expect(importanceSummary([1, 2, 3]).reliable).toBe(false);
  });
});

describe("states", () => {
  it("has the difference of free energies of two halves", () => {
    // w = 1; A is a quarter of the rows, B the rest: -ln(1/3).
    const rows = 4000;
    const inA = Float64Array.from({ length: rows }, (_, i) => (i % 4 === 0 ? 1 : 0));
    const { difference, error } = freeEnergyDifference(
      new Float64Array(rows),
      inA,
      inA.map((a) => 1 - a),
    );
    expect(difference).toBeCloseTo(Math.log(3), 12);
    // Of a binomial share s: 1 / sqrt(n s (1 - s)).
    expect(Math.abs(error / (1 / Math.sqrt(rows * 0.25 * 0.75)) - 1)).toBeLessThan(0.15);
  });
});

describe("weights that are none", () => {
  it("takes -Infinity as a weight of 0, and refuses NaN by its row", () => {
    const { logZ, ess, elbo } = importanceSummary([0, -Infinity, 0, 0]);
    expect([logZ, ess, elbo]).toEqual([Math.log(0.75), 3, -Infinity]);
    expect(importanceSummary([-Infinity, -Infinity]).ess).toBe(0);
    expect(() => importanceSummary([0, NaN])).toThrow(
      expect.objectContaining({ code: "NON_FINITE_INPUT", where: "importanceSummary: row 1" }),
    );
    expect(() => importanceSummary([])).toThrow(expect.objectContaining({ code: "USAGE" }));
    expect(forwardEssShare([0, Infinity])).toBe(0);
  });
});
