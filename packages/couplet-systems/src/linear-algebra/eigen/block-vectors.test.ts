import { innerProduct, norm } from "couplet/kit";
import { describe, expect, it } from "vitest";
import { combinations, innerProducts, removeAll } from "./block-vectors.ts";
import { addMultiple, orthonormalize, randomVector } from "./vector.ts";

// Lengths around the stretch of 1024 rows, and its remainders.
describe.each([5, 1024, 1027, 3002])("blocks of vectors of length %d", (n) => {
  for (const complex of [false, true]) {
    const width = complex ? 2 * n : n;
    const vectors = (count: number, seed: number): Float64Array[] =>
      Array.from({ length: count }, (_, i) => randomVector(width, seed + i));
    // Sums of n products of numbers below 1, in another order.
    const rounding = 1e-15 * 2 * n;
    it(`${complex ? "complex" : "real"}: inner products are those of each pair`, () => {
      const [x, y] = [vectors(3, 1), vectors(4, 11)];
      const { re, im } = innerProducts(x, y, complex);
      x.forEach((v, i) =>
        y.forEach((w, j) => {
          const [a, b] = innerProduct(v, w, complex);
          expect(Math.abs(re[i * 4 + j]! - a)).toBeLessThan(rounding);
          expect(Math.abs(im[i * 4 + j]! - b)).toBeLessThan(rounding);
        }),
      );
      const gram = innerProducts(x, x, complex, true);
      expect(gram.re[1]).toBe(gram.re[3]);
      expect(gram.im[1]).toBe(-gram.im[3]! + 0);
      expect(Math.abs(gram.re[4]! - norm(x[1]!) ** 2)).toBeLessThan(rounding);
    });
    it(`${complex ? "complex" : "real"}: combinations overwrite what was in their room`, () => {
      for (const count of [1, 3, 5]) {
        const basis = vectors(count, 21);
        const c = [0, 1].map((k) => randomVector(complex ? 2 * count : count, 31 + k));
        const found = combinations(basis, c, complex, () => new Float64Array(width).fill(NaN));
        found.forEach((out, k) => {
          const expected = new Float64Array(width);
          basis.forEach((v, j) =>
            addMultiple(v, expected, c[k]![j]!, complex ? c[k]![count + j]! : 0),
          );
          expect(Math.max(...out.map((v, i) => Math.abs(v - expected[i]!)))).toBeLessThan(1e-14);
        });
      }
    });
    it(`${complex ? "complex" : "real"}: what is removed is orthogonal to rounding`, () => {
      const away: Float64Array[] = [];
      for (const v of vectors(4, 41)) {
        orthonormalize(v, away, complex);
        away.push(v);
      }
      // At n = 5 four directions leave one: enough of each vector to speak of.
      const found = vectors(2, 51);
      removeAll(found, away, complex);
      for (const w of found) {
        expect(norm(w)).toBeGreaterThan(1e-3);
        for (const v of away)
          expect(Math.hypot(...innerProduct(v, w, complex)) / norm(w)).toBeLessThan(1e-11);
      }
    });
  }
});
