/** The cells of a table as relations see them. */
import type { InPieces } from "../../threads/yield-to-event-loop.ts";
import { readColumnInPieces } from "../cell/read-column.ts";
import { type Schema, isModelled } from "../schema/schema.ts";
import { columnNamed, type Table } from "../table.ts";
import type { RowCodes } from "./row-codes.ts";

/**
 * The cells of a table's modelled columns, without those of the context. Cells of probability 0 are no errors here. In pieces.
 *
 * @throws CoupletError DATA_INVALID for a table that does not fit the schema
 */
export function* rowCodesInPieces(
  source: Table,
  schema: Schema,
  where = "table",
): InPieces<RowCodes> {
  const schemas = schema.columns.filter(isModelled).filter((column) => column.role !== "context");
  const { missingValues } = schema;
  const codes: Float64Array[] = [];
  for (const column of schemas) {
    const given = columnNamed(source, column.name, where);
    const how = { missingValues, impossible: "zero", where } as const;
    codes.push((yield* readColumnInPieces(given, column, how)).codes);
  }
  return { rows: source.rows, schemas, codes };
}
