/**
 * A part of a spec declares its own answers: its fields, what is wrong with them, and its description. Each family
 * (layers, masks, transforms, conditioners, bases) adds to them how its parts compute; `<family>/index.ts` lists the
 * parts, and types, validation, descriptions and the public index derive from that list.
 */
import type { GenericSchema } from "valibot";
import type { Fault } from "../../validation.ts";

/** Where a part stands in a spec. */
export interface PartPlace {
  readonly path: string;
  readonly dims: number;
  /** A row's axes; their product is `dims`. */
  readonly shape: readonly number[];
  /** B when the base's density is 0 outside [-B, B] in each variable; undefined when it is positive everywhere. */
  readonly bound: number | undefined;
}

/** The answers that every part gives. `S` is the type of its spec. */
export interface Part<S extends { readonly kind: string }> {
  readonly kind: S["kind"];
  /** The schema of each field. */
  readonly fields: {
    readonly [K in Exclude<keyof S, "kind">]-?: GenericSchema<unknown, S[K]>;
  };
  /** What is wrong with a spec whose fields are each valid: lengths that `dims` fixes, fields that contradict each other. */
  problems?(spec: S, place: PartPlace): readonly Fault[];
  /** The part in words, for `FlowModel.describe`. */
  describe(spec: S): string;
}

/** A factory of specs that carries the part's answers. */
export type Declared<P, F> = F & { readonly part: P };

/** The factory `make` with the part's answers attached, which is what a family's registry lists. */
export function declarePart<P, A extends unknown[], S>(
  part: P,
  make: (...args: A) => S,
): Declared<P, (...args: A) => S> {
  return Object.assign(make, { part });
}

/**
 * The union of the specs that a registry's factories make.
 * @typeParam R The registry: one factory per kind.
 */
export type SpecOf<R extends Readonly<Record<string, (...args: never) => unknown>>> = ReturnType<
  R[keyof R]
>;
