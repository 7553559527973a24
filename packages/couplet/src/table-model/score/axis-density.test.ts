import { describe, expect, it } from "vitest";
import { logNormalDensity, normalCdf } from "../../statistics/normal.ts";
import { aroundPeak, axisDensity, logSum } from "./axis-density.ts";

/** log of a normal density. */
const normal = (z: number, mean: number, deviation: number): number =>
  logNormalDensity((z - mean) / deviation) - Math.log(deviation);

const meanLog = (density: ReturnType<typeof axisDensity>): number =>
  density.pieces.reduce((sum, { lower, upper, logMass }, k) => {
    const mass = Math.exp(logMass - density.logTotal);
    return mass === 0 ? sum : sum + mass * density.meanLog(k, lower, upper);
  }, 0);

describe("a density along one axis", () => {
  it("is exact for normals of unit variance, wherever its nodes are", () => {
    for (const mean of [0, 2.3, -30]) {
      const nodes = [-4, -1, 0.2, 3];
      const density = axisDensity(
        nodes,
        nodes.map((z) => 1.7 + normal(z, mean, 1)),
      );
      expect(density.logTotal).toBeCloseTo(1.7, 9);
      expect(density.logAt(1)).toBeCloseTo(1.7 + normal(1, mean, 1), 9);
      // Minus the entropy of a normal.
      expect(meanLog(density)).toBeCloseTo(1.7 - 0.5 * Math.log(2 * Math.PI * Math.E), 7);
    }
    const density = axisDensity([-1, 1], [normal(-1, 0, 1), normal(1, 0, 1)]);
    expect(Math.exp(density.logMass(-0.5, 2))).toBeCloseTo(normalCdf(2) - normalCdf(-0.5), 12);
    expect(Math.exp(density.logMass(5, Infinity))).toBeCloseTo(normalCdf(-5), 12);
    expect(density.logMass(2, 2)).toBe(-Infinity);
  });

  it.each([
    [1.3, 0.3],
    [-0.4, 0.1],
    [3.1, 0.03],
  ])("finds a narrow peak at %f of width %f after two rounds", (mean, deviation) => {
    let nodes = [-5, -3, -1.5, 0, 1.5, 3, 5];
    const log = (z: number): number => normal(z, mean, deviation);
    let density = axisDensity(nodes, nodes.map(log));
    for (let round = 0; round < 2; round++) {
      const more = [...density.spread(8), ...aroundPeak(nodes, nodes.map(log), round)];
      nodes = [...nodes, ...more].sort((x, y) => x - y);
      nodes = nodes.filter((z, i) => i === 0 || z - nodes[i - 1]! > 1e-6);
      density = axisDensity(nodes, nodes.map(log));
    }
    // A chord h deviations long lies h^2/12 below its parabola in the mean; nodes are at most half a deviation apart.
    expect(Math.abs(density.logTotal)).toBeLessThan(0.02);
    const entropy = 0.5 * Math.log(2 * Math.PI * Math.E) + Math.log(deviation);
    expect(Math.abs(meanLog(density) + entropy)).toBeLessThan(0.04);
  });

  it("looks for a peak only between nodes", () => {
    expect(aroundPeak([0, 1, 2], [3, 2, 1], 0)).toEqual([]);
    expect(aroundPeak([0, 1, 2], [1, 1, 1], 0)).toEqual([]);
  });

  it("spreads points by mass", () => {
    const nodes = [-3, 0, 3];
    const points = axisDensity(
      nodes,
      nodes.map((z) => normal(z, 0, 1)),
    ).spread(9);
    points.forEach((z, i) => expect(normalCdf(z)).toBeCloseTo((i + 0.5) / 9, 6));
  });

  it("adds logarithms of what no double holds", () => {
    expect(logSum([-1000, -1000])).toBeCloseTo(-1000 + Math.LN2, 12);
    expect(logSum([])).toBe(-Infinity);
  });
});
