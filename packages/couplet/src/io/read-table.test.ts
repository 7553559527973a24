/** Reading tables: the same rows however the bytes are cut, from every kind of source, and no more than is allowed. */
import { gzipSync } from "node:zlib";
import { tableFromArrays, tableToIPC } from "@uwdata/flechette";
import { describe, expect, it } from "vitest";
import { toObjects } from "../table/table.ts";
import { readTable, readTableChunks } from "./read-table.ts";

const TEXT = 'a,b\r\n1,"x\r\n""y"\r\n\r\n2,ä\r\n3,"😀"\r\n,""\r\n';
const ROWS = [
  { a: "1", b: 'x\r\n"y' },
  { a: "2", b: "ä" },
  { a: "3", b: "😀" },
  { a: null, b: null },
];
const bytes = new TextEncoder().encode(TEXT);

/** The bytes in pieces of a length. */
async function* cut(whole: Uint8Array, length: number) {
  for (let at = 0; at < whole.length; at += length) {
    await Promise.resolve();
    yield whole.subarray(at, at + length);
  }
}

describe("the pieces in which bytes come", () => {
  // The first bytes decide how the text is laid out; behind them any cut may fall into a character, a quote or a line end.
  const before = `a,b\r\n${"0,filling that is long enough to fill the head\r\n".repeat(6000)}`;
  const whole = new TextEncoder().encode(before + TEXT.slice(5));

  it.each([1, 2, 3, 7, 64])("of %i bytes change nothing", async (length) => {
    const head = whole.subarray(0, whole.length - 60);
    const source = (async function* () {
      yield head;
      yield* cut(whole.subarray(head.length), length);
    })();
    const rows = toObjects(await readTable(source, { format: "csv" }));
    expect(rows.length).toBe(6004);
    expect(rows.slice(-4)).toEqual(ROWS);
  });

  it("change nothing in UTF-16 and Arrow either", async () => {
    const text = TEXT.replace("😀", "ß");
    const wide = new Uint8Array(
      Uint16Array.from({ length: text.length + 1 }, (_, i) =>
        i === 0 ? 0xfeff : text.charCodeAt(i - 1),
      ).buffer,
    );
    for (const length of [1, 5])
      expect(toObjects(await readTable(cut(wide, length)))[2]).toEqual({ a: "3", b: "ß" });
    const arrow = tableToIPC(tableFromArrays({ n: [1, 2], w: ["a", null] }), { format: "stream" })!;
    for (const length of [1, 9, 1000])
      expect(toObjects(await readTable(cut(arrow, length)))).toEqual([
        { n: 1, w: "a" },
        { n: 2, w: null },
      ]);
  });
});

describe("sources", () => {
  it.each([
    ["a buffer of Node", () => Buffer.from(bytes)],
    ["an ArrayBuffer", () => Uint8Array.from(bytes).buffer],
    ["a Blob", () => new Blob([bytes])],
    ["a File", () => new File([bytes], "rows.csv")],
    ["a Response", () => new Response(bytes)],
    ["a stream of the platform", () => new Blob([bytes]).stream()],
    ["pieces", () => cut(bytes, 10)],
    ["gzip", () => gzipSync(bytes)],
  ])("%s", async (_, source) => {
    expect(toObjects(await readTable(source()))).toEqual(ROWS);
  });

  it("give their name to messages", async () => {
    const ragged = new File(["a,b\n1\n"], "ragged.csv");
    await expect(readTable(ragged)).rejects.toMatchObject({
      code: "FILE_INVALID",
      where: "ragged.csv:2",
    });
  });

  it("are refused where they have no bytes", async () => {
    await expect(readTable("rows.csv" as never)).rejects.toMatchObject({ code: "USAGE" });
    const gone = new Response("no", { status: 404 });
    await expect(readTable(gone)).rejects.toMatchObject({ code: "FILE_NOT_FOUND" });
    const read = new Response(bytes);
    await read.arrayBuffer();
    await expect(readTable(read)).rejects.toMatchObject({ code: "USAGE" });
    const words = (async function* () {
      yield await Promise.resolve("a,b\n");
    })();
    await expect(readTable(words as never)).rejects.toMatchObject({ code: "USAGE" });
  });
});

