/**
 * A conditioner: a network from the frozen part (and the context) to features. The coupling adds the last linear layer
 * itself, with weights and bias zero, so that every conditioner starts as the identity coupling.
 */
import type { GraphBuilder } from "../../../engine/graph.ts";
import type { Value } from "../../../engine/value.ts";
import type { Declared, Part } from "../part.ts";

/** The answers of a conditioner whose spec is an `S`. */
export interface ConditionerPart<S extends { readonly kind: string }> extends Part<S> {
  /** Emits the network: from the input batch (frozen variables, then context, as columns) to features of any width. */
  build(b: GraphBuilder, input: Value, spec: S): Value;
}

/** A conditioner's factory. */
export type ConditionerFactory<S extends { readonly kind: string }, A extends unknown[]> = Declared<
  ConditionerPart<S>,
  (...args: A) => S
>;
