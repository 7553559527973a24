/**
 * Linear bijection y = L U x + b in float64: L unit lower triangular, U upper triangular with
 * diagonal exp(d). Parameters are packed: the strict triangle of an n x n matrix each.
 */
import { onReference } from "../../device/reference/reference-op.ts";
import type { ReferenceOp } from "../../device/reference/reference-op.ts";
import * as ops from "./op.ts";
import { toPixels, toRows } from "../pixels.ts";
import type { Tensor } from "../../op.ts";

export interface LuParameters {
  readonly n: number;
  /** Strict lower part is used. */
  readonly lower: Float64Array;
  /** Strict upper part is used. */
  readonly upper: Float64Array;
  /** d. */
  readonly logDiagonal: Float64Array;
  readonly bias: Float64Array;
}

/** U v. */
function multiplyUpper({ n, upper, logDiagonal }: LuParameters, v: Float64Array): Float64Array {
  return v.map((value, i) => {
    let sum = Math.exp(logDiagonal[i]!) * value;
    for (let j = i + 1; j < n; j++) sum += upper[i * n + j]! * v[j]!;
    return sum;
  });
}

/** L v. */
function multiplyLower({ n, lower }: LuParameters, v: Float64Array): Float64Array {
  return v.map((value, i) => {
    let sum = value;
    for (let j = 0; j < i; j++) sum += lower[i * n + j]! * v[j]!;
    return sum;
  });
}

/** L^T v. */
function multiplyLowerT({ n, lower }: LuParameters, v: Float64Array): Float64Array {
  return v.map((value, j) => {
    let sum = value;
    for (let i = j + 1; i < n; i++) sum += lower[i * n + j]! * v[i]!;
    return sum;
  });
}

/** U^T v. */
function multiplyUpperT({ n, upper, logDiagonal }: LuParameters, v: Float64Array): Float64Array {
  return v.map((value, j) => {
    let sum = Math.exp(logDiagonal[j]!) * value;
    for (let i = 0; i < j; i++) sum += upper[i * n + j]! * v[i]!;
    return sum;
  });
}

/** L^-1 v. */
function solveLower({ n, lower }: LuParameters, v: Float64Array): Float64Array {
  const t = v.slice();
  for (let i = 0; i < n; i++) for (let j = 0; j < i; j++) t[i]! -= lower[i * n + j]! * t[j]!;
  return t;
}

/** U^-1 v. */
function solveUpper({ n, upper, logDiagonal }: LuParameters, v: Float64Array): Float64Array {
  const t = v.slice();
  for (let i = n - 1; i >= 0; i--) {
    for (let j = i + 1; j < n; j++) t[i]! -= upper[i * n + j]! * t[j]!;
    t[i]! *= Math.exp(-logDiagonal[i]!);
  }
  return t;
}

/** U^-T v. */
function solveUpperT({ n, upper, logDiagonal }: LuParameters, v: Float64Array): Float64Array {
  const t = v.slice();
  for (let j = 0; j < n; j++) {
    for (let i = 0; i < j; i++) t[j]! -= upper[i * n + j]! * t[i]!;
    t[j]! *= Math.exp(-logDiagonal[j]!);
  }
  return t;
}

/** L^-T v. */
function solveLowerT({ n, lower }: LuParameters, v: Float64Array): Float64Array {
  const t = v.slice();
  for (let j = n - 1; j >= 0; j--)
    for (let i = j + 1; i < n; i++) t[j]! -= lower[i * n + j]! * t[i]!;
  return t;
}

function mapRows(v: Tensor, f: (row: Float64Array, r: number) => Float64Array): Tensor {
  const data = new Float64Array(v.data.length);
  for (let r = 0; r < v.rows; r++)
    data.set(f(v.data.subarray(r * v.cols, (r + 1) * v.cols), r), r * v.cols);
  return { ...v, data };
}

/** sum d at every pixel, the same for every row. */
export function luLogDet(rows: number, logDiagonal: Float64Array, pixels: number): Tensor {
  const logDet = pixels * logDiagonal.reduce((a, b) => a + b, 0);
  return { rows, cols: 1, data: new Float64Array(rows).fill(logDet) };
}

export function luEncode(x: Tensor, p: LuParameters): Tensor {
  return mapRows(x, (row) => multiplyLower(p, multiplyUpper(p, row)).map((y, i) => y + p.bias[i]!));
}

export function luDecode(y: Tensor, p: LuParameters): Tensor {
  return mapRows(y, (row) =>
    solveUpper(
      p,
      solveLower(
        p,
        row.map((value, i) => value - p.bias[i]!),
      ),
    ),
  );
}

