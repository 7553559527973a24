/** couplet fit --from: a model goes on, on new rows. */
import { readFile, writeFile } from "node:fs/promises";
import { afterAll, beforeAll, expect, it } from "vitest";
import { csv, openWorkplace, smallRows } from "./spawn-couplet.ts";
import type { Workplace } from "./spawn-couplet.ts";

let place: Workplace;

beforeAll(async () => {
  place = await openWorkplace();
  await writeFile(place.path("old.csv"), csv(smallRows(300)));
  await writeFile(place.path("new.csv"), csv(smallRows(400).slice(150)));
  await place.couplet("fit", "old.csv", "--epochs", "6", "-q");
});
afterAll(() => place.remove());

it("goes on from a model, and leaves its file as it is", async () => {
  const before = await readFile(place.path("old.couplet"));
  const args = ["fit", "new.csv", "--from", "old.couplet", "-o", "next.couplet", "--epochs", "2"];
  const run = await place.couplet(...args, "--json");
  expect(run.code).toBe(0);
  expect(JSON.parse(run.out)).toMatchObject({ model: "next.couplet", rows: 250, epochs: 2 });
  const [start] = run.err
    .split("\n")
    .filter((line) => line.includes('"event":"start"'))
    .map((line) => JSON.parse(line) as { validationLoss: number; gaussianLoss: number });
  // An untrained flow is no better than a Gaussian.
  expect(start!.validationLoss).toBeLessThan(start!.gaussianLoss);
  expect(await readFile(place.path("old.couplet"))).toEqual(before);
});

it("refuses options that the model decides, other columns, and its own file as the output", async () => {
  const both = await place.start(["fit", "new.csv", "--from", "old.couplet", "--type", "a=text"]);
  expect(both).toMatchObject({ code: 2, out: "" });
  expect(both.err).toMatch(/--from.*cannot be used with.*--type/);
  const text = await readFile(place.path("new.csv"), "utf8");
  await writeFile(place.path("renamed.csv"), text.replace(/^a,/, "other,"));
  const renamed = await place.start(["fit", "renamed.csv", "--from", "old.couplet"]);
  expect(renamed).toMatchObject({ code: 1, out: "" });
  expect(renamed.err).toMatch(/"a"/);
  const own = ["fit", "new.csv", "--from", "old.couplet", "-o", "old.couplet", "--force"];
  expect(await place.start(own)).toMatchObject({ code: 2, out: "" });
});
