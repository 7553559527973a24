/** A flow's rows on their way: the state and the log-determinant after each layer. */
import type { CallArguments } from "../flow/model/call-options.ts";
import { modelInputs } from "../flow/model/inputs.ts";
import type { FlowModel } from "../flow/model/model.ts";
import { standardiserLogDet } from "../flow/model/preprocess.ts";
import type { Rows } from "../flow/model/rows.ts";
import { lowerLayers } from "../flow/lower-layers.ts";
import { layerPart } from "../flow/parts/layer/layer.ts";

/** Rows after one step of `encode`. */
export interface FlowStep {
  /** Number of the layer; `undefined` for the standardisation, which comes first. */
  readonly layer: number | undefined;
  /** What the step is, such as `coupling (affine)`. */
  readonly title: string;
  /** The rows after the step, rows x dims, row-major. */
  readonly state: Float64Array<ArrayBuffer>;
  /** The step's own log abs det of its Jacobian, one per row, in nats. */
  readonly logDet: Float64Array<ArrayBuffer>;
}

/**
 * Rows after each step of `model.encode`: the standardisation, then every layer. The last state is `encode`'s z, and the
 * log-determinants add up to `encode`'s.
 *
 * @throws CoupletError SHAPE_MISMATCH, NON_FINITE_INPUT, CONTEXT_MISMATCH, DISPOSED
 */
export async function layers<Conditional extends boolean>(
  model: FlowModel<Conditional>,
  rows: Rows,
  ...[options]: CallArguments<Conditional>
): Promise<readonly FlowStep[]> {
  const { spec, layout, runner, standardiser } = model;
  const { rows: count, inputs } = modelInputs(model, "layers", "x", rows, options);
  const make = () => lowerLayers(spec, layout);
  const outputs = await runner.run("layers", make, inputs, count, { signal: options?.signal });
  return [
    {
      layer: undefined,
      title: "standardise",
      state: new Float64Array(inputs["x"]!),
      logDet: new Float64Array(count).fill(standardiserLogDet(standardiser)),
    },
    ...spec.layers.map((layer, i) => ({
      layer: i,
      title: layerPart(layer).title(layer),
      state: new Float64Array(outputs.get(`state${i + 1}`)!),
      logDet: Float64Array.from(outputs.get(`logDet${i + 1}`) ?? new Float64Array(count)),
    })),
  ];
}
