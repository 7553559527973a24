import { describe, expect, it } from "vitest";
import { philoxNormal, philoxUniform } from "../../random/philox.ts";
import { fitMonotoneMap } from "./fit-monotone-map.ts";
import { type MonotoneMap, monotoneMap } from "./monotone-map.ts";
import { logNormalDensity } from "../../statistics/normal.ts";

const sample = (n: number, of: (z: number, u: number) => number): Float64Array =>
  Float64Array.from({ length: n }, (_, row) =>
    of(philoxNormal({ seed: 4, row }), philoxUniform({ seed: 5, row })),
  ).sort();
const middle = (a: number, b: number): number => 0.5 * (a + b);

const maps: Record<string, { map: MonotoneMap; low: number; high: number }> = {
  affine: { map: monotoneMap({ kind: "affine", centre: 3, scale: 0.2 }), low: -5, high: 11 },
  "normal data": {
    map: monotoneMap(
      fitMonotoneMap({ sorted: sample(2000, (z) => z), fixedEdges: [], edgeBetween: middle }),
    ),
    low: -9,
    high: 9,
  },
  "heavy tails": {
    map: monotoneMap(
      fitMonotoneMap({
        sorted: sample(3000, (z) => Math.sinh(2 * z)),
        fixedEdges: [],
        edgeBetween: middle,
      }),
    ),
    low: -1e5,
    high: 1e5,
  },
  "positive, log-normal": {
    map: monotoneMap(
      fitMonotoneMap({
        sorted: sample(2000, (z) => Math.exp(z)),
        fixedEdges: [],
        lower: 0,
        edgeBetween: middle,
      }),
    ),
    low: 1e-9,
    high: 1e6,
  },
  "share, both bounds": {
    map: monotoneMap(
      fitMonotoneMap({
        sorted: sample(2000, (_, u) => u * u),
        fixedEdges: [],
        lower: 0,
        upper: 1,
        edgeBetween: middle,
      }),
    ),
    low: 1e-9,
    high: 1 - 1e-9,
  },
  "two separate heaps": {
    map: monotoneMap(
      fitMonotoneMap({
        sorted: sample(2000, (z, u) => (u < 0.4 ? -8 : 8) + 0.1 * z),
        fixedEdges: [],
        edgeBetween: middle,
      }),
    ),
    low: -30,
    high: 30,
  },
};

describe.each(Object.entries(maps))("monotone map: %s", (_, { map, low, high }) => {
  // Points over the whole axis, dense in the middle: equal steps of z, and the far ends.
  const points = [
    ...Array.from({ length: 161 }, (_, i) => map.fromZ(-6 + 0.075 * i)),
    low,
    high,
  ].filter((x) => x > low - 1e-12 && x < high + 1e-12);

  it("comes back", () => {
    for (const x of points) {
      const z = map.toZ(x);
      // dz of one rounding becomes dx = dz / slope; the logarithm's condition adds |z|.
      const tolerance = 1e-12 * Math.abs(x) + (2e-13 * (1 + z * z)) / Math.exp(map.logSlope(x));
      expect(Math.abs(map.fromZ(z) - x)).toBeLessThanOrEqual(tolerance);
    }
  });

  it("rises strictly", () => {
    const images = [...points].sort((a, b) => a - b).map((x) => map.toZ(x));
    images.forEach((z, i) => i > 0 && expect(z).toBeGreaterThan(images[i - 1]!));
  });

  it("has the slope of its own difference quotient", () => {
    let compared = 0;
    for (const x of points) {
      const slope = Math.exp(map.logSlope(x));
      const h = Math.min(1e-5 / slope, 1e-5 * Math.max(Math.abs(x), 1e-3));
      if (x - h <= low || x + h >= high) continue;
      const quotient = (map.toZ(x + h) - map.toZ(x - h)) / (2 * h);
      // Central difference: O(h^2) truncation and 1e-16 / 1e-5 rounding; one-sided kinks of the second derivative at knots.
      expect(Math.abs(quotient / slope - 1)).toBeLessThan(2e-4);
      compared++;
    }
    expect(compared).toBeGreaterThan(100);
  });

  it("integrates to 1", () => {
    // Nodes at equal steps of z: the trapezoid rule sees every knot interval many times.
    const steps = 200_000;
    const densityAt = (x: number): number =>
      Math.exp(logNormalDensity(map.toZ(x)) + map.logSlope(x));
    // Where the density jumps (edges of heaps and gaps) the step is halved until the jump weighs nothing.
    const between = (a: number, fa: number, b: number, fb: number): number => {
      const middle = 0.5 * (a + b);
      if (Math.abs(fb - fa) * (b - a) < 1e-9 || middle <= a || middle >= b)
        return 0.5 * (fa + fb) * (b - a);
      const fm = densityAt(middle);
      return between(a, fa, middle, fm) + between(middle, fm, b, fb);
    };
    let total = 0;
    let previousX = map.fromZ(-8.5);
    let previous = densityAt(previousX);
    for (let i = 1; i <= steps; i++) {
      const x = map.fromZ(-8.5 + (17 * i) / steps);
      const density = densityAt(x);
      total += between(previousX, previous, x, density);
      [previousX, previous] = [x, density];
    }
    // Mass beyond 8.5: 2e-17; the trapezoid rule's own error is below 1e-5.
    expect(Math.abs(total - 1)).toBeLessThan(5e-5);
  });
});

describe("monotone map bounds", () => {
  it("has no mass beyond a hard bound", () => {
    const { map } = maps["positive, log-normal"]!;
    expect(map.toZ(0)).toBe(-Infinity);
    for (const z of [-37, -20, -8, -3]) expect(map.fromZ(z)).toBeGreaterThanOrEqual(0);
  });

  it("lets an outlier through with a finite latent value", () => {
    const { map } = maps["heavy tails"]!;
    expect(map.toZ(1e12)).toBeGreaterThan(3);
    expect(map.toZ(1e12)).toBeLessThan(60);
  });
});
