/** Training rows that are new in each epoch. */
import { CoupletError } from "../error.ts";
import { takeRows, toBatch } from "../flow/model/rows.ts";
import type { Batch, Rows } from "../flow/model/rows.ts";
import type { Portion } from "./data.ts";
import type { TrainOptions } from "./options.ts";

/**
 * The rows and the context of an epoch, where the options make them anew; `undefined` where they stay.
 *
 * @param numbers of these rows alone: the options may make all of them or these
 * @throws CoupletError SHAPE_MISMATCH when they are not as many as the first ones; NON_FINITE_INPUT
 */
export async function epochRows(
  { rows, context }: Portion,
  { rowsOfEpoch, contextOfEpoch }: TrainOptions,
  epoch: number,
  numbers?: Int32Array,
): Promise<{ readonly rows: Batch | undefined; readonly context: Batch | undefined }> {
  return {
    rows:
      rowsOfEpoch === undefined
        ? undefined
        : wantedRows("fit: rowsOfEpoch", await rowsOfEpoch(epoch, numbers), rows, numbers),
    context:
      contextOfEpoch === undefined || context === undefined
        ? undefined
        : wantedRows("fit: contextOfEpoch", await contextOfEpoch(epoch, numbers), context, numbers),
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

function wantedRows(
  where: string,
  fresh: Rows,
  { rows, cols }: Batch,
  numbers: Int32Array | undefined,
): Batch {
  const batch = toBatch(where, fresh, cols);
  const wanted = numbers?.length ?? rows;
  if (batch.rows === wanted) return batch;
  if (batch.rows === rows) return takeRows(batch, numbers!);
  throw new CoupletError({
    code: "SHAPE_MISMATCH",
    where,
    expected:
      wanted === rows ? `${rows} rows` : `the ${wanted} rows that were asked for, or all ${rows}`,
    received: String(batch.rows),
  });
}
