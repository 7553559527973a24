/** What `score`, `report` and `inspect` say of rows and columns that the model does not take as they are. */
import { writeFile } from "node:fs/promises";
import { afterAll, beforeAll, expect, it } from "vitest";
import type { Workplace } from "./spawn-couplet.ts";
import { csv, openFittedWorkplace, smallRows } from "./spawn-couplet.ts";

let place: Workplace;
const rows = smallRows(60);

beforeAll(async () => {
  place = await openFittedWorkplace(csv(rows));
});
afterAll(() => place.remove());

/** The good rows, with cells replaced: row (from 0), column, cell. */
const changed = (...cells: readonly (readonly [number, number, string])[]) =>
  csv(
    rows.map((row, i) =>
      row.map((cell, j) => cells.find(([r, c]) => r === i && c === j)?.[2] ?? cell),
    ),
  );

it("a cell that is infinite has probability 0, and the other rows keep their scores", async () => {
  await writeFile(place.path("inf.csv"), changed([3, 0, "inf"], [9, 1, "-Infinity"]));
  const [whole, run] = [
    await place.couplet("score", "good.couplet", "good.csv"),
    await place.couplet("score", "good.couplet", "inf.csv"),
  ];
  expect(run.code).toBe(0);
  const [expected, scores] = [whole.out.split("\n"), run.out.split("\n")];
  expect([scores[4], scores[10]]).toEqual(["4,-inf,-inf,0", "10,-inf,-inf,0"]);
  const others = (lines: string[]) => lines.filter((_, i) => i !== 4 && i !== 10);
  expect(others(scores)).toEqual(others(expected));
  expect(run.err).toMatch(/2 of 60 rows have probability 0/);
  const strict = await place.couplet("score", "good.couplet", "inf.csv", "--strict");
  expect(strict).toMatchObject({ code: 1, out: "" });
  expect(strict.err).toMatch(/column "a", row 4: expected a number, got "inf"/);
});

it("a cell that is no number is an error whose remedy exists", async () => {
  await writeFile(place.path("word.csv"), changed([3, 0, "broken"]));
  const { code, err } = await place.couplet("score", "good.couplet", "word.csv");
  expect(code).toBe(1);
  expect(err).toMatch(/column "a", row 4: expected a number, got "broken"/);
  expect(err).toMatch(/leave such cells empty/);
  expect(err).toMatch(/only `couplet fit` takes --null-values/);
  // The same of `fit` names the options that it has.
  await writeFile(place.path("mixed.csv"), changed([3, 0, "broken"], [4, 0, "broken"]));
  const fitted = await place.couplet("fit", "mixed.csv");
  expect(fitted.err).toMatch(/On the command line: --null-values, --mixed-as-category, --type/);
});

it("every kind of impossible row is counted and explained", async () => {
  const cells = [
    [1, 2, "purple"],
    [5, 2, "pink"],
    [7, 0, "inf"],
    [8, 3, ""],
  ] as const;
  await writeFile(place.path("kinds.csv"), changed(...cells));
  const { err } = await place.couplet("score", "good.couplet", "kinds.csv");
  expect(err).toMatch(
    /4 of 60 rows have probability 0 under the model \(-inf\): 2 rows: column "c"/,
  );
  expect(err).toMatch(/got "purple" in row 2/);
  expect(err).toMatch(/1 row: column "a", row 8: expected a number, got "inf"/);
  expect(err).toMatch(/1 row: column "d": expected no missing cells.*row 9/);
});

it("columns that the model does not know are named once", async () => {
  await writeFile(
    place.path("more.csv"),
    csv(
      rows.map((row, i) => [...row, i, i % 3]),
      "a,b,c,d,serial,shift",
    ),
  );
  const words =
    /warning: more\.csv: the model does not know the columns serial, shift, which are ignored\n/g;
  for (const args of [
    ["score", "good.couplet", "more.csv"],
    ["inspect", "good.couplet", "--data", "more.csv"],
    ["report", "good.couplet", "--data", "more.csv", "--samples", "100", "-o", "more.html"],
  ]) {
    const { err, code } = await place.couplet(...args);
    expect(err.match(words), args[0]).toHaveLength(1);
    expect(code).toBe(0);
  }
});
