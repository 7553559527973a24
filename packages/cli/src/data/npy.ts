/** NumPy's .npy arrays of one or two dimensions (NEP 1; versions 1 to 3, little-endian floats and integers). */
import { readFile } from "node:fs/promises";
import { column, CoupletError, table } from "couplet";
import type { Table } from "couplet";

const numbers: Readonly<
  Record<string, { readonly bytes: number; read(view: DataView, at: number): number }>
> = {
  "<f4": { bytes: 4, read: (view, at) => view.getFloat32(at, true) },
  "<f8": { bytes: 8, read: (view, at) => view.getFloat64(at, true) },
  "<i4": { bytes: 4, read: (view, at) => view.getInt32(at, true) },
  "<i8": { bytes: 8, read: (view, at) => Number(view.getBigInt64(at, true)) },
  "|u1": { bytes: 1, read: (view, at) => view.getUint8(at) },
};

/** Rows of the array as rows, with columns c0, c1, ... */
export async function readNpy(file: string): Promise<Table> {
  const bytes = await readFile(file);
  const invalid = (expected: string, received: string) =>
    new CoupletError({ code: "FILE_INVALID", where: file, expected, received });
  if (bytes.length < 12 || bytes.toString("latin1", 0, 6) !== "\x93NUMPY") {
    throw invalid("a .npy file", "other first bytes");
  }
  const wide = bytes[6]! >= 2;
  const start = wide ? 12 : 10;
  const length = wide ? bytes.readUInt32LE(8) : bytes.readUInt16LE(8);
  if (start + length > bytes.length) throw invalid(`a header of ${length} bytes`, "the file's end");
  const header = bytes.toString("latin1", start, start + length);
  const type = /'descr':\s*'([^']+)'/.exec(header)?.[1] ?? "none";
  const kind = numbers[type];
  if (kind === undefined) throw invalid(`numbers of type ${Object.keys(numbers).join(", ")}`, type);
  const shape = (/'shape':\s*\(([^)]*)\)/.exec(header)?.[1] ?? "")
    .split(",")
    .flatMap((n) => (n.trim() === "" ? [] : [Number(n)]));
  const [rows, cols = 1] = shape;
  if (rows === undefined || shape.length > 2)
    throw invalid("an array of one or two dimensions", `shape (${shape.join(", ")})`);
  if (start + length + rows * cols * kind.bytes !== bytes.length) {
    throw invalid(
      `${rows * cols * kind.bytes} bytes of numbers`,
      String(bytes.length - start - length),
    );
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset + start + length);
  const byColumns = header.includes("'fortran_order': True");
  return table(
    Array.from({ length: cols }, (_, j) =>
      column(
        `c${j}`,
        Float64Array.from({ length: rows }, (_cell, r) =>
          kind.read(view, (byColumns ? j * rows + r : r * cols + j) * kind.bytes),
        ),
      ),
    ),
  );
}
