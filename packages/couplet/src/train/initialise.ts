/** Parameters that start from data: ActNorm's shift and scale. */
import { lowerLayers } from "../flow/lower.ts";
import type { FlowModel } from "../flow/model.ts";
import { fitStandardiser, standardise } from "../flow/preprocess.ts";
import { takeRows } from "../flow/rows.ts";
import type { Portion } from "./data.ts";

/** Rows that the statistics are taken over: the standard error of a mean is then 1.6 % of a deviation. */
const INIT_ROWS = 4096;

/**
 * Sets each ActNorm, in order, so that its output has mean 0 and standard deviation 1 over the first
 * training rows (Kingma & Dhariwal 2018, section 3.1). Variables without spread keep scale 1.
 */
export async function initialiseFromData(model: FlowModel, training: Portion): Promise<void> {
  const { spec, layout } = model;
  if (!spec.layers.some((layer) => layer.kind === "actNorm")) return;
  const count = Math.min(INIT_ROWS, training.rows.rows);
  const first = Int32Array.from({ length: count }, (_, i) => i);
  const rows = takeRows(training.rows, first);
  const inputs = {
    x: standardise(rows, model.standardiser, new Float32Array(rows.data.length)),
    ...(training.context === undefined
      ? {}
      : {
          context: standardise(
            takeRows(training.context, first),
            model.contextStandardiser,
            new Float32Array(count * training.context.cols),
          ),
        }),
  };
  const parameters = model.parameters;
  for (const [i, layer] of spec.layers.entries()) {
    if (layer.kind !== "actNorm") continue;
    let state: Float32Array | Float64Array = inputs.x;
    if (i > 0) {
      const outputs = await model.runner.run(
        `layers before ${i}`,
        () => lowerLayers(spec, layout, i),
        inputs,
        count,
      );
      state = outputs.get(`state${i}`)!;
    }
    const { shift, scale } = fitStandardiser({ rows: count, cols: spec.dims, data: state });
    const at = (name: string) => layout.offsets.get(`layers[${i}].${name}`)!;
    parameters.set(
      shift.map((value) => -value),
      at("shift"),
    );
    parameters.set(
      scale.map((value) => -Math.log(value)),
      at("logScale"),
    );
    model.setParameters(parameters);
  }
}
