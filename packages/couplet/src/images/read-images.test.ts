import { gzipSync } from "node:zlib";
import { expect, test } from "vitest";
import { readImages, readLabels, reduceBits } from "./read-images.ts";

function idx(axes: readonly number[], data: ArrayLike<number>): Uint8Array {
  const header = Buffer.alloc(4 + 4 * axes.length);
  header[2] = 8;
  header[3] = axes.length;
  for (const [k, axis] of axes.entries()) header.writeUInt32BE(axis, 4 + 4 * k);
  return Buffer.concat([header, Uint8Array.from(data)]);
}

function npy(kind: string, shape: string, data: Uint8Array, order = "False"): Uint8Array {
  const text = `{'descr': '${kind}', 'fortran_order': ${order}, 'shape': ${shape}, }`.padEnd(117);
  const header = Buffer.from(`\x93NUMPY\x01\x00\x00\x00${text}\n`, "latin1");
  header.writeUInt16LE(118, 8);
  return Buffer.concat([header, data]);
}

const twelve = Array.from({ length: 12 }, (_, i) => 20 * i);

test.each([
  ["idx", idx([2, 2, 3], twelve)],
  ["idx, gzipped", gzipSync(idx([2, 2, 3], twelve))],
  ["npy", npy("|u1", "(2, 2, 3)", Uint8Array.from(twelve))],
  ["npy, gzipped", gzipSync(npy("|u1", "(2, 2, 3)", Uint8Array.from(twelve)))],
])("%s: count, height, width and the bytes", async (_name, bytes) => {
  const { shape, count, data, labels } = await readImages(bytes);
  expect([shape, count, [...data], labels]).toEqual([[2, 3, 1], 2, twelve, undefined]);
});

test("four axes have channels last", async () => {
  const { shape, count } = await readImages(npy("u1", "(1, 2, 2, 3)", Uint8Array.from(twelve)));
  expect([shape, count]).toEqual([[2, 2, 3], 1]);
  expect((await readImages(idx([1, 2, 2, 3], twelve))).shape).toEqual([2, 2, 3]);
});

test("CIFAR's planes of colours become channels of pixels, and its first byte the label", async () => {
  const record = Uint8Array.from({ length: 3073 }, (_, i) =>
    i === 0 ? 7 : Math.floor((i - 1) / 1024) * 50 + (i % 50),
  );
  const { shape, count, data, labels } = await readImages(Buffer.concat([record, record]));
  expect([shape, count, [...labels!]]).toEqual([[32, 32, 3], 2, [7, 7]]);
  for (const pixel of [0, 5, 1023])
    for (let c = 0; c < 3; c++) expect(data[pixel * 3 + c]).toBe(record[1 + c * 1024 + pixel]);
});

test("labels belong to images one by one", async () => {
  expect([...(await readLabels(idx([3], [4, 0, 9]), 3))]).toEqual([4, 0, 9]);
  await expect(readLabels(idx([3], [4, 0, 9]), 2, "l.idx")).rejects.toMatchObject({
    code: "DATA_INVALID",
    message: "l.idx: expected 2 labels, one per image, got 3.",
  });
  await expect(readLabels(idx([1, 2, 2], [1, 2, 3, 4]), 1)).rejects.toMatchObject({
    code: "FILE_INVALID",
  });
});

