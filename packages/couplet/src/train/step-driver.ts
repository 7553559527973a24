/** Between the loop and a strategy: what the strategy may do, and what has to come back. */
import type { TrainResult } from "../engine/device/device.ts";
import { CoupletError } from "../error.ts";
import type { TrainSettings } from "./settings.ts";
import type { Progress } from "./progress.ts";
import type { StepDriver, StepPlace, StrategyRun } from "./strategy.ts";
import type { Trainee } from "./task.ts";
import type { Trainer } from "./trainer.ts";

/** @param trainer the one at work: drift may have another made in its place */
export function stepDriver(
  { parameterList }: Trainee,
  settings: TrainSettings,
  trainer: () => Trainer,
): StepDriver {
  const { stepsPerEpoch, totalSteps } = trainer();
  return {
    parameters: parameterList.map(({ name, offset, size }) => ({
      name,
      start: offset,
      end: offset + Math.ceil(size / 16) * 16,
    })),
    settings,
    stepsPerEpoch,
    totalSteps,
    run: ({ epoch, step, skippedInARow }, options = {}) =>
      trainer().steps(epoch, step, skippedInARow, options),
    async gradient({ epoch, step, skippedInARow }) {
      const updates = { ranges: [], earlier: 0 };
      const result = await trainer().steps(epoch, step, skippedInARow, { most: 1, updates });
      return { result, gradient: await trainer().gradient() };
    },
    read: () => trainer().snapshot(),
    write: (tensors) => trainer().restore(tensors),
  };
}

/**
 * Lets a strategy do its next steps.
 *
 * @throws CoupletError USAGE for a result by which the epoch would never end, or end beyond its batches
 */
export async function advance(
  strategy: StrategyRun,
  { epoch, step, skippedInARow }: Progress,
  stepsPerEpoch: number,
): Promise<TrainResult> {
  const place: StepPlace = { epoch, step, skippedInARow };
  const result = await strategy.advance(place);
  const left = stepsPerEpoch - step;
  const least = result.stopped === "steps" || result.stopped === "time" ? 1 : 0;
  if (Number.isInteger(result.steps) && result.steps >= least && result.steps <= left)
    return result;
  throw new CoupletError({
    code: "USAGE",
    where: "fit: strategy: advance",
    expected: `a result with ${least} to ${left} steps`,
    received: String(result.steps),
  });
}
