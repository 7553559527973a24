/** Files that somebody drops in a page become tables and models of them, with the cells and the numbers of Node. */
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { DuckDBInstance } from "@duckdb/node-api";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Browser } from "playwright-core";
import { chromiumPath, launchChromium, runInPage } from "./chromium.ts";
import { runInNode } from "./in-node.ts";

interface Read {
  readonly table: readonly { readonly name: string; readonly values: readonly string[] }[];
  readonly unpacked: unknown;
  readonly parquet: readonly { readonly values: readonly string[] }[];
  readonly nats: readonly number[];
}

/** A small Parquet file, as DuckDB writes it. */
async function parquetFile(): Promise<Buffer> {
  const folder = await mkdtemp(path.join(tmpdir(), "couplet-page-"));
  const instance = await DuckDBInstance.create(":memory:");
  try {
    const file = path.join(folder, "t.parquet");
    const connection = await instance.connect();
    await connection.run(
      `COPY (SELECT i AS n, 'w' || i % 3 AS w FROM range(5) r(i)) TO '${file}' (FORMAT parquet, COMPRESSION zstd)`,
    );
    connection.closeSync();
    return await readFile(file);
  } finally {
    instance.closeSync();
    await rm(folder, { recursive: true, force: true });
  }
}

describe.skipIf(chromiumPath() === undefined)("files in Chromium", { timeout: 120_000 }, () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await launchChromium();
  });
  afterAll(() => browser.close());

  it("become the tables and the model of Node", async () => {
    const input = { parquet: (await parquetFile()).toString("base64") };
    const { value, complaints } = await runInPage(browser, "tables.js", input, { isolated: false });
    expect(complaints).toEqual([]);
    const inPage = value as Read;
    expect(inPage.table.map((column) => column.name)).toEqual(["x", "where", "y"]);
    expect(inPage.table[1]!.values.slice(0, 3)).toEqual([
      "north",
      'the "far" east',
      "south;\r\nwest",
    ]);
    expect(inPage.unpacked).toEqual(inPage.table);
    expect(inPage.parquet[0]!.values).toEqual(["0", "1", "2", "3", "4"]);
    expect(inPage.nats.every(Number.isFinite)).toBe(true);
    const { nats, ...inNode } = (await runInNode("tables.js", input)) as Read;
    expect({ ...inPage, nats: undefined }).toEqual({ ...inNode, nats: undefined });
    // Encoders call Math.log and its like, whose last bit is the engine's own; training carries it on.
    for (const [i, value] of inPage.nats.entries()) expect(value).toBeCloseTo(nats[i]!, 6);
  });
});
