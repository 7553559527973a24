/**
 * Hostile tables through both readers, the command's (DuckDB) and that of `couplet/io`: every cell, every column's kind, the schema that is
 * inferred, and the code of the error where there is one.
 */
import { existsSync, readFileSync, readdirSync } from "node:fs";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { gzipSync } from "node:zlib";
import { tableFromArrays, tableToIPC } from "@uwdata/flechette";
import { CoupletError } from "couplet";
import { readTable } from "couplet/io";
import type { Encoding, TableFormat } from "couplet/io";
import { inferSchema } from "couplet/table";
import type { Table } from "couplet/table";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Database, quoteText } from "./database.ts";
import { openInput } from "./open-input.ts";
import { readTable as readWhole } from "./read-table.ts";

let folder = "";
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), "couplet-both-"));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** What both readers are told. */
interface Told {
  readonly delimiter?: string;
  readonly encoding?: Encoding;
  readonly header?: boolean;
  readonly skipLines?: number;
  readonly escape?: string;
  readonly skipBadRows?: boolean;
  readonly format?: TableFormat;
}

/** A table as plain data with its schema, or the code of an error. */
async function outcome(read: () => Promise<Table>): Promise<unknown> {
  let table: Table;
  try {
    table = await read();
  } catch (error) {
    if (error instanceof CoupletError) return error.code;
    throw error;
  }
  const columns = table.columns.map((column) => ({
    ...column,
    values: Array.from<unknown>(column.values),
  }));
  let schema: unknown;
  try {
    schema = inferSchema(table);
  } catch (error) {
    schema = (error as CoupletError).message;
  }
  return { rows: table.rows, columns, schema };
}

async function both(file: string, told: Told = {}): Promise<readonly [unknown, unknown]> {
  const { format, ...rest } = told;
  const command = await outcome(async () => {
    const options = { ...rest, ...(format === undefined ? {} : { inputFormat: format }) };
    const input = await openInput([file], options, () => undefined);
    try {
      return await readWhole(input);
    } finally {
      await input.close();
    }
  });
  const library = await outcome(async () =>
    readTable(await readFile(file), { ...told, name: file }),
  );
  return [command, library];
}

/** What both give, after it was seen to be the same. */
async function agreed(
  content: string | Uint8Array,
  told: Told = {},
  ending = "csv",
): Promise<unknown> {
  const file = path.join(folder, `table.${ending}`);
  await writeFile(file, content);
  const [command, library] = await both(file, told);
  expect(library).toEqual(command);
  return library;
}

/** The cells of an outcome, column by column. */
function cells(found: unknown): unknown {
  if (typeof found === "string") return found;
  const { columns } = found as { columns: { name: string; values: unknown[] }[] };
  return Object.fromEntries(columns.map(({ name, values }) => [name, values]));
}

const bytes = (text: string, encoding: BufferEncoding) => Buffer.from(text, encoding);

