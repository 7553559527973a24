import { innerProduct } from "couplet/kit";
import { describe, expect, it } from "vitest";
import { complexDenseMatrix, dense, denseMatrix } from "../matrix/matrix.ts";
import type { ComplexDenseMatrix, DenseMatrix } from "../matrix/matrix.ts";
import { matvec } from "../matrix/product.ts";
import { toComplexDense } from "../matrix/convert.ts";
import { luFactor } from "../schur/lu.ts";
import { eigenGeneral } from "./dense-general.ts";
import { eigenHermitian, eigenSymmetric } from "./dense-symmetric.ts";
import { singularValues } from "./svd.ts";

/** A small linear congruential generator: test matrices that are the same everywhere. */
function random(seed: number): () => number {
  let state = seed;
  return () => (state = (state * 1103515245 + 12345) % 2147483648) / 2147483648 - 0.5;
}

function randomDense(rows: number, cols: number, seed: number): DenseMatrix {
  const next = random(seed);
  return denseMatrix({ rows, cols, values: Float64Array.from({ length: rows * cols }, next) });
}

function randomComplex(n: number, seed: number, cols = n): ComplexDenseMatrix {
  return complexDenseMatrix({
    rows: n,
    cols,
    re: randomDense(n, cols, seed).values,
    im: randomDense(n, cols, seed + 1).values,
  });
}

function hermitianPart(a: ComplexDenseMatrix): ComplexDenseMatrix {
  const n = a.rows;
  const [re, im] = [a.re.slice(), a.im.slice()];
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < n; j++) {
      re[i * n + j] = (a.re[i * n + j]! + a.re[j * n + i]!) / 2;
      im[i * n + j] = (a.im[i * n + j]! - a.im[j * n + i]!) / 2;
    }
  }
  return complexDenseMatrix({ rows: n, cols: n, re, im });
}

/** max_i |A v - (re + i im) v| for planar complex v. */
function residual(
  a: DenseMatrix | ComplexDenseMatrix,
  vector: Float64Array,
  re: number,
  im: number,
): number {
  const n = a.rows;
  const y = matvec(toComplexDense(a), vector);
  let worst = 0;
  for (let i = 0; i < n; i++) {
    const [x, z] = [vector[i]!, vector[n + i]!];
    worst = Math.max(
      worst,
      Math.abs(y[i]! - re * x + im * z),
      Math.abs(y[n + i]! - re * z - im * x),
    );
  }
  return worst;
}

// Backward-stable algorithms on matrices of norm about sqrt(n): n * 1e-16 * norm with a margin of 100.
const tolerance = 1e-12;

describe("eigenSymmetric", () => {
  for (const n of [1, 2, 3, 10, 40]) {
    it(`solves a random ${n} x ${n} matrix with orthonormal vectors`, () => {
      const part = hermitianPart({ ...randomComplex(n, 7), im: new Float64Array(n * n) });
      const a = denseMatrix({ rows: n, cols: n, values: part.re });
      const { values, vectors } = eigenSymmetric(a);
      vectors.forEach((v, i) => {
        const y = matvec(a, v);
        y.forEach((yi, r) => expect(Math.abs(yi - values[i]! * v[r]!)).toBeLessThan(tolerance));
        vectors.forEach((w, j) =>
          expect(Math.abs(innerProduct(v, w, false)[0] - (i === j ? 1 : 0))).toBeLessThan(
            tolerance,
          ),
        );
        if (i > 0) expect(values[i]!).toBeGreaterThanOrEqual(values[i - 1]!);
      });
    });
  }
  it("knows the path graph: 2 - 2 cos(pi k / n)", () => {
    const n = 30;
    const values = new Float64Array(n * n);
    for (let i = 0; i + 1 < n; i++) {
      values[i * n + i]! += 1;
      values[(i + 1) * n + i + 1]! += 1;
      values[i * n + i + 1] = values[(i + 1) * n + i] = -1;
    }
    eigenSymmetric(denseMatrix({ rows: n, cols: n, values })).values.forEach((v, k) => {
      expect(Math.abs(v - (2 - 2 * Math.cos((Math.PI * k) / n)))).toBeLessThan(tolerance);
    });
  });
  it("handles zero, diagonal and repeated eigenvalues", () => {
    expect([
      ...eigenSymmetric(
        dense([
          [0, 0],
          [0, 0],
        ]),
      ).values,
    ]).toEqual([0, 0]);
    expect([
      ...eigenSymmetric(
        dense([
          [3, 0, 0],
          [0, 1, 0],
          [0, 0, 3],
        ]),
      ).values,
    ]).toEqual([1, 3, 3]);
  });
  it("refuses a matrix that is not symmetric", () => {
    expect(() =>
      eigenSymmetric(
        dense([
          [1, 2],
          [3, 1],
        ]),
      ),
    ).toThrow(/symmetric.*a\(1, 0\) = 3 and a\(0, 1\) = 2/);
  });
});

describe("matrices of low rank", () => {
  // All but one eigenvalue are 0, and the reduced matrix is rounding of rounding below its first entries.
  it.each([
    [50, 0.8],
    [100, 1],
    [200, 1.2533141373155],
    [300, 0.8],
  ])("all entries alike, n = %d", (n, sum) => {
    const values = new Float64Array(n * n).fill(sum / n);
    const largest = (list: Float64Array): number => Math.max(...list);
    const real = denseMatrix({ rows: n, cols: n, values });
    expect(largest(eigenSymmetric(real).values)).toBeCloseTo(sum, 12);
    if (n > 100) return;
    const im = new Float64Array(n * n);
    expect(
      largest(eigenHermitian(complexDenseMatrix({ rows: n, cols: n, re: values, im })).values),
    ).toBeCloseTo(sum, 12);
  });
});

