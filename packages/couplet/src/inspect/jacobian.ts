/** The Jacobian of a flow, or of one of its layers, at a row: vector-Jacobian products with each unit vector. */
import { deviceOf } from "../engine/device/open.ts";
import { differentiate } from "../engine/differentiate.ts";
import { GraphBuilder } from "../engine/graph.ts";
import type { Graph, ParameterLayout } from "../engine/graph.ts";
import { sumPerRow } from "../engine/ops/sum-per-row/op.ts";
import { zeroPerRow } from "../engine/ops/zeros/op.ts";
import type { Value } from "../engine/value.ts";
import { checkOptions } from "../options.ts";
import type { OptionNames } from "../options.ts";
import { callOptionNames } from "../flow/model/call-options.ts";
import type { CallArguments, CallOptions } from "../flow/model/call-options.ts";
import { modelInputs } from "../flow/model/inputs.ts";
import type { FlowModel } from "../flow/model/model.ts";
import { standardiserLogDet } from "../flow/model/preprocess.ts";
import { Runner } from "../flow/model/runner.ts";
import type { ModelView } from "../flow/model/view.ts";
import { rowAt, wholeRow } from "../flow/lower.ts";
import { checkLayer } from "./one-layer.ts";
import { placesOf } from "../flow/places.ts";
import { layerPart } from "../flow/parts/layer/layer.ts";
import type { FlowSpec } from "../flow/spec/types.ts";

/** Options of {@link jacobian}. */
export interface JacobianOptions {
  /**
   * Of this layer alone, at the state that the row has when it comes there, in standardised units. Default: of the whole
   * of `encode`, in the row's own units.
   */
  readonly layer?: number;
}

/** A Jacobian at one row. */
export interface Jacobian {
  /** Number of variables. */
  readonly dims: number;
  /** dims x dims, row-major: entry (i, j) is the derivative of variable i after, by variable j before. */
  readonly matrix: Float64Array<ArrayBuffer>;
  /** log abs det as the layers add it up, in nats. */
  readonly logDet: number;
}

const optionNames: OptionNames<CallOptions<boolean, JacobianOptions>> = {
  ...callOptionNames,
  layer: 0,
};

/**
 * The Jacobian dz/dx of `model.encode` at one row, or that of one layer (`layer`), with its log-determinant. Computed in
 * float64 on every device, by one vector-Jacobian product for each variable: entries that a split makes 0 are exactly 0.
 *
 * @throws CoupletError SHAPE_MISMATCH, NON_FINITE_INPUT, CONTEXT_MISMATCH, USAGE
 */
export async function jacobian<Conditional extends boolean>(
  model: FlowModel<Conditional>,
  row: ArrayLike<number>,
  ...[given]: CallArguments<Conditional, JacobianOptions>
): Promise<Jacobian> {
  const options: CallOptions<boolean, JacobianOptions> = given ?? {};
  checkOptions("jacobian", options, optionNames);
  const { spec, layout, standardiser } = model;
  const { layer, ...call } = options;
  if (layer !== undefined) checkLayer("jacobian", spec, layer);
  const { dims } = spec;
  const { device } = await deviceOf({ device: "reference" });
  const runner = new Runner(device, model.parameters);
  try {
    const view = Object.create(model, { runner: { value: runner } }) as ModelView;
    const { inputs } = modelInputs(view, "jacobian", "x", [row], call as CallOptions<boolean>);
    const repeated = Object.entries(inputs).map(([name, values]) => [
      name,
      Float64Array.from({ length: dims * values.length }, (_, i) => values[i % values.length]!),
    ]);
    const cotangent = new Float64Array(dims * dims);
    for (let i = 0; i < dims; i++) cotangent[i * dims + i] = 1;
    const outputs = await runner.run(
      "jacobian",
      () => lowerJacobian(spec, layout, layer),
      { ...Object.fromEntries(repeated), cotangent },
      dims,
      { signal: options.signal },
    );
    const matrix = new Float64Array(outputs.get("gradient")!);
    const logDet = outputs.get("logDet")![0]!;
    if (layer !== undefined) return { dims, matrix, logDet };
    for (const [k, value] of matrix.entries()) matrix[k] = value / standardiser.scale[k % dims]!;
    return { dims, matrix, logDet: logDet + standardiserLogDet(standardiser) };
  } finally {
    runner.dispose();
    device.dispose();
  }
}

/** x (and context) and `cotangent` to `gradient`, cotangent times the Jacobian of all layers or of one, and `logDet`. */
function lowerJacobian(spec: FlowSpec, layout: ParameterLayout, only: number | undefined): Graph {
  const { dims, layers } = spec;
  const places = placesOf(spec);
  const b = new GraphBuilder(layout);
  const x = b.input("x", { kind: "rows", cols: dims });
  const context =
    spec.context === 0 ? undefined : b.input("context", { kind: "rows", cols: spec.context });
  const cotangent = b.input("cotangent", { kind: "rows", cols: dims });
  let from: Value = x;
  let { left, state } = rowAt(b, x, places[0]!);
  let logDet: Value | undefined;
  let place = places[0]!;
  for (const [i, layer] of layers.slice(0, only === undefined ? undefined : only + 1).entries()) {
    if (i === only) {
      from = wholeRow(b, left, state, places[i]!.dims);
      ({ left, state } = rowAt(b, from, places[i]!));
      logDet = undefined;
    }
    const result = b.within(`layers[${i}]`, () =>
      layerPart(layer).encode({ b, context, ...places[i]! }, state, layer),
    );
    state = result.state;
    if (result.left !== undefined) left = [...left, result.left];
    place = places[i + 1]!;
    if (result.logDet !== undefined)
      logDet =
        logDet === undefined ? result.logDet : b.emitOne(sumPerRow, [result.logDet, logDet], {});
  }
  const z = wholeRow(b, left, state, place.dims);
  const { cotangents } = differentiate(b, [{ value: z, cotangent }], { wrt: [from] });
  // Without layers z is x itself, whose cotangent is the given one.
  b.output("gradient", cotangents[0] ?? cotangent);
  b.output("logDet", logDet ?? b.emitOne(zeroPerRow, [], {}));
  return b.finish();
}
