import { describe, expect, it } from "vitest";
import {
  logNormalCdf,
  logNormalDensity,
  logNormalMass,
  normalCdf,
  normalQuantile,
  normalQuantileOfLog,
} from "./normal.ts";

describe("normal distribution", () => {
  // Published to 16 digits; also 0.5 erfc(-z / sqrt 2) of the C library to 1e-13.
  it.each([
    [-1, 0.15865525393145707],
    [0.5, 0.6914624612740131],
    [-5, 2.866515718791945e-7],
    [-8, 6.220960574271785e-16],
    [-20, 2.7536241186062337e-89],
  ])("Phi(%d)", (z, expected) => {
    // Cody's bound is below 1e-15 relative; exp(-z^2/2) adds rounding of z^2/2 (200 * 1e-16).
    expect(Math.abs(normalCdf(z) / expected - 1)).toBeLessThan(1e-13);
  });

  it("has the logarithm of the far tail", () => {
    // Asymptotic series: log Phi(-y) = -y^2/2 - log(y sqrt(2 pi)) + log(1 - 1/y^2 + 3/y^4 - ...).
    const y = 1000;
    const series =
      -0.5 * y * y - Math.log(y) - 0.9189385332046727 + Math.log1p(-1 / y ** 2 + 3 / y ** 4);
    expect(Math.abs(logNormalCdf(-y) - series)).toBeLessThan(1e-9 * Math.abs(series) * 1e-3);
  });

  it("inverts itself from -1e5 to 8", () => {
    for (const z of [-1e5, -1000, -40, -12, -5, -2.5, -1, -0.3, 0, 0.2, 0.9, 3, 6]) {
      // Above 0 the information sits in 1 - P: at z = 6 a double's 1e-16 near 1 is 1e-16 / 6e-9 of the tail.
      const tolerance = z > 3 ? 1e-8 : 1e-12 * Math.max(1, Math.abs(z));
      expect(Math.abs(normalQuantileOfLog(logNormalCdf(z)) - z)).toBeLessThan(tolerance);
    }
    expect(normalQuantile(0)).toBe(-Infinity);
    expect(normalQuantile(1)).toBe(Infinity);
    expect(normalQuantile(0.975)).toBeCloseTo(1.959963984540054, 13);
  });

  it("measures intervals, slivers and tails", () => {
    expect(logNormalMass(-Infinity, Infinity)).toBeCloseTo(0, 15);
    expect(Math.exp(logNormalMass(-1, 1))).toBeCloseTo(0.6826894921370859, 14);
    // Symmetric: the same interval on either side.
    expect(logNormalMass(30, 31)).toBe(logNormalMass(-31, -30));
    const sliver = 1e-12;
    expect(logNormalMass(2, 2 + sliver) - Math.log(2 + sliver - 2)).toBeCloseTo(
      logNormalDensity(2),
      6,
    );
  });
});
