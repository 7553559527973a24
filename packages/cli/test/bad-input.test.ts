/** Everything that can be wrong with a table, a model, an option or a disk has its own message and exit code. */
import { constants } from "node:fs";
import { access, chmod, mkdir, readFile, readdir, writeFile } from "node:fs/promises";
import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { writeSafetensors } from "../../couplet/src/file/write-safetensors.ts";
import type { Workplace } from "./spawn-couplet.ts";
import { csv, openFittedWorkplace, smallRows } from "./spawn-couplet.ts";

let place: Workplace;
const rows = smallRows(60);

beforeAll(async () => {
  place = await openFittedWorkplace(csv(rows));
});
afterAll(() => place.remove());

/** Runs the command and checks that it fails with these words, on standard error alone. */
async function fails(args: readonly string[], words: RegExp, code = 1): Promise<void> {
  const run = await place.start(args);
  expect(run).toMatchObject({ code, out: "", err: expect.stringMatching(words) as string });
  expect(run.err).not.toMatch(/ at .*\.js:|unexpected:/);
}

describe("tables that cannot be read", () => {
  const wide = Array.from({ length: 5000 }, (_, j) => `v${j}`);
  const cases: readonly (readonly [string, string, string | Buffer, RegExp])[] = [
    [
      "an empty file",
      "empty.csv",
      "",
      /empty\.csv: expected a line of column names and rows, got an empty file/,
    ],
    ["a header alone", "head.csv", "a,b\n", /head\.csv: expected rows, got column names alone/],
    ["one row", "one.csv", "a,b\n1,2\n", /one\.csv: expected at least 4 rows, got 1/],
    [
      "three rows",
      "three.csv",
      csv(rows.slice(0, 3)),
      /three\.csv: expected at least 4 rows, got 3/,
    ],
    [
      "a short row",
      "short.csv",
      csv(rows).replace(csv([rows[18]!]).split("\n")[1]!, "1,2,3"),
      /short\.csv:20: expected 4 columns \(a, b, c, d\), got 3 in the line "1,2,3"/,
    ],
    [
      "a long row",
      "long.csv",
      `${csv(rows)}1,2,red,3,4\n`,
      /long\.csv:62: expected 4 columns .*, got 5/,
    ],
    [
      "a last line cut off",
      "cut.csv",
      `${csv(rows)}12.5,3`,
      /cut\.csv:62: expected 4 columns.*the file was cut off.*--skip-bad-rows/,
    ],
    [
      "an open quote",
      "quote.csv",
      `${csv(rows)}1,2,"red`,
      /quote\.csv:62: expected a closing quote, got the end of the file/,
    ],
    [
      "names twice",
      "twice.csv",
      csv(rows, "a,b,a,d"),
      /twice\.csv:1: expected column names that are all different, got "a" as columns 1 and 3/,
    ],
    [
      "Latin-1",
      "latin.csv",
      Buffer.from(csv(rows.map((r, i) => (i === 4 ? [1, 2, "thé", 4] : r))), "latin1"),
      /latin\.csv:6: expected text in UTF-8.*--encoding latin-1/,
    ],
    [
      "types mixed",
      "mixed.csv",
      csv(rows.map((r, i) => (i % 3 === 0 ? [`call ${i}`, ...r.slice(1)] : r))),
      /mixed\.csv: column "a": expected only numbers.*row 1: "call 0".*--null-values/,
    ],
    [
      "dates in two formats",
      "dates.csv",
      csv(
        rows.map((r, i) => [
          i % 2 === 0 ? `2021-03-${10 + (i % 19)}` : `${13 + (i % 15)}/03/2021`,
          r[0]!,
        ]),
        "day,x",
      ),
      /dates\.csv: column "day": expected dates in one format/,
    ],
    [
      "infinity",
      "inf.csv",
      csv(rows.map((r, i) => (i === 7 ? ["inf", ...r.slice(1)] : r))),
      /inf\.csv: column "a": .*row 8: "inf"/,
    ],
    [
      "nothing to model",
      "keys.csv",
      csv(
        rows
          .map((_, i) => [`K${i}`, `a person of number ${i}, with a long story to tell`])
          .map((r) => [r[0]!, `"${r[1]}"`]),
        "id,story",
      ),
      /keys\.csv: expected at least one column to model, got id \(identifier/,
    ],
    [
      "5,000 columns",
      "wide.csv",
      csv(
        Array.from({ length: 8 }, (_, i) => wide.map((_v, j) => i * j)),
        wide.join(","),
      ),
      /wide\.csv: expected at most 4096 columns, got 5000.*--columns, --drop/,
    ],
    [
      "text that is no Parquet",
      "no.parquet",
      "hello",
      /no\.parquet: expected a Parquet file, got other first bytes/,
    ],
    [
      "Parquet cut off",
      "cut.parquet",
      "PAR1abcdefgh",
      /cut\.parquet: expected a complete Parquet file/,
    ],
    [
      "JSON cut off",
      "cut.jsonl",
      `${rows.map((r) => JSON.stringify({ a: r[0], c: r[2] })).join("\n")}\n{"a":1,`,
      /cut\.jsonl:61: expected one JSON object a line/,
    ],
    ["a sheet", "sheet.xlsx", "PK\u0003\u0004", /sheet\.xlsx: expected CSV.*Save the sheet as CSV/],
    [
      "an array cut off",
      "cut.npy",
      npy([1, 2, 3, 4, 5, 6], 3, 2).subarray(0, 150),
      /cut\.npy: expected 48 bytes of numbers for shape \(3, 2\), got 22/,
    ],
    [
      "an array of strings",
      "text.npy",
      Buffer.from(npy([1, 2], 2, 1).toString("latin1").replace("<f8", "<U3"), "latin1"),
      /text\.npy: expected an array of little-endian floats.*got the type <U3/,
    ],
  ];
  it.each(cases)("%s", async (_what, name, content, words) => {
    await writeFile(place.path(name), content);
    await fails(["schema", name], words);
  });

  it("a Parquet file without rows, or without anything", async () => {
    const none = await place.couplet("sample", "good.couplet", "-n", "0", "-o", "none.parquet");
    expect(none.code).toBe(0);
    await fails(["fit", "none.parquet"], /none\.parquet: expected rows, got column names alone/);
    await fails(
      ["score", "good.couplet", "none.parquet"],
      /none\.parquet: expected rows to score, got none/,
    );
    await writeFile(place.path("nothing.parquet"), "");
    await fails(
      ["fit", "nothing.parquet"],
      /nothing\.parquet: expected a Parquet file, got an empty one/,
    );
  });

  it("no such file, no match, a folder, no permission", async () => {
    await fails(["fit", "absent.csv"], /absent\.csv: expected a file, got no such file/);
    await fails(["fit", "no-*.csv"], /no-\*\.csv: expected files that match, got none/);
    await mkdir(place.path("folder"));
    await fails(["fit", "folder"], /folder: expected a file, got a folder\. Name its files/);
    await writeFile(place.path("first.csv"), "a,b\n1,2\n");
    await writeFile(place.path("second.csv"), "a,c\n1,2\n");
    await fails(
      ["fit", "first.csv", "second.csv"],
      /second\.csv: expected the columns of first\.csv, got none called b and besides c/,
    );
  });
});

describe("tables that can be read all the same", () => {
  const schemaOf = async (...args: string[]) => {
    const run = await place.couplet("schema", ...args);
    expect(run.code).toBe(0);
    const { columns } = JSON.parse(run.out) as {
      columns: { name: string; type: string; values?: string[] }[];
    };
    return { columns, err: run.err };
  };

  it("without a header", async () => {
    await writeFile(
      place.path("bare.csv"),
      csv(rows)
        .split("\n")
        .slice(1)
        .map((l) => l.replace(/,(red|green|blue)/, ""))
        .join("\n"),
    );
    const { columns, err } = await schemaOf("bare.csv");
    expect(columns.map((c) => c.name)).toEqual(["c0", "c1", "c2"]);
    expect(err).toMatch(/the first line is all numbers, so it is taken as data.*--header/);
  });

  it("UTF-16, Latin-1 when said, another delimiter, gzip, a byte order mark, quoted line ends", async () => {
    await writeFile(place.path("wide16.csv"), Buffer.from(`\uFEFF${csv(rows)}`, "utf16le"));
    await writeFile(
      place.path("l1.csv"),
      Buffer.from(
        csv(
          rows.map((r, i) => [r[0]!, i % 2 === 0 ? "thé" : "café"]),
          "a,drink",
        ),
        "latin1",
      ),
    );
    await writeFile(place.path("semi.csv"), csv(rows).replaceAll(",", ";"));
    await writeFile(place.path("packed.csv.gz"), gzipSync(`\uFEFF${csv(rows)}`));
    await writeFile(
      place.path("lines.csv"),
      csv(
        rows.map((r, i) => [r[0]!, i % 2 === 0 ? '"two\nlines, and ""more"""' : "one"]),
        "a,note",
      ),
    );
    for (const name of ["wide16.csv", "semi.csv", "packed.csv.gz"])
      expect((await schemaOf(name)).columns.map((c) => c.name)).toEqual(["a", "b", "c", "d"]);
    expect((await schemaOf("l1.csv", "--encoding", "latin-1")).columns[1]!.values).toEqual(
      expect.arrayContaining(["thé", "café"]),
    );
    expect((await schemaOf("lines.csv")).columns[1]!.values).toEqual(
      expect.arrayContaining(['two\nlines, and "more"', "one"]),
    );
  });

  it("remarks before the header", async () => {
    await writeFile(place.path("remarks.csv"), `# made by hand\n# in two lines\n${csv(rows)}`);
    const { columns, err } = await schemaOf("remarks.csv");
    expect(columns.map((c) => c.name)).toEqual(["a", "b", "c", "d"]);
    expect(err).toMatch(/the first 2 lines are remarks/);
    await writeFile(place.path("hash.csv"), csv(rows, "#a,b,c,d"));
    expect((await schemaOf("hash.csv")).columns[0]).toMatchObject({ name: "#a" });
  });

  it("lines that end in different ways", async () => {
    await writeFile(
      place.path("ends.csv"),
      csv(rows)
        .split("\n")
        .map((l, i) => (i % 2 === 0 ? `${l}\r` : l))
        .join("\n"),
    );
    const { columns, err } = await schemaOf("ends.csv");
    expect(columns.map((c) => c.type)).toEqual(["number", "integer", "category", "number"]);
    expect(err).toMatch(/lines end in different ways/);
  });

  it("leaves bad rows out when told to, and counts them", async () => {
    const { columns, err } = await schemaOf("cut.csv", "--skip-bad-rows");
    expect(columns).toHaveLength(4);
    expect(err).toMatch(/1 row.* skipped.*line 62/);
  });

  it("one usable column, NaN as a missing cell", async () => {
    await writeFile(
      place.path("single.csv"),
      csv(
        rows.map((r, i) => [`K${i}`, i === 3 ? "NaN" : r[0]!]),
        "id,x",
      ),
    );
    const run = await place.couplet("fit", "single.csv", "--epochs", "1", "--json");
    expect(run).toMatchObject({
      code: 0,
      err: expect.stringMatching(/column id .*excluded/) as string,
    });
    expect((await place.couplet("sample", "single.couplet", "-n", "2")).out).toMatch(/^x\n/);
  });
});

describe("tables that do not fit the model", () => {
  it.each([
    [
      "a column renamed",
      csv(rows, "a,B ,c,d"),
      /expected the column "b".*Was it renamed\? "B" looks like "b"/,
    ],
    [
      "a column missing",
      csv(
        rows.map((r) => r.slice(0, 3)),
        "a,b,c",
      ),
      /t\.csv: expected the column "d", got a, b, c/,
    ],
    [
      "a word for a number",
      csv(rows.map((r, i) => (i === 3 ? ["abc", ...r.slice(1)] : r))),
      /t\.csv: column "a", row 4: expected a number, got "abc"/,
    ],
    ["no rows", "a,b,c,d\n", /t\.csv: expected rows to score, got none/],
  ])("%s", async (_what, content, words) => {
    await writeFile(place.path("t.csv"), content);
    const run = await place.couplet("score", "good.couplet", "t.csv");
    expect(run).toMatchObject({ code: 1, err: expect.stringMatching(words) as string });
  });

  it("an unseen category has probability 0, or is an error when strict", async () => {
    await writeFile(
      place.path("unseen.csv"),
      csv(rows.map((r, i) => (i === 3 ? [r[0]!, r[1]!, "purple", r[3]!] : r))),
    );
    const run = await place.couplet("score", "good.couplet", "unseen.csv");
    expect(run.out.split("\n")[4]).toBe("4,-inf,-inf,0");
    expect(run.err).toMatch(/1 of 60 rows has probability 0.*column "c".*"purple" in row 4/);
    await fails(
      ["score", "good.couplet", "unseen.csv", "--strict"],
      /column "c".*known values.*"purple" in row 4/,
    );
    const json = await place.couplet("score", "good.couplet", "unseen.csv", "--json");
    expect(JSON.parse(json.out)).toMatchObject({ impossibleRows: 1 });
  });
});

describe("model files", () => {
  it("cut off, altered, of a newer version, none at all", async () => {
    const bytes = await readFile(place.path("good.couplet"));
    await writeFile(place.path("short.couplet"), bytes.subarray(0, bytes.length - 100));
    await fails(["sample", "short.couplet"], /short\.couplet: expected .*bytes/);
    const altered = Buffer.from(bytes);
    altered[altered.length - 50]! ^= 0x40;
    await writeFile(place.path("altered.couplet"), altered);
    await fails(["sample", "altered.couplet"], /altered\.couplet: expected/);
    const newer = writeSafetensors(new Map(), { format: "couplet-model-9" });
    await writeFile(place.path("newer.couplet"), newer);
    await fails(["inspect", "newer.couplet"], /newer\.couplet: expected .*couplet-model-9/);
    await fails(["sample", "good.csv"], /good\.csv: expected/);
    await fails(["fit", "good.couplet", "-o", "x.couplet"], /That is a model/);
  });
});

describe("usage", () => {
  it.each([
    [["fit", "good.csv", "--epoch", "3"], /unknown option '--epoch'[\s\S]*Did you mean --epochs/],
    [["fti", "good.csv"], /unknown command 'fti'[\s\S]*Did you mean fit/],
    [["fit"], /missing required argument 'table'/],
    [
      ["fit", "good.csv", "--epochs", "many"],
      /argument 'many' is invalid.*Expected an integer from 1 to 1000000/,
    ],
    [["fit", "good.csv", "--memory", "lots"], /amount of memory such as 1GB/],
    [
      ["fit", "good.csv", "--memory", "1MB", "--force"],
      /--memory: expected at least 500MB, got 1MB/,
    ],
    [
      ["fit", "good.csv", "--given", "A", "--force"],
      /--given: expected a column of good\.csv \(a, b, c, d\), got "A"\. Did you mean "a"\?/,
    ],
    [["fit", "good.csv", "--drop", "e", "--force"], /--drop: expected a column of good\.csv/],
    [
      ["fit", "good.csv", "--given", "a,b,c,d", "--force"],
      /context: expected at least one column left to model/,
    ],
    [["sample", "good.couplet", "--given", "c"], /column=value/],
    [["sample", "good.couplet", "--format", "xml"], /Allowed choices are csv/],
  ])("%j", async (args, words) => {
    const run = await place.start(args);
    expect(run).toMatchObject({ out: "", err: expect.stringMatching(words) as string });
    expect(run.code).toBe(2);
  });

  it("errors as JSON where results are JSON", async () => {
    const run = await place.couplet("fit", "absent.csv", "--json");
    expect(JSON.parse(run.err)).toMatchObject({
      schemaVersion: 1,
      error: { code: "FILE_NOT_FOUND", where: "absent.csv", received: "no such file" },
    });
  });

  it("a stack with --debug only", async () => {
    expect((await place.couplet("fit", "absent.csv", "--debug")).err).toMatch(/\n +at /);
  });
});

describe("outputs that cannot be written", () => {
  it("no such folder, before any work", async () => {
    await fails(
      ["fit", "good.csv", "-o", "no/such/m.couplet"],
      /no\/such\/m\.couplet: expected a place that can be written to, got no such folder/,
    );
    await fails(["sample", "good.couplet", "-o", "no/such/rows.csv"], /got no such folder/);
    await fails(
      ["fit", "good.csv", "-o", "good.csv/m.couplet"],
      /got a file where a folder has to be/,
    );
  });

  it("a full disk leaves nothing behind", async () => {
    const full = await access("/dev/full", constants.W_OK).then(
      () => true,
      () => false,
    );
    if (!full) return;
    await fails(
      ["sample", "good.couplet", "-n", "200000", "-o", "/dev/full"],
      /\/dev\/full: expected a place that can be written to, got a full disk/,
    );
    await fails(
      ["fit", "good.csv", "--epochs", "1", "-q", "-o", "/dev/full"],
      /\/dev\/full: expected a place that can be written to, got a full disk/,
    );
    expect((await readdir("/dev")).filter((name) => name.startsWith("full."))).toEqual([]);
  });

  it("a file that is there", async () => {
    await writeFile(place.path("there.csv"), "precious");
    await fails(["sample", "good.couplet", "-o", "there.csv"], /there\.csv: the file exists/);
    expect(await readFile(place.path("there.csv"), "utf8")).toBe("precious");
    expect((await place.couplet("sample", "good.couplet", "-o", "there.csv", "--force")).code).toBe(
      0,
    );
  });

  it("a folder without permission", async () => {
    // Root may write everywhere.
    if (process.getuid?.() === 0) return;
    await mkdir(place.path("locked"));
    await chmod(place.path("locked"), 0o500);
    await fails(["sample", "good.couplet", "-o", "locked/rows.csv"], /got no permission/);
  });
});

/** A .npy file of float64, version 1. */
function npy(values: readonly number[], rowCount: number, cols: number): Buffer {
  const header =
    `{'descr': '<f8', 'fortran_order': False, 'shape': (${rowCount}, ${cols}), }`.padEnd(117) +
    "\n";
  const start = Buffer.from("\u0093NUMPY\u0001\u0000v\u0000", "latin1");
  return Buffer.concat([
    start,
    Buffer.from(header, "latin1"),
    Buffer.from(Float64Array.from(values).buffer),
  ]);
}
