/** Samples as the table's file had its rows. */
import { checkOptions } from "../../options.ts";
import { isModelled, type Schema } from "../schema/schema.ts";
import type { Column, Table } from "../table.ts";
import { newKeys } from "./key-pattern.ts";

/**
 * The rows with the columns that the model leaves out, in the table's order: new keys (see `keys` in the schema), and free text missing.
 *
 * @param options.firstRow number of the first row among all rows of the draw
 * @param options.seed another seed gives other keys, where they do not go on after the last
 */
export function withLeftOut(
  rows: Table,
  schema: Schema,
  options: { readonly firstRow?: number; readonly seed?: number } = {},
): Table {
  checkOptions("withLeftOut", options, { firstRow: 0, seed: 0 });
  const { firstRow = 0, seed = 0 } = options;
  const there = new Map(rows.columns.map((column) => [column.name, column]));
  const columns = schema.columns.flatMap((column): Column[] => {
    const own = there.get(column.name);
    if (own !== undefined) return [own];
    if (column.type === "identifier" && column.keys !== undefined)
      return [newKeys(column.name, column.keys, rows.rows, { firstRow, seed })];
    if (isModelled(column)) return [];
    return [{ kind: "text", name: column.name, values: new Array<null>(rows.rows).fill(null) }];
  });
  return { rows: rows.rows, columns };
}

/** The rows with missing text cells spelled as the table's file did (`missingAs`): "NA", "?". */
export function withMissingSpelled(rows: Table, schema: Schema): Table {
  const spelled = new Map(
    schema.columns.flatMap(({ name, missingAs }) =>
      missingAs === undefined ? [] : [[name, missingAs] as const],
    ),
  );
  if (spelled.size === 0) return rows;
  return {
    rows: rows.rows,
    columns: rows.columns.map((column) => {
      const missing = spelled.get(column.name);
      return column.kind !== "text" || missing === undefined
        ? column
        : { ...column, values: column.values.map((cell) => cell ?? missing) };
    }),
  };
}
