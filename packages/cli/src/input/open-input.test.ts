/** Every format gives the same rows: names, order, numbers, missing cells. */
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { crc32, deflateRawSync, gzipSync } from "node:zlib";
import { float32, float64, tableFromArrays, tableToIPC, utf8 } from "@uwdata/flechette";
import { tableFromChunks, toObjects } from "couplet/table";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Database, quoteText } from "./database.ts";
import type { InputOptions } from "./input-options.ts";
import { openInput } from "./open-input.ts";

let folder = "";
const at = (name: string) => path.join(folder, name);

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), "couplet-formats-"));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

async function read(names: string | readonly string[], options: InputOptions = {}) {
  const remarks: string[] = [];
  const input = await openInput(
    [names].flat().map((name) => at(name)),
    options,
    (text) => remarks.push(text),
  );
  try {
    const chunks = [];
    for await (const chunk of input.chunks()) chunks.push(chunk);
    expect(await input.countRows()).toBe(chunks.reduce((sum, chunk) => sum + chunk.rows, 0));
    return { rows: toObjects(tableFromChunks(chunks)), remarks, chunks };
  } finally {
    await input.close();
  }
}

/** Writes a query's rows with DuckDB. */
async function write(name: string, query: string, settings: string): Promise<void> {
  const database = await Database.open();
  await database.run(`COPY (${query}) TO ${quoteText(at(name))} (${settings})`);
  database.close();
}

const query =
  "SELECT * FROM (VALUES (1.5, 'x', true, DATE '2020-01-31'), (NULL, 'y, \"z\"', false, NULL), (-3, NULL, NULL, DATE '1999-12-31')) t(a, b, c, d)";
const text = [
  { a: "1.5", b: "x", c: "true", d: "2020-01-31" },
  { a: null, b: 'y, "z"', c: "false", d: null },
  { a: "-3.0", b: null, c: null, d: "1999-12-31" },
];

describe("openInput", () => {
  it("reads CSV, TSV and other delimiters, packed or not, as text", async () => {
    await write("t.csv", query, "FORMAT csv");
    await write("t.tsv", query, "FORMAT csv, DELIMITER '\t'");
    await write("semi.txt", query, "FORMAT csv, DELIMITER ';'");
    await write("t.csv.gz", query, "FORMAT csv, COMPRESSION gzip");
    await write("t.csv.zst", query, "FORMAT csv, COMPRESSION zstd");
    for (const name of ["t.csv", "t.tsv", "semi.txt", "t.csv.gz", "t.csv.zst"])
      expect((await read(name)).rows).toEqual(text);
  });

  it("reads Parquet and JSON with their types", async () => {
    const typed = [
      { a: 1.5, b: "x", c: true, d: new Date("2020-01-31") },
      { a: null, b: 'y, "z"', c: false, d: null },
      { a: -3, b: null, c: null, d: new Date("1999-12-31") },
    ];
    await write("t.parquet", `SELECT a::DOUBLE AS a, b, c, d FROM (${query})`, "FORMAT parquet");
    expect((await read("t.parquet")).rows).toEqual(typed);
    await write("t.jsonl", query, "FORMAT json");
    await write("t.json", query, "FORMAT json, ARRAY true");
    // JSON has no dates: they stay the text that they are.
    const rows = typed.map((row, i) => ({ ...row, d: text[i]!.d }));
    expect((await read("t.jsonl")).rows).toEqual(rows);
    expect((await read("t.json")).rows).toEqual(rows);
  });

  it("keeps the digits of keys beyond 2^53 and the meaning of float32", async () => {
    await write(
      "wide.parquet",
      "SELECT 9007199254740993 AS key, 0.1::FLOAT AS f",
      "FORMAT parquet",
    );
    expect((await read("wide.parquet")).rows).toEqual([{ key: "9007199254740993", f: 0.1 }]);
  });

  it("reads Arrow files and streams, batch by batch", async () => {
    const arrow = tableFromArrays(
      { a: [1.5, null, -3], f: [0.1, 0.25, 2], b: ["x", "y", "x"] },
      { types: { a: float64(), f: float32(), b: utf8() } },
    );
    const rows = [
      { a: 1.5, f: 0.1, b: "x" },
      { a: null, f: 0.25, b: "y" },
      { a: -3, f: 2, b: "x" },
    ];
    for (const format of ["file", "stream"] as const) {
      await writeFile(at(`${format}.arrow`), tableToIPC(arrow, { format })!);
      expect((await read(`${format}.arrow`)).rows).toEqual(rows);
    }
    const bytes = Buffer.from(tableToIPC(arrow, { format: "stream" })!);
    await writeFile(at("packed.arrow.gz"), gzipSync(bytes));
    expect((await read("packed.arrow.gz")).rows).toEqual(rows);
    await writeFile(at("cut.arrow"), bytes.subarray(0, bytes.length - 100));
    await expect(read("cut.arrow")).rejects.toMatchObject({
      code: "FILE_INVALID",
      received: "the file's end within one",
    });
  });

  it("reads .npy and .npz", async () => {
    await writeFile(
      at("m.npy"),
      npy("<f4", "(3, 2)", Buffer.from(Float32Array.of(1, 2, 3, 4, 5, 6).buffer)),
    );
    expect((await read("m.npy")).rows).toEqual([
      { c0: 1, c1: 2 },
      { c0: 3, c1: 4 },
      { c0: 5, c1: 6 },
    ]);
    const byColumns = npy("<i2", "(2, 2)", Buffer.from(Int16Array.of(1, 2, -3, 4).buffer), true);
    await writeFile(at("f.npy"), byColumns);
    expect((await read("f.npy", { columns: ["c1"] })).rows).toEqual([{ c1: -3 }, { c1: 4 }]);
    const X = npy("<f8", "(2, 2)", Buffer.from(Float64Array.of(1, 2, 3, 4).buffer));
    const y = npy("|u1", "(2,)", Buffer.from([0, 1]));
    await writeFile(at("d.npz"), zip({ "X.npy": X, "y.npy": y }));
    expect((await read("d.npz")).rows).toEqual([
      { X0: 1, X1: 2, y: 0 },
      { X0: 3, X1: 4, y: 1 },
    ]);
    expect((await read("d.npz", { array: "y" })).rows).toEqual([{ y: 0 }, { y: 1 }]);
    await expect(read("d.npz", { array: "z" })).rejects.toMatchObject({
      received: "X (2 x 2), y (2)",
    });
  });

  it("takes several files as one, in any order of columns, in chunks", async () => {
    await writeFile(at("p1.csv"), "a,b\n1,2\n");
    await writeFile(at("p2.csv"), "b,a\n4,3\n");
    expect((await read("p*.csv")).rows).toEqual([
      { a: "1", b: "2" },
      { a: "3", b: "4" },
    ]);
    await write("long.csv", "SELECT range AS i, range * 2 AS j FROM range(50000)", "FORMAT csv");
    const { chunks, rows } = await read("long.csv", { drop: ["j"] });
    expect(chunks.length).toBeGreaterThan(4);
    expect(rows[49_999]).toEqual({ i: "49999" });
  });
});

