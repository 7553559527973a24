/** What a layer answers: what it does to a state, in both directions. */
import type { GraphBuilder } from "../../../engine/graph.ts";
import type { Value } from "../../../engine/value.ts";
import type { State } from "../../state.ts";
import type { Domain } from "../domain.ts";
import type { Declared, Part } from "../part.ts";

export interface LayerContext {
  readonly b: GraphBuilder;
  readonly dims: number;
  /** A row's axes; their product is `dims`. */
  readonly shape: readonly number[];
  /** The context's batch; undefined for unconditional flows. */
  readonly context: Value | undefined;
  /** The domain of each variable, by position, where they have some. */
  readonly domains?: readonly Domain["kind"][] | undefined;
  /** An image of the same height and width that conditioners of images see beside the frozen part. */
  readonly image?: Value | undefined;
}

export interface LayerResult {
  readonly state: State;
  /** log abs det of the Jacobian of `encode`, per row; undefined when it is 0. */
  readonly logDet: Value | undefined;
  /** Encoding: variables that leave for the latent row here. They are no part of the state. */
  readonly left?: Value;
}

/** For each position after a layer, the positions before it that it may depend on. */
export type Sources = readonly (readonly number[])[];

/** The answers of a layer whose spec is an `S`. */
export interface LayerPart<S extends { readonly kind: string }> extends Part<S> {
  /** What it is in a table: its kind, and what tells it from others of its kind. */
  title(spec: S): string;
  /** Whether it maps the box [-bound, bound] of each variable onto itself, whatever its parameters. */
  keepsBox(spec: S, bound: number): boolean;
  /** Whether it leaves each variable at its place and maps its domain onto itself. Default false. */
  keepsDomains?(spec: S): boolean;
  /**
   * Which positions before `encode` each position after it may depend on, whatever the parameters: `sources[i]` ascends.
   * A layer that moves nothing between positions gives `[[0], [1], ...]`. Positions after a layer that lets variables go are those
   * that leave, then those that stay.
   */
  sources(spec: S, dims: number, shape: readonly number[]): Sources;
  /** The axes of a row behind the layer; those in front of it when missing. Fewer variables mean that the others leave. */
  shapeAfter?(spec: S, shape: readonly number[]): readonly number[];
  /** For a first layer that takes integers: how many values, from 0 up. Rows are checked, and are not standardised. */
  levels?(spec: S): number;
  /** Data to latent. */
  encode(context: LayerContext, state: State, spec: S): LayerResult;
  /**
   * Latent to data. With `logDet` it also gives the log-determinant of `encode` at the result. `left` are the variables that
   * left here, for a layer that lets some go.
   */
  decode(
    context: LayerContext,
    state: State,
    spec: S,
    options: { readonly logDet: boolean; readonly left?: Value },
  ): LayerResult;
}

/** A layer's factory. */
export type LayerFactory<S extends { readonly kind: string }, A extends unknown[]> = Declared<
  LayerPart<S>,
  (...args: A) => S
>;
