import { CoupletError, checkOptions, norm } from "couplet/kit";
import { asOperator } from "../linear-algebra/matrix/product.ts";
import type { AnyOperator } from "../linear-algebra/matrix/matrix.ts";

/** exp(t A) x and how well it is known. */
export interface ExponentialAction {
  readonly value: Float64Array;
  /** Estimate of the 2-norm of the error, rounding included, summed over the steps. */
  readonly errorEstimate: number;
  readonly steps: number;
  /** Products with the operator. */
  readonly products: number;
}

/** Options of {@link exponentialAction}. */
export interface ExponentialOptions {
  /** Error allowed in the 2-norm, relative to |x|; default 1e-10. */
  readonly tolerance?: number;
  /** Krylov dimension; default 30. */
  readonly dimension?: number;
}

/**
 * exp(t A) x for a large real operator without forming the exponential: Krylov projection with steps
 * whose local error is estimated and kept below the tolerance.
 *
 *   exp(tau A) v ~ |v| V_m exp(tau H_m) e_1, error from the (m + 1)-th and (m + 2)-th terms of the expansion
 *
 * @throws CoupletError NON_FINITE_INPUT; NOT_CONVERGED if the steps become too small
 * @see Sidje 1998, ACM Trans. Math. Softw. 24, 130 (Expokit); Saad 1992, SIAM J. Numer. Anal. 29, 209
 */
// oxlint-disable-next-line eslint/max-lines-per-function -- one loop of step control: the time left, the step and the error estimate share its scalars
export function exponentialAction(
  a: AnyOperator,
  t: number,
  x: Float64Array,
  options: ExponentialOptions = {},
): ExponentialAction {
  checkOptions("exponentialAction", options, { tolerance: 0, dimension: 0 });
  const op = asOperator(a);
  const n = op.rows;
  if (op.complex || op.cols !== n || x.length !== n) {
    throw new CoupletError({
      code: "SHAPE_MISMATCH",
      where: "exponentialAction",
      expected: `a real square operator and a vector of ${n}`,
      received: `${op.rows} x ${op.cols}${op.complex ? ", complex" : ""}, and ${x.length}`,
    });
  }
  if (!Number.isFinite(t) || !x.every(Number.isFinite)) {
    throw new CoupletError({
      code: "NON_FINITE_INPUT",
      where: "exponentialAction",
      expected: "a finite time and vector",
      received: Number.isFinite(t) ? "a vector with NaN or infinity" : `t = ${t}`,
    });
  }
  const m = Math.min(options.dimension ?? 30, n);
  let w = Float64Array.from(x);
  const size = norm(x);
  const total = Math.abs(t);
  const sign = t < 0 ? -1 : 1;
  const tolerance = Math.max(options.tolerance ?? 1e-10, 4 * Number.EPSILON) * size;
  let [done, tau, steps, products, error] = [0, total, 0, 0, 0];
  if (size === 0 || total === 0) return { value: w, errorEstimate: 0, steps, products };

  while (done < total) {
    const { basis, h, used, last } = arnoldi(op, w, m, sign);
    products += used;
    const beta = norm(w);
    tau = Math.min(tau, total - done);
    // |A v_{m+1}|, for the second error term; a happy breakdown makes the projection exact
    const exact = last === undefined;
    let next = 0;
    if (!exact) {
      const av = new Float64Array(n);
      op.apply(last, av);
      products++;
      next = norm(av);
    }
    for (let tries = 0; ; tries++) {
      if (tries > 60) {
        throw new CoupletError({
          code: "NOT_CONVERGED",
          where: "exponentialAction",
          expected: `to reach t = ${t}`,
          received: `steps of ${tau} at ${done * sign}`,
        });
      }
      const k = used;
      const q = exact ? k : k + 2;
      const bordered = new Float64Array(q * q);
      for (let i = 0; i < k; i++)
        for (let j = 0; j < k; j++) bordered[i * q + j] = tau * h[i * (m + 1) + j]!;
      if (!exact) {
        bordered[k * q + k - 1] = tau * h[k * (m + 1) + k - 1]!;
        bordered[(k + 1) * q + k] = tau;
      }
      const f = matrixExponential(bordered, q);
      let local = 0;
      if (!exact) {
        const first = Math.abs(beta * f[k * q]!);
        const second = Math.abs(beta * f[(k + 1) * q]! * next);
        local =
          first > 10 * second
            ? second
            : first > second
              ? (first * second) / (first - second)
              : first;
        if (local > (1.2 * tau * tolerance) / total) {
          tau *= Math.max(0.1, 0.9 * ((tau * tolerance) / total / local) ** (1 / k));
          continue;
        }
      }
      const value = new Float64Array(n);
      const terms = exact ? k : k + 1;
      for (let j = 0; j < terms; j++) {
        const c = beta * f[j * q]!;
        const v = j < k ? basis[j] : last!;
        for (let i = 0; i < n; i++) value[i]! += c * v![i]!;
      }
      w = value;
      done += tau;
      // the projection cannot be better than rounding
      error += local + Number.EPSILON * beta;
      steps++;
      // a step that was far more accurate than needed allows a longer one
      tau *=
        local === 0
          ? 5
          : Math.min(5, Math.max(0.2, 0.9 * ((tau * tolerance) / total / local) ** (1 / k)));
      break;
    }
  }
  return { value: w, errorEstimate: error, steps, products };
}

