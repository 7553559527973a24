/** The kernel calls of a linear layer. */
import { onCpu } from "../../device/cpu/call.ts";
import type { Call, CpuOp } from "../../device/cpu/call.ts";
import { linear, activationVjp, weightGradient, inputGradient } from "./op.ts";
import type { Activation } from "./op.ts";
import type { Value } from "../../value.ts";

/** Codes shared with kernel.as.ts. */
export const activationCode: Record<Activation, number> = {
  none: 0,
  relu: 1,
  tanh: 2,
  gelu: 3,
  silu: 4,
};

/** The product of a's rows with b to c's rows, which may be longer than the product reads (`lda`) or writes (`ldc`). */
export function matrixProduct(
  a: Value,
  b: Value,
  transB: boolean,
  c: Value,
  { n, k, pixels }: { n: number; k: number; pixels: number },
  beta: 0 | 1,
  lda: number = k,
  ldc: number = n,
): Call[] {
  // A conditioner of no variables (one-column data without context) is its bias alone.
  if (k === 0) return [{ kernel: "zeroRows", args: [{ at: c }, { run: "rows" }, pixels * n] }];
  return [
    {
      kernel: "gemm",
      transA: false,
      transB,
      m: "rows",
      n,
      k,
      a: { at: a },
      lda,
      b: { at: b },
      ldb: transB ? k : n,
      beta,
      c: { at: c },
      ldc,
      pixels,
    },
  ];
}

export const linearCpu: readonly CpuOp[] = [
  onCpu(
    linear,
    ({
      inputs: [x, w, bias],
      outputs: [h, z],
      attrs: { inputs, outputs, activation, pixels = 1 },
    }) => {
      const product = z ?? h!;
      return [
        ...matrixProduct(x!, w!, false, product, { n: outputs, k: inputs, pixels }, 0),
        {
          kernel: "biasActivate",
          args: [
            { at: product },
            { at: bias! },
            { at: h! },
            { run: "rows", times: pixels },
            outputs,
            activationCode[activation],
          ],
        },
      ];
    },
  ),
  onCpu(
    activationVjp,
    ({
      inputs: [gh, at],
      outputs: [gz],
      accumulates: [bias],
      attrs: { activation, outputs, pixels = 1 },
    }) => [
      {
        kernel: "activateVjp",
        args: [
          { at: gh! },
          { at: at! },
          { at: gz! },
          { gradOf: bias! },
          { run: "rows", times: pixels },
          outputs,
          activationCode[activation],
        ],
      },
    ],
  ),
  onCpu(
    weightGradient,
    ({ inputs: [x, gz], accumulates: [weight], attrs: { inputs, outputs, pixels = 1 } }) => [
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
        pixels,
      },
    ],
  ),
  onCpu(
    inputGradient,
    ({ inputs: [gz, w, pending], outputs: [gx], attrs: { inputs, outputs, pixels = 1 } }) => {
      const product = matrixProduct(
        gz!,
        w!,
        true,
        gx!,
        { n: inputs, k: outputs, pixels },
        pending === undefined ? 0 : 1,
      );
      if (pending === undefined) return product;
      // Does nothing when the planner gave both the same address.
      return [
        {
          kernel: "copyRows",
          args: [{ at: pending }, { at: gx! }, { run: "rows" }, pixels * inputs],
        },
        ...product,
      ];
    },
  ),
];
