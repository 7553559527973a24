/** Draws that are not finite: an error, never rows. */
import { CoupletError } from "../../error.ts";

/**
 * The error for draws one of which is not a finite number.
 *
 * @param rows rows x dims
 * @param names of the columns
 */
export function wildDraw(
  rows: Float64Array,
  dims: number,
  names: readonly string[] | undefined,
  conditional: boolean,
): CoupletError {
  const at = rows.findIndex((value) => !Number.isFinite(value));
  const column = at % dims;
  return new CoupletError({
    code: "DIVERGED",
    where: `sample: row ${Math.floor(at / dims)}, column ${names?.[column] ?? column}`,
    expected: "a finite number",
    received: String(rows[at]),
    hint: conditional
      ? "The row's context may lie so far from those of the training rows that the flow leaves the range of its numbers: such draws say nothing."
      : "The flow leaves the range of its numbers: train it again with a smaller learningRate, or scales that are bounded.",
  });
}
