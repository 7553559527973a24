/**
 * From a spec to graphs: what runs in each direction. The graph of the log-density comes first: it fixes
 * where each parameter stands in the flat buffer. What training minimises is an objective (`train/objective.ts`).
 */
import { GraphBuilder } from "../engine/graph.ts";
import type { Graph, ParameterLayout } from "../engine/graph.ts";
import type { Value } from "../engine/value.ts";
import { columns } from "../engine/build.ts";
import { concatenate } from "../engine/ops/gather-columns/op.ts";
import { sumPerRow } from "../engine/ops/sum-per-row/op.ts";
import { zeroPerRow } from "../engine/ops/zeros/op.ts";
import { baseLogProb, baseNoise } from "./parts/base/base.ts";
import { layerPart } from "./parts/layer/layer.ts";
import { placesOf } from "./places.ts";
import type { LayerPlace } from "./places.ts";
import type { FlowSpec } from "./spec/types.ts";
import { merged, range, stateOf } from "./state.ts";
import type { State } from "./state.ts";

/** x (and context) -> logProb. Without a layout it makes the layout (`layoutOf`) of all the others. */
export function lowerLogProb(spec: FlowSpec, layout?: ParameterLayout): Graph {
  const { b, x, context } = begin(spec, "x", layout);
  b.output("logProb", logDensity(b, spec, x, context));
  return b.finish();
}

/** x (and context) -> z, logDet. */
export function lowerEncode(spec: FlowSpec, layout: ParameterLayout): Graph {
  const { b, x, context } = begin(spec, "x", layout);
  const { z, logDet } = encodeLayers(b, spec, x, context);
  b.output("z", z);
  b.output("logDet", logDet ?? b.emitOne(zeroPerRow, [], {}));
  return b.finish();
}

/** x (and context) -> z, logDet and logProb. */
export function lowerScore(spec: FlowSpec, layout: ParameterLayout): Graph {
  const { b, x, context } = begin(spec, "x", layout);
  const { z, logDet } = encodeLayers(b, spec, x, context);
  b.output("z", z);
  b.output("logDet", logDet ?? b.emitOne(zeroPerRow, [], {}));
  const base = b.within("base", () => baseLogProb(b, spec.base, z));
  b.output("logProb", plus(b, base, logDet));
  return b.finish();
}

/** z (and context) -> x, and with `logDet` the log-determinant of `encode` at x. */
export function lowerDecode(
  spec: FlowSpec,
  layout: ParameterLayout,
  options: { readonly logDet: boolean },
): Graph {
  const { b, x: z, context } = begin(spec, "z", layout);
  const { x, logDet } = decodeLayers(b, spec, z, context, options);
  b.output("x", x);
  if (options.logDet) b.output("logDet", logDet ?? b.emitOne(zeroPerRow, [], {}));
  return b.finish();
}

/** temperature, one per row (and context) -> x, drawn from the base with random numbers addressed by row. */
export function lowerSample(spec: FlowSpec, layout: ParameterLayout): Graph {
  const b = new GraphBuilder(layout);
  const temperature = b.input("temperature", { kind: "perRow" });
  const context = contextInput(b, spec);
  const z = b.within("base", () => baseNoise(b, spec.base, spec.dims, temperature));
  b.output("x", decodeLayers(b, spec, z, context, { logDet: false }).x);
  return b.finish();
}

/** A graph with its first input, and the context where the flow has one. */
export function begin(
  spec: FlowSpec,
  name: "x" | "z",
  layout: ParameterLayout | undefined,
): { b: GraphBuilder; x: Value; context: Value | undefined } {
  const b = new GraphBuilder(layout);
  return { b, x: b.input(name, { kind: "rows", cols: spec.dims }), context: contextInput(b, spec) };
}

function contextInput(b: GraphBuilder, spec: FlowSpec): Value | undefined {
  return spec.context === 0 ? undefined : b.input("context", { kind: "rows", cols: spec.context });
}

