import { describe, expect, it } from "vitest";
import { philoxNormal } from "../random/philox.ts";
import { inferSchema } from "./infer/infer-schema.ts";
import { findRelations } from "./relations/find-relations.ts";
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

  it("leaves out pairs of which relations say what one has of the other, unless these are not kept", async () => {
    const gross = many((i) => 3000 + Math.round(500 * normal(i)));
    const source = table({
      gross,
      tax: gross.map((value) => value / 5),
      pension: gross.map((value) => value / 10),
    });
    const schema = inferSchema(source);
    const relations = await findRelations(source, schema);
    expect(tableWarnings(source, schema)).toHaveLength(3);
    expect(tableWarnings(source, { ...schema, relations })).toEqual([]);
    const reported = relations.map((relation) => ({ ...relation, keep: false }));
    expect(tableWarnings(source, { ...schema, relations: reported })).toHaveLength(3);
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
    expect(messages(tail.with(5, 987_654_321))).toEqual([
      "column amount has 1 value far beyond the others, 987654321",
    ]);
    expect(messages(tail.with(5, 987_654_321).with(6, 987_654_320))).toEqual([
      "column amount has 2 values far beyond the others, such as 987654321",
    ]);
    expect(messages(noise.map((v, i) => (i < 2 ? -1e6 - i : v)))).toEqual([
      "column amount has 2 values far beyond the others, such as -1000001",
    ]);
  });

  it.each<[string, ColumnValues, number]>([
    ["-999", many((i) => (i % 100 === 0 ? -999 : normal(i, 5))), 10],
    ["-99999", many((i) => (i === 7 ? -99999 : 20 + normal(i, 5))), 1],
    ["9999", many((i) => (i % 50 === 0 ? 9999 : (i * 7) % 90)), 20],
    ["999.9", many((i) => (i % 50 === 0 ? 999.9 : 15 + normal(i, 9))), 20],
    [
      "9999-12-31",
      many((i) => (i % 20 === 0 ? "9999-12-31" : `20${10 + (i % 9)}-0${1 + (i % 8)}-1${i % 7}`)),
      50,
    ],
  ])("names %s, which stands for a missing cell", (text, values, count) => {
    const found = warn({ base: many((i) => normal(i)), x: values });
    expect(found).toMatchObject([{ code: "SENTINEL", columns: ["x"], count }]);
    expect(found[0]!.message).toContain(`column x has ${text} in`);
    expect(found[0]!.advice).toContain(`If ${text} means "no value"`);
  });

  it("names each of two such values", () => {
    const x = many((i) => (i % 100 === 0 ? -9999 : i % 100 === 1 ? -99 : 5 + (i % 60) / 7));
    expect(warn({ base: many((i) => normal(i)), x }).map(({ message }) => message)).toEqual([
      expect.stringContaining("-9999 in 10 rows"),
      expect.stringContaining("-99 in 10 rows"),
    ]);
  });

  it.each<[string, ColumnValues]>([
    ["an age of 99", many((i) => (i % 100 === 0 ? 99 : 18 + ((i * 7) % 70)))],
    ["a price of 9999 in a heavy tail", many((i) => (i === 3 ? 9999 : Math.exp(6 + normal(i, 2))))],
    ["the year 1900", many((i) => `19${String(i % 99).padStart(2, "0")}-01-0${1 + (i % 9)}`)],
  ])("leaves %s alone", (_, x) => {
    expect(warn({ base: many((i) => normal(i)), x }).map(({ code }) => code)).not.toContain(
      "SENTINEL",
    );
  });

  it("counts rows", () => {
    expect(warn({ a: many((i) => normal(i), 40) })).toMatchObject([
      { code: "FEW_ROWS", count: 40 },
    ]);
  });
});
