/** The studio reads what the command reads, and finds the same columns in it. */
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { gzipSync } from "node:zlib";
import { tableFromArrays, tableToIPC } from "@uwdata/flechette";
import { DuckDBInstance } from "@duckdb/node-api";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { chromiumPath, launchChromium } from "../browser/chromium.ts";
import {
  choose,
  command,
  diamonds,
  downloaded,
  openStudio,
  tell,
  waitForTable,
} from "./open-studio.ts";
import type { OpenStudio } from "./open-studio.ts";

const rows = Array.from({ length: 60 }, (_, i) => i);

/** Text files that readers get wrong. */
const files: Readonly<Record<string, Buffer>> = {
  "quoted.csv": Buffer.from(
    [
      "note,size,colour",
      ...rows.map(
        (i) =>
          `"line ${i % 4}\nand ""more"", again",${(i * 7) % 23}.5,${"red blue green".split(" ")[i % 3]}`,
      ),
    ].join("\n"),
  ),
  "semicolons.csv": Buffer.from(
    [
      "Größe;Preis;Ort",
      ...rows.map(
        (i) =>
          `${(1.5 + (i % 9) / 8).toString().replace(".", ",")};${i * 3},25;${i % 2 ? "Köln" : "Graz"}`,
      ),
    ].join("\r\n"),
  ),
  "utf16.csv": Buffer.concat([
    Buffer.from([0xff, 0xfe]),
    Buffer.from(
      ["x,žluť", ...rows.map((i) => `${(i * 37) % 60},${i % 3 ? "ano" : "ne"}`)].join("\n"),
      "utf16le",
    ),
  ]),
  "lines.jsonl": Buffer.from(
    rows
      .map((i) =>
        JSON.stringify({ size: (i % 9) / 8, ok: i % 3 > 0, place: i % 2 ? "Köln" : null }),
      )
      .join("\n"),
  ),
  "tabs.tsv": Buffer.from(
    [
      "day\tspeed\tshop",
      ...rows.map(
        (i) => `${(i % 28) + 1}.03.2024\t${(i * 31) % 40}\t${i % 2 ? "Ost" : '"West, ""old"""'}`,
      ),
    ].join("\n"),
  ),
  "columns.arrow": Buffer.from(
    tableToIPC(
      tableFromArrays({
        height: Float64Array.from(rows, (i) => Math.sin(i) / 8),
        count: Int32Array.from(rows, (i) => (i * 7) % 19),
        place: rows.map((i) => (i % 3 ? "Köln" : "Graz")),
      }),
      { format: "file" },
    )!,
  ),
  "packed.csv.gz": gzipSync(
    [
      "t\tvalue\tgroup",
      ...rows.map(
        (i) => `2024-01-${String((i % 28) + 1).padStart(2, "0")}\t${Math.sin(i)}\t${i % 5}`,
      ),
    ].join("\n"),
  ),
};

