/** The block Thomas algorithm: recursive Schur complements down a stack. */
import { usageError } from "couplet/kit";
import { combine, multiply } from "../matrix/algebra.ts";
import type { AnyDense } from "../matrix/algebra.ts";
import { toComplexDense, toDense } from "../matrix/convert.ts";
import { matvec } from "../matrix/product.ts";
import type { SupraOperator } from "../../supra/supra.ts";
import { eigenHermitian, eigenSymmetric } from "../eigen/dense-symmetric.ts";
import { shiftDiagonal, shiftParts } from "./complement.ts";
import type { Shift } from "./complement.ts";
import { luFactor, solveWith } from "./lu.ts";
import type { LuFactors } from "couplet/kit";

/** A factored block tridiagonal matrix A - z. */
export interface BlockThomas {
  /** Whether vectors are planar complex. */
  readonly complex: boolean;
  /** The Schur complements S_0, S_1, ... */
  readonly schurBlocks: readonly AnyDense[];
  /** Solves (A - z) x = b. */
  solve(b: Float64Array): Float64Array;
  /** For Hermitian A and real z: how many eigenvalues of A lie below z (Sylvester's law of inertia). */
  countBelow(): number;
}

/**
 * Factors A - z I for a stack, a supra operator whose layers are joined only to their neighbours:
 *
 *   S_0 = A_00 - z,   S_i = A_ii - z - A_{i,i-1} S_{i-1}^-1 A_{i-1,i}
 *
 * O(m n^3) for m layers of n unknowns; no pivoting between layers, so z must not be an eigenvalue
 * of a leading part of the stack.
 *
 * @throws CoupletError USAGE naming a block that joins layers that are not neighbours; DATA_INVALID
 *   if a Schur block is singular
 */
export function blockThomas(stack: SupraOperator, shift: Shift = 0): BlockThomas {
  const { re, im } = shiftParts(shift);
  const complex = stack.complex || im !== 0;
  const { diagonal, upper, lower } = tridiagonalBlocks(stack, complex);
  const schurBlocks: AnyDense[] = [];
  const factors: LuFactors[] = [];
  /** S_i^-1 A_{i,i+1}, needed again by the back substitution. */
  const carried: (AnyDense | undefined)[] = [];
  diagonal.forEach((block, i) => {
    let s = shiftDiagonal(block, -re, -im);
    const [left, before] = [lower[i - 1], carried[i - 1]];
    if (left !== undefined && before !== undefined) s = combine(1, s, -1, multiply(left, before));
    schurBlocks.push(s);
    const lu = luFactor(s, `blockThomas: Schur block of layer "${stack.order.layers[i]!.name}"`);
    factors.push(lu);
    const next = upper[i];
    carried.push(next === undefined ? undefined : solveWith(lu, next));
  });
  return {
    complex,
    schurBlocks,
    solve: (b) => substitute(stack, complex, factors, lower, carried, b),
    countBelow() {
      if (im !== 0) throw usageError("countBelow", "a real shift", `${re} + ${im}i`);
      let count = 0;
      for (const s of schurBlocks) {
        const { values } = s.kind === "dense" ? eigenSymmetric(s) : eigenHermitian(s);
        for (const v of values) if (v < 0) count++;
      }
      return count;
    },
  };
}

interface Tridiagonal {
  readonly diagonal: AnyDense[];
  readonly upper: (AnyDense | undefined)[];
  readonly lower: (AnyDense | undefined)[];
}

function tridiagonalBlocks(stack: SupraOperator, complex: boolean): Tridiagonal {
  const layers = stack.order.layers;
  const place = new Map(layers.map((layer, i) => [layer.name, i]));
  const zero = (rows: number, cols: number): AnyDense => {
    const values = new Float64Array(rows * cols);
    return complex
      ? { kind: "complexDense", rows, cols, re: values, im: values.slice() }
      : { kind: "dense", rows, cols, values };
  };
  const diagonal = layers.map((layer) => zero(layer.size, layer.size));
  const upper: (AnyDense | undefined)[] = layers.map(() => undefined);
  const lower: (AnyDense | undefined)[] = layers.map(() => undefined);
  for (const { row, column, block, factor } of stack.blocks) {
    const [i, j] = [place.get(row)!, place.get(column)!];
    if (Math.abs(i - j) > 1) {
      throw usageError(
        "blockThomas",
        "layers joined only to their neighbours",
        `a block that joins "${row}" and "${column}"`,
      );
    }
    const scaled = scale(complex ? toComplexDense(block) : toDense(block), factor.re, factor.im);
    if (i === j) diagonal[i] = scaled;
    else if (j === i + 1) upper[i] = scaled;
    else lower[j] = scaled;
  }
  return { diagonal, upper, lower };
}

function scale(a: AnyDense, re: number, im: number): AnyDense {
  if (a.kind === "dense") return { ...a, values: a.values.map((v) => re * v) };
  return {
    ...a,
    re: a.re.map((v, p) => re * v - im * a.im[p]!),
    im: a.im.map((v, p) => re * v + im * a.re[p]!),
  };
}

function substitute(
  stack: SupraOperator,
  complex: boolean,
  factors: readonly LuFactors[],
  lower: readonly (AnyDense | undefined)[],
  carried: readonly (AnyDense | undefined)[],
  b: Float64Array,
): Float64Array {
  const n = stack.rows;
  const layers = stack.order.layers;
  const gather = (i: number): Float64Array => {
    const [start, size] = [stack.order.offset(layers[i]!.name), layers[i]!.size];
    const part = new Float64Array((complex ? 2 : 1) * size);
    part.set(b.subarray(start, start + size));
    if (complex) part.set(b.subarray(n + start, n + start + size), size);
    return part;
  };
  // Forward: y_i = S_i^-1 (b_i - A_{i,i-1} y_{i-1}); back: x_i = y_i - S_i^-1 A_{i,i+1} x_{i+1}.
  const parts: Float64Array[] = [];
  layers.forEach((_, i) => {
    const right = gather(i);
    const left = lower[i - 1];
    if (left !== undefined) subtract(right, matvec(left, parts[i - 1]!));
    parts.push(factors[i]!.solve(right));
  });
  for (let i = layers.length - 2; i >= 0; i--) {
    const next = carried[i];
    if (next !== undefined) subtract(parts[i]!, matvec(next, parts[i + 1]!));
  }
  const x = new Float64Array((complex ? 2 : 1) * n);
  parts.forEach((part, i) => {
    const [start, size] = [stack.order.offset(layers[i]!.name), layers[i]!.size];
    x.set(part.subarray(0, size), start);
    if (complex) x.set(part.subarray(size), n + start);
  });
  return x;
}

function subtract(x: Float64Array, y: Float64Array): void {
  for (let i = 0; i < x.length; i++) x[i]! -= y[i]!;
}
