import { additiveDecode, additiveEncode } from "../../../engine/ops/additive/op.ts";
import { declarePart } from "../part.ts";
import { transformed } from "./transform-part.ts";
import type { TransformFactory } from "./transform-part.ts";

/** y = x + t. */
export interface AdditiveTransform {
  readonly kind: "additive";
}

/** y = x + t (Dinh et al. 2015, NICE). */
export const additive: TransformFactory<AdditiveTransform, []> = declarePart(
  {
    kind: "additive",
    fields: {},
    describe: () => "shifted",
    keepsBox: () => false,
    build: (_spec, { variables }) => ({
      parameters: 1,
      encode: (b, x, params) => transformed(b.emit(additiveEncode, [x, params], { variables })),
      decode: (b, y, params) => transformed(b.emit(additiveDecode, [y, params], { variables })),
    }),
  },
  () => ({ kind: "additive" }),
);
