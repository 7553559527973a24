/** couplet fit --from: a model goes on, on new rows. */
import { readFile, writeFile } from "node:fs/promises";
import { afterAll, beforeAll, expect, it } from "vitest";
import { csv, openWorkplace, smallRows } from "./spawn-couplet.ts";
import type { Workplace } from "./spawn-couplet.ts";

interface Fitted {
  readonly heldOut: { readonly rows: number; readonly flow: { readonly nats: number } };
}

let place: Workplace;
let old: Fitted;

beforeAll(async () => {
  place = await openWorkplace();
  await writeFile(place.path("old.csv"), csv(smallRows(300)));
  await writeFile(place.path("new.csv"), csv(smallRows(400).slice(150)));
  const run = await place.couplet("fit", "old.csv", "--epochs", "6", "--json");
  old = JSON.parse(run.out) as Fitted;
});
afterAll(() => place.remove());

it("goes on from a model, and leaves its file as it is", async () => {
  const before = await readFile(place.path("old.couplet"));
  const from = ["--from", "old.couplet"];
  const args = ["fit", "new.csv", ...from, "-o", "next.couplet", "--epochs", "2", "--json"];
  const run = await place.couplet(...args);
  expect(run.code).toBe(0);
  expect(JSON.parse(run.out)).toMatchObject({ model: "next.couplet", rows: 250, epochs: 2 });
  // On its own table, with the smallest step: the same rows are held out, whatever the seed, and the model is as good to its last digits.
  const still = ["--epochs", "1", "--learning-rate", "1e-9", "--smoothing", "0", "--seed", "7"];
  const same = await place.couplet(
    "fit",
    "old.csv",
    ...from,
    ...still,
    "-o",
    "s.couplet",
    "--json",
  );
  const { heldOut } = JSON.parse(same.out) as Fitted;
  expect(heldOut.rows).toBe(old.heldOut.rows);
  expect(heldOut.flow.nats).toBeCloseTo(old.heldOut.flow.nats, 4);
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
