/** Files that are cut, damaged, or say what is not so: an error that names them, soon, and never other rows. */
import { createHash } from "node:crypto";
import { mkdtemp, readFile, rename, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { crc32, gzipSync } from "node:zlib";
import { tableFromArrays, tableToIPC } from "@uwdata/flechette";
import { tableFromChunks, toObjects } from "couplet/table";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Database, quoteText } from "./database.ts";
import type { FoundFile } from "./find-files.ts";
import { arrowFile } from "./formats/arrow-file.ts";
import { openInput } from "./open-input.ts";
import type { FileReader } from "./table-input.ts";

let folder = "";
const at = (name: string) => path.join(folder, name);

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), "couplet-damaged-"));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** Without a database, which takes most of the time where many files are read. */
async function readWith(open: (file: FoundFile) => Promise<FileReader>, content: Uint8Array) {
  const file = { path: at("one"), name: "one" };
  await writeFile(file.path, content);
  const reader = await open(file);
  const chunks = [];
  for await (const chunk of reader.chunks(reader.names)) chunks.push(chunk);
  return { rows: toObjects(tableFromChunks(chunks)) };
}

async function read(name: string, content?: string | Uint8Array) {
  if (content !== undefined) await writeFile(at(name), content);
  const remarks: string[] = [];
  const input = await openInput([at(name)], {}, (text) => remarks.push(text));
  try {
    const chunks = [];
    for await (const chunk of input.chunks()) chunks.push(chunk);
    return { rows: toObjects(tableFromChunks(chunks)), remarks };
  } finally {
    await input.close();
  }
}

/** Text that packs to about a half: its digits are those of a hash. */
function digits(rows: number): string {
  const lines = Array.from({ length: rows }, (_, i) => {
    const hash = createHash("md5").update(String(i)).digest();
    return `${hash.readUInt32LE(0)},${hash.readUInt16LE(4)}`;
  });
  return `a,b\n${lines.join("\n")}\n`;
}

const invalid = (received: unknown) => ({ code: "FILE_INVALID", received });
const cutOff = invalid(expect.stringMatching(/cut off/) as string);

describe("gzip", () => {
  // More than the 256 kB that are looked at first.
  const text = digits(60_000);
  const packed = gzipSync(text);

  it("that is cut anywhere is no table", async () => {
    expect((await read("whole.csv.gz", packed)).rows).toHaveLength(60_000);
    for (const end of [
      3,
      11,
      1000,
      300_000,
      packed.length >> 1,
      packed.length - 9,
      packed.length - 8,
      packed.length - 1,
    ])
      await expect(read("cut.csv.gz", packed.subarray(0, end))).rejects.toMatchObject(cutOff);
  });

  it("whose content, checksum or size is not what was packed is no table", async () => {
    const flipped = (where: number) => {
      const bytes = Buffer.from(packed);
      bytes[where]! ^= 0x10;
      return bytes;
    };
    await expect(read("crc.csv.gz", flipped(packed.length - 6))).rejects.toMatchObject(
      invalid("content with another checksum than was kept with it"),
    );
    await expect(read("size.csv.gz", flipped(packed.length - 2))).rejects.toMatchObject(
      invalid("content of another size than was kept with it"),
    );
    for (let i = 1; i < 12; i++)
      await expect(
        read("flip.csv.gz", flipped(Math.floor((packed.length * i) / 12))),
      ).rejects.toMatchObject({
        code: "FILE_INVALID",
        where: at("flip.csv.gz"),
      });
  });

  it("of several members is read whole, padding too, and other bytes after it are told of", async () => {
    const half = text.indexOf("\n", text.length >> 1) + 1;
    const members = Buffer.concat([gzipSync(text.slice(0, half)), gzipSync(text.slice(half))]);
    expect((await read("two.csv.gz", members)).rows).toHaveLength(60_000);
    const padded = await read("pad.csv.gz", Buffer.concat([members, Buffer.alloc(5000)]));
    expect([padded.rows.length, padded.remarks]).toEqual([60_000, []]);
    const more = await read("more.csv.gz", Buffer.concat([members, Buffer.from("-- the end --")]));
    expect(more.rows).toHaveLength(60_000);
    expect(more.remarks).toEqual([
      `${at("more.csv.gz")}: 13 bytes after the end of the compressed data are ignored`,
    ]);
    await expect(read("cut2.csv.gz", members.subarray(0, -20))).rejects.toMatchObject(cutOff);
    // Names, comments and what else a header may have.
    const header = Buffer.concat([
      Buffer.of(0x1f, 0x8b, 8, 2 | 4 | 8 | 16, 0, 0, 0, 0, 0, 255, 3, 0, 1, 2, 3),
      Buffer.from("t.csv\0a comment\0"),
    ]);
    const sum = crc32(header) & 0xffff;
    const named = (checksum: number) =>
      Buffer.concat([header, Buffer.of(checksum & 255, checksum >> 8), packed.subarray(10)]);
    expect((await read("named.csv.gz", named(sum))).rows).toHaveLength(60_000);
    await expect(read("named.csv.gz", named(sum ^ 1))).rejects.toMatchObject(
      invalid("a header with another checksum than was kept with it"),
    );
    const reserved = Buffer.from(packed);
    reserved[3]! |= 0x80;
    await expect(read("flags.csv.gz", reserved)).rejects.toMatchObject(
      invalid("a header with flags that gzip does not have"),
    );
  });

  it("packs every format", async () => {
    const arrow = tableToIPC(tableFromArrays({ v: [1, 2] }), {})!;
    expect((await read("t.arrow.gz", gzipSync(arrow))).rows).toEqual([{ v: 1 }, { v: 2 }]);
    await expect(read("c.arrow.gz", gzipSync(arrow).subarray(0, -9))).rejects.toMatchObject(cutOff);
    await writeParquet("SELECT 1.5 AS v");
    const parquet = await readFile(at("t.parquet"));
    expect((await read("t.parquet.gz", gzipSync(parquet))).rows).toEqual([{ v: "1.5" }]);
    expect((await read("t.jsonl.gz", gzipSync('{"v":1}\n{"v":2}\n'))).rows).toHaveLength(2);
    expect((await read("t.npy.gz", gzipSync(npy("(2, 1)", [3, 4])))).rows).toEqual([
      { c0: 3 },
      { c0: 4 },
    ]);
    await expect(read("twice.csv.gz", gzipSync(gzipSync("a,b\n1,2\n")))).rejects.toMatchObject({
      code: "NOT_SUPPORTED",
      received: "gzip within gzip",
    });
  });
});

