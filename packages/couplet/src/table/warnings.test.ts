import { describe, expect, it } from "vitest";
import { philoxNormal } from "../random/philox.ts";
import { inferSchema } from "./infer/infer-schema.ts";
import { type TableWarning, tableWarnings } from "./warnings.ts";
import { type ColumnValues, table } from "./table.ts";

const many = <T>(of: (i: number) => T, n = 1000): T[] => Array.from({ length: n }, (_, i) => of(i));
const normal = (row: number, stream = 0): number => philoxNormal({ seed: 8, row, stream });
const warn = (columns: Record<string, ColumnValues>): TableWarning[] => {
  const source = table(columns);
  return tableWarnings(source, inferSchema(source));
};

describe("tableWarnings", () => {
  it("has nothing to say about a good table", () => {
    expect(
      warn({
        a: many((i) => normal(i)),
        b: many((i) => normal(i, 1) + normal(i)),
        k: many((i) => "abc"[i % 3]!),
      }),
    ).toEqual([]);
  });

  it.each<[TableWarning["code"], string[], number, Record<string, ColumnValues>]>([
    ["CONSTANT_COLUMN", ["unit"], 1000, { unit: many(() => "kg") }],
    ["IDENTIFIER_LEFT_OUT", ["id"], 1000, { id: many((i) => i) }],
    ["TEXT_LEFT_OUT", ["note"], 1000, { note: many((i) => `a note about the row number ${i}`) }],
    [
      "NEAR_DUPLICATE",
      ["fahrenheit", "celsius"],
      1000,
      { celsius: many((i) => normal(i, 4)), fahrenheit: many((i) => 32 + 1.8 * normal(i, 4)) },
    ],
    [
      "NEAR_DUPLICATE",
      ["code", "name"],
      1000,
      { name: many((i) => ["one", "two", "three"][i % 3]!), code: many((i) => "xyz"[i % 3]!) },
    ],
    ["EXTREME_OUTLIERS", ["dose"], 1, { dose: many((i) => (i === 3 ? 1e6 : normal(i, 5))) }],
    ["HIGH_MISSING", ["rare"], 900, { rare: many((i) => (i % 10 === 0 ? normal(i, 6) : null)) }],
    ["HIGH_CARDINALITY", ["town"], 300, { town: many((i) => `t${(i * 7) % 300}`) }],
    [
      "AMBIGUOUS_DATE",
      ["day"],
      1000,
      { day: many((i) => `0${1 + (i % 9)}/0${1 + ((i * 5) % 7)}/2020`) },
    ],
  ])("reports %s of %j with its count", (code, columns, count, extra) => {
    const found = warn({ base: many((i) => normal(i)), ...extra });
    expect(found.map((w) => w.code)).toEqual([code]);
    expect([...found[0]!.columns].sort()).toEqual([...columns].sort());
    expect(found[0]!.count).toBe(count);
    expect(found[0]!.advice).not.toBe("");
  });

  it("tells a few values beyond a heavy tail from the tail, and says one and several rightly", () => {
    // Pareto with index 1: of 10,000 values about 100 are beyond 20 interquartile ranges, the greatest is 10,000.
    const tail = many((i) => 10_000 / (1 + ((i * 7919) % 10_000)), 10_000);
    const noise = many((i) => normal(i), 10_000);
    const messages = (amount: number[]) =>
      warn({ noise, amount })
        .filter((w) => w.code === "EXTREME_OUTLIERS")
        .map((w) => w.message);
    expect(messages(tail)).toEqual([]);
    expect(messages(tail.with(5, 999_999_999))).toEqual([
      "column amount has 1 value far beyond the others, 999999999",
    ]);
    expect(messages(tail.with(5, 999_999_999).with(6, 999_999_998))).toEqual([
      "column amount has 2 values far beyond the others, such as 999999999",
    ]);
    expect(messages(noise.map((v, i) => (i < 2 ? -1e6 - i : v)))).toEqual([
      "column amount has 2 values far beyond the others, such as -1000001",
    ]);
  });

  it("counts rows", () => {
    expect(warn({ a: many((i) => normal(i), 40) })).toMatchObject([
      { code: "FEW_ROWS", count: 40 },
    ]);
  });
});