/** A .npy file of version 1. */
function npy(type: string, shape: string, data: Buffer, byColumns = false): Buffer {
  const header = `${`{'descr': '${type}', 'fortran_order': ${byColumns ? "True" : "False"}, 'shape': ${shape}, }`.padEnd(117)}\n`;
  return Buffer.concat([
    Buffer.from("\u0093NUMPY\u0001\u0000v\u0000", "latin1"),
    Buffer.from(header, "latin1"),
    data,
  ]);
}

/** A ZIP archive, deflated. */
function zip(files: Readonly<Record<string, Buffer>>): Buffer {
  const bodies: Buffer[] = [];
  const directory: Buffer[] = [];
  let offset = 0;
  for (const [name, bytes] of Object.entries(files)) {
    const packed = deflateRawSync(bytes);
    const local = Buffer.alloc(30);
    local.writeUInt32LE(0x04034b50, 0);
    local.writeUInt16LE(8, 8);
    local.writeUInt16LE(name.length, 26);
    const entry = Buffer.alloc(46);
    entry.writeUInt32LE(0x02014b50, 0);
    entry.writeUInt16LE(8, 10);
    entry.writeUInt32LE(crc32(bytes), 16);
    entry.writeUInt32LE(packed.length, 20);
    entry.writeUInt32LE(bytes.length, 24);
    entry.writeUInt16LE(name.length, 28);
    entry.writeUInt32LE(offset, 42);
    directory.push(entry, Buffer.from(name));
    bodies.push(local, Buffer.from(name), packed);
    offset += 30 + name.length + packed.length;
  }
  const end = Buffer.alloc(22);
  end.writeUInt32LE(0x06054b50, 0);
  end.writeUInt16LE(Object.keys(files).length, 10);
  end.writeUInt32LE(
    directory.reduce((sum, part) => sum + part.length, 0),
    12,
  );
  end.writeUInt32LE(offset, 16);
  return Buffer.concat([...bodies, ...directory, end]);
}

it("skips the lines that are said, and reads quotes behind another escape", async () => {
  await writeFile(at("preamble.csv"), "Report: sales\n\nregion,units\nN,32\nS,34\n");
  const { rows } = await read("preamble.csv", { skipLines: 2 });
  expect(rows).toEqual([
    { region: "N", units: "32" },
    { region: "S", units: "34" },
  ]);
  await writeFile(
    at("backslash.csv"),
    '"foo \\"a\\"","bar"\n"720","(\\"c, d\\") and \\\\"\n"336","plain"\n',
  );
  const escaped = await read("backslash.csv", { escape: "\\" });
  expect(escaped.rows).toEqual([
    { 'foo "a"': "720", bar: '("c, d") and \\' },
    { 'foo "a"': "336", bar: "plain" },
  ]);
  await expect(read("preamble.csv", { skipLines: 9 })).rejects.toThrow(/empty file/);
});
