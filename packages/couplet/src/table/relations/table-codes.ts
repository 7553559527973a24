/** The cells of a table as relations see them. */
import { readColumn } from "../cell/read-column.ts";
import { type Schema, isModelled } from "../schema/schema.ts";
import { columnNamed, type Table } from "../table.ts";
import type { RowCodes } from "./row-codes.ts";

/**
 * The cells of a table's modelled columns, without those of the context. Cells of probability 0 are no errors here.
 *
 * @throws CoupletError DATA_INVALID for a table that does not fit the schema
 */
export function rowCodes(source: Table, schema: Schema, where = "table"): RowCodes {
  const schemas = schema.columns.filter(isModelled).filter((column) => column.role !== "context");
  const { missingValues } = schema;
  return {
    rows: source.rows,
    schemas,
    codes: schemas.map(
      (column) =>
        readColumn(columnNamed(source, column.name, where), column, {
          missingValues,
          impossible: "zero",
          where,
        }).codes,
    ),
  };
}
