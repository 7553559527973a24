import { describe, expect, it } from "vitest";
import { stack } from "../matrix/builders.ts";
import { kroneckerSum } from "../sparse/kronecker-sum.ts";
import { toComplexDense, toDense } from "../matrix/convert.ts";
import { csrFromTriplets } from "../sparse/csr.ts";
import { complexDense, dense, linearOperator } from "../matrix/matrix.ts";
import type { CsrMatrix } from "../matrix/matrix.ts";
import type { Triplet } from "../matrix/matrix.ts";
import { eigenGeneral } from "./dense-general.ts";
import { eigenHermitian, eigenSymmetric } from "./dense-symmetric.ts";
import { spectrum } from "./spectrum.ts";

/** Laplacian of a path of n nodes: eigenvalues 2 - 2 cos(pi j / n). */
function pathLaplacian(n: number): CsrMatrix {
  const triplets: Triplet[] = [];
  for (let i = 0; i + 1 < n; i++)
    triplets.push([i, i, 1], [i + 1, i + 1, 1], [i, i + 1, -1], [i + 1, i, -1]);
  return csrFromTriplets({ rows: n, cols: n, triplets });
}

const pathValue = (n: number, j: number): number => 2 - 2 * Math.cos((Math.PI * j) / n);
const onSite = complexDense([
  [0.4, [0.3, 0.2], 0],
  [[0.3, -0.2], -0.7, [0, 0.1]],
  [0, [0, -0.1], 0.2],
]);
const hopping = complexDense([
  [[0.5, 0.1], 0.2, 0],
  [0, -0.4, 0.3],
  [[0, 0.2], 0, 0.6],
]);
const chain = stack({ onSite, hopping, count: 30 });
const exact = eigenHermitian(toComplexDense(chain)).values;

// Residuals at the default tolerance are 1e-10 |A|; eigenvalue errors are their squares over gaps.
const near = (a: ArrayLike<number>, b: ArrayLike<number>, tolerance = 1e-9): void => {
  expect(a.length).toBe(b.length);
  for (let i = 0; i < a.length; i++) expect(Math.abs(a[i]! - b[i]!)).toBeLessThan(tolerance);
};

describe("Lanczos", () => {
  it("both ends of a complex Hermitian stack", () => {
    for (const which of ["SA", "LA", "LM"] as const) {
      const r = spectrum({ operator: chain, k: 5, which, method: "lanczos" });
      expect(r.converged).toBe(true);
      expect(Math.max(...r.residuals)).toBeLessThan(1e-9);
      const sorted = [...exact].sort((a, b) =>
        which === "SA" ? a - b : which === "LA" ? b - a : Math.abs(b) - Math.abs(a),
      );
      near(
        r.values,
        sorted.slice(0, 5).sort((a, b) => a - b),
      );
    }
  });
  it("leaves out deflated null vectors", () => {
    const n = 60;
    const r = spectrum({
      operator: pathLaplacian(n),
      k: 3,
      method: "lanczos",
      deflate: [new Float64Array(n).fill(7)],
    });
    near(
      r.values,
      [1, 2, 3].map((j) => pathValue(n, j)),
    );
  });
  it("finds every copy of a repeated eigenvalue", () => {
    // Two uncoupled equal paths: every eigenvalue twice; a Krylov space alone holds one copy of each.
    const path = pathLaplacian(50);
    const two = kroneckerSum({
      layers: [
        { name: "a", operator: path },
        { name: "b", operator: path },
      ],
      between: dense([
        [0, 0],
        [0, 0],
      ]),
    });
    const r = spectrum({ operator: two, k: 5, which: "LA", method: "lanczos" });
    near(
      r.values,
      [47, 48, 48, 49, 49].map((j) => pathValue(50, j)),
    );
    expect(r.converged).toBe(true);
  });
  it("handles an operator whose Krylov space is tiny", () => {
    const r = spectrum({
      operator: linearOperator({ rows: 50, cols: 50, apply: (x, y) => y.set(x.map((v) => 3 * v)) }),
      k: 4,
      method: "lanczos",
    });
    near(r.values, [3, 3, 3, 3]);
  });
  it("says so, with residuals, when it runs out of products", () => {
    const r = spectrum({ operator: pathLaplacian(2000), k: 4, method: "lanczos", maxProducts: 60 });
    expect(r.converged).toBe(false);
    expect(r.values.length).toBe(4);
    expect(Math.max(...r.residuals)).toBeGreaterThan(1e-9);
  });
});

