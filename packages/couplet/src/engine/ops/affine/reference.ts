/**
 * Affine coupling (RealNVP), one variable: y = x exp(s) + t, log dy/dx = s, with s a function of the
 * conditioner's raw output.
 *
 * `exp(s)` never stands alone: decode multiplies by exp(-s), so the inverse is one.
 */
import { transformReference } from "../../device/reference/transform-reference.ts";
import type { ReferenceOp } from "../../device/reference/reference-op.ts";
import * as ops from "./op.ts";

export interface AffineOptions {
  readonly scale: ops.AffineScale;
  /** c: bound of |s| for `softClamp` and `tanh`. */
  readonly clamp: number;
}

/** log of the scale, s(raw). */
export function logScale(raw: number, { scale, clamp }: AffineOptions): number {
  switch (scale) {
    case "softClamp":
      return clamp * (2 / Math.PI) * Math.atan(raw / clamp);
    case "tanh":
      return clamp * Math.tanh(raw / clamp);
    case "sigmoid":
      // ln 2 + log sigmoid(raw), with log sigmoid(raw) = -softplus(-raw).
      return Math.LN2 - (Math.max(-raw, 0) + Math.log1p(Math.exp(-Math.abs(raw))));
    case "exp":
      return raw;
  }
}

/** ds / d raw. */
export function logScaleDerivative(raw: number, { scale, clamp }: AffineOptions): number {
  switch (scale) {
    case "softClamp":
      return 2 / Math.PI / (1 + (raw / clamp) ** 2);
    case "tanh":
      return 1 - Math.tanh(raw / clamp) ** 2;
    case "sigmoid":
      return 1 / (1 + Math.exp(raw));
    case "exp":
      return 1;
  }
}

/** [y, s]. */
export function affineEncode(
  x: number,
  p: Float64Array,
  options: AffineOptions,
): readonly [number, number] {
  const s = logScale(p[0]!, options);
  return [x * Math.exp(s) + p[1]!, s];
}

/** [x, s]. */
export function affineDecode(
  y: number,
  p: Float64Array,
  options: AffineOptions,
): readonly [number, number] {
  const s = logScale(p[0]!, options);
  return [(y - p[1]!) * Math.exp(-s), s];
}

/** gx = gy exp(s), gt = gy, gs = gy x exp(s) + gLogDet. */
export function affineEncodeVjp(
  x: number,
  p: Float64Array,
  gy: number,
  gLogDet: number,
  options: AffineOptions,
  gp: Float64Array,
): number {
  const gx = gy * Math.exp(logScale(p[0]!, options));
  gp[0] = (gx * x + gLogDet) * logScaleDerivative(p[0]!, options);
  gp[1] = gy;
  return gx;
}

/** gy = gx exp(-s), gt = -gy, gs = -gx x + gLogDet. */
export function affineDecodeVjp(
  y: number,
  p: Float64Array,
  gx: number,
  gLogDet: number,
  options: AffineOptions,
  gp: Float64Array,
): number {
  const gy = gx * Math.exp(-logScale(p[0]!, options));
  gp[0] = (gLogDet - gy * (y - p[1]!)) * logScaleDerivative(p[0]!, options);
  gp[1] = -gy;
  return gy;
}

export const affineReference: readonly ReferenceOp[] = transformReference<ops.AffineAttrs>(
  {
    encode: ops.affineEncode,
    decode: ops.affineDecode,
    encodeVjp: ops.affineEncodeVjp,
    decodeVjp: ops.affineDecodeVjp,
  },
  {
    parameters: ops.affineParameters,
    encode: affineEncode,
    decode: affineDecode,
    encodeVjp: affineEncodeVjp,
    decodeVjp: affineDecodeVjp,
  },
);
