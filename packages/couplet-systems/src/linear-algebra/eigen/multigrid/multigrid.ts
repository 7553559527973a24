/**
 * A V-cycle of algebraic multigrid by smoothed aggregation, as a preconditioner for Laplacians and their like.
 *
 * Where a network is far across (a grid, a road map) its slow modes are smooth over many nodes, and the diagonal says nothing
 * about them: hundreds or thousands of steps. A hierarchy of ever fewer groups of nodes does, at the price of about two
 * products a cycle.
 *
 * Source: Vanek, Mandel & Brezina 1996, Computing 56, 179.
 */
import { dot, norm } from "couplet/kit";
import { csrAccumulate, csrAccumulateTransposed } from "../../sparse/csr.ts";
import { toCsr, toDense } from "../../matrix/convert.ts";
import { isComplex } from "../../matrix/matrix.ts";
import type { AnyOperator, CsrMatrix, LinearOperator } from "../../matrix/matrix.ts";
import { storedEntries } from "../../sparse/parallel/parallel-operator.ts";
import { diagonalOf } from "../diagonal.ts";
import { eigenSymmetric } from "../dense-symmetric.ts";
import { randomVector } from "../vector.ts";
import { aggregate, interpolation } from "./aggregate.ts";
import { galerkin } from "./sparse-product.ts";

/** z becomes about A^-1 r. */
export type Preconditioner = (r: Float64Array, z: Float64Array) => void;

interface Level {
  readonly apply: (x: Float64Array, y: Float64Array) => void;
  /** omega / diagonal: one damped Jacobi step is x += scaled (r - A x). */
  readonly scaled: Float64Array;
  readonly interpolate: CsrMatrix | undefined;
}

/** Levels of at most this size are solved exactly. */
const smallest = 400;
const deepest = 12;

/**
 * The V-cycle for a real symmetric operator with positive diagonal, or undefined where it does not pay: for complex or
 * matrix-free operators, for entries off the diagonal that are mostly positive, or where groups hardly have fewer links than
 * their members (random networks, for which the diagonal is good enough).
 *
 * @param map the operator's product (on threads, perhaps)
 * @param near a vector on which A is almost 0, without zeros; ones if left out
 */
export function multigrid(
  operator: AnyOperator,
  map: LinearOperator,
  near?: Float64Array,
): Preconditioner | undefined {
  if (isComplex(operator) || storedEntries(operator) === undefined) return undefined;
  let a = toCsr(operator);
  if (!fits(a)) return undefined;
  let vector =
    near?.every((v) => v > 0) === true || near?.every((v) => v < 0) === true
      ? near
      : new Float64Array(a.rows).fill(1);
  let apply: Level["apply"] = (x, y) => map.apply(x, y);
  const levels: Level[] = [];
  const dearest = 2 * a.indices.length;
  let total = 0;
  while (a.rows > smallest && levels.length < deepest) {
    const diagonal = diagonalOf(a)!;
    if (!diagonal.every((d) => d > 0)) return undefined;
    const omega = 4 / (3 * largestRatio(a.rows, apply, diagonal));
    const { group, count } = aggregate(a);
    // Pairs and the like, where few links are far stronger than the others: smoothing would only fill the coarse operator.
    const small = 3 * count > a.rows;
    const p = interpolation(a, diagonal, small ? 0 : omega, group, count, vector);
    // Members with links into many groups: a random network, whose coarse operators fill up.
    if (p.indices.length > 0.6 * a.indices.length) return undefined;
    const coarse = galerkin(a, p);
    total += coarse.indices.length;
    // A cycle may cost as much as four products on the finest level with two of its own.
    if (count > 0.8 * a.rows || total > dearest) return undefined;
    levels.push({ apply, scaled: diagonal.map((d) => omega / d), interpolate: p });
    a = coarse;
    vector = new Float64Array(count).fill(1);
    const own = a;
    apply = (x, y) => {
      y.fill(0);
      csrAccumulate(own, x, y, 1);
    };
  }
  if (a.rows > smallest || levels.length === 0) return undefined;
  const solveSmallest = pseudoInverse(a);
  const cycle = (l: number, r: Float64Array): Float64Array => {
    const level = levels[l];
    if (level?.interpolate === undefined) return solveSmallest(r);
    const { scaled, interpolate } = level;
    const x = new Float64Array(r.length);
    const y = new Float64Array(r.length);
    for (let i = 0; i < r.length; i++) x[i] = scaled[i]! * r[i]!;
    level.apply(x, y);
    for (let i = 0; i < r.length; i++) y[i] = r[i]! - y[i]!;
    const restricted = new Float64Array(interpolate.cols);
    csrAccumulateTransposed(interpolate, y, restricted, 1);
    csrAccumulate(interpolate, cycle(l + 1, restricted), x, 1);
    // A step after, as before: the cycle is then symmetric, as LOBPCG needs it.
    level.apply(x, y);
    for (let i = 0; i < r.length; i++) x[i]! += scaled[i]! * (r[i]! - y[i]!);
    return x;
  };
  return (r, z) => z.set(cycle(0, r));
}

/** Whether the entries off the diagonal are those of a Laplacian: negative, but for a little. */
function fits(a: CsrMatrix): boolean {
  let [negative, positive] = [0, 0];
  for (let i = 0; i < a.rows; i++) {
    for (let p = a.indptr[i]!; p < a.indptr[i + 1]!; p++) {
      if (a.indices[p] === i) continue;
      const v = a.values[p]!;
      if (v < 0) negative -= v;
      else positive += v;
    }
  }
  return positive <= 0.05 * negative;
}

/** The largest eigenvalue of D^-1 A, from ten steps of the power method and a tenth more: at most 2 for a Laplacian. */
function largestRatio(
  n: number,
  apply: (x: Float64Array, y: Float64Array) => void,
  diagonal: Float64Array,
): number {
  let x: Float64Array = randomVector(n, 77);
  let y: Float64Array = new Float64Array(n);
  let ratio = 0;
  for (let step = 0; step < 10; step++) {
    const length = norm(x);
    for (let i = 0; i < n; i++) x[i]! /= length;
    apply(x, y);
    for (let i = 0; i < n; i++) y[i]! /= diagonal[i]!;
    ratio = norm(y);
    [x, y] = [y, x];
  }
  return 1.1 * ratio;
}

/** r -> A^+ r of a small symmetric matrix: eigenvalues below 1e-10 of the largest count as 0. */
function pseudoInverse(a: CsrMatrix): (r: Float64Array) => Float64Array {
  const full = toDense(a);
  const n = a.rows;
  // Products of products: symmetric up to rounding only.
  for (let i = 0; i < n; i++)
    for (let j = 0; j < i; j++) {
      const mean = (full.values[i * n + j]! + full.values[j * n + i]!) / 2;
      full.values[i * n + j] = full.values[j * n + i] = mean;
    }
  const { values, vectors } = eigenSymmetric(full);
  const floor = 1e-10 * Math.abs(values[n - 1]!);
  return (r) => {
    const x = new Float64Array(n);
    vectors.forEach((v, k) => {
      if (values[k]! <= floor) return;
      const c = dot(v, r) / values[k]!;
      for (let i = 0; i < n; i++) x[i]! += c * v[i]!;
    });
    return x;
  };
}