test.each([
  [
    "a truncated idx",
    idx([2, 2, 3], twelve.slice(1)),
    /expected 2 x 2 x 3 = 12 bytes .*, got 11\. The file is truncated/,
  ],
  ["an idx that ends in its header", idx([2, 2, 3], []).subarray(0, 9), /expected 3 axes/],
  ["an idx with bytes behind it", idx([1, 2, 3], twelve), /= 6 bytes behind the header, got 12\./],
  [
    "a truncated gzip",
    gzipSync(idx([2, 2, 3], twelve)).subarray(0, 20),
    /expected a whole gzip file/,
  ],
  ["an idx of one axis", idx([3], [1, 2, 3]), /axes of images/],
  [
    "floats",
    npy("<f4", "(1, 2, 2)", new Uint8Array(16)),
    /expected unsigned bytes \(uint8\), got <f4/,
  ],
  ["Fortran order", npy("|u1", "(1, 2, 2)", new Uint8Array(4), "True"), /C order/],
  ["a text", Buffer.from("a,b\n1,2\n"), /expected images/],
  ["nothing", new Uint8Array(), /expected images/],
  ["no images", idx([0, 2, 2], []), /axes of images/],
  [
    "an idx of floats",
    Uint8Array.from(idx([1, 1, 1], [0, 0, 0, 0]), (byte, i) => (i === 2 ? 0x0d : byte)),
    /expected an idx file of unsigned bytes \(type 0x08\), got 32-bit floats \(type 0x0d\)/,
  ],
  [
    "a truncated file of CIFAR",
    new Uint8Array(2 * 3073 + 100),
    /expected CIFAR-10's records of 3073 bytes, got 2 of them and 100 bytes\. The file is truncated/,
  ],
  [
    "an idx file whose type is damaged",
    Uint8Array.from({ length: 9000 }, (_, i) => [0, 0, 0x18, 3][i] ?? 0),
    /an idx file: two zeros, .*, got type 0x18 and 3 axes behind the zeros\. The file is damaged/,
  ],
  [
    "an idx file whose axes are damaged",
    Uint8Array.from({ length: 9000 }, (_, i) => [0, 0, 8, 0x83][i] ?? 255),
    /an idx file: two zeros, .*, got type 0x08 and 131 axes behind the zeros/,
  ],
  [
    "a file that begins with a small byte",
    Uint8Array.from({ length: 9000 }, (_, i) => (i === 0 ? 5 : 99)),
    /expected images: an idx file, a \.npy .*, or CIFAR-10's binary records, got other bytes/,
  ],
  ["an empty file", new Uint8Array(0), /expected images: .* got an empty file/],
  [
    "a label outside CIFAR-10's classes",
    new Uint8Array(3 * 3073).fill(200, 2 * 3073),
    /a label from 0 to 9 at the start of each record of 3073 bytes, got 200 in record 3/,
  ],
])("%s is refused", async (_name, bytes, message) => {
  const attempt = readImages(bytes, "file");
  await expect(attempt).rejects.toThrow(message);
  await expect(attempt).rejects.toMatchObject({ code: "FILE_INVALID" });
});

test("fewer bits are the upper ones", () => {
  expect([...reduceBits(Uint8Array.of(0, 7, 8, 127, 128, 255), 5)]).toEqual([0, 0, 1, 15, 16, 31]);
  expect(() => reduceBits(Uint8Array.of(1), 9)).toThrow(/from 1 to 8/);
});

test.each([
  ["counts that are negative", "(-1, 2, -6)", /counts, got \(-1, 2, -6\)/],
  ["counts with a fraction", "(0.5, 8, 3)", /counts, got \(0\.5, 8, 3\)/],
  ["channels first", "(1, 3, 2, 5)", /channels last, got \(1, 3, 2, 5\)/],
])("a .npy of %s is refused", async (_name, shape, message) => {
  const data = new Uint8Array(30);
  await expect(readImages(npy("|u1", shape, data), "x.npy")).rejects.toThrow(message);
});

test("refuses a source that is not bytes, and a file that unpacks without end", async () => {
  for (const none of [null, undefined, 5, "x", [0, 0, 8, 1]])
    await expect(readImages(none as unknown as Uint8Array)).rejects.toMatchObject({
      code: "FILE_INVALID",
      message: expect.stringMatching(/the bytes of a file/) as string,
    });
  const endless = gzipSync(idx([68_000_000, 1, 1], new Uint8Array(68_000_000)));
  await expect(readImages(endless, "b.gz")).rejects.toThrow(/at most 250 times the file's size/);
});