describe("zstd", () => {
  const rows = 30_000;
  let packed: Buffer;
  beforeAll(async () => {
    const database = await Database.open();
    await database.run(
      `COPY (SELECT range AS a, md5(range::VARCHAR) AS b FROM range(${rows})) TO ${quoteText(at("z.csv.zst"))} (FORMAT csv, COMPRESSION zstd)`,
    );
    database.close();
    packed = await readFile(at("z.csv.zst"));
  });

  it("that is cut anywhere, or has something else after it, is no table", async () => {
    expect((await read("z.csv.zst")).rows).toHaveLength(rows);
    for (const end of [5, 30, 1000, packed.length >> 1, packed.length - 4, packed.length - 1])
      await expect(read("cut.csv.zst", packed.subarray(0, end))).rejects.toMatchObject(cutOff);
    await expect(
      read("more.csv.zst", Buffer.concat([packed, Buffer.from("more")])),
    ).rejects.toMatchObject(invalid(expect.stringMatching(/bytes of something else/)));
  });

  it("that is damaged is no table", async () => {
    // The frame of RFC 8878 with a checksum that is wrong: a raw block of "a,b\n1,2\n".
    const frame = (checksum: number) =>
      Buffer.concat([
        Buffer.of(0x28, 0xb5, 0x2f, 0xfd, 0x24, 8, (8 << 3) | 1, 0, 0),
        Buffer.from("a,b\n1,2\n"),
        Buffer.of(checksum & 255, (checksum >> 8) & 255, (checksum >> 16) & 255, checksum >>> 24),
      ]);
    await expect(read("sum.csv.zst", frame(0x12345678))).rejects.toMatchObject({
      code: "FILE_INVALID",
    });
    // Frames that decoders skip, and a frame without a checksum.
    const skipped = Buffer.of(0x50, 0x2a, 0x4d, 0x18, 3, 0, 0, 0, 1, 2, 3);
    const plain = Buffer.concat([
      Buffer.of(0x28, 0xb5, 0x2f, 0xfd, 0x20, 8, (8 << 3) | 1, 0, 0),
      Buffer.from("a,b\n1,2\n"),
    ]);
    expect((await read("plain.csv.zst", Buffer.concat([plain, skipped]))).rows).toEqual([
      { a: "1", b: "2" },
    ]);
    for (const first of [skipped, Buffer.concat([skipped, skipped])])
      for (const name of ["first.csv.zst", "first.csv", "first"])
        expect((await read(name, Buffer.concat([first, plain]))).rows).toEqual([
          { a: "1", b: "2" },
        ]);
    const line = Buffer.from('{"a":1}\n');
    const json = Buffer.concat([
      Buffer.of(0x28, 0xb5, 0x2f, 0xfd, 0x20, line.length, (line.length << 3) | 1, 0, 0),
      line,
    ]);
    expect((await read("j.jsonl.zst", Buffer.concat([skipped, json]))).rows).toEqual([{ a: 1 }]);
    await expect(read("none.csv.zst", skipped)).rejects.toMatchObject({ code: "DATA_INVALID" });
    await expect(
      read("other.csv.zst", Buffer.concat([skipped, Buffer.from("a,b\n1,2\n")])),
    ).rejects.toMatchObject(invalid("8 bytes of something else"));
    await expect(
      read("skip.csv.zst", Buffer.concat([plain, skipped.subarray(0, 10)])),
    ).rejects.toMatchObject(cutOff);
  });
});

