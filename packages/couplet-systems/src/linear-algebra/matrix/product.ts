/** Matrix times vector for every kind of operator, and its adjoint. */
import { CoupletError } from "couplet/kit";
import { csrAccumulate, csrAccumulateTransposed } from "../sparse/csr.ts";
import { checkLength, isComplex } from "./matrix.ts";
import type { AnyOperator, LinearOperator } from "./matrix.ts";

/** A real or complex number by which a product is scaled. */
export interface Factor {
  readonly re: number;
  readonly im: number;
}

const one: Factor = { re: 1, im: 0 };

/**
 * Returns A x as a new vector.
 *
 * @param x real (length cols), or planar complex (length 2 cols) if A is complex
 * @throws CoupletError SHAPE_MISMATCH if x has another length
 */
export function matvec(a: AnyOperator, x: Float64Array): Float64Array {
  const width = isComplex(a) ? 2 : 1;
  checkLength("matvec: x", x, width * a.cols);
  const y = new Float64Array(width * a.rows);
  asOperator(a).apply(x, y);
  return y;
}

/** Returns A^H x as a new vector. @throws CoupletError USAGE for a matrix-free operator without `adjoint` */
export function adjointMatvec(a: AnyOperator, x: Float64Array): Float64Array {
  const width = isComplex(a) ? 2 : 1;
  checkLength("adjointMatvec: x", x, width * a.rows);
  const y = new Float64Array(width * a.cols);
  applyAdjoint(asOperator(a), x, y);
  return y;
}

/** The operator's `adjoint`. @throws CoupletError USAGE if it has none */
export function applyAdjoint(a: LinearOperator, x: Float64Array, y: Float64Array): void {
  if (a.adjoint === undefined) {
    throw new CoupletError({
      code: "USAGE",
      where: "adjoint",
      expected: "an operator with an adjoint",
      received: `a matrix-free ${a.rows} x ${a.cols} operator without one`,
      hint: "Give linearOperator an `adjoint` function.",
    });
  }
  a.adjoint(x, y);
}

/** Any matrix as a {@link LinearOperator}; an operator is returned as it is. */
export function asOperator(a: AnyOperator): LinearOperator {
  if (a.kind === "operator") return a;
  const complex = isComplex(a);
  return {
    kind: "operator",
    rows: a.rows,
    cols: a.cols,
    complex,
    apply(x, y): void {
      y.fill(0);
      accumulate(a, x, y, one, complex, false);
    },
    adjoint(x, y): void {
      y.fill(0);
      accumulate(a, x, y, one, complex, true);
    },
  };
}

/**
 * y += factor * A x, or y += conj(factor) * A^H x if `adjoint`.
 *
 * `planar` says whether x and y are planar complex; it must be true if A or the factor is complex.
 */
export function accumulate(
  a: AnyOperator,
  x: Float64Array,
  y: Float64Array,
  factor: Factor,
  planar: boolean,
  adjoint: boolean,
): void {
  if (!planar) {
    realPart(a, x, y, factor.re, adjoint, "re");
    return;
  }
  const [xr, xi] = halves(x);
  const [yr, yi] = halves(y);
  const im = adjoint ? -factor.im : factor.im;
  if (a.kind === "operator" && a.complex) {
    const part = new Float64Array(y.length);
    if (adjoint) applyAdjoint(a, x, part);
    else a.apply(x, part);
    const [pr, pi] = halves(part);
    addScaled(pr, yr, factor.re);
    addScaled(pi, yi, factor.re);
    addScaled(pi, yr, -im);
    addScaled(pr, yi, im);
    return;
  }
  // (f + ig)(R + iS)(u + iv); for the adjoint S and g change sign and R, S are transposed.
  const hasImag = a.kind === "complexDense" || (a.kind === "csr" && a.imag !== undefined);
  const sign = adjoint ? -1 : 1;
  if (factor.re !== 0) {
    realPart(a, xr, yr, factor.re, adjoint, "re");
    realPart(a, xi, yi, factor.re, adjoint, "re");
    if (hasImag) {
      realPart(a, xi, yr, -sign * factor.re, adjoint, "im");
      realPart(a, xr, yi, sign * factor.re, adjoint, "im");
    }
  }
  if (im !== 0) {
    realPart(a, xr, yi, im, adjoint, "re");
    realPart(a, xi, yr, -im, adjoint, "re");
    if (hasImag) {
      realPart(a, xr, yr, -sign * im, adjoint, "im");
      realPart(a, xi, yi, -sign * im, adjoint, "im");
    }
  }
}

/** The real and the imaginary half of a planar complex vector, as views. */
export function halves(x: Float64Array): [re: Float64Array, im: Float64Array] {
  const n = x.length / 2;
  return [x.subarray(0, n), x.subarray(n)];
}

function addScaled(x: Float64Array, y: Float64Array, factor: number): void {
  if (factor === 0) return;
  for (let i = 0; i < x.length; i++) y[i]! += factor * x[i]!;
}

/** y += factor * (Re A or Im A) x, transposed if asked; all real. */
function realPart(
  a: AnyOperator,
  x: Float64Array,
  y: Float64Array,
  factor: number,
  transposed: boolean,
  part: "re" | "im",
): void {
  if (a.kind === "operator") {
    const product = new Float64Array(y.length);
    if (transposed) applyAdjoint(a, x, product);
    else a.apply(x, product);
    addScaled(product, y, factor);
    return;
  }
  if (a.kind === "csr") {
    const values = part === "re" ? a.values : a.imag!;
    if (transposed) csrAccumulateTransposed(a, x, y, factor, values);
    else csrAccumulate(a, x, y, factor, values);
    return;
  }
  const values = a.kind === "dense" ? a.values : part === "re" ? a.re : a.im;
  const { rows, cols } = a;
  for (let i = 0; i < rows; i++) {
    const base = i * cols;
    if (transposed) {
      const xi = factor * x[i]!;
      for (let j = 0; j < cols; j++) y[j]! += values[base + j]! * xi;
    } else {
      let sum = 0;
      for (let j = 0; j < cols; j++) sum += values[base + j]! * x[j]!;
      y[i]! += factor * sum;
    }
  }
}
