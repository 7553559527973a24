/** The rows of a table without those that one cell would let decide the fit. */
import { mapInPieces } from "../../threads/map-in-pieces.ts";
import type { InPieces } from "../../threads/yield-to-event-loop.ts";
import { TIMES_AS_FAR, wildRows } from "../../train/wild-rows.ts";
import type { WildRow } from "../../train/wild-rows.ts";
import { readNumber } from "../../table/cell/read-number.ts";
import { inferSchemaInPieces } from "../../table/infer/infer-schema.ts";
import type { InferSchemaOptions } from "../../table/infer/infer-schema.ts";
import type { Schema } from "../../table/schema/schema.ts";
import { selectRowsInPieces } from "../../table/table.ts";
import type { Column, Table } from "../../table/table.ts";
import type { TableWarning } from "../../table/warnings.ts";

/** A table's ordinary rows. */
export interface OrdinaryRows {
  readonly table: Table;
  readonly schema: Schema;
  /** Numbers of the rows that are left out. */
  readonly leftOut: ReadonlySet<number>;
  readonly warnings: readonly TableWarning[];
}

/**
 * The table without the rows that have a wild number (`wildRows`), and its schema. Of columns that are categories, dates or
 * left out no row is. In pieces.
 *
 * @param given the schema, when it is known
 * @throws CoupletError as `inferSchema` does
 */
export function* ordinaryRows(
  source: Table,
  given: Schema | undefined,
  infer: InferSchemaOptions | undefined,
): InPieces<OrdinaryRows> {
  const suspects = yield* wildCells(source);
  if (suspects.length === 0)
    return {
      table: source,
      schema: given ?? (yield* inferSchemaInPieces(source, infer)),
      leftOut: new Set(),
      warnings: [],
    };
  const without = (wild: readonly WildRow[]): InPieces<Table> => {
    const rows = new Set(wild.map(({ row }) => row));
    const all = Int32Array.from({ length: source.rows }, (_, row) => row);
    return selectRowsInPieces(
      source,
      all.filter((row) => !rows.has(row)),
    );
  };
  const first = given ?? (yield* inferSchemaInPieces(yield* without(suspects), infer));
  const types = new Map(first.columns.map(({ name, type }) => [name, type]));
  const wild = suspects.filter(({ column }) => {
    const type = types.get(source.columns[column]!.name);
    return type === "number" || type === "integer";
  });
  const table = wild.length === 0 ? source : yield* without(wild);
  return {
    table,
    schema:
      given ?? (wild.length === suspects.length ? first : yield* inferSchemaInPieces(table, infer)),
    leftOut: new Set(wild.map(({ row }) => row)),
    warnings: wild.length === 0 ? [] : [warningOf(wild, source)],
  };
}

function* wildCells(source: Table): InPieces<WildRow[]> {
  const found = new Map<number, WildRow>();
  for (const [j, column] of source.columns.entries()) {
    const data = yield* numbersOf(column);
    yield;
    if (data === undefined) continue;
    for (const { row, value } of wildRows({ rows: source.rows, cols: 1, data }, undefined))
      if (!found.has(row)) found.set(row, { row, column: j, value, context: false });
    yield;
  }
  return [...found.values()].sort((a, b) => a.row - b.row);
}

/** The numbers of a column, NaN where there is none; undefined for columns of something else. */
function* numbersOf(column: Column): InPieces<Float64Array | undefined> {
  if (column.kind === "number") return column.origin === "number" ? column.values : undefined;
  const values = Float64Array.from(
    yield* mapInPieces(column.values, (text) => (text === null ? NaN : readNumber(text))),
  );
  yield;
  const numbers = values.reduce((count, value) => count + (Number.isNaN(value) ? 0 : 1), 0);
  const present = column.values.reduce((count, text) => count + (text === null ? 0 : 1), 0);
  return 2 * numbers > present ? values : undefined;
}

/** Rows that a warning lists. */
const LISTED = 5;

function warningOf(wild: readonly WildRow[], source: Table): TableWarning {
  const name = ({ column }: WildRow): string => source.columns[column]!.name;
  const listed = wild
    .slice(0, LISTED)
    .map((cell) => `row ${cell.row + 1} (column ${JSON.stringify(name(cell))}: ${cell.value})`);
  const more = wild.length > LISTED ? ` and ${wild.length - LISTED} more` : "";
  const [rows, have] =
    wild.length === 1 ? ["1 row is", "has"] : [`${wild.length} rows are`, "have"];
  return {
    code: "ROWS_LEFT_OUT",
    columns: [...new Set(wild.map(name))],
    count: wild.length,
    message:
      `${rows} left out of the fit, which ${have} a value more than ${TIMES_AS_FAR} times as far from its column's median as all other rows: ` +
      `${listed.join(", ")}${more}`,
    advice: "Correct them, or make them missing where the value means none.",
  };
}
