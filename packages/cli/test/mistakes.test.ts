/** The likeliest mistakes of somebody who begins, and names that are made to mislead. */
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { printable } from "../src/terminal/printable.ts";
import type { Workplace } from "./spawn-couplet.ts";
import { csv, openFittedWorkplace, smallRows } from "./spawn-couplet.ts";

let place: Workplace;
const rows = smallRows(60);

beforeAll(async () => {
  place = await openFittedWorkplace(csv(rows));
});
afterAll(() => place.remove());

async function fails(args: readonly string[], words: RegExp): Promise<void> {
  const run = await place.start(args);
  expect(run).toMatchObject({ code: 1, out: "", err: expect.stringMatching(words) as string });
}

describe("a table in the place of a model", () => {
  it("is named, with what makes a model of it", async () => {
    await writeFile(place.path("rows.jsonl"), '{"a":1}\n');
    for (const file of ["good.csv", "rows.jsonl"]) {
      const words = new RegExp(
        `error: ${file}: expected a model, as couplet fit writes it, got text, or a table\\. For a table: couplet fit ${file} makes`,
      );
      await fails(["sample", file], words);
      await fails(["inspect", file], words);
    }
    await fails(
      ["sample", "absent.couplet"],
      /absent\.couplet: expected a readable file, got no such file/,
    );
  });

  it.each([
    ["packed.couplet", gzipSync("x"), /got a gzip file\. Unpack it first/],
    ["empty.couplet", "", /got an empty file/],
    ["folder", undefined, /got a folder/],
    ["", undefined, /model: expected a model, .* got an empty name/],
    ["lfs.couplet", "version https://git-lfs.github.com/spec/v1\n", /Git LFS.*git lfs pull/],
    ["page.couplet", "<!doctype html>", /got a page of HTML/],
    ["zip.couplet", "PK\u0003\u0004....", /got a zip archive/],
  ])("and so is what %s is", async (name, content, words) => {
    if (content !== undefined) await writeFile(place.path(name), content);
    else if (name !== "") await mkdir(place.path(name));
    await fails(["sample", name], words);
  });

  it("and the other way round", async () => {
    const words =
      /error: good\.csv: expected a model, .* got text, or a table\. The model comes first: good\.couplet, then good\.csv\./;
    await fails(["score", "good.csv", "good.couplet"], words);
    await fails(["report", "good.csv", "--data", "good.couplet"], words);
  });
});

describe("another file in the place of a table", () => {
  it.each([
    [
      "page.csv",
      "\n<!DOCTYPE html>\n<html><body>Sign in</body></html>",
      /got a page of HTML\. A download that asks for a login/,
    ],
    ["page2.csv", "\uFEFF<html lang=en>", /got a page of HTML/],
    ["feed.csv", '<?xml version="1.0"?><rows/>', /got XML\. Export it as CSV/],
    ["paper.csv", "%PDF-1.7\n", /got a PDF/],
    [
      "big.parquet",
      "version https://git-lfs.github.com/spec/v1\noid sha256:1\n",
      /got a pointer of Git LFS.*git lfs pull/,
    ],
    ["data.csv", "SQLite format 3\0", /got an SQLite database/],
    ["photo.csv", Buffer.from("\x89PNG\r\n\x1a\n", "latin1"), /got an image \(PNG\)/],
    ["sheet.csv", "PK\u0003\u0004....[Content_Types].xml", /got a spreadsheet.*Save the sheet/],
    ["old.csv", Buffer.from("d0cf11e0a1b11ae1", "hex"), /got an old office document/],
    ["t.csv.bz2", "BZh91AY&SY", /got a bzip2 file.*bunzip2/],
    ["t.csv.xz", Buffer.from("fd377a585a00", "hex"), /got an xz file/],
    ["t.csv", `${"t.csv".padEnd(257, "\0")}ustar\0`, /got a tar archive/],
    ["hdf.csv", Buffer.from("\x89HDF\r\n\x1a\n", "latin1"), /got an HDF5 file/],
  ])("%s is named", async (name, content, words) => {
    await writeFile(place.path(name), content);
    await fails(["schema", name], words);
  });

  it("a model under a table's name is named, and so is an empty name", async () => {
    await writeFile(place.path("model.csv"), await readFile(place.path("good.couplet")));
    await fails(["schema", "model.csv"], /model\.csv: expected a table, got a model/);
    for (const args of [
      ["schema", ""],
      ["sample", "good.couplet", "-o", ""],
    ])
      expect(await place.start(args)).toMatchObject({
        code: 2,
        err: expect.stringMatching(/expected the name of a file, got an empty name/) as string,
      });
  });

  it("lines before a table, and backslashes before quotes, have the option that reads them", async () => {
    await writeFile(place.path("remarks.csv"), `sales\n\nof 2024\n${csv(rows)}`);
    await fails(["schema", "remarks.csv"], /remarks\.csv:4: .*--skip-lines 3 skips the lines/);
    expect(await place.start(["schema", "remarks.csv", "--skip-lines", "3"])).toMatchObject({
      code: 0,
    });
    const quoted = rows.map(([a, b, c]) => `${a},${b},"${c} \\"x\\""`).join("\n");
    await writeFile(place.path("backslash.csv"), `a,b,c\n${quoted}\n`);
    await fails(["schema", "backslash.csv"], /got backslashes before them.*--escape '\\' reads/);
    expect(await place.start(["schema", "backslash.csv", "--escape", "\\"])).toMatchObject({
      code: 0,
    });
  });

  it("another table than the model's is named as one, without guesses", async () => {
    await writeFile(place.path("other.csv"), csv(rows, "w,x,y,z"));
    await fails(
      ["score", "good.couplet", "other.csv"],
      /Is it another table\? The model has the columns a, b, c, d\./,
    );
    await writeFile(place.path("near.csv"), csv(rows, "a,b,c,e"));
    const run = await place.couplet("score", "good.couplet", "near.csv");
    expect(run.err).toMatch(/near\.csv: expected the column "d"/);
    expect(run.err).not.toMatch(/looks like/);
  });
});