/** Gradient buffers, in the order lower, upper, logDiagonal, bias. */
export type LuGradients = readonly [Float64Array, Float64Array, Float64Array, Float64Array];

/** With t = U x: h = L^T gy, gx = U^T h; gL += gy t^T, gU += h x^T, gb += gy. */
export function luEncodeVjp(
  x: Tensor,
  p: LuParameters,
  gy: Tensor,
  gLogDet: Tensor | undefined,
  into: LuGradients,
): Tensor {
  return mapRows(x, (row, r) => {
    const g = gy.data.subarray(r * p.n, (r + 1) * p.n);
    const h = multiplyLowerT(p, g);
    accumulate(p, g, multiplyUpper(p, row), h, row, gLogDet?.data[r] ?? 0, 1, into);
    return multiplyUpperT(p, h);
  });
}

/** With x and t = U x given back: h = U^-T gx, gy = L^-T h; gL -= gy t^T, gU -= h x^T, gb -= gy. */
export function luDecodeVjp(
  y: Tensor,
  p: LuParameters,
  gx: Tensor,
  gLogDet: Tensor | undefined,
  into: LuGradients,
): Tensor {
  return mapRows(y, (row, r) => {
    const h = solveUpperT(p, gx.data.subarray(r * p.n, (r + 1) * p.n));
    const g = solveLowerT(p, h);
    const t = solveLower(
      p,
      row.map((value, i) => value - p.bias[i]!),
    );
    accumulate(p, g, t, h, solveUpper(p, t), gLogDet?.data[r] ?? 0, -1, into);
    return g;
  });
}

function accumulate(
  { n, logDiagonal }: LuParameters,
  g: Float64Array,
  t: Float64Array,
  h: Float64Array,
  x: Float64Array,
  gLogDet: number,
  sign: number,
  [lower, upper, diagonal, bias]: LuGradients,
): void {
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < i; j++) lower[i * n + j]! += sign * g[i]! * t[j]!;
    for (let j = i + 1; j < n; j++) upper[i * n + j]! += sign * h[i]! * x[j]!;
    diagonal[i]! += sign * h[i]! * x[i]! * Math.exp(logDiagonal[i]!) + gLogDet;
    bias[i]! += sign * g[i]!;
  }
}

function unpack([, lower, upper, logDiagonal, bias]: readonly Tensor[]): LuParameters {
  return {
    n: bias!.cols,
    lower: lower!.data,
    upper: upper!.data,
    logDiagonal: logDiagonal!.data,
    bias: bias!.data,
  };
}

/** The gradients of lower, upper, logDiagonal and bias, which both VJP ops accumulate. */
const fourOf = (grads: readonly Float64Array[]): LuGradients =>
  grads as readonly Float64Array[] as LuGradients;

/** An image's cotangent at each of its pixels. */
function atPixels(gLogDet: Tensor | undefined, pixels: number): Tensor | undefined {
  if (gLogDet === undefined) return undefined;
  const rows = gLogDet.rows * pixels;
  const data = Float64Array.from({ length: rows }, (_, r) => gLogDet.data[Math.floor(r / pixels)]!);
  return { rows, cols: 1, data };
}

export const luReference: readonly ReferenceOp[] = [
  onReference(ops.luEncode, (inputs, { pixels = 1 }) => [
    toRows(luEncode(toPixels(inputs[0]!, pixels), unpack(inputs)), pixels),
    luLogDet(inputs[0]!.rows, inputs[3]!.data, pixels),
  ]),
  onReference(ops.luDecode, (inputs, { logDet, pixels = 1 }) => {
    const x = toRows(luDecode(toPixels(inputs[0]!, pixels), unpack(inputs)), pixels);
    return logDet ? [x, luLogDet(x.rows, inputs[3]!.data, pixels)] : [x];
  }),
  ...(
    [
      [ops.luEncodeVjp, luEncodeVjp],
      [ops.luDecodeVjp, luDecodeVjp],
    ] as const
  ).map(([op, pullBack]) =>
    onReference(op, (inputs, { pixels = 1 }, _run, grads) => {
      const [v, g] = [toPixels(inputs[0]!, pixels), toPixels(inputs[5]!, pixels)];
      const gLogDet = atPixels(inputs[6], pixels);
      return [toRows(pullBack(v, unpack(inputs), g, gLogDet, fourOf(grads)), pixels)];
    }),
  ),
];