describe("limits", () => {
  it("hold for bytes, packed or not, and for rows", async () => {
    const invalid = { code: "FILE_INVALID" };
    await expect(readTable(bytes, { maxBytes: 10 })).rejects.toMatchObject(invalid);
    await expect(readTable(cut(bytes, 4), { maxBytes: 10 })).rejects.toMatchObject(invalid);
    await expect(readTable(gzipSync(bytes), { maxBytes: 40 })).rejects.toMatchObject(invalid);
    await expect(readTable(bytes, { maxRows: 3 })).rejects.toMatchObject(invalid);
    expect((await readTable(bytes, { maxRows: 4, maxBytes: bytes.length })).rows).toBe(4);
    await expect(readTable(bytes, { maxRows: -1 })).rejects.toMatchObject({ code: "USAGE" });
  });

  it("end a record that has no end", async () => {
    const endless = (async function* () {
      yield new TextEncoder().encode('a,b\n1,x\n2,"');
      const filling = new TextEncoder().encode("filling ".repeat(1 << 17));
      for (;;) yield await Promise.resolve(filling);
    })();
    await expect(readTable(endless, { format: "csv" })).rejects.toMatchObject({
      code: "FILE_INVALID",
      hint: "Is a quote left open?",
    });
  });

  it("end reading where a signal does", async () => {
    const stop = new AbortController();
    const source = (async function* () {
      for (;;) {
        yield await Promise.resolve(new TextEncoder().encode("1,2\n".repeat(1 << 16)));
        stop.abort(new Error("enough"));
      }
    })();
    const reading = readTable(source, { format: "csv", signal: stop.signal });
    await expect(reading).rejects.toThrow("enough");
  });
});

describe("columns and chunks", () => {
  it("are those that are asked for", async () => {
    const picked = await readTable(bytes, { columns: ["b"] });
    expect(picked.columns.map(({ name }) => name)).toEqual(["b"]);
    await expect(readTable(bytes, { columns: ["c"] })).rejects.toMatchObject({ code: "USAGE" });
    await expect(readTable(bytes, { colums: ["b"] } as never)).rejects.toMatchObject({
      code: "USAGE",
    });
  });

  it("come in order, and may be left early", async () => {
    const text = `a\n${Array.from({ length: 20_000 }, (_, i) => i).join("\n")}\n`;
    const sizes: number[] = [];
    let closed = false;
    const source = async function* () {
      try {
        yield* cut(new TextEncoder().encode(text), 1 << 12);
      } finally {
        closed = true;
      }
    };
    for await (const chunk of readTableChunks(source(), { format: "csv", header: true })) {
      expect(chunk.columns[0]!.values[0]).toBe(String(sizes.reduce((sum, n) => sum + n, 0)));
      sizes.push(chunk.rows);
      if (sizes.length === 2) break;
    }
    expect(sizes).toEqual([8192, 8192]);
    expect(closed).toBe(true);
  });

  it("say how many rows were left out", async () => {
    const remarks: string[] = [];
    const text = new TextEncoder().encode("a,b\n1,2\n3\n4,5\n6,7,8\n");
    const table = await readTable(text, {
      skipBadRows: true,
      name: "t.csv",
      onRemark: (remark) => remarks.push(remark),
    });
    expect(table.rows).toBe(2);
    expect(remarks).toEqual([
      "t.csv: 2 rows that could not be read are skipped, the first in line 3",
    ]);
  });
});

describe("Arrow streams", () => {
  const table = tableFromArrays({ n: [1, 2, 3], w: ["a", "b", "a"] });
  const stream = tableToIPC(table, { format: "stream" })!;

  it("that are cut off are refused at any byte", async () => {
    for (let length = 1; length < stream.length - 8; length += 7)
      await expect(
        readTable(stream.subarray(0, length), { format: "arrow" }),
        `${length} bytes`,
      ).rejects.toMatchObject({ code: expect.stringMatching(/FILE_INVALID|DATA_INVALID/) });
  });

  it("without their end mark are read with a remark", async () => {
    const remarks: string[] = [];
    const source = stream.subarray(0, stream.length - 8);
    const read = await readTable(source, { onRemark: (text) => remarks.push(text) });
    expect(read.rows).toBe(3);
    expect(remarks).toEqual([expect.stringContaining("without its end-of-stream marker")]);
  });
});
