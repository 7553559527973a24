/** The learning rate of a step, the same on every device. */
import type { TrainStepOptions } from "./device.ts";

/** Linear warm-up, then a half cosine to 0 (Loshchilov & Hutter 2017, eq. 5), or a tenth from each of `drops` on; steps count from 0. */
export function learningRate(
  step: number,
  {
    peakRate,
    warmupSteps,
    totalSteps,
    drops,
  }: Pick<TrainStepOptions, "peakRate" | "warmupSteps" | "totalSteps" | "drops">,
): number {
  if (step < warmupSteps) return (peakRate * (step + 1)) / warmupSteps;
  if (drops) return peakRate * 0.1 ** drops.filter((at) => step >= at).length;
  const progress = (step - warmupSteps) / Math.max(1, totalSteps - warmupSteps);
  return 0.5 * peakRate * (1 + Math.cos(Math.PI * Math.min(1, progress)));
}
