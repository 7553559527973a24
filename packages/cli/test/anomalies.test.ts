/** What the command makes of anomalies among the rows: a share that is found, and scores without units. */
import { writeFile } from "node:fs/promises";
import { afterAll, beforeAll, expect, it } from "vitest";
import { csv, openWorkplace, smallRows } from "./spawn-couplet.ts";
import type { Workplace } from "./spawn-couplet.ts";

let place: Workplace;

beforeAll(async () => {
  place = await openWorkplace();
  // A cluster far out, of one row in twenty.
  const rows = smallRows(300).map((row, i) =>
    i % 20 === 7 ? [160 + (i % 3), 9, "red", "0.01"] : row,
  );
  await writeFile(place.path("odd.csv"), csv(rows));
});
afterAll(() => place.remove());

it("finds the rows to leave out, and ranks them first", async () => {
  const fit = ["fit", "odd.csv", "--epochs", "40", "--contamination", "auto", "--json"];
  const run = await place.couplet(...fit);
  expect(run.err).toContain('"event":"usualRows"');
  const about = await place.couplet("inspect", "odd.couplet");
  expect(about.out).toMatch(/without the least usual \d+\.\d %/);
  const scored = await place.couplet(
    "score",
    "odd.couplet",
    "odd.csv",
    "--standardised",
    "--with-data",
  );
  const [header, ...lines] = scored.out.trimEnd().split("\n");
  expect(header).toBe("a,b,c,d,row,nats,bits,standardised,percentile");
  const cells = lines.map((line) => line.split(","));
  const least = cells.toSorted((p, q) => score(p[7]!) - score(q[7]!)).slice(0, 15);
  expect(least.every(([a]) => Number(a) >= 160)).toBe(true);
});

it("refuses what is neither a fraction nor auto", async () => {
  const run = await place.couplet("fit", "odd.csv", "--contamination", "some");
  expect(run).toMatchObject({ code: 2, out: "" });
  expect(run.err).toContain("--contamination <fraction|auto>");
});

function score(text: string): number {
  return text === "-inf" ? -Infinity : Number(text);
}
