import { describe, expect, it } from "vitest";
import { bandMatrix } from "../tube/banded.ts";
import { denseSolver } from "couplet/kit";
import { skylineSystem } from "./skyline.ts";

describe("direct solvers", () => {
  it("skyline: a shuffled grid Laplacian is solved as the dense one", () => {
    const side = 6;
    const size = side * side;
    const shuffled = (i: number): number => (i * 13 + 5) % size; // 13 and 36 have no common factor
    const groups: number[][] = [];
    const dense = Array.from({ length: size }, () => new Float64Array(size));
    for (let i = 0; i < side; i++) {
      for (let j = 0; j < side; j++) {
        const at = shuffled(i * side + j);
        dense[at]![at]! += 4;
        for (const [di, dj] of [
          [1, 0],
          [0, 1],
        ]) {
          if (i + di! >= side || j + dj! >= side) continue;
          const other = shuffled((i + di!) * side + j + dj!);
          groups.push([at, other]);
          dense[at]![other] = dense[other]![at] = -1;
        }
      }
    }
    const system = skylineSystem(size, groups);
    dense.forEach((row, i) =>
      row.forEach((value, j) => i <= j && value !== 0 && system.add(i, j, value)),
    );
    const right = Float64Array.from({ length: size }, (_, i) => Math.sin(i));
    const expected = denseSolver(dense)(right);
    system
      .factor()(right)
      .forEach((value, i) => expect(value).toBeCloseTo(expected[i]!, 12));
  });

  it("skyline: disconnected parts are fine, an indefinite matrix is not", () => {
    const two = skylineSystem(3, [[0, 1], [2]]);
    for (const [i, value] of [2, 2, 5].entries()) two.add(i, i, value);
    two.add(0, 1, -1);
    expect([...two.factor()(Float64Array.of(1, 1, 10))].map((v) => Number(v.toFixed(12)))).toEqual([
      1, 1, 2,
    ]);
    const loose = skylineSystem(2, [[0, 1]]);
    loose.add(0, 0, 1);
    loose.add(1, 1, 1);
    loose.add(0, 1, -1);
    expect(() => loose.factor()).toThrow("held in place");
  });

  it("banded: pivoting is needed and done", () => {
    const n = 12;
    const dense = Array.from({ length: n }, () => new Float64Array(n));
    const band = bandMatrix(n, 2, 1);
    for (let i = 0; i < n; i++) {
      for (let j = Math.max(0, i - 2); j <= Math.min(n - 1, i + 1); j++) {
        const value = i === j ? 0 : Math.cos(3 * i + 5 * j) + 2; // a zero diagonal
        dense[i]![j] = value;
        band.add(i, j, value);
      }
    }
    const right = Float64Array.from({ length: n }, (_, i) => i - 3);
    const expected = denseSolver(dense)(right);
    band.solve(right).forEach((value, i) => expect(value / expected[i]!).toBeCloseTo(1, 8)); // condition about 1e4
    expect(() => bandMatrix(3, 1, 1).solve(new Float64Array(3))).toThrow("regular");
  });

  it("dense: a singular matrix is named", () => {
    expect(() => denseSolver([Float64Array.of(1, 2), Float64Array.of(2, 4)])).toThrow(
      "no pivot in column 1",
    );
  });
});
