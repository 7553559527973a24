/**
 * Rational-quadratic coupling (neural spline flows), fused: logits in, value and log-slope out.
 *
 * Parameters per variable: K width logits, K height logits, and derivative logits, K - 1 of them for identity tails, K for
 * circular ones, K + 1 for linear and free ones (reference.ts); all zero is the identity, exactly.
 *
 * @see Durkan et al. 2019, https://arxiv.org/abs/1906.04032
 */
import type { OpDef } from "../../op.ts";
import { transformOps } from "../elementwise-transform.ts";

/** How a spline goes on outside its box; see the head of reference.ts. */
export type SplineTails = "identity" | "linear" | "circular" | "free";

export type RationalQuadraticAttrs = {
  /** Transformed variables. */
  readonly variables: number;
  /** K. */
  readonly bins: number;
  /** B: the spline's box is [-B, B]. */
  readonly bound: number;
  /** Smallest width and height of a bin, as a fraction of 2B; K minBin < 1. */
  readonly minBin: number;
  /** Smallest derivative at a knot. */
  readonly minDerivative: number;
  /** Width and height logits are multiplied by this. */
  readonly logitScale: number;
  /** How the spline goes on outside its box. */
  readonly tails: SplineTails;
};

/** Derivative logits: one for each knot whose slope is learned and its own. */
export function derivativeCount({
  tails,
  bins,
}: Pick<RationalQuadraticAttrs, "tails" | "bins">): number {
  return tails === "identity" ? bins - 1 : tails === "circular" ? bins : bins + 1;
}

/** c with min + softplus(c) = 1: a zero logit is derivative 1. */
export function derivativeShift(min: number): number {
  return Math.log(Math.expm1(1 - min));
}

/** Parameters of each variable. */
export function rationalQuadraticParameters(
  attrs: Pick<RationalQuadraticAttrs, "bins" | "tails">,
): number {
  return 2 * attrs.bins + derivativeCount(attrs);
}

const ops = transformOps<RationalQuadraticAttrs>({
  name: "rationalQuadratic",
  parameters: rationalQuadraticParameters,
});

export const rationalQuadraticEncode: OpDef<RationalQuadraticAttrs> = ops.encode;
export const rationalQuadraticDecode: OpDef<RationalQuadraticAttrs & { readonly logDet: boolean }> =
  ops.decode;
export const rationalQuadraticEncodeVjp: OpDef<RationalQuadraticAttrs> = ops.encodeVjp;
export const rationalQuadraticDecodeVjp: OpDef<RationalQuadraticAttrs> = ops.decodeVjp;
