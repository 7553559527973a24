/** A name that a file has means that file, whatever characters are in it. */
import { mkdir, mkdtemp, rename, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { gzipSync } from "node:zlib";
import { tableFromArrays, tableToIPC } from "@uwdata/flechette";
import { tableFromChunks, toObjects } from "couplet/table";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Database, quoteText } from "./database.ts";
import { openInput } from "./open-input.ts";
import { tableParts } from "./table-parts.ts";

let folder = "";
const at = (name: string) => path.join(folder, name);

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), "couplet-names-[a-z]*-"));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

async function read(...names: string[]) {
  const input = await openInput(names, {}, () => undefined);
  try {
    const chunks = [];
    for await (const chunk of input.chunks()) chunks.push(chunk);
    expect(await input.countRows()).toBe(chunks.reduce((sum, chunk) => sum + chunk.rows, 0));
    return toObjects(tableFromChunks(chunks));
  } finally {
    await input.close();
  }
}

/** Files of every format with one row, whose only cell says which file it is. */
async function writeEach(name: string, value: number): Promise<string[]> {
  const npy = Buffer.concat([
    Buffer.from("\u0093NUMPY\u0001\u0000v\u0000", "latin1"),
    Buffer.from(`${"{'descr': '<f8', 'fortran_order': False, 'shape': (1, 1), }".padEnd(117)}\n`),
    Buffer.from(Float64Array.of(value).buffer),
  ]);
  const contents: Readonly<Record<string, string | Uint8Array>> = {
    csv: `v,w\n${value},0\n`,
    "csv.gz": gzipSync(`v,w\n${value},0\n`),
    tsv: `v\tw\n${value}\t0\n`,
    jsonl: `{"v":${value}}\n`,
    json: `[{"v":${value}}]`,
    arrow: tableToIPC(tableFromArrays({ v: [value] }), {})!,
    npy,
  };
  const files = Object.entries(contents).map(([ending, content]) => ({ ending, content }));
  for (const { ending, content } of files) await writeFile(at(`${name}.${ending}`), content);
  const database = await Database.open();
  await database.run(
    `COPY (SELECT ${value}::DOUBLE AS v) TO ${quoteText(at("written"))} (FORMAT parquet)`,
  );
  await rename(at("written"), at(`${name}.parquet`));
  database.close();
  return [...files.map(({ ending }) => `${name}.${ending}`), `${name}.parquet`];
}

const first = (rows: readonly object[]): string => String(Object.values(rows[0]!)[0]);

describe("a name with characters of patterns", () => {
  it("opens the file of that name, in every format", async () => {
    const names = ["data[1]", "data1", "a*b", "axb", "q?", "qq", "[", "]", "**", "x]y[z", "~a[b]"];
    // DuckDB takes a backslash in a pattern for a separator of folders.
    if (path.sep === "/") names.push("back\\slash[1]", "back\\slash1");
    for (const [i, name] of names.entries()) await writeEach(name, i + 1);
    for (const [i, name] of names.entries()) {
      for (const file of await writeEach(name, i + 1)) {
        const rows = await read(at(file));
        expect([file, rows.length, first(rows)]).toEqual([file, 1, String(i + 1)]);
      }
    }
  });

  it("is a pattern only where no file has it", async () => {
    await mkdir(at("patterns"));
    for (const n of [1, 2, 3]) await writeFile(at(`patterns/p${n}.csv`), `v,w\n${n},0\n`);
    const pattern = path.join("patterns", "p[12].csv");
    const before = process.cwd();
    process.chdir(folder);
    try {
      expect((await read(pattern)).map((row) => row["v"])).toEqual(["1", "2"]);
      await writeFile(at("patterns/p[12].csv"), "v,w\n9,0\n");
      expect((await read(pattern)).map((row) => row["v"])).toEqual(["9"]);
      // What a pattern matches is opened by its own name in turn.
      expect((await read(path.join("patterns", "p*.csv"))).map((row) => row["v"])).toEqual([
        "1",
        "2",
        "3",
        "9",
      ]);
    } finally {
      process.chdir(before);
    }
  });

  it("in a folder is a folder, with patterns behind it", async () => {
    for (const [i, name] of ["in[1]", "in1", "in?*"].entries()) {
      await mkdir(at(name));
      await writeFile(at(`${name}/p.csv`), `v,w\n${i},0\n`);
    }
    for (const [i, name] of ["in[1]", "in1", "in?*"].entries())
      expect((await read(at(`${name}/*.csv`))).map((row) => row["v"])).toEqual([String(i)]);
  });

  it("keeps the parts of a large table together in such a folder", async () => {
    const before = process.env["TMPDIR"];
    await mkdir(at("tmp[1]"));
    process.env["TMPDIR"] = at("tmp[1]");
    const rows = Array.from({ length: 500 }, (_, i) => `${i},${i % 7}`).join("\n");
    await writeFile(at("table.csv"), `v,w\n${rows}\n`);
    const input = await openInput([at("table.csv")], {}, () => undefined);
    try {
      const parts = await tableParts(input, 3, 0, 1e9);
      expect(parts.rows).toBe(500);
      let rowsOfParts = 0;
      for (const i of [0, 1, 2]) rowsOfParts += (await parts.partition(i)).rows;
      expect(rowsOfParts).toBe(500);
    } finally {
      await input.close();
      if (before === undefined) delete process.env["TMPDIR"];
      else process.env["TMPDIR"] = before;
    }
  });
});

describe("the folder of a file", () => {
  it("adds no columns and changes none", async () => {
    await mkdir(at("v=7"));
    for (const file of await writeEach(path.join("v=7", "d"), 3))
      expect([file, first(await read(at(file)))]).toEqual([file, "3"]);
  });

  it("tells packed files of one name apart", async () => {
    for (const [i, name] of ["one", "two"].entries()) {
      await mkdir(at(name));
      const arrow = tableToIPC(tableFromArrays({ v: [i + 1] }), {})!;
      await writeFile(at(`${name}/t.arrow.gz`), gzipSync(arrow));
    }
    const rows = await read(at("one/t.arrow.gz"), at("two/t.arrow.gz"));
    expect(rows).toEqual([{ v: 1 }, { v: 2 }]);
  });
});

describe("what is elsewhere", () => {
  it("is not read, and no code is fetched to read it", async () => {
    for (const url of [
      "https://example.com/t.csv",
      "s3://bucket/*.parquet",
      "hf://datasets/a/b.csv",
      "file:///data/t.csv",
    ]) {
      await expect(openInput([url], {}, () => undefined)).rejects.toMatchObject({
        code: "NOT_SUPPORTED",
        where: url,
        received: "a URL",
      });
    }
    const database = await Database.open();
    const settings = await database.rows(
      "SELECT value FROM duckdb_settings() WHERE name IN ('autoinstall_known_extensions', 'autoload_known_extensions')",
    );
    expect(settings).toEqual([["false"], ["false"]]);
    await expect(database.rows("SELECT * FROM 'https://example.com/t.csv'")).rejects.toThrow(
      /requires the extension httpfs to be loaded/,
    );
    database.close();
  });

  it("is a name like any other where a file has it", async () => {
    await mkdir(at("s3:/bucket"), { recursive: true });
    await writeFile(at("s3:/bucket/t.csv"), "v,w\n5,0\n");
    const before = process.cwd();
    process.chdir(folder);
    try {
      expect(first(await read("s3://bucket/t.csv"))).toBe("5");
    } finally {
      process.chdir(before);
    }
  });
});
