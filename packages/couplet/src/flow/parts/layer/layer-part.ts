/** What a layer answers: what it does to a state, in both directions. */
import type { GraphBuilder } from "../../../engine/graph.ts";
import type { Value } from "../../../engine/value.ts";
import type { State } from "../../state.ts";
import type { Declared, Part } from "../part.ts";

export interface LayerContext {
  readonly b: GraphBuilder;
  readonly dims: number;
  /** A row's axes; their product is `dims`. */
  readonly shape: readonly number[];
  /** The context's batch; undefined for unconditional flows. */
  readonly context: Value | undefined;
}

export interface LayerResult {
  readonly state: State;
  /** log abs det of the Jacobian of `encode`, per row; undefined when it is 0. */
  readonly logDet: Value | undefined;
}

/** For each position after a layer, the positions before it that it may depend on. */
export type Sources = readonly (readonly number[])[];

/** The answers of a layer whose spec is an `S`. */
export interface LayerPart<S extends { readonly kind: string }> extends Part<S> {
  /** What it is in a table: its kind, and what tells it from others of its kind. */
  title(spec: S): string;
  /** Whether it maps the box [-bound, bound] of each variable onto itself, whatever its parameters. */
  keepsBox(spec: S, bound: number): boolean;
  /**
   * Which positions before `encode` each position after it may depend on, whatever the parameters: `sources[i]` ascends.
   * A layer that moves nothing between positions gives `[[0], [1], ...]`.
   */
  sources(spec: S, dims: number): Sources;
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

/** A layer's factory. */
export type LayerFactory<S extends { readonly kind: string }, A extends unknown[]> = Declared<
  LayerPart<S>,
  (...args: A) => S
>;
