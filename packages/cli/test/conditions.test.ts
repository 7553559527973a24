/** What the command makes of conditions, missing cells and targets. */
import { readFile, writeFile } from "node:fs/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { expectDocumented } from "./documented-keys.ts";
import { csv, openWorkplace, smallRows } from "./spawn-couplet.ts";
import type { Workplace } from "./spawn-couplet.ts";

let place: Workplace;

beforeAll(async () => {
  place = await openWorkplace();
  await writeFile(place.path("few.csv"), csv(smallRows(300)));
  await place.couplet("fit", "few.csv", "--epochs", "12", "-q");
});
afterAll(() => place.remove());

describe("couplet sample and score --given", () => {
  it("draws and scores given values of any columns, and prints the effective sample size", async () => {
    const given = ["--given", "c=green", "--given", "a=60.."];
    const run = await place.couplet("sample", "few.couplet", ...given, "-n", "20", "--json");
    const { data, condition } = JSON.parse(run.out) as {
      data: { a: number; c: string }[];
      condition: { logProbability: number };
    };
    expect(data).toHaveLength(20);
    expect(data.every(({ a, c }) => a >= 60 && c === "green")).toBe(true);
    await expectDocumented("condition", JSON.stringify(condition));
    const text = await place.couplet("sample", "few.couplet", ...given, "-n", "20");
    expect(text.err).toMatch(
      /given c=green, a=60\.\.: about [\d.]+ of \d+ rows; 20 draws worth 20 independent ones/,
    );
    const scored = await place.couplet("score", "few.couplet", "few.csv", ...given, "--json");
    const { scores } = JSON.parse(scored.out) as { scores: { impossible: boolean }[] };
    const met = smallRows(scores.length).map(([a, , c]) => Number(a) >= 60 && c === "green");
    expect(scores.map(({ impossible }) => !impossible)).toEqual(met);
    expect(JSON.parse(scored.out)).toMatchObject({
      condition: { condition: "c=green, a=60..", method: "rejection" },
    });
    const unknown = await place.couplet("sample", "few.couplet", "--given", "d=1..0");
    expect(unknown).toMatchObject({ code: 1, out: "" });
  });

  it("refuses a second condition on a column, and conditions beside a table of them", async () => {
    for (const verb of [["sample"], ["score", "few.csv"]] as const) {
      const [name, ...data] = verb;
      const args = [name, "few.couplet", ...data, "--given", "a=30", "--given", "a=40"];
      const twice = await place.start(args);
      expect(twice).toMatchObject({ code: 2, out: "" });
      expect(twice.err).toMatch(/Expected each column once, got "a" twice/);
    }
    const types = ["schema", "few.csv", "--type", "a=text,a=category"];
    expect((await place.start(types)).err).toMatch(/"a" as text and as category/);
    const rows = ["sample", "few.couplet", "--given-rows", "few.csv"];
    for (const [more, words] of [
      [["--given", "a=30"], /--given-rows.*cannot be used with.*--given/],
      [["-n", "5"], /--given-rows draws a row for each of its rows: leave --rows out/],
    ] as const) {
      const run = await place.start([...rows, ...more]);
      expect(run).toMatchObject({ code: 2, out: "", err: expect.stringMatching(words) as string });
    }
  });
});

describe("couplet impute and predict", () => {
  it("fills missing cells alone, the same for the same seed, with the documented keys", async () => {
    const rows = smallRows(60).map((row, i) =>
      row.map((cell, j) => (i % 3 === j ? "" : j === 3 ? `${cell}0` : cell)),
    );
    await writeFile(place.path("gaps.csv"), csv(rows));
    const fit = ["fit", "few.csv", "--epochs", "12", "--any-condition", "-o", "any.couplet", "-q"];
    expect(await place.couplet(...fit)).toMatchObject({ code: 0 });
    const args = ["impute", "any.couplet", "gaps.csv", "--cells", "cells.csv", "--force"];
    const run = await place.couplet(...args, "-o", "filled.csv", "--json");
    expect(run).toMatchObject({ code: 0, err: "" });
    await expectDocumented("impute --json", run.out);
    expect(JSON.parse(run.out)).toMatchObject({ filledCells: 60, filledRows: 60, leftCells: 0 });
    const text = await readFile(place.path("filled.csv"), "utf8");
    const filled = text.trimEnd().split("\n").slice(1);
    for (const [i, line] of filled.entries())
      for (const [j, cell] of line.split(",").entries())
        if (rows[i]![j] === "") expect(cell).not.toBe("");
        else expect(cell).toBe(String(rows[i]![j]));
    const cells = (await readFile(place.path("cells.csv"), "utf8")).trimEnd().split("\n");
    expect(cells[0]).toBe("row,column,cell,low,high,probability");
    expect(cells).toHaveLength(61);
    const again = await place.couplet("impute", "any.couplet", "gaps.csv", "-q");
    expect(again.out).toBe(text);
  });

  it("predicts categories and numbers, with the documented keys", async () => {
    await writeFile(place.path("new.csv"), "a,b,d\n10,0,0.50\n90,3,8.00\n");
    const run = await place.couplet("predict", "any.couplet", "new.csv", "--target", "c", "--json");
    expect(run).toMatchObject({ code: 0, err: "" });
    const toFile = ["predict", "any.couplet", "new.csv", "--target", "c", "-o", "c.csv", "--json"];
    const file = await place.couplet(...toFile);
    await expectDocumented(
      "predict --json",
      JSON.stringify({ ...JSON.parse(file.out), ...JSON.parse(run.out) }),
      ["predictions"],
    );
    const { predictions } = JSON.parse(run.out) as {
      predictions: { c: string; p_red: number; p_green: number; p_blue: number }[];
    };
    for (const { p_red, p_green, p_blue } of predictions)
      expect(p_red + p_green + p_blue).toBeCloseTo(1, 5);
    expect(predictions[0]!.c).toBe("red");
    const numbers = ["predict", "any.couplet", "few.csv", "--target", "d", "--quantiles", "0.5"];
    const quantiles = await place.couplet(...numbers);
    expect(quantiles.out.split("\n")[0]).toBe("d_mean,d_q50");
    expect(await place.couplet("predict", "any.couplet", "new.csv", "--target", "x")).toMatchObject(
      {
        code: 2,
        out: "",
      },
    );
  });
});
