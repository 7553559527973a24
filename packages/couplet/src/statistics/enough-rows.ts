/** How many rows a density can be learnt from. */
import { CoupletError } from "../error.ts";

/** Fewest rows of any fit, of a flow or of a table: as many as half of so few are held out to choose the epoch and to check the model. */
export const LEAST_ROWS_TO_FIT = 20;

/**
 * Whether a fit has enough rows: asked before anything else, so that few rows get one answer whatever they fail first.
 *
 * @param where what has the rows, for messages
 * @param what a row is
 * @throws CoupletError DATA_INVALID for fewer than 20 rows
 */
export function checkEnoughRows(where: string, rows: number, what = "rows"): void {
  if (rows >= LEAST_ROWS_TO_FIT) return;
  throw new CoupletError({
    code: "DATA_INVALID",
    where,
    expected: `at least ${LEAST_ROWS_TO_FIT} ${what}`,
    received: String(rows),
    hint: "Up to half of so few are held out to check the model; a distribution cannot be learnt from the rest.",
  });
}
