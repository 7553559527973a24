/** What derives from the registries of parts: types, validation, descriptions, the public index and the laws' table. */
import * as couplet from "couplet";
import type { FlowSpec } from "couplet";
import { safeParse } from "valibot";
import { describe, expect, it } from "vitest";
import { bases } from "../packages/couplet/src/flow/parts/base/base.ts";
import * as baseRegistry from "../packages/couplet/src/flow/parts/base/index.ts";
import { conditioners } from "../packages/couplet/src/flow/parts/conditioner/conditioner.ts";
import * as conditionerRegistry from "../packages/couplet/src/flow/parts/conditioner/index.ts";
import { layers } from "../packages/couplet/src/flow/parts/layer/layer.ts";
import { autoregressive } from "couplet/autoregressive";
import * as layerRegistry from "../packages/couplet/src/flow/parts/layer/index.ts";
import { masks } from "../packages/couplet/src/flow/parts/mask/mask.ts";
import * as maskRegistry from "../packages/couplet/src/flow/parts/mask/index.ts";
import { transforms } from "../packages/couplet/src/flow/parts/transform/transform.ts";
import * as transformRegistry from "../packages/couplet/src/flow/parts/transform/index.ts";
import { integerSpecs, specs } from "./specs.ts";

interface AnySpec {
  readonly kind: string;
}
type AnyFamily = { readonly schema: typeof masks.schema; describe(spec: AnySpec): string };

const flows: readonly FlowSpec[] = [...Object.values(specs), ...Object.values(integerSpecs)];
const layerSpecs = flows.flatMap((spec) => spec.layers);
const couplings = layerSpecs.filter((layer) => layer.kind === "coupling");

describe.each<[string, object, Readonly<Record<string, { part: AnySpec }>>, readonly AnySpec[]]>([
  ["layer", layers, { ...layerRegistry, autoregressive }, layerSpecs],
  ["mask", masks, maskRegistry, couplings.map(({ mask }) => mask)],
  ["transform", transforms, transformRegistry, couplings.map(({ transform }) => transform)],
  [
    "conditioner",
    conditioners,
    conditionerRegistry,
    couplings.map(({ conditioner }) => conditioner),
  ],
  ["base", bases, baseRegistry, flows.map(({ base }) => base)],
])("every %s", (_name, family, registry, used) => {
  const { schema, describe: inWords } = family as AnyFamily;

  it("is listed once, and has a row in the laws' table", () => {
    const kinds = Object.values(registry).map(({ part }) => part.kind);
    expect(kinds.sort()).toEqual([...new Set(used.map(({ kind }) => kind))].sort());
  });

  it("is exported by the library under its own name", () => {
    // `couplet/autoregressive` is a room of its own.
    for (const [name, factory] of Object.entries(registry).filter(([, f]) => f !== autoregressive))
      expect((couplet as Record<string, unknown>)[name]).toBe(factory);
  });

  it("is valid as its factory makes it, described, and refuses other keys", () => {
    for (const spec of used) {
      expect(safeParse(schema, spec)).toMatchObject({ success: true, output: spec });
      expect(inWords(spec)).toMatch(/[a-z]{3}/i);
      expect(safeParse(schema, { ...spec, extra: 1 }).success).toBe(false);
      expect(safeParse(schema, { kind: `${spec.kind}x` }).success).toBe(false);
    }
  });
});
