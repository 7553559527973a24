/** Rows whose density no double holds: written, counted and sorted, in every format. */
import { readFile, writeFile } from "node:fs/promises";
import { afterAll, beforeAll, expect, it } from "vitest";
import type { Workplace } from "./spawn-couplet.ts";
import { openFittedWorkplace } from "./spawn-couplet.ts";

let place: Workplace;
/** Two columns without bounds, and a category. */
const rows = Array.from({ length: 60 }, (_, i) => [
  (Math.sin(i) + Math.sin(2.3 * i) + Math.cos(5.1 * i)).toFixed(3),
  (10 * (Math.cos(1.7 * i) + Math.sin(0.9 * i) + Math.sin(3.3 * i))).toFixed(3),
  i % 3 === 0 ? "red" : "blue",
]);
const csv = (list: readonly (readonly string[])[]): string =>
  `${[["x", "y", "c"], ...list].map((cells) => cells.join(",")).join("\n")}\n`;

beforeAll(async () => {
  place = await openFittedWorkplace(csv(rows));
});
afterAll(() => place.remove());

it("values far beyond all others score -inf or a number, are counted, and sort first", async () => {
  // Far in one column, in two, with a sign; the least of these have densities that no double holds.
  const far = [
    ["1e300", "2", "red"],
    ["-1e300", "1e300", "red"],
    ["1e20", "2", "red"],
  ];
  await writeFile(place.path("far.csv"), csv([...rows.slice(0, 6), ...far]));
  const text = await place.couplet("score", "good.couplet", "far.csv", "--explain", "4");
  const lines = text.out.trim().split("\n").slice(1);
  expect(lines).toHaveLength(9);
  for (const line of lines) expect(line).not.toMatch(/nan|,,|,$/i);
  const nats = lines.map((line) => line.split(",")[1]!);
  const impossible = nats.filter((cell) => cell === "-inf").length;
  expect(impossible).toBeGreaterThan(0);
  expect(text.err).toContain(`${impossible} of 9 rows have probability 0`);

  for (const args of [["--json"], ["--format", "jsonl"], ["-o", "far.jsonl", "--force"]]) {
    const run = await place.couplet("score", "good.couplet", "far.csv", ...args);
    const written = args[0] === "-o" ? await readFile(place.path("far.jsonl"), "utf8") : run.out;
    const objects =
      args[0] === "--json"
        ? (JSON.parse(written) as { scores: object[]; meanNats: number | null }).scores
        : written
            .trim()
            .split("\n")
            .map((line) => JSON.parse(line) as object);
    expect(objects.map((o) => (o as { impossible: boolean }).impossible)).toEqual(
      nats.map((cell) => cell === "-inf"),
    );
    expect(objects.map((o) => (o as { nats: number | null }).nats)).toEqual(
      nats.map((cell) => (cell === "-inf" ? null : Number(cell))),
    );
  }
  const json = await place.couplet("score", "good.couplet", "far.csv", "--json");
  const { meanNats, impossibleRows } = JSON.parse(json.out) as Record<string, number | null>;
  expect(impossibleRows).toBe(impossible);
  expect(Number.isFinite(meanNats)).toBe(true);

  const lowest = await place.couplet("score", "good.couplet", "far.csv", "--lowest", "9");
  const sorted = lowest.out
    .trim()
    .split("\n")
    .slice(1)
    .map((line) => line.split(",")[1]!);
  const asNumber = (cell: string): number => (cell === "-inf" ? -Infinity : Number(cell));
  expect(sorted).toEqual(
    nats.toSorted((a, b) => (asNumber(a) < asNumber(b) ? -1 : asNumber(a) > asNumber(b) ? 1 : 0)),
  );
  const strict = await place.couplet("score", "good.couplet", "far.csv", "--strict");
  expect(strict).toMatchObject({ code: 1, out: "" });
  expect(strict.err).toMatch(/row [78]: .*density above 0/);
});

it("a report of such rows counts them and measures the others; a condition that far draws nothing", async () => {
  const far = [
    ["1e300", "2", "red"],
    ["2", "1e300", "red"],
  ];
  await writeFile(place.path("mixed.csv"), csv([...rows, ...far]));
  const report = await place.couplet("report", "good.couplet", "--data", "mixed.csv", "--json");
  expect([report.code, report.err]).toEqual([0, expect.not.stringContaining("error")]);
  expect(JSON.parse(report.out)).toMatchObject({
    scores: { rows: 60, impossible: 2 },
    roundTrip: { rows: 60 },
  });
  await writeFile(place.path("only.csv"), csv(far));
  const none = await place.couplet("report", "good.couplet", "--data", "only.csv", "--force");
  expect(none).toMatchObject({ code: 1 });
  expect(none.err).toContain("only.csv: expected rows to which the model gives a density above 0");

  const fit = ["fit", "good.csv", "--given", "x", "--epochs", "1", "-q", "-o", "given.couplet"];
  expect((await place.couplet(...fit)).code).toBe(0);
  const wild = await place.couplet("sample", "given.couplet", "-n", "2", "--given", "x=1e300");
  expect(wild).toMatchObject({ code: 1, out: "" });
  expect(wild.err).toMatch(
    /sample: row 0, column .* expected a finite number, got NaN. The row's context may lie so far/,
  );
});
