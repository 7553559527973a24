/**
 * Affine coupling: y = x exp(s) + t, logDet = sum s. Parameters per variable: raw scale, shift.
 *
 * @see Dinh et al. 2017, eq. 7-8, https://arxiv.org/abs/1605.08803
 */
import type { OpDef } from "../../op.ts";
import { transformOps } from "../elementwise-transform.ts";

/**
 * How s comes from the raw output; all map 0 to 0.
 *
 * - `softClamp`: s = c (2/pi) atan(raw / c), bounded by +-c with polynomial saturation
 * - `tanh`: s = c tanh(raw / c)
 * - `sigmoid`: exp(s) = 2 sigmoid(raw), in (0, 2)
 * - `exp`: s = raw, unbounded
 */
export type AffineScale = "softClamp" | "tanh" | "sigmoid" | "exp";

export type AffineAttrs = {
  /** Transformed variables. */
  readonly variables: number;
  readonly scale: AffineScale;
  /** Bound of |s| for `softClamp` and `tanh`. */
  readonly clamp: number;
};

/** Parameters of each variable: raw scale and shift. */
export const affineParameters = (): number => 2;

const ops = transformOps<AffineAttrs>({
  name: "affine",
  parameters: affineParameters,
});

export const affineEncode: OpDef<AffineAttrs> = ops.encode;
export const affineDecode: OpDef<AffineAttrs & { readonly logDet: boolean }> = ops.decode;
export const affineEncodeVjp: OpDef<AffineAttrs> = ops.encodeVjp;
export const affineDecodeVjp: OpDef<AffineAttrs> = ops.decodeVjp;
