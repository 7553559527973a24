/**
 * From a spec to graphs: what runs in each direction. The graph of the log-density comes first: it fixes
 * where each parameter stands in the flat buffer. What training minimises is an objective (`train/objective.ts`).
 */
import { GraphBuilder } from "../engine/graph.ts";
import type { Graph, ParameterLayout } from "../engine/graph.ts";
import type { Value } from "../engine/value.ts";
import { sumPerRow } from "../engine/ops/sum-per-row/op.ts";
import { zeroPerRow } from "../engine/ops/zeros/op.ts";
import { baseLogProb, baseNoise } from "./parts/base/base.ts";
import { layerPart } from "./parts/layer/layer.ts";
import type { LayerContext } from "./parts/layer/layer-part.ts";
import type { FlowSpec } from "./spec/types.ts";
import { merged, stateOf } from "./state.ts";
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
  const { state, logDet } = encodeLayers(
    { b, dims: spec.dims, shape: spec.shape, context },
    spec,
    stateOf(x, spec.dims),
  );
  b.output("z", merged(b, state, spec.dims));
  b.output("logDet", logDet ?? b.emitOne(zeroPerRow, [], {}));
  return b.finish();
}

/** z (and context) -> x, and with `logDet` the log-determinant of `encode` at x. */
export function lowerDecode(
  spec: FlowSpec,
  layout: ParameterLayout,
  options: { readonly logDet: boolean },
): Graph {
  const { b, x: z, context } = begin(spec, "z", layout);
  const { x, logDet } = decodeLayers(
    { b, dims: spec.dims, shape: spec.shape, context },
    spec,
    z,
    options,
  );
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
  b.output(
    "x",
    decodeLayers({ b, dims: spec.dims, shape: spec.shape, context }, spec, z, { logDet: false }).x,
  );
  return b.finish();
}

/**
 * The state after each layer and each layer's logDet: `state<i>` and `logDet<i>` for i = 1 .. layers.
 * `upTo` stops after so many layers.
 */
export function lowerLayers(
  spec: FlowSpec,
  layout: ParameterLayout,
  upTo: number = spec.layers.length,
): Graph {
  const { b, x, context } = begin(spec, "x", layout);
  const layerContext: LayerContext = { b, dims: spec.dims, shape: spec.shape, context };
  let state = stateOf(x, spec.dims);
  for (const [i, layer] of spec.layers.slice(0, upTo).entries()) {
    const result = b.within(`layers[${i}]`, () =>
      layerPart(layer).encode(layerContext, state, layer),
    );
    state = stateOf(merged(b, result.state, spec.dims), spec.dims);
    b.output(`state${i + 1}`, state[0]!.value);
    if (result.logDet !== undefined) b.output(`logDet${i + 1}`, result.logDet);
  }
  return b.finish();
}

/** One layer's decode alone: z -> x. Parameters keep the names that they have in the whole flow. */
export function lowerLayerDecode(spec: FlowSpec, layout: ParameterLayout, i: number): Graph {
  const { b, x: z, context } = begin(spec, "z", layout);
  const layer = spec.layers[i]!;
  const { state } = b.within(`layers[${i}]`, () =>
    layerPart(layer).decode(
      { b, dims: spec.dims, shape: spec.shape, context },
      stateOf(z, spec.dims),
      layer,
      {
        logDet: false,
      },
    ),
  );
  b.output("x", merged(b, state, spec.dims));
  return b.finish();
}

function begin(
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
  const { state, logDet } = encodeLayers(
    { b, dims: spec.dims, shape: spec.shape, context },
    spec,
    stateOf(x, spec.dims),
  );
  const z = merged(b, state, spec.dims);
  return plus(
    b,
    b.within("base", () => baseLogProb(b, spec.base, z)),
    logDet,
  );
}

/** Emits x = decode(z). */
export function decodeFlow(
  b: GraphBuilder,
  spec: FlowSpec,
  z: Value,
  context: Value | undefined,
): Value {
  const layers = { b, dims: spec.dims, shape: spec.shape, context };
  return decodeLayers(layers, spec, z, { logDet: false }).x;
}

function encodeLayers(context: LayerContext, spec: FlowSpec, start: State) {
  const { b } = context;
  let state = start;
  let logDet: Value | undefined;
  for (const [i, layer] of spec.layers.entries()) {
    const result = b.within(`layers[${i}]`, () => layerPart(layer).encode(context, state, layer));
    state = result.state;
    // Added up on the way: a sum at the end would keep one vector per layer alive.
    logDet = result.logDet === undefined ? logDet : plus(b, result.logDet, logDet);
  }
  return { state, logDet };
}

function decodeLayers(
  context: LayerContext,
  spec: FlowSpec,
  z: Value,
  options: { readonly logDet: boolean },
) {
  const { b } = context;
  let state = stateOf(z, spec.dims);
  let logDet: Value | undefined;
  for (let i = spec.layers.length - 1; i >= 0; i--) {
    const layer = spec.layers[i]!;
    const result = b.within(`layers[${i}]`, () =>
      layerPart(layer).decode(context, state, layer, options),
    );
    state = result.state;
    logDet = result.logDet === undefined ? logDet : plus(b, result.logDet, logDet);
  }
  return { x: merged(b, state, spec.dims), logDet };
}

function plus(b: GraphBuilder, a: Value, c: Value | undefined): Value {
  return c === undefined ? a : b.emitOne(sumPerRow, [a, c], {});
}
