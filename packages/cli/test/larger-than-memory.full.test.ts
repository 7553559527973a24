/** A table that does not fit in --memory is trained on from disk, part by part. */
import { mkdir, readFile, readdir, writeFile } from "node:fs/promises";
import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, expect, it } from "vitest";
import type { Workplace } from "./spawn-couplet.ts";
import { csv, openWorkplace, smallRows } from "./spawn-couplet.ts";

let place: Workplace;
const ROWS = 350_000;

beforeAll(async () => {
  place = await openWorkplace();
  await writeFile(place.path("big.csv"), csv(smallRows(ROWS)));
});
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

it("schema and score stay within the memory, of a file and of standard input that is packed", async () => {
  const bytes = await readFile(place.path("big.csv"));
  await writeFile(place.path("few.csv"), csv(smallRows(500)));
  expect((await place.couplet("fit", "few.csv", "--epochs", "1", "-q")).code).toBe(0);
  for (const [args, input] of [
    ["schema big.csv --memory 500MB", undefined],
    ["schema - --memory 500MB", gzipSync(bytes)],
    ["score few.couplet - --samples 1 -o scores.csv --force", gzipSync(bytes)],
  ] as const) {
    let [peak, done] = [0, false];
    const run = await place.start(args.split(" "), {
      ...(input === undefined ? {} : { input }),
      onStart: (child) =>
        void (async () => {
          while (!done) {
            // The most that was resident so far; gone when the process is.
            const status = await readFile(`/proc/${child.pid}/status`, "utf8").catch(() => "");
            peak = Math.max(peak, Number(/VmHWM:\s*(\d+) kB/.exec(status)?.[1] ?? 0) * 1024);
            await new Promise((resolve) => void setTimeout(resolve, 50));
          }
        })(),
    });
    done = true;
    expect(run, args).toMatchObject({ code: 0 });
    if (process.platform === "linux") expect(peak, args).toBeGreaterThan(50e6);
    // The fit's bound.
    expect(peak, args).toBeLessThan(500e6);
    if (args.startsWith("schema"))
      expect((JSON.parse(run.out) as { columns: object[] }).columns).toHaveLength(4);
  }
}, 800_000);
