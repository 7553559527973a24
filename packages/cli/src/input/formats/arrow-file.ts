/** Arrow IPC files and streams, a record batch at a time. */
import { randomUUID } from "node:crypto";
import { readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { gunzipSync } from "node:zlib";
import { tableFromIPC, Type } from "@uwdata/flechette";
import type { Column as ArrowColumn } from "@uwdata/flechette";
import { CoupletError } from "couplet";
import { column } from "couplet/table";
import type { Cell, Column, Table } from "couplet/table";
import { arrowMessages } from "./arrow-messages.ts";
import type { FileHead } from "./file-head.ts";
import type { FileReader } from "../table-input.ts";

/** @param folder where a compressed file may be unpacked */
export async function arrowFile(
  file: string,
  head: FileHead,
  folder: () => Promise<string>,
): Promise<FileReader> {
  let readable = file;
  if (head.compression === "gzip") {
    // Files of the same name lie in different folders.
    readable = path.join(await folder(), `${randomUUID()}.arrow`);
    await writeFile(readable, gunzipSync(await readFile(file)));
  }
  const start: Uint8Array[] = [];
  for await (const { kind, bytes } of arrowMessages(readable)) {
    if (kind === "schema") start.push(bytes);
    break;
  }
  const names = decode(file, start).names;
  return {
    path: file,
    names,
    async *chunks(wanted) {
      const before: Uint8Array[] = [];
      for await (const { kind, bytes } of arrowMessages(readable)) {
        if (kind === "batch") yield decode(file, [...before, bytes]).rows(wanted);
        else if (kind !== "other") before.push(bytes);
      }
    },
  };
}

function decode(
  file: string,
  messages: readonly Uint8Array[],
): { readonly names: string[]; rows(wanted: readonly string[]): Table } {
  try {
    const arrow = tableFromIPC([...messages], { useDate: true, useDecimalInt: false });
    return {
      names: arrow.names.map(String),
      rows: (wanted) => ({
        rows: arrow.numRows,
        columns: wanted.map((name) => columnOf(name, arrow.getChild(name) as ArrowColumn<unknown>)),
      }),
    };
  } catch (cause) {
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

function columnOf(name: string, source: ArrowColumn<unknown>): Column {
  const { typeId } = source.type;
  const cells = Array.from(source);
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
    value === undefined ||
    value instanceof Date ||
    ["string", "number", "bigint", "boolean"].includes(typeof value)
  );
}
