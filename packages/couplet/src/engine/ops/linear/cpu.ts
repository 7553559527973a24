/** The kernel calls of a linear layer. */
import { onCpu } from "../../device/cpu/call.ts";
import type { Call, CpuOp } from "../../device/cpu/call.ts";
import { linear, activationVjp, weightGradient, inputGradient } from "./op.ts";
import type { Activation } from "./op.ts";
import { colsOf } from "../../value.ts";
import type { Value } from "../../value.ts";

/** Codes shared with kernel.as.ts. */
export const activationCode: Record<Activation, number> = {
  none: 0,
  relu: 1,
  tanh: 2,
  gelu: 3,
  silu: 4,
};

function matrixProduct(
  a: Value,
  transA: boolean,
  b: Value,
  transB: boolean,
  c: Value,
  size: { m: number | "rows"; n: number; k: number },
  beta: 0 | 1,
): Call[] {
  // A conditioner of no variables (one-column data without context) is its bias alone.
  if (size.k === 0) return [{ kernel: "zeroRows", args: [{ at: c }, { run: "rows" }, size.n] }];
  return [
    {
      kernel: "gemm",
      transA,
      transB,
      ...size,
      a: { at: a },
      lda: colsOf(a),
      b: { at: b },
      ldb: transB ? size.k : size.n,
      beta,
      c: { at: c },
      ldc: size.n,
    },
  ];
}

export const linearCpu: readonly CpuOp[] = [
  onCpu(
    linear,
    ({ inputs: [x, w, bias], outputs: [h, z], attrs: { inputs, outputs, activation } }) => {
      const product = z ?? h!;
      return [
        ...matrixProduct(x!, false, w!, false, product, { m: "rows", n: outputs, k: inputs }, 0),
        {
          kernel: "biasActivate",
          args: [
            { at: product },
            { at: bias! },
            { at: h! },
            { run: "rows" },
            outputs,
            activationCode[activation],
          ],
        },
      ];
    },
  ),
  onCpu(
    activationVjp,
    ({ inputs: [gh, at], outputs: [gz], accumulates: [bias], attrs: { activation, outputs } }) => [
      {
        kernel: "activateVjp",
        args: [
          { at: gh! },
          { at: at! },
          { at: gz! },
          { gradOf: bias! },
          { run: "rows" },
          outputs,
          activationCode[activation],
        ],
      },
    ],
  ),
  onCpu(
    weightGradient,
    ({ inputs: [x, gz], accumulates: [weight], attrs: { inputs, outputs } }) => [
      {
        kernel: "gemm",
        transA: true,
        transB: false,
        m: inputs,
        n: outputs,
        k: "rows",
        a: { at: x! },
        lda: inputs,
        b: { at: gz! },
        ldb: outputs,
        beta: 1,
        c: { gradOf: weight! },
        ldc: outputs,
      },
    ],
  ),
  onCpu(
    inputGradient,
    ({ inputs: [gz, w, pending], outputs: [gx], attrs: { inputs, outputs } }) => {
      const product = matrixProduct(
        gz!,
        false,
        w!,
        true,
        gx!,
        { m: "rows", n: inputs, k: outputs },
        pending === undefined ? 0 : 1,
      );
      if (pending === undefined) return product;
      // Does nothing when the planner gave both the same address.
      return [
        { kernel: "copyRows", args: [{ at: pending }, { at: gx! }, { run: "rows" }, inputs] },
        ...product,
      ];
    },
  ),
];
