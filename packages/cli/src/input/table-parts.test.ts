/** Parts of a table on disk: every row in one of them, the same ones each time. */
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { columnNamed } from "couplet/table";
import type { RowRange } from "couplet/table";
import { afterAll, beforeAll, expect, it } from "vitest";
import { openInput } from "./open-input.ts";
import { tableParts } from "./table-parts.ts";

const ROWS = 20_000;
let folder = "";

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), "couplet-parts-"));
  const rows = Array.from({ length: ROWS }, (_, i) => `${i},${i % 7 === 0 ? "" : `v${i % 7}`}`);
  await writeFile(path.join(folder, "t.csv"), `i,c\n${rows.join("\n")}\n`);
  const header = "{'descr': '<f8', 'fortran_order': False, 'shape': (20000, 1), }".padEnd(117);
  const numbers = Buffer.from(Float64Array.from({ length: ROWS }, (_, i) => i).buffer);
  const start = Buffer.from(`\u0093NUMPY\u0001\u0000v\u0000${header}\n`, "latin1");
  await writeFile(path.join(folder, "t.npy"), Buffer.concat([start, numbers]));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

async function partsOf(file: string, name: string, seed: number) {
  const input = await openInput([path.join(folder, file)], {}, () => undefined);
  try {
    const cut = await tableParts(input, 4, seed, 800e6);
    const parts: string[][] = [];
    for (let k = 0; k < 4; k++)
      parts.push(
        Array.from(columnNamed(await cut.partition(k), name).values as ArrayLike<unknown>, String),
      );
    return { parts, digest: cut.digest, rows: cut.rows };
  } finally {
    await input.close();
  }
}

it.each([
  ["t.csv", "i"],
  ["t.npy", "c0"],
])("deals the rows of %s fairly, each once", async (file, name) => {
  const { parts, digest, rows } = await partsOf(file, name, 1);
  expect(rows).toBe(ROWS);
  expect(
    parts
      .flat()
      .map(Number)
      .toSorted((a, b) => a - b),
  ).toEqual(Array.from({ length: ROWS }, (_, i) => i));
  // A quarter each; 300 is five standard deviations of a binomial count.
  for (const part of parts) expect(Math.abs(part.length - ROWS / 4)).toBeLessThan(300);
  // Rows keep their order within a part, so that the same seed gives the same part to the last row.
  expect(await partsOf(file, name, 1)).toEqual({ parts, digest, rows });
  expect((await partsOf(file, name, 2)).parts).not.toEqual(parts);
});

it("reads a range of a part, the rows that the whole part has there", async () => {
  const input = await openInput([path.join(folder, "t.csv")], {}, () => undefined);
  try {
    const cut = await tableParts(input, 4, 1, 800e6);
    const cells = async (range?: RowRange) => {
      const part = await cut.partition(2, range);
      return ["i", "c"].map((name) =>
        Array.from(columnNamed(part, name).values as ArrayLike<unknown>),
      );
    };
    const whole = await cells();
    const { length } = whole[0]!;
    for (const [from, to] of [
      [0, 1],
      [0, length],
      [1000, 3500],
      [length - 1, length],
    ] as const)
      expect(await cells({ from, to })).toEqual(whole.map((column) => column.slice(from, to)));
  } finally {
    await input.close();
  }
});
