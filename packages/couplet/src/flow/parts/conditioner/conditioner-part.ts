/**
 * A conditioner: a network from the frozen part (and the context) to features. The coupling adds the last linear layer
 * itself, with weights and bias zero, so that every conditioner starts as the identity coupling.
 */
import type { GraphBuilder } from "../../../engine/graph.ts";
import type { Grid } from "../../../engine/build.ts";
import type { Value } from "../../../engine/value.ts";
import type { Declared, Part } from "../part.ts";

/** What the columns of a conditioner's input are. */
export interface ConditionerPlace {
  /** Position, at the coupling, of each frozen variable, in the order of the columns. */
  readonly positions: readonly number[];
  /** The axes of a whole row, frozen and transformed: position p is the row-major index into it. */
  readonly shape: readonly number[];
  /** Columns of context, which follow the frozen variables. */
  readonly context: number;
  /**
   * For a conditioner of images: height, width and channels of its input. Frozen channels lie side by side; where other variables
   * are frozen the whole image comes, with zeros for those that are not. Channels of the context follow.
   */
  readonly grid?: Grid;
}

/** The answers of a conditioner whose spec is an `S`. */
export interface ConditionerPart<S extends { readonly kind: string }> extends Part<S> {
  /**
   * Whether it takes an image (`place.grid`) and gives one of the same height and width. Default false.
   *
   * @param path of the conditioner in the spec, for messages
   */
  takesGrid?(spec: S, path: string): boolean;
  /** Pixels around a pixel that its features depend on, for one that takes an image. */
  radius?(spec: S): number;
  /** Emits the network: from the input batch (frozen variables, then context, as columns) to features of any width. */
  build(b: GraphBuilder, input: Value, spec: S, place: ConditionerPlace): Value;
}

/** A conditioner's factory. */
export type ConditionerFactory<S extends { readonly kind: string }, A extends unknown[]> = Declared<
  ConditionerPart<S>,
  (...args: A) => S
>;