describe.skipIf(chromiumPath() === undefined)("the studio's reader in Chromium", () => {
  let browser: Browser;
  let studio: OpenStudio;
  let folder: string;
  beforeAll(async () => {
    browser = await launchChromium();
    studio = await openStudio(browser);
    folder = mkdtempSync(path.join(tmpdir(), "couplet-studio-"));
  });
  afterAll(async () => {
    await studio?.close();
    await browser?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  const schemaOfCommand = (file: string): unknown =>
    JSON.parse(
      execFileSync(process.execPath, [command, "schema", file], {
        encoding: "utf8",
        stdio: ["ignore", "pipe", "ignore"],
      }),
    );

  it("shows the rows of the file that the command was given, and the command's schema", async () => {
    const own = await openStudio(browser, [diamonds]);
    try {
      await own.page.locator("table.cells tbody tr").first().waitFor();
      tell(`first rows of diamonds.csv after ${Math.round(performance.now() - own.asked)} ms`);
      await waitForTable(own.page, "diamonds.csv");
      expect(await own.page.locator(".file").innerText()).toContain("5,394 rows");
      const first = await own.page.locator("table.cells tbody tr").first().innerText();
      expect(first.split(/\s*\t\s*/)).toEqual(
        "1,0.26,Very Good,H,SI1,61.9,55,337,4.07,4.11,2.53".split(","),
      );
      const schema: unknown = JSON.parse(String(await downloaded(own.page, "Save the schema")));
      expect(schema).toEqual(schemaOfCommand(diamonds));
      expect(own.complaints).toEqual([]);
    } finally {
      await own.close();
    }
  });

  it.each(Object.keys(files))("reads %s as the command does", async (name) => {
    const { page } = studio;
    const file = path.join(folder, name);
    writeFileSync(file, files[name]!);
    await choose(page, file);
    await waitForTable(page, name);
    expect(await page.locator(".file").innerText()).toContain("60 rows, ");
    expect(JSON.parse(String(await downloaded(page, "Save the schema")))).toEqual(
      schemaOfCommand(file),
    );
  });

  it("reads Parquet as the command does", async () => {
    const { page } = studio;
    const file = path.join(folder, "columns.parquet");
    const connection = await (await DuckDBInstance.create()).connect();
    await connection.run(`COPY (
      SELECT i % 23 + 0.5 AS size, ['red', 'blue', 'green'][1 + i % 3] AS colour, DATE '2024-01-01' + i::INT AS day
      FROM range(60) t(i)) TO '${file}' (FORMAT parquet, COMPRESSION zstd)`);
    connection.closeSync();
    await choose(page, file);
    await waitForTable(page, "columns.parquet");
    expect(await page.locator(".file").innerText()).toContain("60 rows, ");
    expect(JSON.parse(String(await downloaded(page, "Save the schema")))).toEqual(
      schemaOfCommand(file),
    );
  });

  it("keeps a cell over two lines whole, and decimal commas as written", async () => {
    const { page } = studio;
    await choose(page, { name: "a.csv", mimeType: "text/csv", buffer: files["quoted.csv"]! });
    await waitForTable(page, "a.csv");
    const cell = page.locator("table.cells tbody tr").nth(1).locator("td").nth(1);
    expect(await cell.textContent()).toBe('line 1\nand "more", again');
  });

  it("says in plain words what is wrong with a file", async () => {
    const { page } = studio;
    const notice = page.getByRole("alert");
    await choose(page, {
      name: "short.csv",
      mimeType: "text/csv",
      buffer: Buffer.from("a,b\n1,2\n3\n4,5\n"),
    });
    await notice.filter({ hasText: "short.csv:3: expected 2 columns (a, b), got 1" }).waitFor();
    await choose(page, {
      name: "image.png",
      mimeType: "image/png",
      buffer: Buffer.from([0x89, 0x50, 0, 1, 2, 0, 0, 7]),
    });
    await notice.filter({ hasText: "image.png: expected a table, got a binary file" }).waitFor();
    // What was open stays open.
    expect(await page.locator(".file strong").innerText()).toBe("a.csv");
    await page.getByRole("button", { name: "Dismiss" }).click();
  });

  it("takes declared types and conditions into the schema", async () => {
    const { page } = studio;
    await choose(page, diamonds);
    await waitForTable(page, "diamonds.csv");
    await page.getByLabel("Type of price").selectOption("number");
    await page.getByText("declared here").waitFor();
    // A type that the cells cannot have is refused, and taken back.
    await page.getByLabel("Type of cut").selectOption("integer");
    await page.getByRole("alert").filter({ hasText: "Declare the column" }).waitFor();
    expect(await page.getByRole("button", { name: "Fit a model" }).isDisabled()).toBe(true);
    await page.getByLabel("Type of cut").selectOption("");
    await page.getByRole("alert").waitFor({ state: "detached" });
    await page.getByLabel("color is given").check();
    await page.waitForFunction(
      () => document.querySelector<HTMLInputElement>("[aria-label='color is given']")?.checked,
    );
    const schema = JSON.parse(String(await downloaded(page, "Save the schema"))) as {
      readonly columns: readonly {
        readonly name: string;
        readonly type: string;
        readonly role?: string;
      }[];
    };
    expect(schema.columns.find(({ name }) => name === "price")?.type).toBe("number");
    expect(schema.columns.filter(({ role }) => role === "context").map(({ name }) => name)).toEqual(
      ["color"],
    );
    expect(studio.complaints).toEqual([]);
  });
});
