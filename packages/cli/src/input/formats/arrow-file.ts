/** Arrow IPC files and streams, a record batch at a time. */
import { tableFromIPC, Type } from "@uwdata/flechette";
import type { Column as ArrowColumn } from "@uwdata/flechette";
import { CoupletError } from "couplet";
import { column } from "couplet/table";
import type { Cell, Column, Table } from "couplet/table";
import { wrongLength } from "./arrow-lengths.ts";
import type { DecodedBatch } from "./arrow-lengths.ts";
import { arrowMessages, hasEndMark } from "./arrow-messages.ts";
import type { FoundFile } from "../find-files.ts";
import type { FileReader } from "../table-input.ts";

/**
 * @param remark gets a warning about a stream that may have been cut off
 * @throws CoupletError FILE_INVALID, NOT_SUPPORTED
 */
export async function arrowFile(
  file: FoundFile,
  remark: (text: string) => void = () => {},
): Promise<FileReader> {
  const start: Uint8Array[] = [];
  for await (const { kind, bytes } of arrowMessages(file)) {
    if (kind === "schema") start.push(bytes);
    break;
  }
  const names = decode(file.name, start).names;
  if (!(await hasEndMark(file)))
    remark(
      `${file.name}: the Arrow stream ends without its end-of-stream marker: its last batches may be missing`,
    );
  return {
    path: file.name,
    names,
    async *chunks(wanted) {
      const before: Uint8Array[] = [];
      for await (const { kind, bytes } of arrowMessages(file)) {
        if (kind === "batch") yield decode(file.name, [...before, bytes]).rows(wanted);
        else if (kind !== "other") before.push(bytes);
      }
    },
  };
}

function decode(
  file: string,
  messages: readonly Uint8Array[],
): { readonly names: string[]; rows(wanted: readonly string[]): Table } {
  const arrow = orInvalid(file, () =>
    tableFromIPC([...messages], { useDate: true, useDecimalInt: false }),
  );
  return {
    names: arrow.names.map(String),
    rows: (wanted) =>
      orInvalid(file, () => {
        const columns = wanted.map((name) => arrow.getChild(name) as ArrowColumn<unknown>);
        for (const [j, { data }] of columns.entries()) {
          // A message holds one batch of each column.
          const wrong = wrongLength(data[0] as unknown as DecodedBatch, arrow.numRows);
          if (wrong !== undefined || data.length !== 1)
            throw broken(file, `column ${JSON.stringify(wanted[j])} with ${wrong ?? "no cells"}`);
        }
        return {
          rows: arrow.numRows,
          columns: wanted.map((name, j) => columnOf(file, name, columns[j]!)),
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

function columnOf(file: string, name: string, source: ArrowColumn<unknown>): Column {
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
  if (cells.every((cell) => isCell(cell))) return column(name, cells as Cell[]);
  return column(
    name,
    cells.map((cell) =>
      cell === null ? null : isCell(cell) ? String(cell) : JSON.stringify(cell),
    ),
  );
}

/** The double whose shortest spelling rounds to this float32. */
function shortest(value: number): number {
  for (let digits = 6; digits < 9; digits++) {
    const near = Number(value.toPrecision(digits));
    if (Math.fround(near) === value) return near;
  }
  return value;
}

function isCell(value: unknown): boolean {
  return (
    value === null ||
    value instanceof Date ||
    ["string", "number", "bigint", "boolean"].includes(typeof value)
  );
}
