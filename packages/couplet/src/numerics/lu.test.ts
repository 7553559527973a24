import { describe, expect, it } from "vitest";
import { denseSolver, luFactor, tryLuFactor } from "./lu.ts";

describe("luFactor", () => {
  it("solves, and gives the determinant, of a matrix that needs row exchanges", () => {
    // det = 0 * ... by hand: [[0, 2, 1], [1, 1, 0], [3, 0, 1]] has determinant -2 - 3 = -5
    const re = Float64Array.of(0, 2, 1, 1, 1, 0, 3, 0, 1);
    const lu = luFactor({ size: 3, re });
    const x = lu.solve(Float64Array.of(7, 3, 6));
    // A (1, 2, 3)^T = (7, 3, 6)^T
    expect([...x].map((v) => Math.round(v * 1e12) / 1e12)).toEqual([1, 2, 3]);
    expect(lu.logAbsDeterminant).toBeCloseTo(Math.log(5), 12);
    expect(lu.singularToRounding).toBe(false);
    expect([...re]).toEqual([0, 2, 1, 1, 1, 0, 3, 0, 1]);
  });

  it("solves a complex matrix", () => {
    // (1 + i) x = 2i  =>  x = 1 + i
    const lu = luFactor({ size: 1, re: Float64Array.of(1), im: Float64Array.of(1) });
    const x = lu.solve(Float64Array.of(0, 2));
    expect(x[0]).toBeCloseTo(1, 14);
    expect(x[1]).toBeCloseTo(1, 14);
    expect(lu.logAbsDeterminant).toBeCloseTo(Math.log(2) / 2, 14);
  });

  it("refuses a singular matrix by its column, and an entry that is not a number", () => {
    const singular = { size: 2, re: Float64Array.of(1, 2, 2, 4) };
    expect(() => luFactor(singular, "A")).toThrow("no pivot in column 1");
    expect(tryLuFactor(singular)).toBeUndefined();
    expect(tryLuFactor({ size: 1, re: Float64Array.of(NaN) })).toBeUndefined();
  });

  it("tells a matrix that is singular to rounding from one in small units", () => {
    const rounded = [
      Float64Array.of(0.1, 0.2, 0.3),
      Float64Array.of(0.4, 0.5, 0.6),
      Float64Array.of(0.7, 0.8, 0.9),
    ];
    expect(() => denseSolver(rounded)).toThrow(/singular/);
    const tiny = [Float64Array.of(2e-200, 1e-200), Float64Array.of(1e-200, 2e-200)];
    expect(denseSolver(tiny)(Float64Array.of(3e-200, 3e-200))[0]).toBeCloseTo(1, 12);
  });
});
