import type { TableModel } from "../../../table-model/table-model.ts";

/** How training went. */
export interface LossReport {
  /** Negative log density, by epoch from the first: training rows (with dropout, before the step) and validation rows. */
  readonly training: readonly number[];
  readonly validation: readonly number[];
  /** "row": nats per row of the table. "latent": of the encoded rows, for models that do not know the shift. */
  readonly unit: "row" | "latent";
  readonly best: { readonly epoch: number; readonly validation: number };
  readonly trainingRows: number;
  readonly validationRows: number;
  readonly elapsedMs: number;
  readonly threads: number;
  readonly skippedSteps: number;
}

/** The losses that the model file keeps; `undefined` for a model that was not trained by `fitTable`. */
export function lossReport(model: TableModel): LossReport | undefined {
  const { training } = model.flow;
  if (training === undefined) return undefined;
  const { history, best, trainingRows, validationRows, elapsedMs, threads, skippedSteps } =
    training;
  const shift = model.lossShift;
  return {
    training: history.map(([loss]) => loss + (shift?.training ?? 0)),
    validation: history.map(([, loss]) => loss + (shift?.validation ?? 0)),
    unit: shift === undefined ? "latent" : "row",
    best: { epoch: best.epoch, validation: best.validationLoss + (shift?.validation ?? 0) },
    trainingRows,
    validationRows,
    elapsedMs,
    threads,
    skippedSteps,
  };
}
