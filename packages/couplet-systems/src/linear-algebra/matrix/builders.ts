/** Operators of common shape: shifts, open stacks, Bloch sums, diagonal scaling, adjoints. */
import { requireOptions } from "couplet/kit";
import { requireNames } from "../../spec-value.ts";
import { csrAdjoint, csrFromTriplets } from "../sparse/csr.ts";
import { forEachEntry } from "./convert.ts";
import { checkLength, isComplex, linearOperator, mismatch, squareSize } from "./matrix.ts";
import type { AnyOperator, ComplexDenseMatrix, LinearOperator, Matrix } from "./matrix.ts";
import { applyAdjoint, asOperator } from "./product.ts";
import { supra } from "../../supra/supra.ts";
import type { ScaledBlock, SupraOperator } from "../../supra/supra.ts";

/** scale * A + shift * I. */
export function shifted(a: AnyOperator, scale: number, shift: number): AnyOperator {
  const n = squareSize("shifted", a);
  if (a.kind === "operator") {
    const act =
      (multiply: (x: Float64Array, y: Float64Array) => void) =>
      (x: Float64Array, y: Float64Array): void => {
        multiply(x, y);
        for (let i = 0; i < y.length; i++) y[i] = scale * y[i]! + shift * x[i]!;
      };
    return linearOperator({
      rows: n,
      cols: n,
      complex: a.complex,
      apply: act((x, y) => a.apply(x, y)),
      adjoint: act((x, y) => applyAdjoint(a, x, y)),
    });
  }
  if (a.kind === "csr") {
    // Room for every entry of A and one diagonal entry in each row; equal places are added.
    const count = a.indices.length + n;
    const [row, column, values] = [
      new Int32Array(count),
      new Int32Array(count),
      new Float64Array(count),
    ];
    const imag = a.imag === undefined ? undefined : new Float64Array(count);
    let e = 0;
    forEachEntry(a, (i, j, re, im) => {
      [row[e], column[e], values[e]] = [i, j, scale * re];
      if (imag !== undefined) imag[e] = scale * im;
      e++;
    });
    for (let i = 0; i < n; i++, e++) [row[e], column[e], values[e]] = [i, i, shift];
    return csrFromTriplets({
      rows: n,
      cols: n,
      row,
      column,
      values,
      ...(imag === undefined ? {} : { imag }),
    });
  }
  const addDiagonal = (source: Float64Array, value: number): Float64Array => {
    const out = source.map((v) => scale * v);
    for (let i = 0; i < n; i++) out[i * n + i]! += value;
    return out;
  };
  if (a.kind === "dense") return { ...a, values: addDiagonal(a.values, shift) };
  return { ...a, re: addDiagonal(a.re, shift), im: addDiagonal(a.im, 0) };
}

/**
 * An open stack of `count` equal layers: block tridiagonal, `onSite` on the diagonal, `hopping` from
 * a layer to the next above it (block (n, n + 1)), its adjoint below. With `phase` the last layer is
 * joined to the first by e^{i phase} (a closed stack; needs at least 3 layers).
 *
 * The layers are named "0", "1", ...
 */
export function stack(spec: {
  readonly onSite: Matrix;
  readonly hopping: Matrix;
  readonly count: number;
  readonly phase?: number;
}): SupraOperator {
  requireOptions("stack", spec, { onSite: true, hopping: true, count: 0, phase: 0 });
  requireNames("stack", spec, ["onSite", "hopping"]);
  const { onSite, hopping, count, phase } = spec;
  const n = squareSize("stack: onSite", onSite);
  if (!Number.isInteger(count) || count < 1)
    throw mismatch("stack: count", "an integer >= 1", String(count));
  if (phase !== undefined && count < 3)
    throw mismatch("stack: count", "at least 3 layers in a closed stack", String(count));
  const back = adjointOf(hopping);
  const blocks: Record<string, Record<string, AnyOperator | ScaledBlock>> = {};
  for (let a = 0; a < count; a++) {
    const row: Record<string, AnyOperator | ScaledBlock> = { [a]: onSite };
    if (a + 1 < count) row[a + 1] = hopping;
    else if (phase !== undefined) row[0] = { block: hopping, phase };
    if (a > 0) row[a - 1] = back;
    else if (phase !== undefined) row[count - 1] = { block: back, phase: -phase };
    blocks[a] = row;
  }
  return supra({
    layers: Array.from({ length: count }, (_, a) => ({ name: String(a), size: n })),
    blocks,
  });
}

/** One term of a Bloch sum: the block that joins a cell to the cell at `cell`. */
export interface BlochTerm {
  readonly cell: readonly number[];
  readonly matrix: Matrix;
}

