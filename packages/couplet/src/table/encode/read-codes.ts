/** From a table's cells to numbers: the part of encoding that reads text. */
import { type ColumnCodes, readColumn } from "../cell/read-column.ts";
import { checkConstant, requiredColumns } from "../check-table.ts";
import type { ModelledColumnSchema, Schema } from "../schema/schema.ts";
import type { Table } from "../table.ts";
import type { ReadOptions, TableCodes } from "./codec.ts";
import type { ColumnEncoder } from "./encoder.ts";

/** A modelled column with its encoder and its place among the latent dimensions. */
export interface PlacedColumn {
  readonly schema: ModelledColumnSchema;
  readonly encoder: ColumnEncoder;
  /** First latent dimension. */
  readonly offset: number;
}

/**
 * The cells of the placed columns as numbers.
 *
 * @throws CoupletError DATA_INVALID for a table that does not fit the schema
 */
export function readCodes(
  source: Table,
  schema: Schema,
  placed: readonly PlacedColumn[],
  options: ReadOptions,
): TableCodes {
  const { firstRow = 0, impossible = "error", where = "table" } = options;
  const names = placed.map((p) => p.schema.name);
  const present = requiredColumns(source, schema, names, where);
  const { missingValues } = schema;
  const read = placed.map(({ schema: column }) =>
    readColumn(present.get(column.name)!, column, { missingValues, impossible, firstRow, where }),
  );
  const broken = new Set<number>();
  for (const column of schema.columns)
    if (column.type === "constant") checkConstant(source, column, impossible, broken, where);
  return codesOf(source.rows, firstRow, read, broken);
}

/**
 * The codes of columns that were read.
 *
 * @param broken rows that break a constant column
 */
export function codesOf(
  rows: number,
  firstRow: number,
  read: readonly ColumnCodes[],
  broken: Iterable<number>,
): TableCodes {
  const never = new Set(read.flatMap((column) => column.impossible));
  for (const row of broken) never.add(row);
  return {
    rows,
    firstRow,
    columns: read.map(({ codes }) => codes),
    impossibleCells: read.map((column) => new Set(column.impossible)),
    impossible: [...never].sort((a, b) => a - b),
  };
}
