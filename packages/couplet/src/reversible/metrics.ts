/** How good predicted probabilities are. */
import { CoupletError } from "../error.ts";

/** What {@link classificationMetrics} gives. */
export interface ClassificationMetrics {
  readonly images: number;
  /** Share whose most probable class is the label. */
  readonly accuracy: number;
  /** Mean of -log p(label), in nats. */
  readonly negativeLogLikelihood: number;
  /**
   * Expected calibration error (Guo et al. 2017, eq. 5): the mean over images of |accuracy - confidence| of the bin of equal width that the
   * image's confidence (the largest probability) is in.
   */
  readonly calibrationError: number;
}

/** Bins of the calibration error. */
const BINS = 15;

/**
 * Accuracy, negative log-likelihood and calibration error (15 bins).
 *
 * @param logProbabilities images x classes, row-major
 * @param labels one per image
 * @throws CoupletError SHAPE_MISMATCH for other than images x classes numbers; DATA_INVALID for a label outside the classes
 */
export function classificationMetrics(
  logProbabilities: Float64Array,
  labels: ArrayLike<number>,
  classes: number,
): ClassificationMetrics {
  const images = labels?.length ?? 0;
  if (
    !(logProbabilities instanceof Float64Array) ||
    images === 0 ||
    logProbabilities.length !== images * classes
  )
    throw new CoupletError({
      code: "SHAPE_MISMATCH",
      where: "classificationMetrics",
      expected: "a Float64Array of images x classes log-probabilities, and a label for each image",
      received: `${logProbabilities?.length ?? "no"} numbers, ${images} labels and ${classes} classes`,
    });
  for (let r = 0; r < images; r++)
    if (!(Number.isInteger(labels[r]) && labels[r]! >= 0 && labels[r]! < classes))
      throw new CoupletError({
        code: "DATA_INVALID",
        where: `classificationMetrics: labels[${r}]`,
        expected: `an integer from 0 to ${classes - 1}`,
        received: String(labels[r]),
      });
  const bins = Array.from({ length: BINS }, () => ({ count: 0, right: 0, confidence: 0 }));
  let right = 0;
  let loss = 0;
  for (let r = 0; r < images; r++) {
    const row = logProbabilities.subarray(r * classes, (r + 1) * classes);
    const best = largest(row);
    const confidence = Math.exp(row[best]!);
    const bin = bins[Math.min(BINS - 1, Math.floor(confidence * BINS))]!;
    bin.count++;
    bin.confidence += confidence;
    if (best === labels[r]) {
      right++;
      bin.right++;
    }
    loss -= row[labels[r]!]!;
  }
  const apart = bins.reduce((sum, bin) => sum + Math.abs(bin.right - bin.confidence), 0);
  return {
    images,
    accuracy: right / images,
    negativeLogLikelihood: loss / images,
    calibrationError: apart / images,
  };
}

/** The place of the largest number; the first of several. */
export function largest(row: ArrayLike<number>): number {
  let best = 0;
  for (let k = 1; k < row.length; k++) if (row[k]! > row[best]!) best = k;
  return best;
}

/** log softmax of each row of logits, in float64. */
export function logSoftmax(logits: ArrayLike<number>, classes: number): Float64Array<ArrayBuffer> {
  const out = Float64Array.from(logits);
  for (let start = 0; start < out.length; start += classes) {
    const row = out.subarray(start, start + classes);
    const most = row.reduce((a, b) => Math.max(a, b), -Infinity);
    const total = most + Math.log(row.reduce((sum, o) => sum + Math.exp(o - most), 0));
    for (let k = 0; k < classes; k++) row[k]! -= total;
  }
  return out;
}
