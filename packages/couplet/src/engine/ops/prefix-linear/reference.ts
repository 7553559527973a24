/** h = act(x[:, :inputs] W + b), in float64, and its vector-Jacobian products. */
import { onReference } from "../../device/reference/reference-op.ts";
import type { ReferenceOp } from "../../device/reference/reference-op.ts";
import type { Tensor } from "../../op.ts";
import { keepsPreActivation } from "../linear/op.ts";
import { activate, matmul } from "../linear/reference.ts";
import { prefixInputGradient, prefixLinear, prefixWeightGradient } from "./op.ts";

/** The first columns of a batch. */
function leading({ rows, cols, data }: Tensor, count: number): Tensor {
  const kept = new Float64Array(rows * count);
  for (let r = 0; r < rows; r++) kept.set(data.subarray(r * cols, r * cols + count), r * count);
  return { rows, cols: count, data: kept };
}

export const prefixLinearReference: readonly ReferenceOp[] = [
  onReference(prefixLinear, ([x, w, bias], { inputs, outputs, activation }) => {
    const weight = { rows: inputs, cols: outputs, data: w!.data };
    const z = matmul(leading(x!, inputs), false, weight, false);
    for (let i = 0; i < z.data.length; i++) z.data[i]! += bias!.data[i % outputs]!;
    const h = { ...z, data: z.data.map((value) => activate(activation, value)) };
    return keepsPreActivation(activation) ? [h, z] : [h];
  }),
  onReference(prefixWeightGradient, ([x, gz], { inputs }, _run, [gradient]) => {
    matmul(leading(x!, inputs), true, gz!, false, gradient!);
    return [];
  }),
  onReference(prefixInputGradient, ([gz, w, pending], { columns, inputs, outputs }) => {
    const weight = { rows: inputs, cols: outputs, data: w!.data };
    const product = matmul(gz!, false, weight, true);
    const data = pending?.data.slice() ?? new Float64Array(gz!.rows * columns);
    for (let i = 0; i < product.data.length; i++)
      data[Math.floor(i / inputs) * columns + (i % inputs)]! += product.data[i]!;
    return [{ rows: gz!.rows, cols: columns, data }];
  }),
];
