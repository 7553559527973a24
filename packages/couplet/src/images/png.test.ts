/** PNG files of every kind: what becomes of palettes, alpha, 16 bits and few bits, and what is refused. */
import { deflateSync, gzipSync } from "node:zlib";
import { encode } from "fast-png";
import { expect, test } from "vitest";
import { decodePng, encodePng, imageGrid } from "./png.ts";
import { pngHeader } from "./png-chunks.ts";

const ramp = (length: number) => Uint8Array.from({ length }, (_, i) => (i * 37) % 256);

test.each([2, 4] as const)("%i channels have alpha behind them", async (channels) => {
  const data = ramp(3 * 5 * channels).map((value, i) =>
    i % channels === channels - 1 ? 255 : value,
  );
  const image = await decodePng(await encodePng(data, [3, 5, channels]), "x.png");
  const colours = channels - 1;
  expect(image.shape).toEqual([3, 5, colours]);
  expect([...image.data]).toEqual([...data].filter((_, i) => i % channels !== colours));
});

test.each([1, 3] as const)("%i channels come back byte by byte", async (channels) => {
  const data = ramp(3 * 5 * channels);
  const file = await encodePng(data, [3, 5, channels]);
  expect(pngHeader(file, "x.png")).toEqual({ width: 5, height: 3, channels });
  const image = await decodePng(file, "x.png");
  expect(image).toEqual({ shape: [3, 5, channels], data, changes: [] });
});

test("values of 16 bits keep their upper 8", async () => {
  const data = Uint16Array.of(0, 255, 256, 0x7fff, 0x8000, 0xffff);
  const file = encode({ width: 3, height: 2, data, depth: 16, channels: 1 });
  const image = await decodePng(file, "deep.png");
  expect([...image.data]).toEqual([0, 0, 1, 127, 128, 255]);
  expect(image.changes).toEqual(["values of 16 bits keep their upper 8"]);
});

test.each([
  ["grey", 1, 2],
  ["colours", 3, 4],
] as const)("%s with an opaque alpha channel are taken without it", async (_name, colours, all) => {
  const data = ramp(4 * all).map((value, i) => (i % all === all - 1 ? 255 : value));
  const file = encode({ width: 2, height: 2, data, channels: all });
  expect(pngHeader(file, "x").channels).toBe(colours);
  const image = await decodePng(file, "x");
  expect(image.shape).toEqual([2, 2, colours]);
  expect([...image.data]).toEqual([...data].filter((_, i) => i % all < colours));
  expect(image.changes).toEqual(["an opaque alpha channel is left out"]);
});

test("transparent pixels are refused", async () => {
  const data = Uint8Array.of(1, 255, 2, 254);
  const file = encode({ width: 2, height: 1, data, channels: 2 });
  await expect(decodePng(file, "glass.png")).rejects.toMatchObject({
    code: "NOT_SUPPORTED",
    message: expect.stringMatching(
      /glass\.png: expected opaque pixels, got transparent ones/,
    ) as string,
  });
});

/** Files of few bits, which fast-png does not write: 10 x 2 pixels of a palette of red and blue, 5 x 1 pixels of four greys. */
const files = {
  palette:
    "iVBORw0KGgoAAAANSUhEUgAAAAoAAAACAQMAAABbr9+TAAAABlBMVEX/AAAAAP9sof2OAAAADklEQVR4nGNY1cDwgwEAB0gCI7pBkekAAAAASUVORK5CYII=",
  greys:
    "iVBORw0KGgoAAAANSUhEUgAAAAUAAAABAgAAAAB5JSOOAAAAC0lEQVR4nGOQdgAAAHkAXA90RxIAAAAASUVORK5CYII=",
};

test("a palette becomes colours", async () => {
  const file = Buffer.from(files.palette, "base64");
  expect(pngHeader(file, "x")).toEqual({ width: 10, height: 2, channels: 3 });
  const { shape, data, changes } = await decodePng(file, "x");
  expect([shape, changes]).toEqual([[2, 10, 3], ["a palette becomes colours"]]);
  const blues = [...data].filter((_, i) => i % 3 === 2).map((value) => value / 255);
  expect(blues).toEqual([1, 0, 1, 0, 1, 0, 1, 0, 1, 0, 1, 1, 1, 1, 1, 0, 0, 0, 0, 0]);
});

test("values of 2 bits are spread over 0 to 255", async () => {
  const { data, changes } = await decodePng(Buffer.from(files.greys, "base64"), "x");
  expect([...data]).toEqual([0, 85, 170, 255, 85]);
  expect(changes).toEqual(["values of 2 bits are spread over 0 to 255"]);
});

test("files that are cut or of another kind are refused by name", async () => {
  const file = await encodePng(ramp(400), [20, 20, 1]);
  await expect(decodePng(file.subarray(0, file.length - 20), "cut.png")).rejects.toMatchObject({
    code: "FILE_INVALID",
    where: "cut.png",
  });
  const damaged = file.slice();
  damaged[50]! ^= 1;
  await expect(decodePng(damaged, "bad.png")).rejects.toMatchObject({ code: "FILE_INVALID" });
  expect(() => pngHeader(Buffer.from("GIF89a, and more of it than a header has"), "a.gif")).toThrow(
    "a.gif: expected a PNG file, got other first bytes",
  );
});

