/** Rows of a table with missing cells, as conditions on their known cells. */
import type { ReadableColumns } from "../../table/encode/readable-columns.ts";
import { blankMissing, missingTest } from "../../table/cell/missing-cell.ts";
import { readColumn } from "../../table/cell/read-column.ts";
import { requiredColumns } from "../../table/check-table.ts";
import type { Table } from "../../table/table.ts";
import { type Equation, equationsOf } from "./equations.ts";

/** Rows with gaps, column by column of the modelled ones. */
export interface GivenRows {
  /** Codes; NaN where nothing is known. */
  readonly codes: readonly Float64Array[];
  /** 1 where the cell is known. */
  readonly known: readonly Uint8Array[];
}

/**
 * Reads rows with gaps. A gap that a sum, a product or shares leave one value is closed by it. A cell with a value that the model holds impossible
 * says nothing and counts as a gap.
 *
 * @throws CoupletError DATA_INVALID for columns that are absent or of another type
 */
export function readGivenRows(
  source: Table,
  readable: ReadableColumns,
  where: string,
): GivenRows & { readonly impossible: number } {
  const { schema, modelled } = readable;
  const names = modelled.map(({ name }) => name);
  const present = requiredColumns(source, schema, names, where);
  const { missingValues } = schema;
  const isMissing = missingTest(missingValues);
  let impossible = 0;
  const read = modelled.map((column) => {
    const { codes, impossible: strange } = readColumn(present.get(column.name)!, column, {
      missingValues,
      impossible: "zero",
      where,
    });
    const cells = blankMissing(present.get(column.name)!, missingValues).values;
    for (const row of strange) {
      const cell = cells[row]!;
      if (typeof cell === "number" ? !Number.isNaN(cell) : cell !== null && !isMissing(cell))
        impossible++;
      codes[row] = NaN;
    }
    return { codes, known: Uint8Array.from(codes, (code) => Number(!Number.isNaN(code))) };
  });
  const rows = {
    codes: read.map(({ codes }) => codes),
    known: read.map(({ known }) => known),
    impossible,
  };
  for (const equation of equationsOf(readable))
    for (let row = 0; row < source.rows; row++) closeGap(equation, rows, row, 1);
  return rows;
}

/** Computes one unknown column of an equation from the others, where at most `most` are unknown: the last one of `order`. */
export function closeGap(
  { columns, valueOf }: Equation,
  { codes, known }: GivenRows,
  row: number,
  most: number,
  order: readonly number[] = columns,
): void {
  const gaps = columns.filter((column) => known[column]![row] === 0);
  if (gaps.length === 0 || gaps.length > most) return;
  const last = gaps.reduce((a, b) => (order.indexOf(a) > order.indexOf(b) ? a : b));
  const value = valueOf(last, codes, row);
  if (!Number.isFinite(value)) return;
  codes[last]![row] = value;
  known[last]![row] = 1;
}

/** Several copies of some rows: copy k of rows[r] is row r copies + k. */
export function repeatedRows(
  { codes, known }: GivenRows,
  rows: Int32Array,
  copies: number,
): GivenRows {
  const count = rows.length * copies;
  const at = (k: number): number => rows[Math.floor(k / copies)]!;
  return {
    codes: codes.map((own) => Float64Array.from({ length: count }, (_, k) => own[at(k)]!)),
    known: known.map((own) => Uint8Array.from({ length: count }, (_, k) => own[at(k)]!)),
  };
}