/** Arnoldi with two passes of Gram-Schmidt; `last` is v_{m+1}, undefined after a breakdown. */
function arnoldi(
  op: { apply(x: Float64Array, y: Float64Array): void },
  start: Float64Array,
  m: number,
  sign: number,
): { basis: Float64Array[]; h: Float64Array; used: number; last: Float64Array | undefined } {
  const n = start.length;
  const beta = norm(start);
  const basis = [start.map((v) => v / beta)];
  const h = new Float64Array((m + 1) * (m + 1));
  let largest = 0;
  for (let j = 0; j < m; j++) {
    const y = new Float64Array(n);
    op.apply(basis[j]!, y);
    for (let i = 0; i < n; i++) y[i]! *= sign;
    largest = Math.max(largest, norm(y));
    for (let pass = 0; pass < 2; pass++) {
      for (let i = 0; i <= j; i++) {
        const v = basis[i]!;
        let dot = 0;
        for (let k = 0; k < n; k++) dot += v[k]! * y[k]!;
        h[i * (m + 1) + j]! += dot;
        for (let k = 0; k < n; k++) y[k]! -= dot * v[k]!;
      }
    }
    const rest = norm(y);
    if (rest <= 1e-14 * largest || j + 1 >= n) return { basis, h, used: j + 1, last: undefined };
    h[(j + 1) * (m + 1) + j] = rest;
    for (let k = 0; k < n; k++) y[k]! /= rest;
    if (j + 1 === m) return { basis, h, used: m, last: y };
    basis.push(y);
  }
  return { basis, h, used: m, last: undefined };
}

/** exp of a small dense matrix (row-major) by scaling, a Taylor series of degree 18 and squaring. */
export function matrixExponential(a: Float64Array, n: number): Float64Array {
  let size = 0;
  for (let i = 0; i < n; i++) {
    let row = 0;
    for (let j = 0; j < n; j++) row += Math.abs(a[i * n + j]!);
    size = Math.max(size, row);
  }
  // |A / 2^s| <= 1/2: the 19th term is below 2^-19 / 19! = 2e-23
  const squarings = size > 0.5 ? Math.ceil(Math.log2(size / 0.5)) : 0;
  const b = a.map((v) => v / 2 ** squarings);
  let sum = new Float64Array(n * n);
  for (let i = 0; i < n; i++) sum[i * n + i] = 1;
  for (let k = 18; k >= 1; k--) {
    const product = times(b, sum, n);
    for (let i = 0; i < product.length; i++) product[i]! /= k;
    for (let i = 0; i < n; i++) product[i * n + i]! += 1;
    sum = product;
  }
  for (let s = 0; s < squarings; s++) sum = times(sum, sum, n);
  return sum;
}

function times(a: Float64Array, b: Float64Array, n: number): Float64Array<ArrayBuffer> {
  const out = new Float64Array(n * n);
  for (let i = 0; i < n; i++) {
    for (let k = 0; k < n; k++) {
      const x = a[i * n + k]!;
      if (x !== 0) for (let j = 0; j < n; j++) out[i * n + j]! += x * b[k * n + j]!;
    }
  }
  return out;
}
