/**
 * Affine coupling: y = x exp(s) + t, logDet = sum s. Parameters per variable: raw scale, shift.
 *
 * @see Dinh et al. 2017, eq. 7-8, https://arxiv.org/abs/1605.08803
 */
import type { OpDef } from "../../op.ts";
import { transformOps } from "../elementwise-transform.ts";
import {
  affineDecode as decode,
  affineDecodeVjp as decodeVjp,
  affineEncode as encode,
  affineEncodeVjp as encodeVjp,
} from "./reference.ts";
import type { AffineScale } from "./reference.ts";

export type { AffineScale } from "./reference.ts";

export type AffineAttrs = {
  /** Transformed variables. */
  readonly variables: number;
  readonly scale: AffineScale;
  /** Bound of |s| for `softClamp` and `tanh`. */
  readonly clamp: number;
};

const ops = transformOps<AffineAttrs>({
  name: "affine",
  parameters: () => 2,
  encode,
  decode,
  encodeVjp,
  decodeVjp,
});

export const affineEncode: OpDef<AffineAttrs> = ops.encode;
export const affineDecode: OpDef<AffineAttrs & { readonly logDet: boolean }> = ops.decode;
export const affineEncodeVjp: OpDef<AffineAttrs> = ops.encodeVjp;
export const affineDecodeVjp: OpDef<AffineAttrs> = ops.decodeVjp;