describe("names with escape sequences", () => {
  // Clears the screen, sets the window's title, hides a line.
  const evil = "\u001B[2J\u001B]0;title\u0007x\rname\u009B31m";

  // A file with the other two is none of text.
  const inTable = evil.replaceAll("\r", "").replaceAll("\u0007", "");

  it("are shown, not obeyed, in warnings, errors and tables", async () => {
    // eslint-disable-next-line no-control-regex
    const control = /[\u0000-\u0008\u000B-\u001F\u007F-\u009F]/;
    await writeFile(
      place.path("evil.csv"),
      csv(
        rows.map((row, i) => [...row.slice(0, 3), `k${i}`]),
        `a,b,c,"${inTable}"`,
      ),
    );
    const fitted = await place.couplet("fit", "evil.csv", "--epochs", "1");
    expect(fitted.err).toContain(String.raw`\u001b[2J\u001b]0;titlexname\u009b31m`);
    expect(fitted.err).not.toMatch(control);
    const inspected = await place.couplet("inspect", "evil.couplet");
    expect(inspected.out).not.toMatch(control);
    await mkdir(place.path("sub"));
    const missing = await place.couplet("fit", `sub/${evil}.csv`);
    expect(missing.err).toMatch(/^error: sub\/\\u001b\[2J.*expected files that match, got none/);
    expect(missing.err).not.toMatch(control);
    // As JSON too, which has them as it has every other character: escaped.
    const asJson = await place.couplet("fit", `sub/${evil}.csv`, "--json");
    expect(asJson.err).not.toMatch(control);
    expect(JSON.parse(asJson.err)).toMatchObject({ error: { where: `sub/${evil}.csv` } });
    const schema = await place.couplet("schema", "evil.csv", "--json");
    expect(schema.out).not.toMatch(control);
    expect((JSON.parse(schema.out) as { columns: { name: string }[] }).columns[3]!.name).toBe(
      inTable,
    );
    const usage = await place.couplet("fit", "good.csv", `--${evil}`);
    expect(usage.err).not.toMatch(control);
    await writeFile(
      place.path("cells.csv"),
      csv(rows.map((r, i) => [...r.slice(0, 2), i % 2 === 0 ? inTable : "b", r[3]!])),
    );
    expect((await place.couplet("fit", "cells.csv", "--epochs", "1", "-q")).code).toBe(0);
    const table = await place.couplet(
      "sample",
      "cells.couplet",
      "-n",
      "50",
      "--seed",
      "1",
      "--format",
      "table",
    );
    expect(table.out).toContain(String.raw`\u001b[2J`);
    expect(table.out).not.toMatch(control);
    // Files get what is in the table.
    const data = await place.couplet(
      "sample",
      "cells.couplet",
      "-n",
      "50",
      "--seed",
      "1",
      "--format",
      "jsonl",
    );
    expect(
      data.out
        .split("\n")
        .slice(0, 50)
        .map((line) => (JSON.parse(line) as { c: string }).c),
    ).toContain(inTable);
  });

  it("keep letters, signs and line ends", () => {
    expect(printable("naïve café\t表 🎉\n€")).toBe("naïve café\t表 🎉\n€");
    expect(printable("a\u202Eb")).toBe(String.raw`a\u202eb`);
  });
});

describe("columns that are called like an object's own", () => {
  it("are columns like any other", async () => {
    const names = ["__proto__", "constructor", "toString", "hasOwnProperty"];
    await writeFile(place.path("names.csv"), csv(rows, names.join(",")));
    const typed = await place.couplet(
      "schema",
      "names.csv",
      "--type",
      "__proto__=category,toString=category",
      "--json",
    );
    const { columns } = JSON.parse(typed.out) as { columns: { name: string; type: string }[] };
    expect(columns.map(({ name, type }) => `${name} ${type}`)).toEqual([
      "__proto__ category",
      "constructor integer",
      "toString category",
      "hasOwnProperty number",
    ]);
    expect((await place.couplet("schema", "names.csv", "--type", "__proto__=text")).code).toBe(0);
    const given = ["--given", "__proto__,toString"];
    expect(
      (
        await place.couplet(
          "fit",
          "names.csv",
          "--epochs",
          "1",
          "-q",
          "--type",
          "__proto__=category",
          ...given,
        )
      ).code,
    ).toBe(0);
    const cell = (await readFile(place.path("names.csv"), "utf8")).split("\n")[1]!.split(",")[0]!;
    const drawn = await place.couplet(
      "sample",
      "names.couplet",
      "-n",
      "3",
      "--format",
      "jsonl",
      "--given",
      `__proto__=${cell}`,
      "--given",
      "toString=red",
    );
    expect(drawn.code).toBe(0);
    expect(drawn.out.trim().split("\n")).toHaveLength(3);
    expect(drawn.out).toMatch(/"constructor":/);
  });
});