/**
 * The Bloch sum at a wave vector, A(k) = sum_R e^{i k.R} A_R, as a complex dense matrix.
 *
 * @param k wave vector in radians per cell, one number for each axis
 * @throws CoupletError SHAPE_MISMATCH if a term has another size or another number of axes
 */
export function blochSum(terms: readonly BlochTerm[], k: readonly number[]): ComplexDenseMatrix {
  const [rows, cols] = [terms[0]?.matrix.rows ?? 0, terms[0]?.matrix.cols ?? 0];
  const re = new Float64Array(rows * cols);
  const im = new Float64Array(rows * cols);
  terms.forEach(({ cell, matrix }, t) => {
    if (matrix.rows !== rows || matrix.cols !== cols) {
      throw mismatch(`blochSum: term ${t}`, `${rows} x ${cols}`, `${matrix.rows} x ${matrix.cols}`);
    }
    if (cell.length !== k.length)
      throw mismatch(`blochSum: term ${t}`, `${k.length} axes`, String(cell.length));
    const angle = cell.reduce((sum, steps, axis) => sum + steps * k[axis]!, 0);
    const [c, s] = [Math.cos(angle), Math.sin(angle)];
    forEachEntry(matrix, (i, j, x, y) => {
      re[i * cols + j]! += c * x - s * y;
      im[i * cols + j]! += s * x + c * y;
    });
  });
  return { kind: "complexDense", rows, cols, re, im };
}

/** diag(left) A diag(right) with real diagonals, e.g. D^-1/2 A D^-1/2; default `right` is `left`. */
export function scaleDiagonally(
  a: AnyOperator,
  left: ArrayLike<number>,
  right: ArrayLike<number> = left,
): AnyOperator {
  checkLength("scaleDiagonally: left", left, a.rows);
  checkLength("scaleDiagonally: right", right, a.cols);
  if (a.kind === "csr") {
    const scaleValues = (source: Float64Array): Float64Array => {
      const out = new Float64Array(source.length);
      for (let i = 0; i < a.rows; i++) {
        for (let p = a.indptr[i]!; p < a.indptr[i + 1]!; p++)
          out[p] = left[i]! * source[p]! * right[a.indices[p]!]!;
      }
      return out;
    };
    return {
      ...a,
      values: scaleValues(a.values),
      imag: a.imag === undefined ? undefined : scaleValues(a.imag),
    };
  }
  if (a.kind === "operator") return scaledOperator(a, left, right);
  const scaleValues = (source: Float64Array): Float64Array =>
    source.map((v, p) => left[Math.floor(p / a.cols)]! * v * right[p % a.cols]!);
  if (a.kind === "dense") return { ...a, values: scaleValues(a.values) };
  return { ...a, re: scaleValues(a.re), im: scaleValues(a.im) };
}

function scaledOperator(
  a: LinearOperator,
  left: ArrayLike<number>,
  right: ArrayLike<number>,
): LinearOperator {
  const act =
    (
      multiply: (x: Float64Array, y: Float64Array) => void,
      before: ArrayLike<number>,
      after: ArrayLike<number>,
    ) =>
    (x: Float64Array, y: Float64Array): void => {
      multiply(
        x.map((v, i) => v * before[i % before.length]!),
        y,
      );
      for (let i = 0; i < y.length; i++) y[i]! *= after[i % after.length]!;
    };
  return linearOperator({
    rows: a.rows,
    cols: a.cols,
    complex: a.complex,
    apply: act((x, y) => a.apply(x, y), right, left),
    adjoint: act((x, y) => applyAdjoint(a, x, y), left, right),
  });
}

/** The conjugate transpose, in the same storage. */
export function adjointOf<T extends Matrix>(a: T): T;
export function adjointOf(a: LinearOperator): LinearOperator;
export function adjointOf(a: AnyOperator): AnyOperator;
export function adjointOf(a: AnyOperator): AnyOperator {
  if (a.kind === "csr") return csrAdjoint(a);
  if (a.kind === "operator") {
    const map = asOperator(a);
    return linearOperator({
      rows: a.cols,
      cols: a.rows,
      complex: isComplex(a),
      apply: (x, y) => applyAdjoint(map, x, y),
      adjoint: (x, y) => map.apply(x, y),
    });
  }
  const flip = (source: Float64Array, sign: number): Float64Array => {
    const out = new Float64Array(source.length);
    for (let i = 0; i < a.rows; i++)
      for (let j = 0; j < a.cols; j++) out[j * a.rows + i] = sign * source[i * a.cols + j]!;
    return out;
  };
  const shape = { rows: a.cols, cols: a.rows };
  if (a.kind === "dense") return { kind: "dense", ...shape, values: flip(a.values, 1) };
  return { kind: "complexDense", ...shape, re: flip(a.re, 1), im: flip(a.im, -1) };
}
