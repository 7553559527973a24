/** Rows that train, rows that choose the epoch, and rows that report. */
import { shuffled } from "../../random/shuffle.ts";
import { CoupletError } from "../../error.ts";
import { checkEnoughRows } from "../../statistics/enough-rows.ts";
import { type InPieces, atOnce } from "../../threads/yield-to-event-loop.ts";
import { selectRowsInPieces } from "../../table/table.ts";
import type { Table } from "../../table/table.ts";
import type { RowRange } from "../partitioned/partitioned-table.ts";

/** Held-out and validation rows, at least: fewer say nothing. */
const LEAST_HELD_OUT = 30;

/**
 * {@link checkEnoughRows} of a table: one without columns has no rows either, and that is the fault to name.
 *
 * @throws CoupletError DATA_INVALID for fewer than 20 rows
 */
export function checkEnoughCells({ rows, columns }: Table): void {
  if (columns.length > 0) checkEnoughRows("table", rows);
}

/** The parts of a split table. */
export interface TableParts {
  readonly training: Table;
  readonly validation: Table;
  readonly heldOut: Table;
  /** Other training rows for each epoch, when not all are in memory. */
  readonly rowsOfEpoch?: (epoch: number, range?: RowRange) => Promise<Table>;
  /** Rows that epochs draw on, where these are more than `training` has. */
  readonly trainingRows?: number;
}

/**
 * The same split for the same rows and seed, so that reports can find the held-out rows again.
 *
 * @throws CoupletError DATA_INVALID for fewer than 20 rows, USAGE for a fraction outside (0, 0.5)
 */
export function splitTable(
  source: Table,
  fraction: number,
  seed: number,
  leftOut: ReadonlySet<number> = new Set(),
): TableParts {
  return atOnce(splitTableInPieces(source, fraction, seed, leftOut));
}

/** {@link splitTable} in pieces. */
export function* splitTableInPieces(
  source: Table,
  fraction: number,
  seed: number,
  leftOut: ReadonlySet<number> = new Set(),
): InPieces<TableParts> {
  if (!(fraction > 0 && fraction < 0.5)) {
    throw new CoupletError({
      code: "USAGE",
      where: "fitTable: heldOut",
      expected: "a fraction between 0 and 0.5",
      received: String(fraction),
    });
  }
  checkEnoughCells(source);
  const { rows } = source;
  const held = Math.min(
    Math.floor(rows / 4),
    Math.max(LEAST_HELD_OUT, Math.round(rows * fraction)),
  );
  const order = shuffled(rows, seed);
  // After the cut: the other rows are where they would be without.
  yield;
  const part = (from: number, to: number): InPieces<Table> =>
    selectRowsInPieces(
      source,
      order.subarray(from, to).filter((row) => !leftOut.has(row)),
    );
  return {
    heldOut: yield* part(0, held),
    validation: yield* part(held, 2 * held),
    training: yield* part(2 * held, rows),
  };
}
