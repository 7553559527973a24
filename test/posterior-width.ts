/** A linear-Gaussian problem with a known posterior, and how a flow's draws compare with it. */
import { fit } from "couplet";
import type { DeviceOptions, FlowSpec, TrainOptions } from "couplet";
import { generator } from "./random.ts";

export interface PosteriorProblem {
  readonly dims: number;
  /** s: x = theta + s e. */
  readonly noise: number;
  readonly rows: number;
  readonly draws: number;
  readonly seed: number;
}

/** Of the draws for one context value, in exact deviations of the posterior. */
export interface Draws {
  readonly context: number;
  /** The draws' deviation over the exact one, 1 when right; the worst variable's. */
  readonly deviation: number;
  /** Distance of the farthest draw from the exact mean. */
  readonly farthest: number;
}

/** Fits theta given x, and compares draws for the contexts -2, 0, 1 and 2 (in every variable) with the exact posterior. */
export async function posteriorDraws(
  spec: FlowSpec<true>,
  { dims, noise, rows, draws, seed }: PosteriorProblem,
  options: TrainOptions & Pick<DeviceOptions, "threads" | "blas">,
): Promise<readonly Draws[]> {
  const { normal } = generator(seed + 100);
  const theta = Float64Array.from({ length: rows * dims }, normal);
  const context = theta.map((value) => value + noise * normal());
  using model = await fit(spec, theta, { ...options, context, seed });
  const exact = Math.sqrt(noise ** 2 / (1 + noise ** 2));
  const results: Draws[] = [];
  for (const at of [-2, 0, 1, 2]) {
    const sample = await model.sample(draws, { context: new Float64Array(dims).fill(at), seed: 5 });
    const mean = at / (1 + noise ** 2);
    let [deviation, farthest] = [1, 0];
    for (let j = 0; j < dims; j++) {
      const own = Float64Array.from(
        { length: draws },
        (_, r) => (sample[r * dims + j]! - mean) / exact,
      );
      const centre = own.reduce((sum, value) => sum + value, 0) / draws;
      const ratio = Math.sqrt(own.reduce((sum, v) => sum + (v - centre) ** 2, 0) / draws);
      if (Math.abs(Math.log(ratio)) > Math.abs(Math.log(deviation))) deviation = ratio;
      farthest = own.reduce((most, value) => Math.max(most, Math.abs(value)), farthest);
    }
    results.push({ context: at, deviation, farthest });
  }
  return results;
}
