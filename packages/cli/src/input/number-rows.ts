/** A table of numbers alone, as the rows that a flow takes. */
import { CoupletError } from "couplet";
import type { Table } from "couplet/table";

/**
 * The numbers of a table, row by row.
 *
 * @param width columns that are needed
 * @param firstRow number of the chunk's first row, for messages
 * @throws CoupletError SHAPE_MISMATCH for another number of columns; DATA_INVALID for a cell that is no number
 */
export function numberRows(
  { rows, columns }: Table,
  width: number,
  where: string,
  firstRow = 0,
): Float64Array {
  if (columns.length !== width)
    throw new CoupletError({
      code: "SHAPE_MISMATCH",
      where,
      expected: `${width} columns of numbers, one for each variable of the flow`,
      received: `${columns.length} (${columns.map(({ name }) => name).join(", ")})`,
    });
  const numbers = new Float64Array(rows * width);
  for (const [j, { name, kind, values }] of columns.entries())
    for (let r = 0; r < rows; r++) {
      const cell = values[r] ?? null;
      const value = cell === null || cell === "" ? NaN : Number(cell);
      if (!Number.isFinite(value))
        throw new CoupletError({
          code: "DATA_INVALID",
          where: `${where}: column ${JSON.stringify(name)}, row ${firstRow + r + 1}`,
          expected: "a number",
          received:
            cell === null || Number.isNaN(cell)
              ? "a missing cell"
              : kind === "text"
                ? JSON.stringify(cell)
                : String(cell),
          hint: "This model is a flow of numbers: it has no schema to read other cells by.",
        });
      numbers[r * width + j] = value;
    }
  return numbers;
}
