/** Tables as an Arrow IPC stream, a record batch for each, by the optional peer dependency `@uwdata/flechette`. */
import type { Column as ArrowColumn, DataType } from "@uwdata/flechette";
import { CoupletError } from "../../error.ts";
import { textCells } from "../../table/table.ts";
import type { Column, Table } from "../../table/table.ts";
import { joined } from "../bytes/byte-stream.ts";
import { optionalPackage } from "../../optional-package.ts";
import { arrowMessages } from "./messages.ts";

/** Writes chunks of one table. */
export interface ArrowEncoder {
  /**
   * The bytes of a chunk: a record batch, before the first one the schema.
   *
   * @throws CoupletError SHAPE_MISMATCH for other columns than those of the first chunk, DATA_INVALID for a column of another kind than in the first chunk (text, number, boolean, date), unless all its cells are missing
   */
  encode(rows: Table): Promise<Uint8Array>;
  /** The mark that ends the stream. */
  end(): Uint8Array;
}

type Kind = "text" | "number" | "boolean" | "date";

/**
 * An encoder. Numbers are float64, dates timestamps in milliseconds, booleans bits, the rest UTF-8; missing cells are nulls. What a column
 * is, its first chunk decides.
 *
 * @param name of the stream, for messages
 * @throws CoupletError DEVICE_UNAVAILABLE without `@uwdata/flechette`
 */
export async function arrowEncoder(name: string): Promise<ArrowEncoder> {
  const {
    bool,
    columnFromArray,
    float64,
    tableFromColumns,
    tableToIPC,
    timestamp,
    TimeUnit,
    utf8,
  } = await optionalPackage(
    "@uwdata/flechette",
    (elsewhere) => import("@uwdata/flechette").catch(elsewhere),
    "Arrow files",
  );
  const types: Readonly<Record<Kind, () => DataType>> = {
    text: utf8,
    number: float64,
    boolean: bool,
    date: () => timestamp(TimeUnit.MILLISECOND),
  };
  let first: readonly { readonly name: string; readonly kind: Kind }[] | undefined;
  return {
    async encode({ columns }) {
      const isFirst = first === undefined;
      first ??= columns.map((column) => ({ name: column.name, kind: kindOf(column) }));
      checkNames(name, first, columns);
      const made = columns.map((column, j): [string, ArrowColumn<unknown>] => {
        const { kind } = first![j]!;
        return [column.name, columnFromArray(cellsOf(column, kind, name), types[kind]())];
      });
      const bytes = tableToIPC(tableFromColumns(made), { format: "stream" })!;
      const parts: Uint8Array[] = [];
      for await (const message of arrowMessages(oneOf(bytes), name))
        if (message.kind !== "schema" || isFirst) parts.push(message.bytes);
      return joined(parts);
    },
    end: () => Uint8Array.of(255, 255, 255, 255, 0, 0, 0, 0),
  };
}

// eslint-disable-next-line require-await -- one piece, which is there
async function* oneOf(bytes: Uint8Array): AsyncGenerator<Uint8Array, void, void> {
  yield bytes;
}

function kindOf(column: Column): Kind {
  return column.kind === "text" ? "text" : column.origin;
}

function cellsOf(column: Column, kind: Kind, where: string): unknown[] {
  if (kind === "text") return column.kind === "text" ? [...column.values] : textCells(column);
  const isEmpty =
    column.kind === "text"
      ? column.values.every((value) => value === null)
      : column.values.every(Number.isNaN);
  if (isEmpty) return Array.from({ length: column.values.length }, () => null);
  // The numbers of a date and of a boolean mean something else: a column that changes would say what it never held.
  if (column.kind === "number" && column.origin === kind) {
    const cell = (value: number) => (kind === "boolean" ? value !== 0 : value);
    return Array.from(column.values, (value) => (Number.isNaN(value) ? null : cell(value)));
  }
  throw new CoupletError({
    code: "DATA_INVALID",
    where: `${where}: column ${JSON.stringify(column.name)}`,
    expected: `cells of one kind throughout, as its first rows have (${kind})`,
    received: `${kindOf(column)} further on`,
    hint: "Write CSV or Parquet: an Arrow stream says what a column is before its rows come.",
  });
}

function checkNames(
  where: string,
  first: readonly { readonly name: string }[],
  columns: readonly Column[],
): void {
  const names = (list: readonly { readonly name: string }[]) => list.map((c) => c.name).join(", ");
  if (names(first) === names(columns)) return;
  throw new CoupletError({
    code: "SHAPE_MISMATCH",
    where,
    expected: `the columns ${names(first)}`,
    received: names(columns),
  });
}
