/** How good a classifier is on some images, as a line for people. */
import type { ClassificationMetrics } from "couplet/reversible";
import { count } from "../../terminal/quantities.ts";

export function metricsLine(
  { images, accuracy, negativeLogLikelihood, calibrationError }: ClassificationMetrics,
  what: string,
): string {
  return (
    `accuracy ${(100 * accuracy).toFixed(2)} %, ${negativeLogLikelihood.toFixed(4)} nats/image, ` +
    `calibration error ${(100 * calibrationError).toFixed(2)} % on ${count(images)} ${what}`
  );
}
