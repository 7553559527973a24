/**
 * Rational-quadratic coupling (neural spline flows), fused: logits in, value and log-slope out.
 *
 * Parameters per variable: K width logits, K height logits, K - 1 derivative logits; all zero is the
 * identity, exactly.
 *
 * @see Durkan et al. 2019, https://arxiv.org/abs/1906.04032
 */
import type { OpDef } from "../../op.ts";
import { transformOps } from "../elementwise-transform.ts";
import {
  rqsDecode as decode,
  rqsDecodeVjp as decodeVjp,
  rqsEncode as encode,
  rqsEncodeVjp as encodeVjp,
} from "./reference.ts";

export type RqsAttrs = {
  /** Transformed variables. */
  readonly variables: number;
  /** K. */
  readonly bins: number;
  /** B: outside [-B, B] the map is the identity. */
  readonly bound: number;
  /** Smallest width and height of a bin, as a fraction of 2B; K minBin < 1. */
  readonly minBin: number;
  /** Smallest derivative at a knot. */
  readonly minDerivative: number;
  /** Width and height logits are multiplied by this. */
  readonly logitScale: number;
};

const ops = transformOps<RqsAttrs>({
  name: "rqs",
  parameters: ({ bins }) => 3 * bins - 1,
  encode,
  decode,
  encodeVjp,
  decodeVjp,
});

export const rqsEncode: OpDef<RqsAttrs> = ops.encode;
export const rqsDecode: OpDef<RqsAttrs & { readonly logDet: boolean }> = ops.decode;
export const rqsEncodeVjp: OpDef<RqsAttrs> = ops.encodeVjp;
export const rqsDecodeVjp: OpDef<RqsAttrs> = ops.decodeVjp;
