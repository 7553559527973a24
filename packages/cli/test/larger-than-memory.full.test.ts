/** A table that does not fit in --memory is trained on from disk, part by part. */
import { mkdir, readdir, writeFile } from "node:fs/promises";
import { afterAll, beforeAll, expect, it } from "vitest";
import type { Workplace } from "./spawn-couplet.ts";
import { csv, openWorkplace, smallRows } from "./spawn-couplet.ts";

let place: Workplace;
const ROWS = 350_000;

beforeAll(async () => {
  place = await openWorkplace();
  await writeFile(place.path("big.csv"), csv(smallRows(ROWS)));
}, 60_000);
afterAll(() => place.remove());

it("fits in parts within the memory, and leaves no temporary file", async () => {
  const temporary = place.path("temporary");
  await mkdir(temporary);
  const run = await place.start(
    "fit big.csv --memory 500MB --epochs 1 --batch 4096 --json -o one.couplet".split(" "),
    { env: { TMPDIR: temporary } },
  );
  expect(run).toMatchObject({ code: 0 });
  const report = JSON.parse(run.out) as {
    rows: number;
    parts: number;
    peakMemoryBytes: number;
    heldOut: { rows: number };
  };
  expect(report.rows).toBe(ROWS);
  expect(report.parts).toBeGreaterThanOrEqual(3);
  expect(report.heldOut.rows).toBe(20_000);
  // 500 MB is the least that can be asked for.
  expect(report.peakMemoryBytes).toBeLessThan(500e6);
  expect(await readdir(temporary)).toEqual([]);
}, 800_000);
