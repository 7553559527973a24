/** What a mask answers: which positions it freezes. */
import type { Declared, Part } from "../part.ts";

/** The answers of a mask whose spec is an `S`. */
export interface MaskPart<S extends { readonly kind: string }> extends Part<S> {
  /** Whether each position is frozen, given their number (at least 2) and the axes of a row. */
  frozen(spec: S, dims: number, shape: readonly number[]): (position: number) => boolean;
}

/** A mask's factory. */
export type MaskFactory<S extends { readonly kind: string }, A extends unknown[]> = Declared<
  MaskPart<S>,
  (...args: A) => S
>;
