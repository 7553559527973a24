/** From latent rows to the columns of a table. */
import type { InPieces } from "../../threads/yield-to-event-loop.ts";
import { constantColumn, writeColumn } from "../cell/write-column.ts";
import { ABOVE, openCell } from "../relations/open-cell.ts";
import { isModelled } from "../schema/schema.ts";
import type { Column } from "../table.ts";
import type { PlacedColumn, ReadableColumns } from "./readable-columns.ts";

/** Latent rows, row-major. */
export interface LatentRows {
  readonly z: Float64Array | Float32Array;
  readonly rows: number;
  readonly dims: number;
}

/** Columns of a table from coordinates, the given ones of the context among them. In pieces. */
export function* decodeColumns(
  readable: ReadableColumns,
  latent: LatentRows,
  given: ReadonlyMap<string, Column> | undefined,
): InPieces<Column[]> {
  const codes = yield* decodeCodes(readable, latent);
  return yield* writeColumns(readable, codes, latent.rows, given);
}

/** Columns of a table from the codes of the modelled ones. In pieces, one a column. */
export function* writeColumns(
  { schema, modelled }: ReadableColumns,
  codes: readonly Float64Array[],
  rows: number,
  given: ReadonlyMap<string, Column> | undefined,
): InPieces<Column[]> {
  const columns: Column[] = [];
  for (const column of schema.columns) {
    yield;
    if (column.type === "constant") columns.push(constantColumn(column, rows));
    else if (!isModelled(column)) continue;
    else if (column.role === "context") {
      if (given !== undefined) columns.push(given.get(column.name)!);
    } else columns.push(writeColumn(column, codes[modelled.indexOf(column)]!));
  }
  return columns;
}

/** Cells between two yields: a few milliseconds. */
const PIECE = 1024;

/** Per modelled column: the codes of latent rows. Columns come after those that their relations refer to. In pieces. */
export function* decodeCodes(
  { modelled, placed, plan }: ReadableColumns,
  { z, rows, dims }: LatentRows,
): InPieces<Float64Array[]> {
  const codes = modelled.map(() => new Float64Array(rows));
  const byIndex = new Map<number, PlacedColumn>(placed.map((column) => [column.index, column]));
  const cell = openCell();
  for (const index of plan.order) {
    const column = plan.columns[index]!;
    const own = byIndex.get(index);
    const out = codes[index]!;
    for (let row = 0; row < rows; row++) {
      if (row % PIECE === PIECE - 1) yield;
      if (!column.related) {
        out[row] = own!.encoder.decode(z, row * dims + own!.offset);
        continue;
      }
      column.narrow(codes, row, cell);
      // A column without variables is computed from the others.
      if (own === undefined) {
        out[row] = cell.missing === 2 ? NaN : cell.fixed;
        continue;
      }
      const code = own.related!.at(cell).decode(z, row * dims + own.offset);
      out[row] =
        cell.value === ABOVE && !Number.isNaN(code)
          ? own.related!.difference!.fromDifference(code, cell.low)
          : code;
    }
  }
  return codes;
}