/** Name, content, what to read it by, and the cells (or the code) that both have to give. */
const DELIMITED: readonly (readonly [string, string | Uint8Array, Told, unknown])[] = [
  ["no end of the last line", "a,b\n1,x\n2,y", {}, { a: ["1", "2"], b: ["x", "y"] }],
  ["lines of Windows", "a,b\r\n1,x\r\n2,y\r\n", {}, { a: ["1", "2"], b: ["x", "y"] }],
  ["lines of old machines", "a,b\r1,x\r2,y\r", {}, { a: ["1", "2"], b: ["x", "y"] }],
  ["both kinds of lines", "a,b\r\n1,x\n2,y\r\n", {}, { a: ["1", "2"], b: ["x", "y"] }],
  ["a carriage return within a line", "a,b\n1,x\ry\n2,z\n", {}, "FILE_INVALID"],
  [
    "line ends and quotes within quotes",
    'a,b\r\n1,"x\r\ny"\r\n2,"p\nq"\r\n3,"e\r"\r\n4,"u""v"\r\n',
    {},
    { a: ["1", "2", "3", "4"], b: ["x\r\ny", "p\nq", "e\r", 'u"v'] },
  ],
  [
    "nothing but quotes",
    'a,b\n"",x\n,""\n"","\n"\n',
    {},
    { a: [null, null, null], b: ["x", null, "\n"] },
  ],
  ["quotes at the end of a cell", 'a,b\n1,"x"""\n2,""""\n', {}, { a: ["1", "2"], b: ['x"', '"'] }],
  ["a quote at the end of the file", 'a,b\n1,"x"', {}, { a: ["1"], b: ["x"] }],
  ["quotes within a bare cell", 'a,b\n1,x"y\n2,x"y"\n', {}, { a: ["1", "2"], b: ['x"y', 'x"y"'] }],
  ["spaces", "a,b\n 1 , x \n2,\ty\n", {}, { a: [" 1 ", "2"], b: [" x ", "\ty"] }],
  ["spaces around quotes", 'a,b\n "1" ,x\n2, " y" \n', {}, { a: ["1", "2"], b: ["x", " y"] }],
  ["text behind a quote", 'a,b\n1,"x"y\n2,z\n', {}, "FILE_INVALID"],
  ["a quote that is not closed", 'a,b\n1,"x\n2,z\n', {}, "FILE_INVALID"],
  ["a row that is short", "a,b\n1\n2,z\n", {}, "FILE_INVALID"],
  ["a row that is long", "a,b\n1,2,3\n2,z\n", {}, "FILE_INVALID"],
  ["a short row left out", "a,b\n1\n2,z\n", { skipBadRows: true }, { a: ["2"], b: ["z"] }],
  ["a line of spaces", "a,b\n1,x\n  \n2,y\n", {}, "FILE_INVALID"],
  ["empty lines", "a,b\n\n1,x\n\n\n2,y\n\n", {}, { a: ["1", "2"], b: ["x", "y"] }],
  ["empty lines of one column", "a\n\n1\n\n2\n\n", {}, { a: [null, "1", null, "2", null] }],
  ["a delimiter at each line's end", "a,b,\n1,2,\n", {}, { a: ["1"], b: ["2"], column3: [null] }],
  ["names alone", "a,b\n", {}, "DATA_INVALID"],
  ["nothing", "", {}, "DATA_INVALID"],
  ["a name twice", "a,a,b\n1,2,3\n", {}, "DATA_INVALID"],
  ["no names", "1,2\n3,4\n", {}, { c0: ["1", "3"], c1: ["2", "4"] }],
  ["numbers as names", "1,2\n3,4\n", { header: true }, { "1": ["3"], "2": ["4"] }],
  ["names as data", "a,b\n3,4\n", { header: false }, { c0: ["a", "3"], c1: ["b", "4"] }],
  ["remarks before the names", "# of today\n# noon\na,b\n1,2\n", {}, { a: ["1"], b: ["2"] }],
  [
    "a preamble",
    "Report: sales\n\nby region\na,b\n1,2\n",
    { skipLines: 3 },
    { a: ["1"], b: ["2"] },
  ],
  ["a preamble that is not left out", "Report: sales\n\na,b\n1,2\n", {}, "FILE_INVALID"],
  [
    "backslashes before quotes and themselves",
    'a,b\n1,"x\\"y"\n2,"p\\\\"\n3,"n\\no"\n',
    { escape: "\\" },
    { a: ["1", "2", "3"], b: ['x"y', "p\\", "nno"] },
  ],
  ["backslashes that nobody told of", 'a,b\n1,"x\\"y"\n', {}, "FILE_INVALID"],
  [
    "semicolons and decimal commas",
    'preis;menge\n"1.234,5";2\n"-0,75";3\n12,25;4\n',
    {},
    { preis: ["1.234,5", "-0,75", "12,25"], menge: ["2", "3", "4"] },
  ],
  ["tabs", "a\tb\n1,5\tx\n2\ty, z\n", {}, { a: ["1,5", "2"], b: ["x", "y, z"] }],
  ["bars", "a|b\n1|x\n2|y\n", {}, { a: ["1", "2"], b: ["x", "y"] }],
  ["another delimiter", "a:b\n1:x\n", { delimiter: ":" }, { a: ["1"], b: ["x"] }],
  ["a byte order mark", bytes("\uFEFFa,b\n1,x\n", "utf8"), {}, { a: ["1"], b: ["x"] }],
  ["UTF-16", bytes("\uFEFFa,b\n1,café\n2,Ω\n", "utf16le"), {}, { a: ["1", "2"], b: ["café", "Ω"] }],
  ["UTF-16 without a mark", bytes("a,b\n1,café\n", "utf16le"), {}, { a: ["1"], b: ["café"] }],
  [
    "Latin-1",
    bytes("a,b\n1,caf\xe9\n", "latin1"),
    { encoding: "latin-1" },
    { a: ["1"], b: ["café"] },
  ],
  ["Latin-1 that nobody told of", bytes("a,b\n1,caf\xe9\n", "latin1"), {}, "FILE_INVALID"],
  ["a zero byte", "a,b\n1,x\0y\n", {}, "FILE_INVALID"],
  ["no-break spaces", "a,b\n1,\u00a0x\n", {}, { a: ["1"], b: ["\u00a0x"] }],
  ["a page of HTML", "<!DOCTYPE html><html><body>log in</body></html>", {}, "FILE_INVALID"],
];

