/** Drawing rows again by their weights. */
import { philoxUniform } from "../random/philox.ts";

/** Share of the largest weights that are cut to the largest of the others: one row would otherwise fill the buffer. */
const CLIPPED_SHARE = 0.001;

/**
 * Systematic resampling (Kitagawa 1996): numbers of `count` rows, each as often as its weight says, to within one. The largest
 * thousandth of the weights are cut to their 99.9 % quantile first. Rows whose log-weight is not finite are never drawn.
 *
 * @returns no rows when no weight is finite
 */
export function resample(logWeights: Float64Array, count: number, seed: number): Int32Array {
  const finite = logWeights.filter(Number.isFinite).sort();
  if (finite.length === 0) return new Int32Array(0);
  const most =
    finite[Math.min(finite.length - 1, Math.ceil((1 - CLIPPED_SHARE) * finite.length) - 1)]!;
  const weights = logWeights.map((l) =>
    Number.isFinite(l) ? Math.exp(Math.min(l, most) - most) : 0,
  );
  const total = weights.reduce((sum, w) => sum + w, 0);
  const offset = philoxUniform({ seed, row: 0, stream: 0x4e5a });
  const drawn = new Int32Array(count);
  let row = 0;
  let sum = weights[0]!;
  for (let i = 0; i < count; i++) {
    const wanted = ((i + offset) * total) / count;
    while (sum < wanted && row < weights.length - 1) sum += weights[++row]!;
    drawn[i] = row;
  }
  return drawn;
}
