/** NumPy's .npy and .npz files, a few thousand rows at a time. */
import { randomUUID } from "node:crypto";
import { open } from "node:fs/promises";
import type { FileHandle } from "node:fs/promises";
import path from "node:path";
import { CoupletError } from "couplet";
import { npyColumn, npyHeader, NPY_HEADER_BYTES } from "couplet/io";
import type { NpyHeader } from "couplet/io";
import { column, table } from "couplet/table";
import type { Column } from "couplet/table";
import type { FoundFile } from "../find-files.ts";
import type { FileReader } from "../table-input.ts";
import { writePieces } from "./packed/unpack.ts";
import { zipContent, zipEntries } from "./zip-entries.ts";

const CHUNK_ROWS = 8192;

/** An array on disk, and what its columns are called. */
interface ArrayFile {
  readonly path: string;
  readonly header: NpyHeader;
  readonly names: readonly string[];
}

/** Rows of the array as rows, with columns c0, c1, ... */
export async function npyFile(file: FoundFile): Promise<FileReader> {
  return readerOf(file.name, [await arrayFile(file.path, file.name, (j) => `c${j}`)]);
}

/**
 * The arrays of an .npz with as many rows as the first, side by side: `X` of two dimensions gives X0, X1, ...,
 * `y` of one gives y.
 *
 * @param folder where they are unpacked
 */
export async function npzFile(
  file: FoundFile,
  wantedArray: string | undefined,
  folder: string,
): Promise<FileReader> {
  const arrays: { readonly name: string; readonly file: ArrayFile }[] = [];
  const handle = await open(file.path);
  try {
    const { size } = await handle.stat();
    let unpacked = 0;
    for (const entry of await zipEntries(handle, file.name)) {
      if (!entry.name.endsWith(".npy")) continue;
      const name = entry.name.slice(0, -4);
      const target = path.join(folder, `array-${randomUUID()}`);
      const content = zipContent(handle, entry, file.name);
      await writePieces(target, content, file.name, size, unpacked);
      unpacked += entry.size;
      const where = `${file.name}: ${name}`;
      const array = await arrayFile(target, where, (j, flat) => (flat ? name : `${name}${j}`));
      arrays.push({ name, file: array });
    }
  } finally {
    await handle.close();
  }
  const shown = () =>
    arrays
      .map(({ name, file: { header } }) => {
        const { rows, cols, flat } = header;
        return `${name} (${flat ? rows : `${rows} x ${cols}`})`;
      })
      .join(", ");
  const chosen =
    wantedArray === undefined ? arrays : arrays.filter(({ name }) => name === wantedArray);
  if (chosen.length === 0) {
    throw new CoupletError({
      code: "DATA_INVALID",
      where: file.name,
      expected: wantedArray === undefined ? "an array" : `an array ${JSON.stringify(wantedArray)}`,
      received: arrays.length === 0 ? "an archive of other files" : shown(),
      ...(arrays.length === 0 ? { hint: "Unpack it first: unzip." } : {}),
    });
  }
  if (chosen.some((array) => array.file.header.rows !== chosen[0]!.file.header.rows)) {
    throw new CoupletError({
      code: "SHAPE_MISMATCH",
      where: file.name,
      expected: "arrays with equal numbers of rows",
      received: shown(),
      hint: "Choose one with --array.",
    });
  }
  return readerOf(
    file.name,
    chosen.map((array) => array.file),
  );
}

async function arrayFile(
  file: string,
  where: string,
  nameOf: (index: number, flat: boolean) => string,
): Promise<ArrayFile> {
  const handle = await open(file);
  try {
    const { size } = await handle.stat();
    const length = Math.min(size, NPY_HEADER_BYTES);
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(length), 0, length, 0);
    const header = npyHeader(buffer.subarray(0, bytesRead), size, where);
    const names = Array.from({ length: header.cols }, (_, j) => nameOf(j, header.flat));
    return { path: file, header, names };
  } finally {
    await handle.close();
  }
}

function readerOf(name: string, arrays: readonly ArrayFile[]): FileReader {
  const { rows } = arrays[0]!.header;
  return {
    path: name,
    names: arrays.flatMap(({ names }) => names),
    rows,
    async *chunks(wanted) {
      const open_ = await Promise.all(
        arrays.map(async (array) => ({ array, handle: await open(array.path) })),
      );
      try {
        for (let first = 0; first < rows; first += CHUNK_ROWS) {
          const count = Math.min(CHUNK_ROWS, rows - first);
          const found = new Map<string, Column>();
          for (const { array, handle } of open_)
            for (const part of await someRows(handle, array, wanted, first, count))
              found.set(part.name, part);
          yield table(wanted.map((column_) => found.get(column_)!));
        }
      } finally {
        for (const { handle } of open_) await handle.close();
      }
    },
  };
}

/** Rows `first` .. `first + count` of the columns that are wanted. */
async function someRows(
  handle: FileHandle,
  { header, names }: ArrayFile,
  wanted: readonly string[],
  first: number,
  count: number,
): Promise<Column[]> {
  const { kind, rows, cols, byColumns, start } = header;
  const read = async (at: number, length: number): Promise<DataView> => {
    const bytes = Buffer.alloc(length);
    await handle.read(bytes, 0, length, start + at);
    return new DataView(bytes.buffer, bytes.byteOffset, length);
  };
  const together = byColumns
    ? undefined
    : await read(first * cols * kind.bytes, count * cols * kind.bytes);
  const found: Column[] = [];
  for (const [j, name] of names.entries()) {
    if (!wanted.includes(name)) continue;
    const view = together ?? (await read((j * rows + first) * kind.bytes, count * kind.bytes));
    const [stride, offset] = byColumns ? [1, 0] : [cols, j];
    found.push(column(name, npyColumn(header, view, count, stride, offset)));
  }
  return found;
}