describe("eigenHermitian", () => {
  for (const n of [1, 2, 3, 5, 24]) {
    it(`agrees with the real embedding at n = ${n} and gives eigenvectors`, () => {
      const a = hermitianPart(randomComplex(n, 11));
      const { values, vectors } = eigenHermitian(a);
      // [[Re, -Im], [Im, Re]] has every eigenvalue twice.
      const embedded = new Float64Array(4 * n * n);
      for (let i = 0; i < n; i++) {
        for (let j = 0; j < n; j++) {
          embedded[i * 2 * n + j] = embedded[(n + i) * 2 * n + n + j] = a.re[i * n + j]!;
          embedded[i * 2 * n + n + j] = -a.im[i * n + j]!;
          embedded[(n + i) * 2 * n + j] = a.im[i * n + j]!;
        }
      }
      const doubled = eigenSymmetric(
        denseMatrix({ rows: 2 * n, cols: 2 * n, values: embedded }),
      ).values;
      values.forEach((v, i) => {
        expect(Math.abs(v - doubled[2 * i]!)).toBeLessThan(tolerance);
        expect(residual(a, vectors[i]!, v, 0)).toBeLessThan(tolerance);
        vectors.forEach((w, j) => {
          const [re, im] = innerProduct(vectors[i]!, w, true);
          expect(Math.hypot(re - (i === j ? 1 : 0), im)).toBeLessThan(tolerance);
        });
      });
    });
  }
  it("refuses a matrix that is not Hermitian", () => {
    expect(() => eigenHermitian(randomComplex(3, 5))).toThrow(/Hermitian/);
  });
});

describe("eigenGeneral", () => {
  for (const n of [1, 2, 3, 4, 7, 30]) {
    it(`real ${n} x ${n}: residuals, and the complex algorithm agrees`, () => {
      const a = randomDense(n, n, 3);
      const real = eigenGeneral(a);
      const complex = eigenGeneral(toComplexDense(a));
      real.vectors.forEach((v, i) => {
        expect(residual(a, v, real.re[i]!, real.im[i]!)).toBeLessThan(tolerance);
        const nearest = Math.min(
          ...Array.from(complex.re, (x, j) =>
            Math.hypot(x - real.re[i]!, complex.im[j]! - real.im[i]!),
          ),
        );
        expect(nearest).toBeLessThan(tolerance);
      });
    });
    it(`complex ${n} x ${n}: residuals and trace`, () => {
      const a = randomComplex(n, 19);
      const { re, im, vectors } = eigenGeneral(a);
      vectors.forEach((v, i) => expect(residual(a, v, re[i]!, im[i]!)).toBeLessThan(tolerance));
      let trace = 0;
      for (let i = 0; i < n; i++) trace += a.im[i * n + i]!;
      expect(Math.abs(im.reduce((x, y) => x + y, 0) - trace)).toBeLessThan(tolerance);
    });
  }
  it("finds the roots of a cyclic permutation, which stalls an unshifted QR", () => {
    const { re, im } = eigenGeneral(
      dense([
        [0, 0, 0, 1],
        [1, 0, 0, 0],
        [0, 1, 0, 0],
        [0, 0, 1, 0],
      ]),
    );
    re.forEach((x, i) => expect(Math.abs(Math.hypot(x, im[i]!) - 1)).toBeLessThan(tolerance));
    expect(re[0]).toBeCloseTo(1, 12);
    expect(re[3]).toBeCloseTo(-1, 12);
  });
});

describe("singularValues", () => {
  for (const [rows, cols] of [
    [5, 3],
    [3, 5],
    [4, 4],
  ] as const) {
    it(`rebuilds a complex ${rows} x ${cols} matrix`, () => {
      const a = randomComplex(rows, 23, cols);
      const { values, left, right } = singularValues(a);
      for (let i = 0; i < rows; i++) {
        for (let j = 0; j < cols; j++) {
          let [re, im] = [0, 0];
          values.forEach((s, k) => {
            const [ur, ui] = [left[k]![i]!, left[k]![rows + i]!];
            const [vr, vi] = [right[k]![j]!, -right[k]![cols + j]!];
            re += s * (ur * vr - ui * vi);
            im += s * (ur * vi + ui * vr);
          });
          expect(Math.hypot(re - a.re[i * cols + j]!, im - a.im[i * cols + j]!)).toBeLessThan(
            tolerance,
          );
        }
      }
    });
  }
  it("knows diag(3, 0, -4)", () => {
    expect([
      ...singularValues(
        dense([
          [3, 0, 0],
          [0, 0, 0],
          [0, 0, -4],
        ]),
      ).values,
    ]).toEqual([4, 3, 0]);
  });
});

describe("luFactor", () => {
  it("solves real and complex systems", () => {
    const n = 12;
    const real = randomDense(n, n, 31);
    const x = Float64Array.from({ length: n }, (_, i) => i - 3);
    luFactor(real)
      .solve(matvec(real, x))
      .forEach((v, i) => expect(v).toBeCloseTo(x[i]!, 9));
    const complex = randomComplex(n, 37);
    const z = Float64Array.from({ length: 2 * n }, (_, i) => Math.sin(i));
    luFactor(complex)
      .solve(matvec(complex, z))
      .forEach((v, i) => expect(v).toBeCloseTo(z[i]!, 9));
  });
  it("names the column of a singular matrix", () => {
    expect(() =>
      luFactor(
        dense([
          [1, 2],
          [2, 4],
        ]),
        "coupling",
      ),
    ).toThrow(/coupling: expected a regular matrix.*column 1/);
  });
});
