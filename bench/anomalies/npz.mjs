/** NumPy's .npz archives: zip files of .npy arrays. Reads arrays of numbers of one or two dimensions, in either order. */

import { readFileSync } from "node:fs";
import { inflateRawSync } from "node:zlib";

const END_OF_DIRECTORY = 0x06054b50;
const numbers = {
  "<f8": [8, (view, at) => view.getFloat64(at, true)],
  "<f4": [4, (view, at) => view.getFloat32(at, true)],
  "<i8": [8, (view, at) => Number(view.getBigInt64(at, true))],
  "<i4": [4, (view, at) => view.getInt32(at, true)],
  "<i2": [2, (view, at) => view.getInt16(at, true)],
  "|u1": [1, (view, at) => view.getUint8(at)],
};

/** Arrays by name: `{ shape, data }`, data a Float64Array, row-major. */
export function readNpz(path) {
  const bytes = readFileSync(path);
  let end = bytes.length - 22;
  while (end >= 0 && bytes.readUInt32LE(end) !== END_OF_DIRECTORY) end--;
  if (end < 0) throw new Error(`${path}: expected a zip archive`);
  const arrays = {};
  let entry = bytes.readUInt32LE(end + 16);
  for (let left = bytes.readUInt16LE(end + 10); left > 0; left--) {
    const [name, extra, comment] = [28, 30, 32].map((at) => bytes.readUInt16LE(entry + at));
    const header = bytes.readUInt32LE(entry + 42);
    const start = header + 30 + bytes.readUInt16LE(header + 26) + bytes.readUInt16LE(header + 28);
    const packed = bytes.subarray(start, start + bytes.readUInt32LE(entry + 20));
    const stored = bytes.readUInt16LE(entry + 10) === 0;
    const title = bytes.toString("utf8", entry + 46, entry + 46 + name).replace(/\.npy$/, "");
    arrays[title] = readArray(`${path}: ${title}`, stored ? packed : inflateRawSync(packed));
    entry += 46 + name + extra + comment;
  }
  return arrays;
}

function readArray(where, bytes) {
  const start = 10 + bytes.readUInt16LE(8);
  const header = bytes.toString("latin1", 10, start);
  const [, type] = /'descr': '([^']+)'/.exec(header) ?? ["", ""];
  const [, dims] = /'shape': \(([^)]*)\)/.exec(header) ?? ["", ""];
  if (numbers[type] === undefined)
    throw new Error(`${where}: expected an array of numbers, got ${header.trim()}`);
  const shape = dims.split(",").flatMap((text) => (text.trim() === "" ? [] : [Number(text)]));
  const [size, read] = numbers[type];
  const view = new DataView(bytes.buffer, bytes.byteOffset + start);
  const count = shape.reduce((product, n) => product * n, 1);
  const [rows, columns = 1] = shape;
  const byColumns = header.includes("'fortran_order': True");
  const place = (i) => (byColumns ? (i % columns) * rows + Math.floor(i / columns) : i);
  return {
    shape,
    data: Float64Array.from({ length: count }, (_, i) => read(view, place(i) * size)),
  };
}
