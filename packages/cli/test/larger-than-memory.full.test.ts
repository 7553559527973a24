/** A table that does not fit in --memory is trained on from disk, part by part. */
import { readdir, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { afterAll, beforeAll, expect, it } from "vitest";
import type { Workplace } from "./spawn-couplet.ts";
import { csv, openWorkplace, smallRows } from "./spawn-couplet.ts";

let place: Workplace;
const ROWS = 420_000;

beforeAll(async () => {
  place = await openWorkplace();
  await writeFile(place.path("big.csv"), csv(smallRows(ROWS)));
}, 60_000);
afterAll(() => place.remove());

it("fits in parts, deterministically, and leaves no temporary file", async () => {
  const before = (await readdir(tmpdir())).filter((name) => name.startsWith("couplet-")).length;
  const args = [
    "fit",
    "big.csv",
    "--memory",
    "500MB",
    "--epochs",
    "2",
    "--batch",
    "4096",
    "--json",
  ];
  const run = await place.couplet(...args, "-o", "one.couplet");
  expect(run).toMatchObject({ code: 0 });
  const report = JSON.parse(run.out) as {
    rows: number;
    parts: number;
    peakMemoryBytes: number;
    heldOut: { rows: number };
  };
  expect(report).toMatchObject({ rows: ROWS });
  expect(report.parts).toBeGreaterThanOrEqual(3);
  expect(report.heldOut.rows).toBe(20_000);
  // The amount is a target: the cells of this table alone would take about 190 MB beside the program's own 350.
  expect(report.peakMemoryBytes).toBeLessThan(800e6);
  const again = await place.couplet(...args, "-o", "two.couplet");
  const sample = (model: string) => place.couplet("sample", model, "-n", "50", "--seed", "1");
  expect((await sample("two.couplet")).out).toBe((await sample("one.couplet")).out);
  expect(JSON.parse(again.out)).toMatchObject({ parts: report.parts });
  expect(
    (await readdir(tmpdir())).filter((name) => name.startsWith("couplet-")).length,
  ).toBeLessThanOrEqual(before);
}, 240_000);
