/** Densities of rows given a property, and averaged over properties that data have. */
import type { FlowModel } from "../flow/model/model.ts";
import { logMean } from "../statistics/log-sum-exp.ts";

/** Rows whose densities are asked for at a time, for all properties. */
const CHUNK_ROWS = 64;

/** The wanted context and those that it is held against. */
export interface Contexts {
  readonly wanted: Float64Array;
  readonly others: readonly Float64Array[];
  /** Of the others: how many properties of the data each stands for. */
  readonly weights: Float64Array;
}

/** log p(x | wanted) and log of the weighted mean over the others of p(x | other), of each of the flow's rows, in nats up to the same constant. */
export async function logMarginal(
  flow: FlowModel<boolean>,
  z: Float64Array,
  { wanted, others, weights }: Contexts,
  signal: AbortSignal | undefined,
): Promise<{ readonly conditional: Float64Array; readonly marginal: Float64Array }> {
  const { dims } = flow.spec;
  const rows = z.length / dims;
  const conditional = new Float64Array(rows);
  const marginal = new Float64Array(rows);
  const all = [wanted, ...others];
  const width = wanted.length;
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  const logWeights = weights.map((weight) => Math.log((weight * weights.length) / total));
  for (let first = 0; first < rows; first += CHUNK_ROWS) {
    const count = Math.min(CHUNK_ROWS, rows - first);
    const repeated = new Float64Array(count * all.length * dims);
    const context = new Float64Array(count * all.length * width);
    for (let r = 0; r < count; r++) {
      const row = z.subarray((first + r) * dims, (first + r + 1) * dims);
      for (const [k, values] of all.entries()) {
        repeated.set(row, (r * all.length + k) * dims);
        context.set(values, (r * all.length + k) * width);
      }
    }
    const logProb = await flow.logProb(repeated, {
      context,
      ...(signal === undefined ? {} : { signal }),
    });
    for (let r = 0; r < count; r++) {
      const own = logProb.subarray(r * all.length, (r + 1) * all.length);
      conditional[first + r] = own[0]!;
      marginal[first + r] = logMean(own.subarray(1).map((value, k) => value + logWeights[k]!));
    }
  }
  return { conditional, marginal };
}
