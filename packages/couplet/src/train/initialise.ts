/** Parameters that start from data: ActNorm's shift and scale, and the first linear map. */
import { gaussianOf, momentsOf } from "../flow/full-gaussian.ts";
import type { Gaussian, Moments } from "../flow/full-gaussian.ts";
import { lowerLayers } from "../flow/lower.ts";
import type { FlowModel } from "../flow/model.ts";
import { fitStandardiser, standardise } from "../flow/preprocess.ts";
import { takeRows } from "../flow/rows.ts";
import type { Portion, SplitData } from "./data.ts";
import { rowsForCovariance } from "./gaussian-loss.ts";

/** Rows that ActNorm's statistics are taken over: the standard error of a mean is then 1.6 % of a deviation. */
const INIT_ROWS = 4096;

/** How much of the correlations to leave out: the held-out rows choose. Few rows want more. */
const SHRINKAGES = [0, 0.01, 0.03, 0.1, 0.3, 1] as const;

/**
 * Starts layers from the data, in order:
 *
 * - each ActNorm so that its output has mean 0 and standard deviation 1 over the first training rows
 *   (Kingma & Dhariwal 2018, section 3.1); variables without spread keep scale 1;
 * - the first LU map so that its output is uncorrelated with variance 1: y = C^-1 (x - mean), with C
 *   the lower Cholesky factor of the (shrunk) covariance. With a standard normal base the untrained
 *   flow is then the full-covariance Gaussian, so training starts where the Gaussian ends. A uniform
 *   base, which is bounded, is left alone.
 */
export async function initialiseFromData(
  model: FlowModel,
  { training, validation }: SplitData,
): Promise<void> {
  const { spec, layout } = model;
  const linear =
    spec.base.kind === "uniform" ? -1 : spec.layers.findIndex((layer) => layer.kind === "lu");
  const parameters = model.parameters;
  for (const [i, layer] of spec.layers.entries()) {
    const at = (name: string) => layout.offsets.get(`layers[${i}].${name}`)!;
    if (layer.kind === "actNorm") {
      const first = headOf(training, INIT_ROWS);
      const data = await stateBefore(model, i, first);
      const { shift, scale } = fitStandardiser({ rows: first.rows.rows, cols: spec.dims, data });
      parameters.set(
        shift.map((value) => -value),
        at("shift"),
      );
      parameters.set(
        scale.map((value) => -Math.log(value)),
        at("logScale"),
      );
    } else if (i === linear) {
      const first = rowsForCovariance(training, spec.dims);
      const moments = momentsOf(await stateBefore(model, i, first), spec.dims, first.weights);
      const held = await stateBefore(model, i, validation);
      const map = whitening(bestGaussian(moments, held, validation.weights));
      for (const [name, values] of Object.entries(map)) parameters.set(values, at(name));
    } else continue;
    model.setParameters(parameters);
  }
}

function headOf(portion: Portion, most: number): Portion {
  const count = Math.min(most, portion.rows.rows);
  const indices = Int32Array.from({ length: count }, (_, i) => i);
  return {
    rows: takeRows(portion.rows, indices),
    context: portion.context === undefined ? undefined : takeRows(portion.context, indices),
    weights: portion.weights?.subarray(0, count),
  };
}

/** The variables in front of layer i, rows x dims. */
async function stateBefore(
  model: FlowModel,
  i: number,
  { rows, context }: Portion,
): Promise<Float32Array | Float64Array> {
  const x = standardise(rows, model.standardiser, new Float32Array(rows.data.length));
  if (i === 0) return x;
  const c =
    context === undefined
      ? {}
      : {
          context: standardise(
            context,
            model.contextStandardiser,
            new Float32Array(context.data.length),
          ),
        };
  const make = () => lowerLayers(model.spec, model.layout, i);
  const outputs = await model.runner.run(`layers before ${i}`, make, { x, ...c }, rows.rows);
  return outputs.get(`state${i}`)!;
}

/** Of the Gaussians with more and less correlation, the one that the held-out rows like best. */
function bestGaussian(
  moments: Moments,
  held: Float32Array | Float64Array,
  weights: Float64Array | undefined,
): Gaussian {
  const scored = SHRINKAGES.map((shrink) => {
    const gaussian = gaussianOf(moments, { shrink });
    const logDensity = gaussian.logDensity(held);
    return { gaussian, score: logDensity.reduce((sum, v, r) => sum + (weights?.[r] ?? 1) * v, 0) };
  });
  return scored.reduce((best, other) => (other.score > best.score ? other : best)).gaussian;
}

/** C^-1 (x - mean) as L U x + bias: U the diagonal of C^-1, L its columns divided by it. */
function whitening({ dims, mean, factor }: Gaussian): {
  readonly lower: Float64Array;
  readonly logDiagonal: Float64Array;
  readonly bias: Float64Array;
} {
  const inverse = new Float64Array(dims * dims);
  for (let j = 0; j < dims; j++) {
    for (let i = j; i < dims; i++) {
      let sum = i === j ? 1 : 0;
      for (let k = j; k < i; k++) sum -= factor[i * dims + k]! * inverse[k * dims + j]!;
      inverse[i * dims + j] = sum / factor[i * dims + i]!;
    }
  }
  const lower = inverse.map((value, k) => {
    const [i, j] = [Math.floor(k / dims), k % dims];
    return i > j ? value / inverse[j * dims + j]! : 0;
  });
  const bias = Float64Array.from({ length: dims }, (_, i) => {
    let sum = 0;
    for (let j = 0; j <= i; j++) sum -= inverse[i * dims + j]! * mean[j]!;
    return sum;
  });
  const logDiagonal = Float64Array.from(
    { length: dims },
    (_, i) => -Math.log(factor[i * dims + i]!),
  );
  return { lower, logDiagonal, bias };
}
