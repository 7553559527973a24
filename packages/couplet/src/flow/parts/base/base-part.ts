/** What a base answers: its density, its draws, and what the rest of the library has to know of its shape. */
import type { GraphBuilder } from "../../../engine/graph.ts";
import type { Value } from "../../../engine/value.ts";
import type { Domain } from "../domain.ts";
import type { Declared, Part } from "../part.ts";

/** The answers of a base whose spec is an `S`. */
export interface BasePart<S extends { readonly kind: string }> extends Part<S> {
  /** Emits log p(z), one number per row. */
  logProb(b: GraphBuilder, spec: S, z: Value): Value;
  /** Emits rows of `variables` draws; `temperature` (one per row) scales their spread, unless the base is bounded. */
  sample(b: GraphBuilder, spec: S, variables: number, temperature: Value): Value;
  /** B when the density is 0 outside [-B, B] in each variable; undefined when it is positive everywhere. */
  bound(spec: S): number | undefined;
  /** The domain of each variable, for a base whose variables have some; undefined when all are real. */
  domains?(spec: S): readonly Domain[];
  /** Whether it is the standard normal: whatever its parameters, or only before training. */
  standardNormal(spec: S): "always" | "untrained" | "never";
  /** Whether its tails fall like a Gaussian's or faster, so that far values are all but impossible. */
  lightTails(spec: S): boolean;
}

/** A base's factory. */
export type BaseFactory<S extends { readonly kind: string }, A extends unknown[]> = Declared<
  BasePart<S>,
  (...args: A) => S
>;