describe("what unpacks without end", () => {
  const endless = invalid(expect.stringMatching(/^\d+ MB and no end from 0\.\d\d MB$/));
  // Zeros pack to a thousandth; 70 MB of them are more than is unpacked before anybody asks.
  const zeros = Buffer.alloc(70 << 20);

  it("is refused after a few megabytes: gzip, in text and in arrays", async () => {
    const bomb = gzipSync(zeros);
    await expect(read("bomb.csv.gz", bomb)).rejects.toMatchObject(endless);
    await expect(read("bomb.npy.gz", bomb)).rejects.toMatchObject(endless);
    // A gigabyte, in members.
    await expect(
      read("bombs.csv.gz", Buffer.concat(Array.from({ length: 15 }, () => bomb))),
    ).rejects.toMatchObject(invalid(expect.stringMatching(/no end/)));
  });

  it("is refused before it is unpacked: zstd, by what it says or by its blocks", async () => {
    // 1000 blocks of one byte, 128 kB times.
    const block = Buffer.of(2, 0, 0x10, 0x30);
    const blocks = Array.from({ length: 1000 }, () => block);
    const frame = Buffer.concat([
      Buffer.of(0x28, 0xb5, 0x2f, 0xfd, 0, 0x58),
      ...blocks,
      Buffer.of(1, 0, 0),
    ]);
    await expect(read("bomb.csv.zst", frame)).rejects.toMatchObject(endless);
    const said = Buffer.alloc(17);
    said.set([0x28, 0xb5, 0x2f, 0xfd, 0xc0, 0x58]);
    said.writeBigUInt64LE(1n << 40n, 6);
    said.set([1, 0, 0], 14);
    await expect(read("said.csv.zst", said)).rejects.toMatchObject(endless);
  });

  it("is read where it is small, or says something", async () => {
    const constant = `a,b\n${"1,2\n".repeat(100_000)}`;
    expect((await read("constant.csv.gz", gzipSync(constant))).rows).toHaveLength(100_000);
  });
});

describe("Arrow", () => {
  const table = tableFromArrays({ a: [1, 2, 3, null], b: ["x", "yy", "zzz", "x"] });
  const bytes = Buffer.from(tableToIPC(table, { format: "stream" })!);

  it("whose lengths are not those of its bytes is no table", async () => {
    const rows = JSON.stringify((await read("good.arrows", bytes)).rows);
    let refused = 0;
    // Any length, count or offset in the file's own structures, grown beyond all that is there.
    for (let i = 0; i + 8 <= bytes.length; i += 8) {
      for (const value of [0n, 5n, 1n << 33n, (1n << 53n) - 1n, -1n]) {
        const forged = Buffer.from(bytes);
        forged.writeBigInt64LE(value, i);
        const found = await readWith(arrowFile, forged).catch((error: unknown) => error);
        if (!(found instanceof Error)) continue;
        refused++;
        expect(["FILE_INVALID", "NOT_SUPPORTED", "DATA_INVALID"]).toContain(
          (found as { code?: string }).code,
        );
      }
    }
    expect(refused).toBeGreaterThan(100);
    expect(JSON.stringify((await read("good.arrows", bytes)).rows)).toBe(rows);
  });
});

