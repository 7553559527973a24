/** The knots of the splines that a coupling makes of its frozen part. */
import { splineKnots } from "../engine/ops/rational-quadratic/knots.ts";
import type { RationalQuadraticOptions } from "../engine/ops/rational-quadratic/knots.ts";
import {
  rationalQuadraticEncode,
  rationalQuadraticParameters,
} from "../engine/ops/rational-quadratic/op.ts";
import type { CallArguments } from "../flow/model/call-options.ts";
import { modelInputs } from "../flow/model/inputs.ts";
import type { FlowModel } from "../flow/model/model.ts";
import type { Rows } from "../flow/model/rows.ts";
import { checkLayer, emitLayer } from "./one-layer.ts";

/** The knots of one spline. */
export interface SplineKnots {
  /** Where the knots are before the layer, ascending. */
  readonly x: Float64Array;
  /** Where the layer puts them. */
  readonly y: Float64Array;
  /** dy/dx at the knots. */
  readonly slopes: Float64Array;
}

/**
 * The knots between which a coupling's splines are ratios of two quadratics: those of each state, as its frozen part says. Beside
 * `oneLayer`, which gives the curve, they show which part of it the network decides.
 *
 * @param layer number of the layer
 * @param states rows x dims, as `layers` gives them after the layer before; the frozen part counts
 * @returns per row, per variable that moves (in the transform's order): the knots; undefined for a layer without splines
 * @throws CoupletError USAGE for a layer that the flow does not have; SHAPE_MISMATCH, NON_FINITE_INPUT, CONTEXT_MISMATCH, DISPOSED
 *
 * @example
 * import { couplingKnots } from "couplet/inspect";
 * const knots = await couplingKnots(model, 2, [[0.5, 0]]);
 * console.log(knots?.[0]?.[0]?.x); // bins + 1 places
 */
export async function couplingKnots<Conditional extends boolean>(
  model: FlowModel<Conditional>,
  layer: number,
  states: Rows,
  ...[options]: CallArguments<Conditional>
): Promise<readonly (readonly SplineKnots[])[] | undefined> {
  const { spec, layout, runner } = model;
  checkLayer("couplingKnots", spec, layer);
  const { rows, inputs } = modelInputs(model, "couplingKnots", "z", states, options);
  const { b } = emitLayer(spec, layout, layer);
  const splines = b.nodes.filter(({ op }) => op === rationalQuadraticEncode);
  if (splines.length === 0) return undefined;
  for (const [i, { inputs: given }] of splines.entries()) b.output(`parameters${i}`, given[1]!);
  const outputs = await runner.run(`couplingKnots${layer}`, () => b.finish(), inputs, rows, {
    signal: options?.signal,
  });
  return Array.from({ length: rows }, (_, row) =>
    splines.flatMap(({ attrs }, i) =>
      knotsOfRow(outputs.get(`parameters${i}`)!, row, attrs as unknown as SplineAttrs),
    ),
  );
}

type SplineAttrs = RationalQuadraticOptions & { readonly variables: number };

/** The knots of a row's variables, whose parameters lie one after another. */
function knotsOfRow(
  parameters: Float32Array | Float64Array,
  row: number,
  attrs: SplineAttrs,
): SplineKnots[] {
  const each = rationalQuadraticParameters(attrs);
  return Array.from({ length: attrs.variables }, (_, variable) => {
    const from = (row * attrs.variables + variable) * each;
    const own = Float64Array.from(parameters.subarray(from, from + each));
    const { x, y, slopes } = splineKnots(own, attrs);
    return { x, y, slopes };
  });
}