describe("delimited text is the same to both readers", () => {
  it.each(DELIMITED)("%s", async (_, content, told, expected) => {
    expect(cells(await agreed(content, told))).toEqual(expected);
  });

  it.each(DELIMITED.filter(([, content]) => content.length > 0))(
    "%s, packed",
    async (_, content, told, expected) => {
      const options = { ...told, name: "table.csv.gz" };
      const found = await outcome(() => readTable(gzipSync(content), options));
      expect(cells(found)).toEqual(expected);
    },
  );

  it("in several members of gzip, and not where one is damaged", async () => {
    const [one, two] = [gzipSync("a,b\n1,x\n"), gzipSync("2,y\n")];
    const whole = Buffer.concat([one, two, Buffer.alloc(512)]);
    expect(cells(await agreed(whole, {}, "csv.gz"))).toEqual({ a: ["1", "2"], b: ["x", "y"] });
    expect(await agreed(whole.subarray(0, one.length + 9), {}, "csv.gz")).toBe("FILE_INVALID");
    const damaged = Buffer.from(whole);
    damaged[one.length - 6]! ^= 1;
    expect(await agreed(damaged, {}, "csv.gz")).toBe("FILE_INVALID");
    expect(await agreed(gzipSync(whole), {}, "csv.gz")).toBe("NOT_SUPPORTED");
    const bomb = gzipSync(Buffer.concat([Buffer.from("a\n"), Buffer.alloc(1 << 27, "0\n")]));
    expect(await agreed(bomb, {}, "csv.gz")).toBe("FILE_INVALID");
  });
});

/** Lines of two columns. */
const lines = (count: number, end = "\n") =>
  Array.from({ length: count }, (_, i) => `${i},w${i}${end}`).join("");

describe("what is wrong far behind the first rows is said by both readers", () => {
  const before = `a,b\n${lines(40_000)}`;
  it.each([
    ["a short row", `${before}1\n${lines(9000)}`, "FILE_INVALID"],
    ["an open quote", `${before}1,"x\n${lines(9000)}`, "FILE_INVALID"],
    ["a carriage return", `${before}1,x\ry\n${lines(9000)}`, "FILE_INVALID"],
    [
      "another encoding",
      Buffer.concat([
        bytes(before, "utf8"),
        bytes("1,caf\xe9\n", "latin1"),
        bytes(lines(99), "utf8"),
      ]),
      "FILE_INVALID",
    ],
  ])("%s", async (_, content, expected) => {
    expect(await agreed(content)).toBe(expected);
  });

  it("and what is not wrong comes whole", async () => {
    const found = (await agreed(`a,b\n${lines(30_001)}`)) as { rows: number };
    expect(found.rows).toBe(30_001);
  });
});

describe("JSON is the same to both readers", () => {
  it.each([
    ["rows", '{"a":1,"b":"x"}\n{"a":2.5,"b":null}\n{"b":"z","c":true}\n', "jsonl"],
    ["nested values", '{"a":1,"b":[1,2],"c":{"d":1}}\n\n{"a":"x","b":null,"c":false}\n', "jsonl"],
    [
      "large numbers",
      '{"a":12345678901234567890,"b":1e400,"c":0.1}\n{"a":1,"b":2,"c":100}\n',
      "jsonl",
    ],
    ["an array", '[{"a":1,"b":"\\u00e9\\n"},{"a":2}]', "json"],
    ["a row that is cut off", '{"a":1}\n{"a":\n', "jsonl"],
    ["an array that is cut off", '[{"a":1},{"a":2}', "json"],
    ["a key twice", '{"a":1,"a":2}\n{"a":3,"a":4}\n', "jsonl"],
    ["a row over several lines", '{"a": 1,\n "b": 2}\n{"a":3}\n', "jsonl"],
  ] as const)("%s", async (_, content, ending) => {
    await agreed(content, {}, ending);
  });
});

