/** Arrow IPC files and streams, a record batch at a time, by the optional peer dependency `@uwdata/flechette`. */
import type { Column as ArrowColumn, ExtractionOptions } from "@uwdata/flechette";
import { CoupletError } from "../../error.ts";
import { shortest } from "../../numerics/shortest-float.ts";
import { column } from "../../table/table.ts";
import type { Cell, Column, Table } from "../../table/table.ts";
import { optionalPackage } from "../../optional-package.ts";
import { wrongLength } from "./lengths.ts";
import type { DecodedBatch } from "./lengths.ts";
import { arrowMessages } from "./messages.ts";
import type { ArrowMessage } from "./messages.ts";

type Flechette = typeof import("@uwdata/flechette");

/** A stream of Arrow whose schema has been read. */
export interface ArrowTables {
  /** The columns that the schema has. */
  readonly names: readonly string[];
  /**
   * The record batches, a table each. Can be called once.
   *
   * @param wanted columns; all when left out
   */
  chunks(wanted?: readonly string[]): AsyncGenerator<Table, void, void>;
  /** Ends reading before the end. */
  close(): Promise<void>;
}

/**
 * Reads an Arrow IPC file or stream as it comes: the schema at once, then one batch at a time, of which no more than one is held.
 *
 * @param pieces the bytes in order
 * @param name what messages call them
 * @param remark gets a warning, after the last batch, about a stream that may have been cut off
 * @throws CoupletError FILE_INVALID for bytes that are cut off or damaged, NOT_SUPPORTED for compressed buffers, DEVICE_UNAVAILABLE without
 *   `@uwdata/flechette`
 */
export async function arrowTables(
  pieces: AsyncIterator<Uint8Array, void, void>,
  name: string,
  remark: (text: string) => void = () => undefined,
): Promise<ArrowTables> {
  const arrow = await optionalPackage(
    "@uwdata/flechette",
    (elsewhere) => import("@uwdata/flechette").catch(elsewhere),
    "Arrow files",
  );
  const messages = arrowMessages(pieces, name);
  // The schema, and the dictionaries that hold now: a long stream may replace them with each batch.
  const schema: Uint8Array[] = [];
  let dictionaries: ArrowMessage[] = [];
  const first = await messages.next();
  if (first.done !== true && first.value.kind === "schema") schema.push(first.value.bytes);
  let names: readonly string[];
  try {
    ({ names } = decode(arrow, name, schema));
  } catch (error) {
    await messages.return(false);
    throw error;
  }
  return {
    names,
    async *chunks(wanted = names) {
      try {
        for (;;) {
          const next = await messages.next();
          if (next.done === true) {
            if (!next.value)
              remark(
                `${name}: the Arrow stream ends without its end-of-stream marker: its last batches may be missing`,
              );
            return;
          }
          const { kind, bytes, dictionary } = next.value;
          if (kind === "batch") {
            const before = dictionaries.map((message) => message.bytes);
            yield decode(arrow, name, [...schema, ...before, bytes]).rows(wanted);
          } else if (kind === "dictionary") {
            if (dictionary?.isDelta === false)
              dictionaries = dictionaries.filter((m) => m.dictionary?.id !== dictionary.id);
            dictionaries.push(next.value);
          } else if (kind === "schema") {
            throw broken(name, "a second schema");
          }
        }
      } finally {
        await messages.return(false);
      }
    },
    close: async () => void (await messages.return(false)),
  };
}

/** Dates as such, decimals as numbers: what cells of a table are. */
const OPTIONS: ExtractionOptions = { useDate: true, useDecimalInt: false };

function decode(
  { tableFromIPC, Type }: Flechette,
  file: string,
  messages: readonly Uint8Array[],
): { readonly names: string[]; rows(wanted: readonly string[]): Table } {
  const arrow = orInvalid(file, () => tableFromIPC([...messages], OPTIONS));
  return {
    names: arrow.names.map(String),
    rows: (wanted) =>
      orInvalid(file, () => {
        const columns = wanted.map((name) => arrow.getChild(name) as ArrowColumn<unknown>);
        for (const [j, { data }] of columns.entries()) {
          // A message holds one batch of each column.
          const wrong = wrongLength(Type, data[0] as unknown as DecodedBatch, arrow.numRows);
          if (wrong !== undefined || data.length !== 1)
            throw broken(file, `column ${JSON.stringify(wanted[j])} with ${wrong ?? "no cells"}`);
        }
        return {
          rows: arrow.numRows,
          columns: wanted.map((name, j) => columnOf(Type, file, name, columns[j]!)),
        };
      }),
  };
}

function broken(file: string, received: string): CoupletError {
  return new CoupletError({
    code: "FILE_INVALID",
    where: file,
    expected: "Arrow columns of the stated lengths",
    received,
  });
}

function orInvalid<T>(file: string, work: () => T): T {
  try {
    return work();
  } catch (cause) {
    if (cause instanceof CoupletError) throw cause;
    const compressed = /codec|compress/i.test((cause as Error).message);
    throw new CoupletError({
      code: compressed ? "NOT_SUPPORTED" : "FILE_INVALID",
      where: file,
      expected: compressed ? "Arrow without compressed buffers" : "a readable Arrow file",
      received: (cause as Error).message,
      ...(compressed ? { hint: 'Write it with compression="uncompressed", or as Parquet.' } : {}),
      cause,
    });
  }
}

function columnOf(
  Type: Flechette["Type"],
  file: string,
  name: string,
  source: ArrowColumn<unknown>,
): Column {
  const { typeId } = source.type;
  const cells = Array.from(source);
  // An index beyond a dictionary.
  if (cells.includes(undefined))
    throw broken(file, `column ${JSON.stringify(name)} with a cell that is nowhere`);
  if (typeId === Type.Float || typeId === Type.Decimal) {
    const float32 =
      source.type.typeId === Type.Float && (source.type as { precision?: number }).precision === 1;
    return column(
      name,
      // 0.1 in float32 is meant, not 0.10000000149.
      Float64Array.from(cells, (v) =>
        v === null ? NaN : float32 ? shortest(Number(v)) : Number(v),
      ),
    );
  }
  // Cells that are all missing tell nothing: a batch's column is what its type says.
  if (cells.every((cell): cell is null => cell === null))
    return missingCells(Type, source, name, cells);
  if (cells.every((cell) => isCell(cell))) return column(name, cells as Cell[]);
  return column(
    name,
    cells.map((cell) =>
      cell === null ? null : isCell(cell) ? String(cell) : JSON.stringify(cell),
    ),
  );
}

function missingCells(
  Type: Flechette["Type"],
  { type }: ArrowColumn<unknown>,
  name: string,
  cells: readonly null[],
): Column {
  const { typeId } = "dictionary" in type ? type.dictionary : type;
  const numbers: readonly number[] = [Type.Null, Type.Int, Type.Bool, Type.Date, Type.Timestamp];
  if (!numbers.includes(typeId)) return { kind: "text", name, values: cells };
  const origin =
    typeId === Type.Bool
      ? "boolean"
      : typeId === Type.Date || typeId === Type.Timestamp
        ? "date"
        : "number";
  return { kind: "number", name, values: new Float64Array(cells.length).fill(NaN), origin };
}

function isCell(value: unknown): boolean {
  return (
    value === null ||
    value instanceof Date ||
    ["string", "number", "bigint", "boolean"].includes(typeof value)
  );
}
