/** couplet design: designs with a wanted property, their bounds, their output. */
import { readFile, writeFile } from "node:fs/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Workplace } from "./spawn-couplet.ts";
import { csv, openWorkplace, smallRows } from "./spawn-couplet.ts";

let place: Workplace;

beforeAll(async () => {
  place = await openWorkplace();
  await writeFile(place.path("few.csv"), csv(smallRows(300)));
  const { code, err } = await place.couplet(
    "fit",
    "few.csv",
    "--given",
    "d",
    "--epochs",
    "12",
    "-q",
  );
  if (code !== 0) throw new Error(err);
});
afterAll(() => place.remove());

const designed = (...args: string[]) => place.couplet("design", "few.couplet", ...args);

describe("couplet design", () => {
  it("gives rows with the wanted value, the same for the same seed", async () => {
    const { code, out, err } = await designed("--target", "d=3", "-n", "20", "--seed", "2");
    expect({ code, err }).toEqual({ code: 0, err: "" });
    const [header, ...rows] = out.trimEnd().split("\n");
    expect(header).toBe("a,b,c,d");
    expect(rows).toHaveLength(20);
    expect(rows.every((row) => row.split(",")[3] === "3.00")).toBe(true);
    expect((await designed("--target", "d=3", "-n", "20", "--seed", "2")).out).toBe(out);
  });

  it("keeps bounds of its own and of a table, and tells what it did", async () => {
    const { code, out } = await designed(
      "--target",
      "d=3",
      "-n",
      "10",
      "--within",
      "few.csv",
      "--bounds",
      "a=40..60",
      "-o",
      "designs.csv",
      "--json",
    );
    expect(code).toBe(0);
    const told = JSON.parse(out) as Record<string, unknown> & { information: number[] };
    expect(told).toMatchObject({
      schemaVersion: 1,
      model: "few.couplet",
      target: { d: 3 },
      rows: 10,
      output: "designs.csv",
      drawn: 500,
    });
    expect(told.information.toSorted((x, y) => y - x)).toEqual(told.information);
    const page = await readFile(new URL("../../../docs/command.md", import.meta.url), "utf8");
    const section = page.split("\n### design --json\n")[1]!.split("\n##")[0]!;
    const keys = [...section.matchAll(/^\| `([^`]+)` \|/gm)].map(([, key]) => key!);
    expect(Object.keys(told).toSorted()).toEqual(keys.toSorted());
    const rows = (await readFile(place.path("designs.csv"), "utf8")).trimEnd().split("\n").slice(1);
    expect(rows).toHaveLength(10);
    for (const row of rows) {
      const [a] = row.split(",").map(Number);
      expect(a).toBeGreaterThanOrEqual(40);
      expect(a).toBeLessThanOrEqual(60);
    }
  });

  it("warns of a value that the data has never shown", async () => {
    const { code, err } = await designed("--target", "d=60", "-n", "5");
    expect(code).toBe(0);
    expect(err).toMatch(/warning: d = 60 is outside the data's range, by \d/);
  });

  it.each([
    [["-n", "5"], 2, /--target/],
    [["--target", "d"], 2, /column=number/],
    [["--target", "d=3", "--bounds", "a=9..2"], 2, /column=low\.\.high/],
    [["--target", "a=3"], 1, /expected one of d, which the model was fitted given, .*got "a"/],
    [["--target", "d=3", "--bounds", "a=900..999"], 1, /none of 5000: 5000 out of bounds/],
    [["--target", "d=3", "-n", "9", "--candidates", "3"], 2, /candidates/],
  ] as const)(
    "refuses %j",
    async (args, code, words) => {
      const run = await designed(...args);
      expect([run.code, run.out]).toEqual([code, ""]);
      expect(run.err).toMatch(words);
    },
    30_000,
  );
});
