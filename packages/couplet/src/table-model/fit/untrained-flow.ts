/** Flows that are simple models: independent columns, and the Gaussian of the encoded columns. */
import type { FlowModel } from "../../flow/model/model.ts";
import type { FlowSpec } from "../../flow/spec/types.ts";
import { shuffled } from "../../random/shuffle.ts";
import { fit } from "../../train/fit.ts";
import type { FitTableOptions } from "./fit-table-options.ts";

/** The simple models that a flow without training can be. */
export type SimpleFlow = "independent marginals" | "Gaussian copula";

/** A step that changes nothing: `fit` then takes the Gaussian where that is better than the identity. */
const NO_LEARNING = 1e-12;
/** Draws of the noise in discrete cells that the Gaussian is estimated from, as of the baseline. */
export const FITTING_DRAWS = 4;

/**
 * The simple models of encoded rows as flows of a spec.
 *
 * @param pooledRows draws the rows; called when a flow is wanted, which is seldom
 */
export function simpleFlows(
  spec: FlowSpec,
  pooledRows: () => Promise<Float64Array>,
  validation: Float64Array,
  options: UntrainedOptions,
): (which: SimpleFlow) => Promise<FlowModel> {
  const dims = spec.dims as number;
  const { seed = 0 } = options;
  return async (which) => {
    const pooled = await pooledRows();
    // Judged by its own rows it is shrunk to nothing: the baseline's covariance.
    if (which === "Gaussian copula") return untrainedFlow(spec, pooled, pooled, options);
    return untrainedFlow(
      spec,
      shuffledColumns(pooled, dims, seed),
      shuffledColumns(validation, dims, seed),
      options,
    );
  };
}

type UntrainedOptions = Pick<
  FitTableOptions,
  "seed" | "threads" | "blas" | "relaxedSimd" | "signal"
>;

/**
 * A flow without training on encoded rows: the Gaussian of them, or the identity where that is as good.
 *
 * @param z rows x dims
 */
function untrainedFlow(
  spec: FlowSpec,
  z: Float64Array,
  validation: Float64Array,
  { seed = 0, threads, blas, relaxedSimd, signal }: UntrainedOptions,
): Promise<FlowModel> {
  return fit(spec, z, {
    seed,
    standardise: false,
    validation: { rows: validation },
    epochs: 1,
    learningRate: NO_LEARNING,
    ...(threads === undefined ? {} : { threads }),
    ...(blas === undefined ? {} : { blas }),
    ...(relaxedSimd === undefined ? {} : { relaxedSimd }),
    ...(signal === undefined ? {} : { signal }),
  });
}

/** Some draws of the same rows below each other. */
export async function drawnTimes(
  times: number,
  draw: (epoch: number) => Promise<{ readonly z: Float64Array }>,
): Promise<Float64Array> {
  const draws: Float64Array[] = [];
  for (let epoch = 0; epoch < times; epoch++) draws.push((await draw(epoch)).z);
  const pooled = new Float64Array(draws.reduce((sum, z) => sum + z.length, 0));
  let offset = 0;
  for (const z of draws) {
    pooled.set(z, offset);
    offset += z.length;
  }
  return pooled;
}

/** Rows whose columns are shuffled each by itself: the same margins, and nothing between them. */
function shuffledColumns(z: Float64Array, dims: number, seed: number): Float64Array {
  const rows = z.length / dims;
  const out = new Float64Array(z.length);
  for (let d = 0; d < dims; d++) {
    const order = shuffled(rows, seed + 1 + d);
    for (let row = 0; row < rows; row++) out[row * dims + d] = z[order[row]! * dims + d]!;
  }
  return out;
}