describe("binary tables are the same to both readers", () => {
  it("Arrow, whole and cut off", async () => {
    const arrow = tableToIPC(
      tableFromArrays({ n: [1.5, null, 3], w: ["a", "b", null], f: Float32Array.of(0.1, 2, 3) }),
      {},
    )!;
    expect(cells(await agreed(arrow, {}, "arrow"))).toEqual({
      n: [1.5, NaN, 3],
      w: ["a", "b", null],
      f: [0.1, 2, 3],
    });
    expect(await agreed(arrow.subarray(0, arrow.length - 20), {}, "arrow")).toBe("FILE_INVALID");
  });

  it(".npy by rows and by columns", async () => {
    for (const order of ["False", "True"]) {
      const text = `{'descr': '<f8', 'fortran_order': ${order}, 'shape': (3, 2), }`;
      const header = text.padEnd(117) + "\n";
      const start = Buffer.from([0x93, ...Buffer.from("NUMPY"), 1, 0, header.length, 0]);
      const numbers = Buffer.from(Float64Array.of(1, 2, 3, 4, 5, NaN).buffer);
      const npy = Buffer.concat([start, Buffer.from(header), numbers]);
      const expected =
        order === "True" ? { c0: [1, 2, 3], c1: [4, 5, NaN] } : { c0: [1, 3, 5], c1: [2, 4, NaN] };
      expect(cells(await agreed(npy, {}, "npy"))).toEqual(expected);
      expect(await agreed(npy.subarray(0, npy.length - 1), {}, "npy")).toBe("FILE_INVALID");
    }
  });

  const TYPES = `SELECT i::TINYINT AS t, CASE WHEN i % 7 = 3 THEN NULL ELSE i END AS maybe, i::BIGINT AS b,
    (9007199254740990 + i)::BIGINT AS wide, i::UINTEGER AS u, (i / 10)::FLOAT AS f, i / 3 AS d, i % 2 = 0 AS yes,
    'w' || (i % 5) AS w, CASE WHEN i % 2 = 0 THEN 'ä"\n' END AS quoted, DATE '1969-12-25' + i::INTEGER AS day,
    TIMESTAMP '1969-12-31 23:59:59.9995' + INTERVAL (i * 977) MILLISECOND AS at,
    (i - 50)::DECIMAL(9, 2) / 8 AS dec, (i - 50)::DECIMAL(30, 3) AS long, TIME '23:00:00.5' + INTERVAL (i) SECOND AS t_day,
    uuid AS id, ('x' || i)::BLOB AS blob, (i - 50)::HUGEINT AS huge
    FROM range(100) r(i), (SELECT '12345678-1234-1234-1234-123456789abc'::UUID AS uuid)`;

  it.each(["uncompressed", "snappy", "gzip", "zstd", "brotli", "lz4_raw"])(
    "Parquet, %s",
    async (codec) => {
      const file = path.join(folder, "table.parquet");
      await rm(file, { force: true });
      const database = await Database.open();
      try {
        await database.run(
          `COPY (${TYPES}) TO ${quoteText(file)} (FORMAT parquet, COMPRESSION ${codec}, ROW_GROUP_SIZE 2048)`,
        );
      } finally {
        database.close();
      }
      const [command, library] = await both(file);
      expect(library).toEqual(command);
      expect((library as { rows: number }).rows).toBe(100);
      const content = await readFile(file);
      expect(await agreed(content.subarray(0, content.length - 9), {}, "parquet")).toBe(
        "FILE_INVALID",
      );
    },
  );

  it("Parquet of several groups of rows", async () => {
    const file = path.join(folder, "groups.parquet");
    const database = await Database.open();
    try {
      await database.run(
        `COPY (SELECT i AS n, CASE WHEN i % 3 > 0 THEN 'w' || (i % 11) END AS w FROM range(9000) r(i)) TO ${quoteText(file)} (FORMAT parquet, ROW_GROUP_SIZE 2048)`,
      );
    } finally {
      database.close();
    }
    const [command, library] = await both(file);
    expect(library).toEqual(command);
    expect((library as { rows: number }).rows).toBe(9000);
  });
});

const shared = new URL("../../../../../shared/", import.meta.url).pathname;

/** Files that nobody can read without being told how. */
const TOLD: Readonly<Record<string, Told>> = {
  "c09-german.csv": { encoding: "latin-1" },
  "c22-preamble.csv": { skipLines: 3 },
  "c24-backslash.csv": { escape: "\\" },
};

describe.skipIf(!existsSync(path.join(shared, "cases/tables")))(
  "the hostile tables of the reference folder",
  () => {
    const files = existsSync(path.join(shared, "cases/tables"))
      ? readdirSync(path.join(shared, "cases/tables"))
      : [];
    it.each(files)("%s", async (name) => {
      const file = path.join(shared, "cases/tables", name);
      const [command, library] = await both(file, TOLD[name]);
      expect(library).toEqual(command);
      if (name in TOLD) expect(typeof library).toBe("object");
      const options = { ...TOLD[name], name: `${name}.gz` };
      expect(await outcome(() => readTable(gzipSync(readFileSync(file)), options))).toEqual(
        library,
      );
    });
  },
);
