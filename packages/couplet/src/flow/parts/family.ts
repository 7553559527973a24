/** What derives from registries of parts: the schema of their union, and the answers of the part that a spec names. */
import * as v from "valibot";
import { CoupletError } from "../../error.ts";
import { record, type Fault } from "../../validation.ts";
import type { Part, PartPlace } from "./part.ts";

/** Any spec of a part. */
interface AnySpec {
  readonly kind: string;
}

/** The factories of parts, by any names. */
export type Registry<P> = Readonly<Record<string, { readonly part: P }>>;

/** A family of parts; `S` is the union of their specs and `P` what each of them answers. */
export interface Family<S extends AnySpec, P extends Part<S>> {
  /** Of a spec of any of the parts; unknown fields are refused. */
  readonly schema: v.GenericSchema<unknown, S>;
  /** Adds parts that are loaded later than the first. */
  add(registry: Registry<P>): void;
  has(kind: string): boolean;
  /** The part that a checked spec names. Throws SPEC_INVALID where none is loaded. */
  of(spec: S): P;
  describe(spec: S): string;
  problems(spec: S, place: PartPlace): readonly Fault[];
}

/** The family of the parts in a registry (the namespace of its `core.ts`), to which others may be added. */
export function familyOf<S extends AnySpec, P extends Part<S>>(
  registry: Registry<P>,
): Family<S, P> {
  const parts = new Map<string, P>();
  let schema: v.GenericSchema<unknown, S> | undefined;
  const add = (more: Registry<P>) => {
    for (const { part } of Object.values(more)) parts.set(part.kind, part);
    schema = undefined;
  };
  const of = (spec: S): P => parts.get(spec.kind) ?? notLoaded(spec);
  add(registry);
  return {
    schema: v.lazy(() => (schema ??= schemaOf<S>(parts))),
    add,
    has: (kind) => parts.has(kind),
    of,
    describe: (spec) => of(spec).describe(spec),
    problems: (spec, place) => of(spec).problems?.(spec, place) ?? [],
  };
}

/** Throws SPEC_INVALID: a part that loads when a spec names it was asked of before. */
export function notLoaded({ kind }: AnySpec): never {
  throw new CoupletError({
    code: "SPEC_INVALID",
    where: "spec",
    expected: "a part that is loaded",
    received: `kind "${kind}"`,
    hint: "createModel() and FlowModel.load() load all.",
  });
}

/** A list made at run time: its type is that of the registry, which the compiler checks part by part. */
function schemaOf<S>(parts: ReadonlyMap<string, Part<AnySpec>>): v.GenericSchema<unknown, S> {
  const schemas = [...parts.values()].map(({ kind, fields }) =>
    record({
      kind: v.literal(kind),
      ...(fields as Readonly<Record<string, v.GenericSchema>>),
    }),
  );
  return v.variant("kind", schemas) as unknown as v.GenericSchema<unknown, S>;
}
