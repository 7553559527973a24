/** The kernel calls of a linear layer of leading columns: matrix products whose factor has longer rows than the product reads. */
import { onCpu } from "../../device/cpu/call.ts";
import type { Call, CpuOp } from "../../device/cpu/call.ts";
import { activationCode, matrixProduct } from "../linear/cpu.ts";
import { prefixInputGradient, prefixLinear, prefixWeightGradient } from "./op.ts";

export const prefixLinearCpu: readonly CpuOp[] = [
  onCpu(
    prefixLinear,
    ({
      inputs: [x, w, bias],
      outputs: [h, z],
      attrs: { columns, inputs, outputs, activation },
    }): Call[] => {
      const product = z ?? h!;
      const size = { n: outputs, k: inputs, pixels: 1 };
      return [
        ...matrixProduct(x!, w!, false, product, size, 0, columns),
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
      ...matrixProduct(
        gz!,
        w!,
        true,
        gx!,
        { n: inputs, k: outputs, pixels: 1 },
        1,
        outputs,
        columns,
      ),
    ],
  ),
];
