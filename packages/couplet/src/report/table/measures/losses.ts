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

/** What the training card of a flow keeps that a report shows. */
interface TrainingCard {
  readonly history?: readonly (readonly [number, number])[];
  readonly best?: { readonly epoch: number; readonly validationLoss: number };
  readonly trainingRows?: number;
  readonly validationRows?: number;
  readonly elapsedMs?: number;
  readonly threads?: number;
  readonly skippedSteps?: number;
}

/** The losses that the model file keeps; `undefined` for a model that was not trained by `fitTable`. */
export function lossReport(model: TableModel): LossReport | undefined {
  const card = model.flow.card as unknown as TrainingCard;
  const { history, best } = card;
  if (history === undefined || best === undefined) return undefined;
  const shift = model.lossShift;
  const finite = (value: number | null): number => value ?? NaN;
  return {
    training: history.map(([loss]) => finite(loss) + (shift?.training ?? 0)),
    validation: history.map(([, loss]) => finite(loss) + (shift?.validation ?? 0)),
    unit: shift === undefined ? "latent" : "row",
    best: { epoch: best.epoch, validation: best.validationLoss + (shift?.validation ?? 0) },
    trainingRows: card.trainingRows ?? NaN,
    validationRows: card.validationRows ?? NaN,
    elapsedMs: card.elapsedMs ?? NaN,
    threads: card.threads ?? NaN,
    skippedSteps: card.skippedSteps ?? 0,
  };
}
