/** What derives from a registry of parts: the schema of their union, and the answers of the part that a spec names. */
import * as v from "valibot";
import { record, type Fault } from "../../validation.ts";
import type { Part, PartPlace } from "./part.ts";

/** Any spec of a part. */
interface AnySpec {
  readonly kind: string;
}

/** A family of parts; `S` is the union of their specs and `P` what each of them answers. */
export interface Family<S extends AnySpec, P extends Part<S>> {
  /** Of a spec of any of the parts; unknown fields are refused. */
  readonly schema: v.GenericSchema<unknown, S>;
  /** The part that a valid spec names. */
  of(spec: S): P;
  describe(spec: S): string;
  problems(spec: S, place: PartPlace): readonly Fault[];
}

/** The family of the parts in a registry (the namespace of its `index.ts`). */
export function familyOf<S extends AnySpec, P extends Part<S>>(
  registry: Readonly<Record<string, { readonly part: P }>>,
): Family<S, P> {
  const parts = new Map(Object.values(registry).map(({ part }) => [part.kind as string, part]));
  const of = (spec: S): P => parts.get(spec.kind)!;
  return {
    // A list made at run time: its type is that of the registry, which the compiler checks part by part.
    schema: v.variant("kind", [...parts.values()].map(schemaOf)) as unknown as v.GenericSchema<
      unknown,
      S
    >,
    of,
    describe: (spec) => of(spec).describe(spec),
    problems: (spec, place) => of(spec).problems?.(spec, place) ?? [],
  };
}

function schemaOf({ kind, fields }: Part<AnySpec>) {
  return record({
    kind: v.literal(kind),
    ...(fields as Readonly<Record<string, v.GenericSchema>>),
  });
}
