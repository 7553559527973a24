/** What a layer does to a state, in both directions. One file per kind; `kinds.ts` lists them. */
import type { GraphBuilder } from "../../../engine/graph.ts";
import type { Value } from "../../../engine/value.ts";
import type { State } from "../../state.ts";

export interface LayerContext {
  readonly b: GraphBuilder;
  readonly dims: number;
  /** The context's batch; undefined for unconditional flows. */
  readonly context: Value | undefined;
}

export interface LayerResult {
  readonly state: State;
  /** log abs det of the Jacobian of `encode`, per row; undefined when it is 0. */
  readonly logDet: Value | undefined;
}

export interface LayerKind<S> {
  /** Data to latent. */
  encode(context: LayerContext, state: State, spec: S): LayerResult;
  /**
   * Latent to data. With `logDet` it also gives the log-determinant of `encode` at the result.
   */
  decode(
    context: LayerContext,
    state: State,
    spec: S,
    options: { readonly logDet: boolean },
  ): LayerResult;
}
