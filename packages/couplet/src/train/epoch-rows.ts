/** Training rows that are new in each epoch. */
import { CoupletError } from "../error.ts";
import { toBatch } from "../flow/model/rows.ts";
import type { Batch, Rows } from "../flow/model/rows.ts";
import type { Portion } from "./data.ts";
import type { TrainOptions } from "./options.ts";

/**
 * The rows and the context of an epoch, where the options make them anew; `undefined` where they stay.
 *
 * @throws CoupletError SHAPE_MISMATCH when they are not as many as the first ones; NON_FINITE_INPUT
 */
export async function epochRows(
  { rows, context }: Portion,
  { rowsOfEpoch, contextOfEpoch }: TrainOptions,
  epoch: number,
): Promise<{ readonly rows: Batch | undefined; readonly context: Batch | undefined }> {
  return {
    rows:
      rowsOfEpoch === undefined
        ? undefined
        : sameRows("fit: rowsOfEpoch", await rowsOfEpoch(epoch), rows.cols, rows.rows),
    context:
      contextOfEpoch === undefined || context === undefined
        ? undefined
        : sameRows("fit: contextOfEpoch", await contextOfEpoch(epoch), context.cols, rows.rows),
  };
}

/** @throws CoupletError USAGE when rows are made anew for each epoch, but held-out rows would be cut off them. */
export function checkEpochRows({ rowsOfEpoch, validation }: TrainOptions): void {
  if (rowsOfEpoch === undefined || typeof (validation ?? 0) !== "number") return;
  throw new CoupletError({
    code: "USAGE",
    where: "fit: rowsOfEpoch",
    expected: "validation given as rows, so that the training rows are those of the call",
    received: validation === undefined ? "none" : "a fraction",
  });
}

function sameRows(where: string, fresh: Rows, cols: number, rows: number): Batch {
  const batch = toBatch(where, fresh, cols);
  if (batch.rows === rows) return batch;
  throw new CoupletError({
    code: "SHAPE_MISMATCH",
    where,
    expected: `${rows} rows`,
    received: String(batch.rows),
  });
}