/** log p(x | context) = log p_base(z) + logDet, one number per row, in nats: emits the whole flow. */
export function logDensity(
  b: GraphBuilder,
  spec: FlowSpec,
  x: Value,
  context: Value | undefined,
): Value {
  const { z, logDet } = encodeLayers(b, spec, x, context);
  return plus(
    b,
    b.within("base", () => baseLogProb(b, spec.base, z)),
    logDet,
  );
}

/** Emits x = decode(z) and, where wanted and not 0, the log-determinant of `encode` at x. */
export function decodeFlow(
  b: GraphBuilder,
  spec: FlowSpec,
  z: Value,
  context: Value | undefined,
  options: { readonly logDet: boolean },
): { readonly x: Value; readonly logDet: Value | undefined } {
  return decodeLayers(b, spec, z, context, options);
}

function encodeLayers(b: GraphBuilder, spec: FlowSpec, x: Value, context: Value | undefined) {
  const places = placesOf(spec);
  const left: Value[] = [];
  let state = stateOf(x, spec.dims);
  let logDet: Value | undefined;
  for (const [i, layer] of spec.layers.entries()) {
    const result = b.within(`layers[${i}]`, () =>
      layerPart(layer).encode({ b, context, ...places[i]! }, state, layer),
    );
    state = result.state;
    if (result.left !== undefined) left.push(result.left);
    // Added up on the way: a sum at the end would keep one vector per layer alive.
    logDet = result.logDet === undefined ? logDet : plus(b, result.logDet, logDet);
  }
  return { z: wholeRow(b, left, state, places.at(-1)!.dims), logDet };
}

function decodeLayers(
  b: GraphBuilder,
  spec: FlowSpec,
  z: Value,
  context: Value | undefined,
  options: { readonly logDet: boolean },
) {
  const places = placesOf(spec);
  const last = places.at(-1)!;
  let state = stateOf(slice(b, z, last.offset, last.dims), last.dims);
  let logDet: Value | undefined;
  for (let i = spec.layers.length - 1; i >= 0; i--) {
    const layer = spec.layers[i]!;
    const result = b.within(`layers[${i}]`, () =>
      layerPart(layer).decode({ b, context, ...places[i]! }, state, layer, {
        ...options,
        ...leftAt(b, z, places[i]!, places[i + 1]!),
      }),
    );
    state = result.state;
    logDet = result.logDet === undefined ? logDet : plus(b, result.logDet, logDet);
  }
  return { x: merged(b, state, spec.dims), logDet };
}

/** What has left so far and what is on its way, as one row. */
export function wholeRow(
  b: GraphBuilder,
  left: readonly Value[],
  state: State,
  dims: number,
): Value {
  const last = merged(b, state, dims);
  return left.length === 0 ? last : concatenate(b, [...left, last]);
}

/** A whole row at a place, as what has left before and what is on its way. */
export function rowAt(
  b: GraphBuilder,
  row: Value,
  { offset, dims }: LayerPlace,
): { readonly left: readonly Value[]; readonly state: State } {
  return {
    left: offset === 0 ? [] : [slice(b, row, 0, offset)],
    state: stateOf(slice(b, row, offset, dims), dims),
  };
}

/** The part of the latent row that left between two places. */
export function leftAt(
  b: GraphBuilder,
  z: Value,
  before: LayerPlace,
  after: LayerPlace,
): { readonly left?: Value } {
  return after.offset === before.offset
    ? {}
    : { left: slice(b, z, before.offset, after.offset - before.offset) };
}

/** Columns `start` to `start + count` of a batch. */
export function slice(b: GraphBuilder, z: Value, start: number, count: number): Value {
  return columns(
    b,
    z,
    range(count).map((i) => start + i),
  );
}

function plus(b: GraphBuilder, a: Value, c: Value | undefined): Value {
  return c === undefined ? a : b.emitOne(sumPerRow, [a, c], {});
}
