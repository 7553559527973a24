/** NumPy's .npy and .npz files. */
import { open, readFile } from "node:fs/promises";
import { gunzipSync } from "node:zlib";
import { CoupletError } from "couplet";
import { column, table } from "couplet/table";
import type { Table } from "couplet/table";
import type { FileHead } from "./file-head.ts";
import { npyHeader, NPY_HEADER_BYTES } from "./npy-header.ts";
import type { NpyHeader } from "./npy-header.ts";
import type { FileReader } from "../table-input.ts";
import { zipEntries } from "./zip-entries.ts";

const CHUNK_ROWS = 8192;

/** Rows of the array as rows, with columns c0, c1, ... Reads a chunk at a time where rows lie together. */
export async function npyFile(path: string, head: FileHead): Promise<FileReader> {
  if (head.compression === "gzip") {
    const bytes = gunzipSync(await readFile(path));
    return inMemory(path, [["c", bytes]]);
  }
  const header = npyHeader(head.raw.subarray(0, NPY_HEADER_BYTES), head.size, path);
  if (header.byColumns) return inMemory(path, [["c", await readFile(path)]]);
  const names = Array.from({ length: header.cols }, (_, j) => `c${j}`);
  return {
    path,
    names,
    rows: header.rows,
    async *chunks(wanted) {
      const handle = await open(path);
      try {
        const rowBytes = header.cols * header.kind.bytes;
        for (let first = 0; first < header.rows; first += CHUNK_ROWS) {
          const count = Math.min(CHUNK_ROWS, header.rows - first);
          const bytes = Buffer.alloc(count * rowBytes);
          await handle.read(bytes, 0, bytes.length, header.start + first * rowBytes);
          const all = arrayColumns(names, { ...header, rows: count, start: 0 }, bytes);
          yield only(table(all), wanted);
        }
      } finally {
        await handle.close();
      }
    },
  };
}

/**
 * The arrays of an .npz with as many rows as the first, side by side: `X` of two dimensions gives X0, X1, ...,
 * `y` of one gives y.
 */
export async function npzFile(path: string, wantedArray: string | undefined): Promise<FileReader> {
  const arrays = zipEntries(await readFile(path), path)
    .filter(({ name }) => name.endsWith(".npy"))
    .map(({ name, bytes }) => [name.slice(0, -4), bytes] as const);
  const shown = () =>
    arrays
      .map(([name, bytes]) => {
        const { rows, cols, flat } = npyHeader(bytes, bytes.length, `${path}: ${name}`);
        return `${name} (${flat ? rows : `${rows} x ${cols}`})`;
      })
      .join(", ");
  const chosen =
    wantedArray === undefined ? arrays : arrays.filter(([name]) => name === wantedArray);
  if (chosen.length === 0) {
    throw new CoupletError({
      code: "DATA_INVALID",
      where: path,
      expected: wantedArray === undefined ? "an array" : `an array ${JSON.stringify(wantedArray)}`,
      received: arrays.length === 0 ? "none" : shown(),
    });
  }
  const rows = chosen.map(
    ([name, bytes]) => npyHeader(bytes, bytes.length, `${path}: ${name}`).rows,
  );
  if (rows.some((n) => n !== rows[0])) {
    throw new CoupletError({
      code: "SHAPE_MISMATCH",
      where: path,
      expected: "arrays of the same number of rows",
      received: shown(),
      hint: "Choose one with --array.",
    });
  }
  return inMemory(path, chosen);
}

function inMemory(path: string, arrays: readonly (readonly [string, Buffer])[]): FileReader {
  const columns = arrays.flatMap(([name, bytes]) => {
    const header = npyHeader(bytes, bytes.length, path);
    const names =
      header.flat && name !== "c"
        ? [name]
        : Array.from({ length: header.cols }, (_, j) => `${name}${j}`);
    return arrayColumns(names, header, bytes);
  });
  const whole = table(columns);
  return {
    path,
    names: whole.columns.map(({ name }) => name),
    rows: whole.rows,
    // eslint-disable-next-line require-await
    async *chunks(wanted) {
      const chosen = only(whole, wanted);
      for (let first = 0; first < whole.rows; first += CHUNK_ROWS) {
        const end = Math.min(whole.rows, first + CHUNK_ROWS);
        yield table(
          chosen.columns.map((c) => column(c.name, (c.values as Float64Array).slice(first, end))),
        );
      }
    },
  };
}

function arrayColumns(names: readonly string[], header: NpyHeader, bytes: Buffer) {
  const { kind, rows, cols, byColumns, start } = header;
  const view = new DataView(bytes.buffer, bytes.byteOffset + start);
  return names.map((name, j) => {
    const values = new Float64Array(rows);
    for (let r = 0; r < rows; r++)
      values[r] = kind.read(view, (byColumns ? j * rows + r : r * cols + j) * kind.bytes);
    return column(name, values);
  });
}

function only(source: Table, names: readonly string[]): Table {
  return table(names.map((name) => source.columns.find((c) => c.name === name)!));
}
