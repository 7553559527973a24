/** How well a full-covariance Gaussian does on the held-out rows: the mark that a flow has to pass. */
import { gaussianOf, logDensityInPieces, momentsInPieces } from "../statistics/gaussian.ts";
import type { Gaussian, Moments } from "../statistics/gaussian.ts";
import type { InPieces } from "../threads/yield-to-event-loop.ts";
import { fitStandardiser, standardise, standardiserLogDet } from "../flow/model/preprocess.ts";
import type { Standardiser } from "../flow/model/preprocess.ts";
import type { Batch } from "../flow/model/rows.ts";
import { takeRows } from "../flow/model/rows.ts";
import { clippedChange } from "./compare-losses.ts";
import type { Portion, SplitData } from "./data.ts";

/** Multiplications that a covariance may cost: a second or so. */
const MOST_PRODUCTS = 1e9;

/** The first rows of a portion, as many as a covariance of `dims` variables may cost. */
export function rowsForCovariance(portion: Portion, dims: number): Portion {
  const most = Math.max(10 * dims, Math.floor(MOST_PRODUCTS / dims ** 2));
  if (portion.rows.rows <= most) return portion;
  const indices = Int32Array.from({ length: most }, (_, i) => i);
  return {
    rows: takeRows(portion.rows, indices),
    context: portion.context === undefined ? undefined : takeRows(portion.context, indices),
    weights: portion.weights?.subarray(0, most),
  };
}

/**
 * Negative log-density of each validation row, nats in the user's units, under the
 * Gaussian fitted to the training rows by (weighted) maximum likelihood. With a context it is the
 * conditional Gaussian of the joint one, log N(x, c) - log N(c).
 *
 * Columns are standardised here whether or not the model does: the same is added to the variance of each
 * (`gaussianOf`), and would drown a column of small units. Wide tables of many rows take the first rows of
 * the (shuffled) training part, as many as a second allows. With fewer than two rows a column the covariance is shrunk
 * towards its diagonal, as far as the validation rows like it. In pieces.
 */
export function* gaussianLosses({ training, validation }: SplitData): InPieces<Float64Array> {
  const { context, weights } = training;
  const standardiser = fitStandardiser(training.rows, weights);
  const contextStandardiser =
    context === undefined ? { shift: [], scale: [] } : fitStandardiser(context, weights);
  const dims = training.rows.cols + (context?.cols ?? 0);
  const first = rowsForCovariance(training, dims);
  function* density(portion: (p: Portion) => Batch, scale: Standardiser): InPieces<Float64Array> {
    const { cols } = portion(first);
    const z = (p: Portion) =>
      standardise(portion(p), scale, new Float64Array(portion(p).data.length));
    const held = z(validation);
    yield;
    const moments = yield* momentsInPieces(z(first), cols, first.weights);
    // Of few rows the covariance is singular or nearly so, and says nothing of other rows.
    const few = first.rows.rows < 2 * cols;
    const gaussian = few
      ? yield* bestGaussian(moments, held, validation.weights)
      : gaussianOf(moments);
    return yield* logDensityInPieces(gaussian, held);
  }
  const joint = yield* density(
    context === undefined ? (p) => p.rows : (p) => sideBySide(p.rows, p.context!),
    {
      shift: [...standardiser.shift, ...contextStandardiser.shift],
      scale: [...standardiser.scale, ...contextStandardiser.scale],
    },
  );
  const given =
    context === undefined ? undefined : yield* density((p) => p.context!, contextStandardiser);
  const offset = standardiserLogDet(standardiser);
  return joint.map((value, r) => (given?.[r] ?? 0) - value - offset);
}

/** How much of the correlations to leave out: the held-out rows choose. Few rows want more. */
const SHRINKAGES = [0, 0.01, 0.03, 0.1, 0.3, 1] as const;

/**
 * Of the Gaussians with more and less correlation, the one that the held-out rows like best, each row's change clipped
 * (`clippedChange`): a wild row would choose alone. In pieces.
 */
export function* bestGaussian(
  moments: Moments,
  held: Float32Array | Float64Array,
  weights: Float64Array | undefined,
): InPieces<Gaussian> {
  let best: { readonly gaussian: Gaussian; readonly losses: Float64Array } | undefined;
  for (const shrink of SHRINKAGES) {
    const gaussian = gaussianOf(moments, { shrink });
    const losses = (yield* logDensityInPieces(gaussian, held)).map((value) => -value);
    if (best === undefined || clippedChange(losses, best.losses, weights) < 0)
      best = { gaussian, losses };
  }
  return best!.gaussian;
}

function sideBySide(a: Batch, b: Batch): Batch {
  const cols = a.cols + b.cols;
  const data = new Float64Array(a.rows * cols);
  for (let r = 0; r < a.rows; r++) {
    data.set(a.data.subarray(r * a.cols, (r + 1) * a.cols), r * cols);
    data.set(b.data.subarray(r * b.cols, (r + 1) * b.cols), r * cols + a.cols);
  }
  return { rows: a.rows, cols, data };
}
