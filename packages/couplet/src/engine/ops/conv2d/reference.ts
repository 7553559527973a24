/** The 3 x 3 convolution in float64, by its definition. */
import { onReference } from "../../device/reference/reference-op.ts";
import type { ReferenceOp } from "../../device/reference/reference-op.ts";
import { activate } from "../linear/reference.ts";
import { keepsPreActivation } from "../linear/op.ts";
import { conv2d, convolutionInputGradient, convolutionWeightGradient } from "./op.ts";
import type { ConvolutionAttrs } from "./op.ts";

/** Calls `body` for every pair of an input and an output number that a weight connects. */
function eachProduct(
  rows: number,
  { height, width, inputs, outputs }: ConvolutionAttrs,
  body: (x: number, weight: number, z: number) => void,
): void {
  for (let pixel = 0; pixel < rows * height * width; pixel++) {
    const row = Math.floor(pixel / width) % height;
    const column = pixel % width;
    for (let tap = 0; tap < 9; tap++) {
      const a = Math.floor(tap / 3) - 1;
      const b = (tap % 3) - 1;
      if (row + a < 0 || row + a >= height || column + b < 0 || column + b >= width) continue;
      for (let c = 0; c < inputs; c++) {
        const x = (pixel + a * width + b) * inputs + c;
        for (let d = 0; d < outputs; d++)
          body(x, (tap * inputs + c) * outputs + d, pixel * outputs + d);
      }
    }
  }
}

export const conv2dReference: readonly ReferenceOp[] = [
  onReference(conv2d, ([x, w, bias], attrs) => {
    const cols = attrs.height * attrs.width * attrs.outputs;
    const z = {
      rows: x!.rows,
      cols,
      data: Float64Array.from({ length: x!.rows * cols }, (_, i) => bias!.data[i % attrs.outputs]!),
    };
    eachProduct(x!.rows, attrs, (i, k, o) => (z.data[o]! += x!.data[i]! * w!.data[k]!));
    const h = { ...z, data: z.data.map((value) => activate(attrs.activation, value)) };
    return keepsPreActivation(attrs.activation) ? [h, z] : [h];
  }),
  onReference(convolutionWeightGradient, ([x, gz], attrs, _run, [gradient]) => {
    eachProduct(x!.rows, attrs, (i, k, o) => (gradient![k]! += x!.data[i]! * gz!.data[o]!));
    return [];
  }),
  onReference(convolutionInputGradient, ([gz, w, pending], attrs) => {
    const cols = attrs.height * attrs.width * attrs.inputs;
    const data = pending === undefined ? new Float64Array(gz!.rows * cols) : pending.data.slice();
    eachProduct(gz!.rows, attrs, (i, k, o) => (data[i]! += gz!.data[o]! * w!.data[k]!));
    return [{ rows: gz!.rows, cols, data }];
  }),
];
