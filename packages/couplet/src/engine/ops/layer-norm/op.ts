/**
 * Layer normalisation of each row, with a gain and a bias per column (1 x n each); with `pixels`, of each of so many parts of a row
 * (the channels of a pixel).
 */
import { expectParam, expectRows } from "../../value.ts";
import type { Parameter, Shape } from "../../value.ts";
import type { OpDef } from "../../op.ts";

/** Added to the variance: the usual 1e-5. */
export const LAYER_NORM_EPS = 1e-5;

export type LayerNormAttrs = { readonly columns: number; readonly pixels?: number };

function infer(
  op: string,
  [x, gain]: readonly (Shape | undefined)[],
  { columns, pixels = 1 }: LayerNormAttrs,
): Shape[] {
  expectRows(op, "x", x, pixels * columns);
  expectParam(op, "gain", gain, 1, columns);
  return [{ kind: "rows", cols: pixels * columns }];
}

/** [x, gain, bias] -> [y]. */
export const layerNorm: OpDef<LayerNormAttrs> = {
  name: "layerNorm",
  infer(inputs, attrs) {
    expectParam("layerNorm", "bias", inputs[2], 1, attrs.columns);
    return infer("layerNorm", inputs, attrs);
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
  infer: (inputs, attrs) => infer("layerNormVjp", inputs, attrs),
  inPlace: [[0, 2]],
};
