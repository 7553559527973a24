import * as v from "valibot";
import { affineDecode, affineEncode } from "../../../engine/ops/affine/op.ts";
import { checkOptions } from "../../../options.ts";
import { positive } from "../fields.ts";
import { declarePart } from "../part.ts";
import { transformed } from "./transform-part.ts";
import type { TransformFactory } from "./transform-part.ts";

/** How an affine coupling makes log-scales from what the conditioner gives. Zero gives scale 1 in all. */
export type ScaleKind =
  /** s = c (2/pi) atan(raw / c): symmetric, within +-c, polynomial saturation. */
  | "softClamp"
  /** s = c tanh(raw / c). */
  | "tanh"
  /** exp(s) = 2 sigmoid(raw), within (0, 2). */
  | "sigmoid"
  /** s = raw: unbounded, as in NICE and RealNVP without its gain. */
  | "exp";

const SCALES = ["softClamp", "tanh", "sigmoid", "exp"] as const;

/** y = x exp(s) + t. */
export interface AffineTransform {
  readonly kind: "affine";
  readonly scale: ScaleKind;
  readonly clamp: number;
}

/** Options of {@link affine}. */
export interface AffineOptions {
  /** Default softClamp. */
  readonly scale?: ScaleKind;
  /** Bounds |s| for softClamp and tanh. Default 2. */
  readonly clamp?: number;
}

/** y = x exp(s) + t (Dinh et al. 2017, RealNVP, eq. 4). */
export const affine: TransformFactory<AffineTransform, [options?: AffineOptions]> = declarePart(
  {
    kind: "affine",
    fields: { scale: v.picklist(SCALES), clamp: positive },
    describe: ({ scale }) => `scaled (${scale}) and shifted`,
    keepsBox: () => false,
    build({ scale, clamp }, { variables }) {
      const attrs = { variables, scale, clamp };
      return {
        parameters: 2,
        encode: (b, x, params) => transformed(b.emit(affineEncode, [x, params], attrs)),
        decode: (b, y, params, { logDet }) =>
          transformed(b.emit(affineDecode, [y, params], { ...attrs, logDet })),
      };
    },
  },
  (options = {}) => {
    checkOptions("affine", options, { scale: SCALES, clamp: 0 });
    return { kind: "affine", scale: options.scale ?? "softClamp", clamp: options.clamp ?? 2 };
  },
);
