/** The record of a training. */
import type { DeviceReport } from "../engine/device/device.ts";
import type { TrainingRecord } from "../flow/model/metadata.ts";
import type { Batch } from "../flow/model/rows.ts";
import type { TrainSettings } from "./settings.ts";
import type { Progress } from "./progress.ts";

/** How many rows there were. */
interface RowCounts {
  readonly training: { readonly rows: Pick<Batch, "rows"> };
  readonly validation: { readonly rows: Pick<Batch, "rows"> };
}

/** The record; `progress.elapsedMs` is that of the whole run. */
export function trainingRecord(
  { training, validation }: RowCounts,
  settings: TrainSettings,
  { history, best, epoch, skipped, elapsedMs }: Progress,
  gaussianLoss: number,
  { threads, simd }: DeviceReport,
): TrainingRecord {
  return {
    trainingRows: training.rows.rows,
    validationRows: validation.rows.rows,
    settings: { ...settings },
    epochs: epoch,
    best: { ...best },
    history: history.map(([a, b]) => [a, b]),
    skippedSteps: skipped,
    gaussianLoss,
    elapsedMs: Math.round(elapsedMs),
    threads,
    simd,
  };
}
