/** Reversible mode rebuilds activations from outputs; where that strays, states are kept more densely. */
import type { TrainSettings } from "./options.ts";
import type { Progress } from "./progress.ts";

/** Bijections between kept states, tried in turn when reversible mode drifts. */
const CHECKPOINT_LADDER = [Infinity, 16, 8, 4, 2] as const;

/** Bijections between kept states after `densified` steps down the ladder. */
export function checkpointEvery(densified: number): number {
  return CHECKPOINT_LADDER[densified] ?? 2;
}

/** Whether the rebuilt inputs strayed too far, and states can be kept more densely. */
export function strays(
  { memory, driftTolerance }: TrainSettings,
  { drift, densified }: Progress,
): boolean {
  // Written so that a drift that is not a number counts as too large.
  return (
    memory === "reversible" &&
    !(drift <= driftTolerance) &&
    densified + 1 < CHECKPOINT_LADDER.length
  );
}

/** Tells that states are kept more densely from now on, and why. */
export function driftWarning(
  { driftTolerance }: TrainSettings,
  { drift, densified }: Progress,
): string {
  return (
    `rebuilding activations strayed by ${drift.toExponential(1)} (tolerance ${driftTolerance}); ` +
    `from now on the state is kept every ${checkpointEvery(densified)} bijections`
  );
}
