/** Schur complements: eliminating a part of a coupled system exactly. */
import { CoupletError, requireOptions } from "couplet/kit";
import { requireNames } from "../../spec-value.ts";
import { combine, multiply, submatrix } from "../matrix/algebra.ts";
import type { AnyDense } from "../matrix/algebra.ts";
import { toComplexDense, toDense } from "../matrix/convert.ts";
import { isComplex, mismatch, squareSize } from "../matrix/matrix.ts";
import type { AnyOperator, ComplexDenseMatrix, DenseMatrix } from "../matrix/matrix.ts";
import { isSupra } from "../../supra/supra.ts";
import { luFactor, solveWith } from "./lu.ts";

/** A real or complex shift: z or { re, im }. */
export type Shift = number | { readonly re: number; readonly im: number };

/** The input of {@link schurComplement}. */
export interface SchurSpec {
  readonly operator: AnyOperator;
  /** The kept unknowns: indices, or (for a supra operator) names of layers. */
  readonly keep: readonly number[] | readonly string[];
  /** The shift z; default 0. */
  readonly shift?: Shift;
}

/**
 * The Schur complement of the eliminated unknowns f on the kept unknowns s:
 *
 *   S(z) = A_ss - A_sf (A_ff - z I)^-1 A_fs
 *
 * z = 0: interface operator, Kron reduction, quasi-steady state. z = E + i eta: minus the self-energy
 * of the eliminated part. Note that z is subtracted in the eliminated block only.
 *
 * The operator is assembled as a dense matrix: meant for up to some thousand eliminated unknowns.
 *
 * @returns a dense matrix over the kept unknowns in the order of `keep`, real if operator and z are
 * @throws CoupletError DATA_INVALID if A_ff - z is singular; SHAPE_MISMATCH for an index out of range or repeated
 */
export function schurComplement(spec: SchurSpec): AnyDense {
  requireOptions("schurComplement", spec, { operator: true, keep: true, shift: true });
  requireNames("schurComplement", spec, ["operator", "keep"]);
  const n = squareSize("schurComplement", spec.operator);
  const keep = keptIndices(spec.operator, spec.keep, n);
  const rest = others(keep, n);
  const { re, im } = shiftParts(spec.shift ?? 0);
  const a: AnyDense =
    isComplex(spec.operator) || im !== 0 ? toComplexDense(spec.operator) : toDense(spec.operator);
  const ss = submatrix(a, keep, keep);
  if (rest.length === 0) return ss;
  const ff = shiftDiagonal(submatrix(a, rest, rest), -re, -im);
  const correction = multiply(
    submatrix(a, keep, rest),
    solveWith(luFactor(ff, "schurComplement: eliminated block"), submatrix(a, rest, keep)),
  );
  return combine(1, ss, -1, correction);
}

/**
 * The Kron reduction of a graph Laplacian to some of its nodes: the Laplacian over the kept nodes
 * with the same effective resistances between them.
 *
 * @param laplacian symmetric, row sums zero, off-diagonal entries <= 0
 * @throws CoupletError DATA_INVALID if a part of the graph contains no kept node
 * @see Dörfler & Bullo 2013, Kron reduction of graphs, https://arxiv.org/abs/1102.2950
 */
export function kronReduction(
  laplacian: AnyOperator,
  keep: readonly number[] | readonly string[],
): DenseMatrix {
  const n = squareSize("kronReduction", laplacian);
  const l = toDense(laplacian);
  let largest = 0;
  for (const v of l.values) largest = Math.max(largest, Math.abs(v));
  for (let i = 0; i < n; i++) {
    let sum = 0;
    for (let j = 0; j < n; j++) {
      sum += l.values[i * n + j]!;
      if (i !== j && l.values[i * n + j]! > 0)
        throw notLaplacian(
          `entry (${i}, ${j}) = ${l.values[i * n + j]}`,
          "off-diagonal entries <= 0",
        );
    }
    // Row sums of n terms carry n roundings of the largest entry.
    if (Math.abs(sum) > 1e-12 * n * largest)
      throw notLaplacian(`a sum of ${sum} in row ${i}`, "row sums 0");
  }
  return schurComplement({ operator: l, keep }) as DenseMatrix;
}

function notLaplacian(received: string, expected: string): CoupletError {
  return new CoupletError({
    code: "DATA_INVALID",
    where: "kronReduction",
    expected: `a Laplacian with ${expected}`,
    received,
  });
}

/** Adds re + i im to the diagonal; an imaginary part needs a complex matrix. */
export function shiftDiagonal(a: AnyDense, re: number, im: number): AnyDense {
  const n = a.rows;
  if (a.kind === "dense") {
    const values = a.values.slice();
    for (let i = 0; i < n; i++) values[i * n + i]! += re;
    return { ...a, values };
  }
  const shifted: ComplexDenseMatrix = { ...a, re: a.re.slice(), im: a.im.slice() };
  for (let i = 0; i < n; i++) {
    shifted.re[i * n + i]! += re;
    shifted.im[i * n + i]! += im;
  }
  return shifted;
}

/** The parts of a shift. @throws CoupletError NON_FINITE_INPUT */
export function shiftParts(shift: Shift): { re: number; im: number } {
  const parts = typeof shift === "number" ? { re: shift, im: 0 } : shift;
  if (!Number.isFinite(parts.re) || !Number.isFinite(parts.im)) {
    throw new CoupletError({
      code: "NON_FINITE_INPUT",
      where: "shift",
      expected: "a finite number",
      received: `${parts.re} + ${parts.im}i`,
    });
  }
  return parts;
}

function keptIndices(
  operator: AnyOperator,
  keep: readonly number[] | readonly string[],
  n: number,
): number[] {
  const kept: number[] = [];
  for (const item of keep) {
    if (typeof item === "number") {
      if (!Number.isInteger(item) || item < 0 || item >= n)
        throw mismatch("keep", `indices from 0 to ${n - 1}`, String(item));
      kept.push(item);
      continue;
    }
    if (!isSupra(operator))
      throw mismatch("keep", "indices (only a supra operator has layers)", `"${item}"`);
    const start = operator.order.offset(item);
    const size = operator.order.layers.find((layer) => layer.name === item)!.size;
    for (let i = 0; i < size; i++) kept.push(start + i);
  }
  if (new Set(kept).size !== kept.length)
    throw mismatch("keep", "each index once", "a repeated index");
  return kept;
}

function others(keep: readonly number[], n: number): number[] {
  const kept = new Set(keep);
  return Array.from({ length: n }, (_, i) => i).filter((i) => !kept.has(i));
}
