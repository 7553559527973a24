/** The base distributions as graph nodes: log-density of a latent batch, and noise to decode. */
import type { GraphBuilder, Value } from "../engine/graph.ts";
import { gaussianLogProb } from "../engine/ops/gaussian-base/op.ts";
import { internalError } from "../error.ts";
import type { BaseSpec } from "./spec/types.ts";
import { colsOf } from "../engine/graph.ts";

export function baseLogProb(b: GraphBuilder, spec: BaseSpec, z: Value): Value {
  if (spec.kind === "gaussian") return b.emit1(gaussianLogProb, [z], { variables: colsOf(z) });
  throw internalError("later");
}
export function baseNoise(_b: GraphBuilder, _spec: BaseSpec, _dims: number, _t: number): Value {
  throw internalError("later");
}