describe("LOBPCG", () => {
  it("the small end of a long path, by the diagonal preconditioner", () => {
    const n = 300;
    const r = spectrum({
      operator: pathLaplacian(n),
      k: 3,
      method: "lobpcg",
      deflate: [new Float64Array(n).fill(1)],
      tolerance: 1e-9,
    });
    expect(r.converged).toBe(true);
    near(
      r.values,
      [1, 2, 3].map((j) => pathValue(n, j)),
      1e-10,
    );
  });
  it("the small end of a complex stack, repeated eigenvalues included", () => {
    const r = spectrum({ operator: chain, k: 4, method: "lobpcg" });
    expect(r.converged).toBe(true);
    near(r.values, exact.slice(0, 4));
    const path = pathLaplacian(40);
    const two = kroneckerSum({
      layers: [
        { name: "a", operator: path },
        { name: "b", operator: path },
      ],
      between: dense([
        [0, 0],
        [0, 0],
      ]),
    });
    near(spectrum({ operator: two, k: 4, method: "lobpcg" }).values, [
      0,
      0,
      pathValue(40, 1),
      pathValue(40, 1),
    ]);
  });
  it("says so when it does not converge", () => {
    const r = spectrum({ operator: pathLaplacian(3000), k: 2, method: "lobpcg", maxProducts: 50 });
    expect(r.converged).toBe(false);
    expect(Math.max(...r.residuals)).toBeGreaterThan(1e-9);
  });
});

describe("shift-invert", () => {
  it("the eigenvalues nearest to a shift, with the proof that none was missed", () => {
    for (const shift of [0, 0.31, -0.6]) {
      const r = spectrum({ operator: chain, k: 6, near: shift, method: "shiftInvert" });
      const nearest = [...exact]
        .sort((a, b) => Math.abs(a - shift) - Math.abs(b - shift))
        .slice(0, 6)
        .sort((a, b) => a - b);
      near(r.values, nearest);
      expect(r.converged).toBe(true);
      const [low, high] = r.proven!;
      expect(exact.filter((v) => v > low && v < high).length).toBeGreaterThanOrEqual(6);
      near(spectrum({ operator: chain, k: 6, near: shift }).values, nearest);
    }
  });
  it("a repeated eigenvalue in the middle of the spectrum", () => {
    const pair = dense([
      [0, 0],
      [0, 0],
    ]);
    const hop = dense([
      [1, 0],
      [0, 1],
    ]);
    const r = spectrum({
      operator: stack({ onSite: pair, hopping: hop, count: 41 }),
      k: 6,
      near: 0.01,
      method: "shiftInvert",
    });
    // 2 cos(pi j / 42), each twice; j = 21 gives 0.
    near(r.values, [
      2 * Math.cos((22 * Math.PI) / 42),
      2 * Math.cos((22 * Math.PI) / 42),
      0,
      0,
      2 * Math.cos((20 * Math.PI) / 42),
      2 * Math.cos((20 * Math.PI) / 42),
    ]);
    expect(r.proven).toBeDefined();
  });
});

