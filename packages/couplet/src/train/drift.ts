/** Reversible mode rebuilds activations from outputs; where that is inexact, states are kept more densely. */
import type { TrainSettings } from "./settings.ts";
import type { Progress } from "./progress.ts";

/** Bijections between kept states, tried in turn when reversible mode drifts. */
const KEEP_STATE_LADDER = [Infinity, 16, 8, 4, 2] as const;

/** Bijections between kept states after `timesDriftExceeded` steps down the ladder. */
export function keepStateEvery(timesDriftExceeded: number): number {
  return KEEP_STATE_LADDER[timesDriftExceeded] ?? 2;
}

/** Whether the rebuilt inputs drifted too far, and states can be kept more densely. */
export function driftExceeded(
  { memory, driftTolerance }: TrainSettings,
  { drift, timesDriftExceeded }: Progress,
): boolean {
  // Written so that a drift that is not a number counts as too large.
  return (
    memory === "reversible" &&
    !(drift <= driftTolerance) &&
    timesDriftExceeded + 1 < KEEP_STATE_LADDER.length
  );
}

/** Tells that states are kept more densely from now on, and why. */
export function driftWarning(
  { driftTolerance }: TrainSettings,
  { drift, timesDriftExceeded }: Progress,
): string {
  return (
    `rebuilt activations drifted by ${drift.toExponential(1)} (tolerance ${driftTolerance}); ` +
    `from now on the state is kept every ${keepStateEvery(timesDriftExceeded)} bijections`
  );
}
