/**
 * A conditioner: a network from the frozen part (and the context) to features. The coupling adds the last linear layer
 * itself, with weights and bias zero, so that every conditioner starts as the identity coupling.
 */
import type { GraphBuilder } from "../../../engine/graph.ts";
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
}

/** The answers of a conditioner whose spec is an `S`. */
export interface ConditionerPart<S extends { readonly kind: string }> extends Part<S> {
  /** Emits the network: from the input batch (frozen variables, then context, as columns) to features of any width. */
  build(b: GraphBuilder, input: Value, spec: S, place: ConditionerPlace): Value;
}

/** A conditioner's factory. */
export type ConditionerFactory<S extends { readonly kind: string }, A extends unknown[]> = Declared<
  ConditionerPart<S>,
  (...args: A) => S
>;
