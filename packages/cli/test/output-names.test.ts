/** A name of an output that promises another kind of file is refused before any work. */
import { existsSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { afterAll, beforeAll, expect, it } from "vitest";
import type { Workplace } from "./spawn-couplet.ts";
import { csv, openFittedWorkplace, smallRows } from "./spawn-couplet.ts";

let place: Workplace;

beforeAll(async () => {
  place = await openFittedWorkplace(csv(smallRows(60)));
  const example = await place.couplet("systems", "kinetics", "--example");
  await writeFile(place.path("problem.json"), example.out);
});
afterAll(() => place.remove());

const rowEndings =
  /expected an output that ends in \.csv, \.tsv, .*\.parquet, \.arrow, \.arrows, got "\.xlsx"/;

it.each([
  [["sample", "good.couplet", "-n", "3", "-o", "out.xlsx"], rowEndings],
  [["score", "good.couplet", "good.csv", "-o", "out.xlsx"], rowEndings],
  [["sample", "good.couplet", "-n", "3", "-o", "out.csv.gz"], /got "\.gz"/],
  [["fit", "good.csv", "-o", "out.csv"], /a model, which ends in \.couplet, got "\.csv"/],
  [["report", "good.couplet", "--data", "good.csv", "-o", "out.pdf"], /a page, which ends in/],
  [["study", "good.csv", "-o", "out.csv"], /a page, which ends in \.html or \.htm/],
  [["export", "good.couplet", "out.pt"], /an ONNX file, which ends in \.onnx/],
  [["systems", "kinetics", "problem.json", "--html", "out.pdf"], /a page, which ends in/],
])(
  "%j",
  async (args, words) => {
    const run = await place.start(args);
    expect(run).toMatchObject({ code: 2, out: "" });
    expect(run.err).toMatch(words);
    expect(existsSync(place.path(args.at(-1)!))).toBe(false);
  },
  30_000,
);

it("a named format, no ending, and one that promises nothing are taken", async () => {
  for (const args of [
    ["-o", "named.xlsx", "--format", "csv"],
    ["-o", "plain"],
  ])
    expect(await place.couplet("sample", "good.couplet", "-n", "3", ...args)).toMatchObject({
      code: 0,
    });
  const dated = await place.couplet("fit", "good.csv", "--epochs", "1", "-o", "good.2026-11");
  expect(dated.code).toBe(0);
});
