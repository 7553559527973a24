/** The kernel calls of a linear layer of leading columns: matrix products whose factor has longer rows than the product reads. */
import { onCpu } from "../../device/cpu/call.ts";
import type { Call, CpuOp } from "../../device/cpu/call.ts";
import { activationCode } from "../linear/cpu.ts";
import { prefixInputGradient, prefixLinear, prefixWeightGradient } from "./op.ts";

export const prefixLinearCpu: readonly CpuOp[] = [
  onCpu(
    prefixLinear,
    ({
      inputs: [x, w, bias],
      outputs: [h, z],
      attrs: { columns, inputs, outputs, activation },
    }): Call[] => {
      const product = { at: z ?? h! };
      const rows = { run: "rows" } as const;
      return [
        // A first variable without context sees nothing: the layer is its bias alone.
        inputs === 0
          ? { kernel: "zeroRows", args: [product, rows, outputs] }
          : {
              kernel: "gemm",
              transA: false,
              transB: false,
              m: "rows",
              n: outputs,
              k: inputs,
              a: { at: x! },
              lda: columns,
              b: { at: w! },
              ldb: outputs,
              beta: 0,
              c: product,
              ldc: outputs,
            },
        {
          kernel: "biasActivate",
          args: [product, { at: bias! }, { at: h! }, rows, outputs, activationCode[activation]],
        },
      ];
    },
  ),
  onCpu(
    prefixWeightGradient,
    ({ inputs: [x, gz], accumulates: [weight], attrs: { columns, inputs, outputs } }) => [
      {
        kernel: "gemm",
        transA: true,
        transB: false,
        m: inputs,
        n: outputs,
        k: "rows",
        a: { at: x! },
        lda: columns,
        b: { at: gz! },
        ldb: outputs,
        beta: 1,
        c: { gradOf: weight! },
        ldc: outputs,
      },
    ],
  ),
  onCpu(
    prefixInputGradient,
    ({ inputs: [gz, w, pending], outputs: [gx], attrs: { columns, inputs, outputs } }): Call[] => [
      // The copy does nothing where the planner gave both the same address.
      pending === undefined
        ? { kernel: "zeroRows", args: [{ at: gx! }, { run: "rows" }, columns] }
        : {
            kernel: "copyRows",
            args: [{ at: pending }, { at: gx! }, { run: "rows" }, columns],
          },
      {
        kernel: "gemm",
        transA: false,
        transB: true,
        m: "rows",
        n: inputs,
        k: outputs,
        a: { at: gz! },
        lda: outputs,
        b: { at: w! },
        ldb: outputs,
        beta: 1,
        c: { at: gx! },
        ldc: columns,
      },
    ],
  ),
];
