import { describe, expect, it } from "vitest";
import { binEdges, binShares, plotRange } from "./histogram.ts";

describe("bins", () => {
  it("hold integers one by one, or the same number of them each", () => {
    const few = Float64Array.from({ length: 90 }, (_, i) => i % 5);
    const edges = binEdges(plotRange(few), few.length, 1);
    expect([...edges]).toEqual([-0.5, 0.5, 1.5, 2.5, 3.5, 4.5]);
    expect([...binShares(few, edges).shares].map((v) => Number(v.toFixed(9)))).toEqual([
      0.2, 0.2, 0.2, 0.2, 0.2,
    ]);
    const many = binEdges({ low: 0, high: 999, scale: "linear" }, 1000, 1);
    const widths = new Set(Array.from(many.subarray(1), (edge, i) => edge - many[i]!));
    expect(widths).toEqual(new Set([50]));
  });

  it("leave out a far tail and say how much of it", () => {
    const values = Float64Array.from({ length: 1000 }, (_, i) => (i < 997 ? -0.5 + i / 997 : 1e6));
    const range = plotRange(values);
    expect(range).toMatchObject({ scale: "linear" });
    expect(range.high).toBeLessThan(1);
    const { shares, beyond } = binShares(values, binEdges(range, 1000, undefined));
    expect(beyond).toBeCloseTo(0.005, 6);
    expect(shares.reduce((a, b) => a + b, 0) + beyond).toBeCloseTo(1, 9);
  });

  it("are equal on a logarithmic axis for positive values over many decades", () => {
    const values = Float64Array.from({ length: 500 }, (_, i) => Math.exp(i / 40));
    expect(plotRange(values).scale).toBe("log");
    const edges = binEdges(plotRange(values), 500, undefined);
    expect(binShares(values, edges).beyond).toBe(0);
    expect(edges[2]! / edges[1]!).toBeCloseTo(edges[1]! / edges[0]!, 9);
  });

  it("survive no values and one value", () => {
    expect(binEdges(plotRange(new Float64Array()), 0, undefined).length).toBeGreaterThan(1);
    const one = Float64Array.of(3, 3, 3);
    expect(binShares(one, binEdges(plotRange(one), 3, undefined)).shares).toEqual(
      Float64Array.of(1),
    );
  });
});
