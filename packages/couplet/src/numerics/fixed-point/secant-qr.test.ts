import { describe, expect, it } from "vitest";
import { denseSolver } from "../lu.ts";
import { residualSum } from "./residual-sum.ts";
import { secantSystem } from "./secant-qr.ts";
import { thinSvd } from "../svd.ts";
import { addScaled, dot, norm } from "../vector.ts";

/** Repeatable numbers in (-1, 1): a linear congruential generator is random enough for matrices. */
function numbers(seed: number): () => number {
  let state = seed;
  return () => (state = (state * 48271) % 2147483647) / 1073741823.5 - 1;
}
const column = (n: number, next: () => number): Float64Array =>
  Float64Array.from({ length: n }, next);
/** Least squares by the normal equations: good enough for well-conditioned columns. */
const leastSquares = (columns: readonly Float64Array[], r: Float64Array): Float64Array =>
  denseSolver(columns.map((a) => Float64Array.from(columns, (b) => dot(a, b))))(
    Float64Array.from(columns, (a) => -dot(a, r)),
  );

describe("secant systems", () => {
  for (const kind of ["none", "qr1", "qr2", "qr3"] as const) {
    it(`${kind}: insertions at the front and removals anywhere keep the least-squares solution`, () => {
      const next = numbers(7);
      const system = secantSystem({ kind, limit: 1e-8 });
      let columns: Float64Array[] = [];
      for (let k = 0; k < 14; k++) {
        const fresh = column(9, next);
        system.insert(fresh);
        columns = [fresh, ...columns];
        if (k % 3 === 2) {
          const index = k % columns.length;
          system.remove(index);
          columns.splice(index, 1);
        }
        while (columns.length > 6) {
          columns.pop();
          system.remove(columns.length);
        }
        expect(system.filter()).toEqual([]);
        const r = column(9, next);
        const expected = leastSquares(columns, r);
        // cond(V) is under 100 for these columns, squared by the normal equations.
        system.solve(r).forEach((c, j) => expect(c).toBeCloseTo(expected[j]!, 9));
        const inverse = system.pseudoInverse();
        inverse.forEach((row, i) =>
          columns.forEach((v, j) => expect(dot(row, v)).toBeCloseTo(i === j ? 1 : 0, 10)),
        );
      }
    });
  }

  it("qr2 and qr3 drop the older of two nearly equal columns, qr1 what is small beside all", () => {
    const next = numbers(3);
    const [a, b] = [column(8, next), column(8, next)];
    const almost = a.map((v, i) => v + 1e-4 * b[i]!);
    for (const kind of ["qr2", "qr3"] as const) {
      const system = secantSystem({ kind, limit: 1e-2 });
      for (const v of [almost, b, a]) system.insert(v); // newest first: a, b, almost
      expect(system.filter()).toEqual([2]);
      expect(system.size).toBe(2);
    }
    const small = secantSystem({ kind: "qr1", limit: 1e-2 });
    for (const v of [b.map((value) => 1e-3 * value), a]) small.insert(v);
    expect(small.filter()).toEqual([1]);
    // The same small column is independent, so the relative filters keep it.
    const kept = secantSystem({ kind: "qr2", limit: 1e-2 });
    for (const v of [b.map((value) => 1e-3 * value), a]) kept.insert(v);
    expect(kept.filter()).toEqual([]);
  });

  it("more columns than unknowns: filters keep as many as there are unknowns, none takes the shortest solution", () => {
    const next = numbers(11);
    const columns = Array.from({ length: 5 }, () => column(3, next));
    const r = column(3, next);
    for (const kind of ["qr1", "qr2", "qr3"] as const) {
      const system = secantSystem({ kind, limit: 1e-10 });
      for (const v of [...columns].reverse()) system.insert(v);
      expect(system.filter()).toEqual([3, 4]);
    }
    const all = secantSystem({ kind: "none", limit: 0 });
    for (const v of [...columns].reverse()) all.insert(v);
    const c = all.solve(r);
    const rest = r.slice();
    columns.forEach((v, j) => addScaled(rest, c[j]!, v));
    expect(norm(rest)).toBeLessThan(1e-12);
    const short = secantSystem({ kind: "qr2", limit: 1e-10 });
    for (const v of [...columns].reverse()) short.insert(v);
    short.filter();
    expect(norm(c)).toBeLessThan(norm(short.solve(r)));
  });
});

describe("thin singular value decomposition", () => {
  it("rebuilds tall and wide matrices from orthonormal factors", () => {
    for (const [n, k] of [
      [7, 4],
      [3, 6],
    ] as const) {
      const columns = Array.from({ length: k }, (_, j) => column(n, numbers(5 + j)));
      const { u, s, v } = thinSvd(columns);
      expect(s).toHaveLength(Math.min(n, k));
      for (let i = 1; i < s.length; i++) expect(s[i]).toBeLessThanOrEqual(s[i - 1]!);
      columns.forEach((a, j) => {
        const back = new Float64Array(n);
        s.forEach((value, i) => addScaled(back, value * v[i]![j]!, u[i]!));
        back.forEach((value, i) => expect(value).toBeCloseTo(a[i]!, 12));
      });
      u.forEach((a, i) => u.forEach((b, j) => expect(dot(a, b)).toBeCloseTo(i === j ? 1 : 0, 12)));
    }
  });
  it("finds tiny singular values to their own digits", () => {
    const { s } = thinSvd([Float64Array.of(1, 0, 0), Float64Array.of(1, 1e-12, 0)]);
    expect(s[1]! / (1e-12 / Math.SQRT2)).toBeCloseTo(1, 3); // 1 + 1e-12 loses 4 of its own digits
  });
});

describe("residual sum", () => {
  const fields = [
    { name: "big", size: 2 },
    { name: "small", size: 2 },
    { name: "still", size: 1 },
  ];
  it("brings fields to a common size, leaves a silent one alone, and refreshes only on large changes", () => {
    const scaling = residualSum(fields);
    const residual = Float64Array.of(3e6, 4e6, 0.3, 0.4, 0);
    expect(scaling.update(residual)).toBe(true);
    const scaled = scaling.apply(residual);
    expect(Math.hypot(scaled[0]!, scaled[1]!) / Math.hypot(scaled[2]!, scaled[3]!)).toBeCloseTo(
      1,
      9,
    );
    expect(scaling.weights[2]).toBe(1);
    expect(scaling.update(residual)).toBe(false); // sums doubled: under the factor of 10
    expect(scaling.update(Float64Array.of(0, 0, 1, 0, 0))).toBe(true); // the small field's sum grew 1e7 times
  });
  it("does nothing for one field, and survives zero and non-finite residuals", () => {
    const one = residualSum([{ name: "x", size: 2 }]);
    expect(one.update(Float64Array.of(1, 2))).toBe(false);
    const many = residualSum(fields);
    expect(many.update(new Float64Array(5))).toBe(false);
    expect(many.update(new Float64Array(5).fill(NaN))).toBe(false);
    expect(many.weights).toEqual([1, 1, 1]);
  });
});

it("norm does not overflow or underflow", () => {
  expect(norm(Float64Array.of(3e200, 4e200)) / 5e200).toBeCloseTo(1, 12);
  expect(norm(Float64Array.of(3e-200, 4e-200)) / 5e-200).toBeCloseTo(1, 12);
  expect(norm(Float64Array.of(1, NaN))).toBeNaN();
});