describe("what is cut off between two records", () => {
  const batch = (from: number) =>
    Buffer.from(tableToIPC(tableFromArrays({ a: [from, from + 1] }), { format: "stream" })!);
  /** Schema, batch, batch and the mark of the end. */
  const [first, second] = [batch(1), batch(3)];
  const schemaBytes = 8 + first.readInt32LE(4);
  const stream = Buffer.concat([first.subarray(0, -8), second.subarray(schemaBytes)]);

  it("is told of in an Arrow stream without its end, and refused where something follows", async () => {
    expect(await read("two.arrows", stream)).toMatchObject({
      rows: [1, 2, 3, 4].map((a) => ({ a })),
      remarks: [],
    });
    const cut = await read("cut.arrows", first.subarray(0, -8));
    expect(cut.rows).toHaveLength(2);
    expect(cut.remarks.join()).toMatch(
      /cut.arrows: the Arrow stream ends without its end-of-stream marker/,
    );
    await expect(read("more.arrows", Buffer.concat([first, second]))).rejects.toMatchObject(
      invalid(`${second.length} other bytes`),
    );
  });

  it("is refused in an Arrow file", async () => {
    const file = Buffer.from(tableToIPC(tableFromArrays({ a: [1, 2] }), { format: "file" })!);
    expect((await read("whole.arrow", file)).rows).toHaveLength(2);
    for (const end of [file.length - 1, file.length - 10, file.length - 60])
      await expect(read("cut.arrow", file.subarray(0, end))).rejects.toMatchObject({
        code: "FILE_INVALID",
      });
    await expect(read("two.arrow", Buffer.concat([file, file]))).rejects.toMatchObject({
      code: "FILE_INVALID",
    });
  });

  it("is refused in a JSON array", async () => {
    expect((await read("a.json", '[{"a":1},{"a":2}]\n\n')).rows).toHaveLength(2);
    for (const text of ['[{"a":1},{"a":2},', '[{"a":1},{"a":2}', '[{"a":1}, '])
      await expect(read("a.json", text)).rejects.toMatchObject(invalid("one without its end"));
  });
});

describe("a header that is longer than all that is looked at", () => {
  it("is no empty file", async () => {
    const wide = Array.from({ length: 60_000 }, (_, i) => `col${i}`).join(",");
    await expect(read("wide.csv", `${wide}\n`)).rejects.toMatchObject(invalid("a longer one"));
  });
});

describe("Parquet", () => {
  it("whose numbers of rows differ is no table", async () => {
    await writeParquet("SELECT range::DOUBLE AS a, [range, range] AS list FROM range(5000)");
    const bytes = await readFile(at("t.parquet"));
    const length = bytes.readUInt32LE(bytes.length - 8);
    const body = bytes.subarray(0, bytes.length - 8 - length);
    const footer = bytes.subarray(bytes.length - 8 - length, bytes.length - 8);
    // Thrift's compact form: a 64-bit field, its number zigzag and in sevens.
    const field = (value: bigint) => {
      const sevens = [];
      for (let rest = 2n * value; ; rest >>= 7n) {
        if (rest < 128n) {
          sevens.push(Number(rest));
          break;
        }
        sevens.push(Number(rest & 127n) | 128);
      }
      return Buffer.of(0x16, ...sevens);
    };
    const found: number[] = [];
    for (let i = footer.indexOf(field(5000n)); i >= 0; i = footer.indexOf(field(5000n), i + 1))
      found.push(i);
    // The file's, a column's, the group's; the list has twice as many values.
    expect(found).toHaveLength(3);
    expect((await read("t.parquet")).rows).toHaveLength(5000);
    for (const place of found) {
      for (const value of [0n, 4000n, 6000n, 10n ** 15n]) {
        const forged = Buffer.concat([
          footer.subarray(0, place),
          field(value),
          footer.subarray(place + field(5000n).length),
        ]);
        const end = Buffer.alloc(8);
        end.writeUInt32LE(forged.length, 0);
        end.write("PAR1", 4);
        await expect(
          read("forged.parquet", Buffer.concat([body, forged, end])),
        ).rejects.toMatchObject({
          code: "FILE_INVALID",
        });
      }
    }
  });
});

async function writeParquet(query: string): Promise<void> {
  const database = await Database.open();
  await database.run(`COPY (${query}) TO ${quoteText(at("written"))} (FORMAT parquet)`);
  database.close();
  await rename(at("written"), at("t.parquet"));
}

/** A .npy file of float64. */
function npy(shape: string, values: readonly number[]): Buffer {
  const header = `{'descr': '<f8', 'fortran_order': False, 'shape': ${shape}, }`.padEnd(117);
  return Buffer.concat([
    Buffer.from("\u0093NUMPY\u0001\u0000v\u0000", "latin1"),
    Buffer.from(`${header}\n`),
    Buffer.from(Float64Array.from(values).buffer),
  ]);
}
