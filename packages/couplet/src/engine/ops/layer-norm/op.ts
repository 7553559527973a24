/** Layer normalisation of each row, with a gain and a bias per column (1 x n each). */
import { expectParam, expectRows } from "../../value.ts";
import type { Parameter, Shape } from "../../value.ts";
import type { OpDef } from "../../op.ts";

/** Added to the variance: the usual 1e-5. */
export const LAYER_NORM_EPS = 1e-5;

export type LayerNormAttrs = { readonly columns: number };

function infer(op: string, [x, gain]: readonly (Shape | undefined)[], columns: number): Shape[] {
  expectRows(op, "x", x, columns);
  expectParam(op, "gain", gain, 1, columns);
  return [{ kind: "rows", cols: columns }];
}

/** [x, gain, bias] -> [y]. */
export const layerNorm: OpDef<LayerNormAttrs> = {
  name: "layerNorm",
  infer(inputs, { columns }) {
    expectParam("layerNorm", "bias", inputs[2], 1, columns);
    return infer("layerNorm", inputs, columns);
  },
  vjp: ({ b, inputs: [x, gain, bias], attrs, cotangents: [g] }) =>
    g === undefined
      ? []
      : b.emit(layerNormVjp, [x!, gain!, g], attrs, [gain as Parameter, bias as Parameter]),
  inPlace: [[0, 0]],
};

/** [x, gain, g] -> [gx]; accumulates gain and bias. */
export const layerNormVjp: OpDef<LayerNormAttrs> = {
  name: "layerNormVjp",
  infer: (inputs, { columns }) => infer("layerNormVjp", inputs, columns),
  inPlace: [[0, 2]],
};
