/** y = act(x W + b), in float64, and its vector-Jacobian products. */
import type { Activation } from "./op.ts";
import { onReference } from "../../device/reference/reference-op.ts";
import type { ReferenceOp } from "../../device/reference/reference-op.ts";
import { keepsPreActivation, linear, activationVjp, weightGradient, inputGradient } from "./op.ts";
import { toPixels, toRows } from "../pixels.ts";
import type { Tensor } from "../../op.ts";

export const activations: readonly Activation[] = ["none", "relu", "tanh", "gelu", "silu"];

/** The value of an activation. GELU is Hendrycks & Gimpel 2016 in its tanh form (their eq. 2). */
export function activate(kind: Activation, z: number): number {
  switch (kind) {
    case "none":
      return z;
    case "relu":
      // A comparison, not Math.max: NaN must stay NaN.
      return z < 0 ? 0 : z;
    case "tanh":
      return Math.tanh(z);
    case "gelu":
      return 0.5 * z * (1 + Math.tanh(GELU_SCALE * (z + GELU_CUBIC * z * z * z)));
    case "silu":
      return z / (1 + Math.exp(-z));
  }
}

/** sqrt(2 / pi) and 0.044715: the constants of the tanh form of GELU. */
export const GELU_SCALE: number = Math.sqrt(2 / Math.PI);
export const GELU_CUBIC = 0.044715;

/** d act / d z at pre-activation z. At the kink of ReLU it is 0, as in every framework. */
export function activateDerivative(kind: Activation, z: number): number {
  switch (kind) {
    case "none":
      return 1;
    case "relu":
      return z > 0 ? 1 : 0;
    case "tanh":
      return 1 - Math.tanh(z) ** 2;
    case "gelu": {
      const u = Math.tanh(GELU_SCALE * (z + GELU_CUBIC * z ** 3));
      return 0.5 * (1 + u) + 0.5 * z * (1 - u * u) * GELU_SCALE * (1 + 3 * GELU_CUBIC * z * z);
    }
    case "silu": {
      const s = 1 / (1 + Math.exp(-z));
      return s * (1 + z * (1 - s));
    }
  }
}

/**
 * The derivative from what the op keeps: its output for none, ReLU and tanh, the pre-activation for
 * GELU and SiLU.
 */
export function derivativeAt(kind: Activation, kept: number): number {
  if (kind === "relu") return kept > 0 ? 1 : 0;
  return kind === "tanh" ? 1 - kept * kept : activateDerivative(kind, kept);
}

/** C = op(A) op(B), row-major, added to `into` when given. */
export function matmul(
  a: Tensor,
  transA: boolean,
  b: Tensor,
  transB: boolean,
  into?: Float64Array,
): Tensor {
  const m = transA ? a.cols : a.rows;
  const k = transA ? a.rows : a.cols;
  const n = transB ? b.rows : b.cols;
  const data = into ?? new Float64Array(m * n);
  for (let i = 0; i < m; i++) {
    for (let p = 0; p < k; p++) {
      const left = transA ? a.data[p * a.cols + i]! : a.data[i * a.cols + p]!;
      for (let j = 0; j < n; j++) {
        data[i * n + j]! += left * (transB ? b.data[j * b.cols + p]! : b.data[p * b.cols + j]!);
      }
    }
  }
  return { rows: m, cols: n, data };
}

export const linearReference: readonly ReferenceOp[] = [
  onReference(linear, ([x, w, bias], { inputs, outputs, activation, pixels = 1 }) => {
    const z = toRows(
      matmul(toPixels(x!, pixels), false, { ...w!, rows: inputs, cols: outputs }, false),
      pixels,
    );
    for (let i = 0; i < z.data.length; i++) z.data[i]! += bias!.data[i % outputs]!;
    const h = { ...z, data: z.data.map((value) => activate(activation, value)) };
    return keepsPreActivation(activation) ? [h, z] : [h];
  }),
  onReference(activationVjp, ([gh, at], { activation, outputs }, _run, [gradBias]) => {
    const data = gh!.data.map((g, i) => g * derivativeAt(activation, at!.data[i]!));
    for (let i = 0; i < data.length; i++) gradBias![i % outputs]! += data[i]!;
    return [{ ...gh!, data }];
  }),
  onReference(weightGradient, ([x, gz], { pixels = 1 }, _run, [gradient]) => {
    matmul(toPixels(x!, pixels), true, toPixels(gz!, pixels), false, gradient!);
    return [];
  }),
  onReference(inputGradient, ([gz, w, pending], { inputs, outputs, pixels = 1 }) => {
    const weight = { rows: inputs, cols: outputs, data: w!.data };
    const product = toRows(matmul(toPixels(gz!, pixels), false, weight, true), pixels);
    if (pending !== undefined) {
      for (let i = 0; i < product.data.length; i++) product.data[i]! += pending.data[i]!;
    }
    return [product];
  }),
];
