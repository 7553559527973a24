/** Standard input without end: an error soon, whatever it is of, and nobody writes on. */
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { Readable } from "node:stream";
import { createGzip, gzipSync } from "node:zlib";
import { tableFromArrays, tableToIPC } from "@uwdata/flechette";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { keptInput } from "./kept-input.ts";

let folder = "";
beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), "couplet-kept-"));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

/** A start, then the same piece again and again. */
function endless(start: string | Uint8Array, piece: string | Uint8Array): Readable {
  function* pieces() {
    yield Buffer.from(start as string);
    const again = Buffer.from(piece as string);
    const many = Buffer.concat(
      Array.from({ length: Math.ceil(65_536 / again.length) }, () => again),
    );
    for (;;) yield many;
  }
  return Readable.from(pieces(), { objectMode: false });
}

function npy(rows: number): Buffer {
  const header = Buffer.alloc(128, 32);
  header.set([0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59, 1, 0, 118, 0]);
  header.write(`{'descr': '<f8', 'fortran_order': False, 'shape': (${rows}, 2), }`, 10);
  header[127] = 10;
  return header;
}

/** 128 MiB: far less than the limit of the command, so that tests write little. */
const most = 2 ** 27;
/** Arrow's end of a stream, with a schema before it. */
const arrow = tableToIPC(tableFromArrays({ v: [1, 2] }), { format: "stream" })!;
/** A zstd frame without its size, whose blocks are one byte, 128 kB times. */
const zstdStart = Buffer.of(0x28, 0xb5, 0x2f, 0xfd, 0, 0x58);

describe("standard input without end is refused:", () => {
  it.each<[string, Readable, RegExp]>([
    ["rows", endless("a,b\n", "1,2\n"), /more than 0.13 GiB/],
    ["JSON lines", endless("", '{"a":1}\n'), /more than 0.13 GiB/],
    ["a JSON array", endless("[", '{"a":1},\n'), /more than 0.13 GiB/],
    ["Parquet", endless("PAR1", new Uint8Array(8)), /more than 0.13 GiB/],
    ["Arrow", endless(arrow, new Uint8Array(8)), /more than 0.13 GiB/],
    ["a header", endless("a", ",a"), /a longer one/],
    ["a line", endless(`a\n${"1\n".repeat(200_000)}`, "1"), /a line of more than 64 MiB/],
    ["a quote", endless(`a\n${"1\n".repeat(200_000)}"`, "1"), /a line of more than 64 MiB/],
    ["zeros", endless("", new Uint8Array(8)), /a longer one/],
    ["bytes of no kind", endless(Buffer.of(1, 2, 0, 10), Buffer.of(3, 0, 1, 10)), /a binary file/],
    [
      "an array, beyond its shape",
      endless(npy(40_000), new Uint8Array(8)),
      /the 640128 bytes that its header says/,
    ],
    ["an array of no shape", endless(npy(-1), new Uint8Array(8)), /shape \(-1, 2\)/],
    ["HTML", endless("<!doctype html>", "<p>"), /a page of HTML/],
    ["gzip of rows", endless("a,b\n", "1,2\n").pipe(createGzip()), /MB and no end from/],
    ["gzip of zeros", endless("", new Uint8Array(8)).pipe(createGzip()), /MB and no end from/],
  ])(
    "%s",
    async (_what, input, received) => {
      const failed = keptInput(input, folder, undefined, most);
      await expect(failed).rejects.toMatchObject({
        code: "FILE_INVALID",
        where: "standard input",
        received: expect.stringMatching(received) as string,
      });
      expect(input.destroyed).toBe(true);
    },
    60_000,
  );

  it("zstd", async () => {
    async function* slow() {
      yield zstdStart;
      for (;;) {
        yield Buffer.concat(Array.from({ length: 100 }, () => Buffer.of(2, 0, 0x10, 0x30)));
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
    }
    await expect(
      keptInput(Readable.from(slow(), { objectMode: false }), folder, undefined, most),
    ).rejects.toMatchObject({
      code: "FILE_INVALID",
      received: expect.stringMatching(/MB and no end from/) as string,
    });
  });
});

describe("standard input with an end is kept to the last byte:", () => {
  const rows = `a,b\n${Array.from({ length: 100_000 }, (_, i) => `${i},${i * 7919}\n`).join("")}`;
  it.each<[string, Uint8Array]>([
    ["nothing", Buffer.alloc(0)],
    ["a few bytes", Buffer.from("a\n1\n")],
    ["rows", Buffer.from(rows)],
    ["gzip", gzipSync(rows)],
    ["two members of gzip", Buffer.concat([gzipSync(rows), gzipSync(rows)])],
    ["gzip with something after it", Buffer.concat([gzipSync(rows), Buffer.from("the end")])],
    ["an array", Buffer.concat([npy(40_000), Buffer.alloc(640_000)])],
    ["UTF-16", Buffer.from(rows, "utf16le")],
    ["Arrow", arrow],
  ])("%s", async (_what, content) => {
    const pieces = Array.from({ length: Math.ceil(content.length / 65_536) }, (_, i) =>
      content.subarray(65_536 * i, 65_536 * (i + 1)),
    );
    const kept = await keptInput(Readable.from(pieces, { objectMode: false }), folder, undefined);
    expect((await readFile(kept)).equals(content)).toBe(true);
  });
});
