import { dot, norm } from "couplet/kit";
import { describe, expect, it } from "vitest";
import { multiply } from "../../matrix/algebra.ts";
import { scaleDiagonally } from "../../matrix/builders.ts";
import { kroneckerSum } from "../../sparse/kronecker-sum.ts";
import { toDense } from "../../matrix/convert.ts";
import { csrAdjoint, csrFromTriplets } from "../../sparse/csr.ts";
import { dense, linearOperator } from "../../matrix/matrix.ts";
import type { CsrMatrix, Triplet } from "../../matrix/matrix.ts";
import { asOperator } from "../../matrix/product.ts";
import { diagonalPreconditioner } from "../diagonal.ts";
import { spectrum } from "../spectrum.ts";
import { randomVector } from "../vector.ts";
import { aggregate } from "./aggregate.ts";
import { multigrid } from "./multigrid.ts";
import { galerkin, sparseProduct } from "./sparse-product.ts";

/** Laplacian of a width x height grid: eigenvalues 4 - 2 cos(pi i / width) - 2 cos(pi j / height). */
function grid(width: number, height: number): CsrMatrix {
  const triplets: Triplet[] = [];
  const link = (i: number, j: number): void =>
    void triplets.push([i, i, 1], [j, j, 1], [i, j, -1], [j, i, -1]);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      if (x + 1 < width) link(y * width + x, y * width + x + 1);
      if (y + 1 < height) link(y * width + x, (y + 1) * width + x);
    }
  }
  return csrFromTriplets({ rows: width * height, cols: width * height, triplets });
}

const ones = (n: number): Float64Array => new Float64Array(n).fill(1);

describe("multigrid", () => {
  it("is a symmetric, positive approximation of the inverse that stays good as the grid grows", () => {
    for (const side of [30, 60, 90]) {
      const a = grid(side, side);
      const n = a.rows;
      const cycle = multigrid(a, asOperator(a))!;
      const centred = (seed: number): Float64Array => {
        const x = randomVector(n, seed);
        const mean = dot(x, ones(n)) / n;
        return x.map((v) => v - mean);
      };
      const [r, s] = [centred(1), centred(2)];
      const [x, y] = [new Float64Array(n), new Float64Array(n)];
      cycle(r, x);
      cycle(s, y);
      expect(Math.abs(dot(s, x) / dot(r, y) - 1)).toBeLessThan(1e-9);
      expect(dot(r, x)).toBeGreaterThan(0);
      // As a solver: each cycle takes away at least a third of the error's energy residual, on every size of grid.
      let residual = r;
      const product = new Float64Array(n);
      for (let step = 0; step < 12; step++) {
        cycle(residual, x);
        asOperator(a).apply(x, product);
        residual = residual.map((v, i) => v - product[i]!);
      }
      expect(norm(residual) / norm(r)).toBeLessThan((2 / 3) ** 12);
    }
  });
  it("lets LOBPCG find lambda_2 of a long grid in a fraction of the steps that the diagonal needs", () => {
    const [width, height] = [240, 90];
    const operator = grid(width, height);
    const task = { operator, k: 1, tolerance: 1e-9, deflate: [ones(operator.rows)] };
    const found = spectrum(task);
    expect(found.method).toBe("lobpcg");
    expect(found.converged).toBe(true);
    // Residuals of 1e-9 * 8 over a gap of 5e-4 and the square of that: far below rounding of 2 - 2 cos.
    expect(Math.abs(found.values[0]! - (2 - 2 * Math.cos(Math.PI / width)))).toBeLessThan(1e-12);
    expect(found.products).toBeLessThan(300);
    const plain = spectrum({
      ...task,
      precondition: diagonalPreconditioner(operator)!,
      maxProducts: 2 * found.products,
    });
    expect(plain.converged).toBe(false);
  });
  it("joins pairs of strongly coupled layers first", () => {
    const layer = grid(30, 30);
    const operator = kroneckerSum({
      layers: [
        { name: "a", operator: layer },
        { name: "b", operator: layer },
      ],
      between: dense([
        [500, -500],
        [-500, 500],
      ]),
    });
    const n = 900;
    const r = randomVector(2 * n, 3);
    const mean = dot(r, ones(2 * n)) / (2 * n);
    const start = r.map((v) => v - mean);
    const cycle = multigrid(operator, operator)!;
    const [x, y] = [new Float64Array(2 * n), new Float64Array(2 * n)];
    let residual: Float64Array = start;
    for (let step = 0; step < 12; step++) {
      cycle(residual, x);
      operator.apply(x, y);
      residual = residual.map((v, i) => v - y[i]!);
    }
    expect(norm(residual) / norm(start)).toBeLessThan((2 / 3) ** 12);
  });
  it("takes a near-null vector, and leaves alone what it is not for", () => {
    // D^-1/2 L D^-1/2 has the null vector D^1/2.
    const a = grid(30, 30);
    const root = Float64Array.from({ length: 900 }, (_, i) =>
      Math.sqrt(a.values[indexOfDiagonal(a, i)]!),
    );
    const scaled = scaleDiagonally(
      a,
      root.map((v) => 1 / v),
    );
    expect(multigrid(scaled, asOperator(scaled), root)).toBeDefined();
    const positive = csrFromTriplets({
      rows: 500,
      cols: 500,
      triplets: Array.from({ length: 500 }, (_, i): Triplet[] => [
        [i, i, 3],
        [i, (i + 1) % 500, 1],
        [(i + 1) % 500, i, 1],
      ]).flat(),
    });
    expect(multigrid(positive, asOperator(positive))).toBeUndefined();
    const free = linearOperator({ rows: 900, cols: 900, apply: (x, y) => y.set(x) });
    expect(multigrid(free, free)).toBeUndefined();
    // Small enough for a dense solver: no level above the smallest.
    expect(multigrid(grid(10, 10), asOperator(grid(10, 10)))).toBeUndefined();
  });
  it("leaves random networks to the diagonal", () => {
    const n = 2000;
    const triplets: Triplet[] = [];
    let state = 5;
    const next = (): number => {
      state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
      return Math.floor((state / 4294967296) * n);
    };
    for (let e = 0; e < 6 * n; e++) {
      const [i, j] = [next(), next()];
      if (i !== j) triplets.push([i, i, 1], [j, j, 1], [i, j, -1], [j, i, -1]);
    }
    const a = csrFromTriplets({ rows: n, cols: n, triplets });
    expect(multigrid(a, asOperator(a))).toBeUndefined();
  });
});