test("a grid has its images in lines, a white pixel apart", () => {
  const { data, shape } = imageGrid(Uint8Array.of(1, 2, 3), [1, 1, 1], 2);
  expect(shape).toEqual([3, 3, 1]);
  expect([...data]).toEqual([1, 255, 2, 255, 255, 255, 3, 255, 255]);
});

/** A PNG file of these parts, with the sums that the format asks for. */
function pngOf(
  [width, height, depth, colourType]: readonly [number, number, number, number],
  ...parts: readonly (readonly [kind: string, bytes: Uint8Array])[]
): Uint8Array {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([depth, colourType], 8);
  const chunk = (kind: string, bytes: Uint8Array): Buffer => {
    const out = Buffer.alloc(12 + bytes.length);
    out.writeUInt32BE(bytes.length, 0);
    out.write(kind, 4, "latin1");
    out.set(bytes, 8);
    out.writeUInt32BE(crc(out.subarray(4, 8 + bytes.length)), 8 + bytes.length);
    return out;
  };
  const signature = Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a);
  const all = [["IHDR", header] as const, ...parts, ["IEND", new Uint8Array(0)] as const];
  return Buffer.concat([signature, ...all.map(([kind, bytes]) => chunk(kind, bytes))]);
}

/** The last four bytes of a gzip member before its length. */
function crc(bytes: Uint8Array): number {
  return gzipSync(bytes).readUInt32LE(gzipSync(bytes).length - 8);
}

const packed = (...bytes: number[]) => ["IDAT", deflateSync(Uint8Array.from(bytes))] as const;

test.each([
  ["no pixels", pngOf([0, 1, 8, 0], packed(0)), /at least one pixel, got 0 x 1/],
  ["no palette", pngOf([2, 1, 8, 3], packed(0, 0, 1)), /a palette, .* got none/],
  [
    "an index beyond the palette",
    pngOf([2, 1, 8, 3], ["PLTE", Uint8Array.of(1, 2, 3)], packed(0, 0, 9)),
    /whole PNG file, got Incorrect index/,
  ],
  [
    "an empty palette",
    pngOf([2, 1, 8, 3], ["PLTE", new Uint8Array(0)], packed(0, 0, 0)),
    /whole PNG file/,
  ],
  ["a size that no bytes are for", pngOf([60_000, 60_000, 8, 0], packed(0, 5, 6)), /too few/],
  [
    "bytes that no pixels are for",
    pngOf([2, 1, 8, 0], ["IDAT", deflateSync(new Uint8Array(80_000_000))]),
    /pixels of at most 90 bytes, got more/,
  ],
])("a file with %s is refused", async (_name, file, message) => {
  await expect(decodePng(file, "x.png")).rejects.toMatchObject({
    code: "FILE_INVALID",
    message: expect.stringMatching(message) as string,
  });
});

test("a file that is cut anywhere is refused, and trailing bytes are not read", async () => {
  const file = pngOf([2, 1, 8, 0], packed(0, 5, 6));
  for (let length = 0; length < file.length; length++)
    await expect(decodePng(file.subarray(0, length), "x.png")).rejects.toMatchObject({
      code: "FILE_INVALID",
    });
  const longer = Buffer.concat([file, Uint8Array.of(1, 2, 3)]);
  expect([...(await decodePng(longer, "x.png")).data]).toEqual([5, 6]);
});

test("a colour profile is not unpacked", async () => {
  // fast-png would unpack it whole, or fail on it.
  const profile = Buffer.concat([Buffer.from("name\0\0"), Uint8Array.of(1, 2, 3)]);
  const file = pngOf([2, 1, 8, 0], ["iCCP", profile], packed(0, 5, 6));
  expect([...(await decodePng(file, "x.png")).data]).toEqual([5, 6]);
});

test("bytes that are no images are refused by the writer and the grid", async () => {
  const bytes = new Uint8Array(8);
  await expect(encodePng(bytes, [2, 3, 1])).rejects.toMatchObject({ code: "SHAPE_MISMATCH" });
  await expect(encodePng(bytes.subarray(0, 5), [1, 1, 5])).rejects.toMatchObject({
    code: "NOT_SUPPORTED",
  });
  await expect(encodePng(bytes, [2, NaN, 1])).rejects.toMatchObject({ code: "USAGE" });
  await expect(encodePng([1, 2] as unknown as Uint8Array, [1, 2, 1])).rejects.toMatchObject({
    code: "SHAPE_MISMATCH",
  });
  expect(() => imageGrid(bytes.subarray(1), [2, 2, 1], 2)).toThrow(/2 x 2 x 1 = 4 bytes/);
  for (const columns of [0, 1.5, NaN])
    expect(() => imageGrid(bytes, [2, 2, 1], columns)).toThrow(/imageGrid: columns/);
});