describe("Krylov-Schur", () => {
  // A directed ring with drift and a defect: eigenvalues off the real axis.
  const n = 90;
  const triplets: Triplet[] = [];
  for (let i = 0; i < n; i++)
    triplets.push(
      [i, i, i / n],
      [i, (i + 1) % n, 1.3],
      [i, (i + n - 1) % n, 0.4],
      [i, (i + 7) % n, 0.2 + 0.01 * i],
    );
  const ring = csrFromTriplets({ rows: n, cols: n, triplets });
  const all = eigenGeneral(toDense(ring));
  it("LR, SR and LM agree with the dense solver", () => {
    for (const which of ["LR", "SR", "LM"] as const) {
      const r = spectrum({ operator: ring, k: 5, which, method: "krylovSchur", basisSize: 25 });
      expect(r.converged).toBe(true);
      const d = spectrum({ operator: ring, k: 5, which, method: "dense" });
      // Pairs can be cut at the fifth; compare weights, and that each is an eigenvalue.
      const weight = (re: number, im: number): number => (which === "LM" ? Math.hypot(re, im) : re);
      near(
        Array.from(r.values, (v, i) => weight(v, r.imaginary[i]!)),
        Array.from(d.values, (v, i) => weight(v, d.imaginary[i]!)),
        1e-7,
      );
      r.values.forEach((v, i) =>
        expect(
          Math.min(
            ...Array.from(all.re, (x, j) => Math.hypot(x - v, all.im[j]! - r.imaginary[i]!)),
          ),
        ).toBeLessThan(1e-7),
      );
      expect(Math.max(...r.residuals)).toBeLessThan(1e-9);
    }
  });
  it("complex operators, invariant subspaces, and running out of products", () => {
    const c = csrFromTriplets({
      rows: 60,
      cols: 60,
      triplets: Array.from({ length: 60 }, (_, i): Triplet => [i, i, Math.sin(i), i / 60]),
    });
    const r = spectrum({ operator: c, k: 3, which: "LR", hermitian: false, method: "krylovSchur" });
    near(
      r.values,
      Array.from({ length: 60 }, (_, i) => Math.sin(i))
        .sort((a, b) => b - a)
        .slice(0, 3),
      1e-8,
    );
    const unit = spectrum({
      operator: linearOperator({ rows: 80, cols: 80, apply: (x, y) => y.set(x) }),
      k: 3,
      which: "LR",
      method: "krylovSchur",
    });
    near(unit.values, [1, 1, 1], 1e-12);
    expect(
      spectrum({
        operator: ring,
        k: 5,
        which: "SR",
        method: "krylovSchur",
        basisSize: 12,
        maxProducts: 30,
      }).converged,
    ).toBe(false);
  });
});

describe("spectrum", () => {
  it("chooses the dense solver for small operators, deflation included", () => {
    const r = spectrum({
      operator: pathLaplacian(10),
      k: 2,
      deflate: [new Float64Array(10).fill(1)],
    });
    expect(r.method).toBe("dense");
    near(r.values, [pathValue(10, 1), pathValue(10, 2)], 1e-12);
    near(
      spectrum({ operator: chain, k: 3, near: 0 }).values,
      [...exact]
        .sort((a, b) => Math.abs(a) - Math.abs(b))
        .slice(0, 3)
        .sort((a, b) => a - b),
      1e-12,
    );
    near(
      eigenSymmetric(toDense(pathLaplacian(4))).values,
      [0, 1, 2, 3].map((j) => pathValue(4, j)),
      1e-14,
    );
  });
  it("refuses non-Hermitian input to the Hermitian solvers", () => {
    const a = dense([
      [0, 1],
      [2, 0],
    ]);
    expect(() => spectrum({ operator: a, k: 1, which: "SA" })).toThrow(
      /expected a Hermitian matrix/,
    );
    expect(() =>
      spectrum({
        operator: complexDense([
          [0, [0, 1]],
          [[0, 1], 0],
        ]),
        k: 1,
        which: "LA",
      }),
    ).toThrow(/Hermitian/);
    expect(spectrum({ operator: a, k: 1, which: "LR" }).values[0]).toBeCloseTo(Math.SQRT2, 12);
  });
  it("refuses a deflated vector that is no eigenvector, k out of range, a misspelt end", () => {
    const path = pathLaplacian(5);
    expect(() =>
      spectrum({ operator: path, k: 1, deflate: [Float64Array.of(1, 0, 0, 0, 0)] }),
    ).toThrow(/deflate\[0\]: expected an eigenvector/);
    expect(() => spectrum({ operator: path, k: 6 })).toThrow(
      /k: expected an integer from 1 to 5, got 6/,
    );
    expect(() => spectrum({ operator: path, k: 1, which: "LB" as "LA" })).toThrow(/Did you mean/);
    expect(() => spectrum({ operator: csrFromTriplets({ rows: 2, cols: 3 }), k: 1 })).toThrow(
      /square/,
    );
  });
  it("says when the operator gives NaN", () => {
    const broken = linearOperator({ rows: 500, cols: 500, apply: (_x, y) => y.fill(NaN) });
    expect(() => spectrum({ operator: broken, k: 1 })).toThrow(/operator times a vector.*NaN/);
  });
  it("stops when asked to", () => {
    const signal = AbortSignal.abort(new Error("enough"));
    expect(() =>
      spectrum({ operator: pathLaplacian(1000), k: 2, method: "lanczos", signal }),
    ).toThrow("enough");
  });
});