function indexOfDiagonal(a: CsrMatrix, i: number): number {
  for (let p = a.indptr[i]!; p < a.indptr[i + 1]!; p++) if (a.indices[p] === i) return p;
  throw new Error(`no diagonal entry in row ${i}`);
}

describe("parts", () => {
  it("aggregates cover every unknown, each once, with neighbours together", () => {
    const a = grid(20, 20);
    const { group, count } = aggregate(a);
    const sizes = new Int32Array(count);
    for (const g of group) sizes[g]!++;
    expect(Math.min(...sizes)).toBeGreaterThan(0);
    expect(count).toBeLessThan(400 / 3);
    // A group has no two members further apart than four links: a root, its neighbours, and those that joined them.
    group.forEach((g, i) => {
      group.forEach((h, j) => {
        if (g !== h) return;
        const apart =
          Math.abs((i % 20) - (j % 20)) + Math.abs(Math.floor(i / 20) - Math.floor(j / 20));
        expect(apart).toBeLessThanOrEqual(4);
      });
    });
  });
  it("sparse products are the dense ones", () => {
    const a = csrFromTriplets({
      rows: 3,
      cols: 4,
      triplets: [
        [0, 1, 2],
        [0, 3, -1],
        [2, 0, 5],
        [2, 1, 1],
      ],
    });
    const b = csrFromTriplets({
      rows: 4,
      cols: 2,
      triplets: [
        [0, 0, 1],
        [1, 0, 3],
        [1, 1, -2],
        [3, 0, 6],
      ],
    });
    expect(toDense(sparseProduct(a, b))).toEqual(multiply(toDense(a), toDense(b)));
    const square = grid(3, 2);
    const p = csrFromTriplets({
      rows: 6,
      cols: 2,
      triplets: [
        [0, 0, 1],
        [1, 0, 1],
        [2, 0, 0.5],
        [2, 1, 0.5],
        [3, 1, 1],
        [4, 1, 1],
        [5, 1, 1],
      ],
    });
    expect(toDense(galerkin(square, p))).toEqual(
      multiply(toDense(csrAdjoint(p)), multiply(toDense(square), toDense(p))),
    );
  });
});
