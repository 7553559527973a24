/** Checks a spec against the parts that are loaded, and reports every problem at once. */
import * as v from "valibot";
import { CoupletError } from "../../error.ts";
import { faultError, record, validated, type Fault } from "../../validation.ts";
import { bases, domainsOf } from "../parts/base/base.ts";
import type { BaseSpec } from "../parts/base/base.ts";
import { count } from "../parts/fields.ts";
import { layers } from "../parts/layer/layer.ts";
import type { LayerSpec } from "../parts/layer/layer.ts";
import type { PartPlace } from "../parts/part.ts";
import { placeAfter } from "../places.ts";
import type { LayerPlace } from "../places.ts";
import type { FlowSpec } from "./types.ts";

/** Most variables of a row. */
const MOST_DIMS = 100_000;

const spec = record({
  version: v.literal(1),
  // Specs written by version 0.1 have no shape.
  shape: v.optional(v.pipe(v.array(count(1, MOST_DIMS)), v.minLength(1))),
  dims: v.optional(count(1, MOST_DIMS)),
  context: count(0, 100_000),
  base: bases.schema,
  layers: v.array(layers.schema),
});

type ParsedFlow = v.InferOutput<typeof spec>;

/**
 * The value as a spec; a missing `shape` is `[dims]`, and missing `dims` are the product of `shape`.
 *
 * @throws CoupletError SPEC_INVALID listing every problem with its path
 */
export function checkSpec(value: unknown): FlowSpec {
  if (
    typeof value !== "object" ||
    value === null ||
    Array.isArray(value) ||
    ArrayBuffer.isView(value)
  ) {
    throw new CoupletError({
      code: "SPEC_INVALID",
      where: "spec",
      expected: "a flow, as flow() or a preset makes it",
      received: kindOf(value),
    });
  }
  const flow = withShape(validated(spec, value, "spec"));
  const problems = partProblems(flow);
  if (problems.length > 0) throw faultError(problems);
  return flow;
}

/** The spec with both its shape and its dims, of which either may be left out. */
function withShape({ version, shape: given, dims: stated, ...rest }: ParsedFlow): FlowSpec {
  if (given === undefined && stated === undefined) {
    const path = "spec.dims";
    throw faultError([
      { path, expected: "a number of variables, or a shape", received: "neither" },
    ]);
  }
  const shape = given ?? [stated!];
  const dims = shape.reduce((product, axis) => product * axis, 1);
  if (dims > MOST_DIMS || (stated ?? dims) !== dims) {
    const expected =
      stated === undefined ? `at most ${MOST_DIMS} variables` : `a product of ${stated}, as dims`;
    throw faultError([
      { path: "spec.shape", expected, received: `${shape.join(" x ")} = ${dims}` },
    ]);
  }
  return { version, shape, dims, ...rest };
}

function kindOf(value: unknown): string {
  if (value === null) return "null";
  if (Array.isArray(value)) return "an array";
  return ArrayBuffer.isView(value) ? "a typed array" : typeof value;
}

/** What is wrong between fields that are each valid. */
function partProblems(flow: FlowSpec): Fault[] {
  const { dims, shape } = flow;
  const bound = bases.of(flow.base).bound(flow.base);
  const problems = [...bases.problems(flow.base, { path: "spec.base", dims, shape, bound })];
  let place: LayerPlace = { dims, shape, offset: 0 };
  for (const [i, layer] of flow.layers.entries()) {
    const path = `spec.layers[${i}]`;
    const own = layerProblems(layer, { path, dims: place.dims, shape: place.shape, bound });
    problems.push(...own);
    problems.push(...domainProblems(flow.base, layer, path));
    const changesShape = layers.of(layer).shapeAfter !== undefined;
    // What a row is behind a layer that does not fit is anyone's guess.
    if (changesShape && own.length > 0) break;
    place = placeAfter(layer, place);
  }
  return problems;
}

/** That a layer of a flow whose variables have domains takes them out of those, or moves them about. */
function domainProblems(base: BaseSpec, layer: LayerSpec, path: string): Fault[] {
  const part = layers.of(layer);
  if (domainsOf(base) === undefined || part.keepsDomains?.(layer) === true) return [];
  return [
    {
      path,
      expected: "a layer that keeps each variable's domain",
      received: part.title(layer),
      hint: "With a base of domains take couplings with byDomain(), and masks in the place of permutations.",
    },
  ];
}

/** A layer's own problems, and that it leaves the box of a bounded base, where no row would have a density. */
function layerProblems(layer: LayerSpec, place: PartPlace): readonly Fault[] {
  const own = layers.problems(layer, place);
  const part = layers.of(layer);
  const { path, bound } = place;
  if (bound === undefined || part.keepsBox(layer, bound)) return own;
  const problem = {
    path,
    expected: `a layer that maps the base's box, [-${bound}, ${bound}], onto itself`,
    received: part.title(layer),
    hint: "With a bounded base take permutations, and couplings of rationalQuadratic({ bound }) with the base's bound.",
  };
  return [...own, problem];
}
