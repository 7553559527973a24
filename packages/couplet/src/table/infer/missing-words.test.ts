import { describe, expect, it } from "vitest";
import { DEFAULT_MISSING } from "../cell/missing-cell.ts";
import { inferSchema } from "./infer-schema.ts";
import { extendSchema } from "./extend-schema.ts";
import { fitTableCodec } from "../encode/table-codec.ts";
import { table, textCells } from "../table.ts";
import type { ColumnValues, Table } from "../table.ts";

const ROWS = 120;
const of = <T>(...values: T[]): T[] =>
  Array.from({ length: ROWS }, (_, i) => values[i % values.length]!);
const numbers = Array.from({ length: ROWS }, (_, i) => String(((i * 37) % 101) / 4));
const column = (source: Table, name: string) =>
  inferSchema(source).columns.find((found) => found.name === name)!;
const inferred = (x: ColumnValues) => column(table({ x, y: numbers }), "x");

describe("none and NA", () => {
  it.each([
    ["countries", ["ZA", "BW", "NA"]],
    ["towns", ["Turin", "None", "Null Island"]],
    ["guarantors", ["none", "guarantor", "co-applicant"]],
    ["one word beside it", ["none", "yes"]],
    ["with empty cells", ["ZA", "NA", "", "BW"]],
  ])("are values in a column of words: %s", (_, words) => {
    const found = inferred(of(...words));
    const values = words.filter((word) => word !== "");
    expect(found.type === "category" && found.values.map(String).sort()).toEqual(values.sort());
    expect(found.type === "category" && found.missing === true).toBe(words.includes(""));
    const source = table({ x: of(...words), y: numbers });
    const codec = fitTableCodec(source, inferSchema(source));
    const back = codec.decode(codec.encode(source).z);
    expect(textCells(back.columns[0]!)).toEqual(of(...words).map((word) => word || null));
  });

  it("are missing cells where numbers of the table have them", () => {
    const some = Array.from(numbers, (text, i) => (i % 7 === 0 ? "NA" : text));
    const source = table({ country: of("ZA", "BW", "NA"), level: some });
    expect(column(source, "country")).toMatchObject({ missing: true, missingAs: "NA" });
    // Another spelling than that of the numbers is a value.
    const other = table({ country: of("ZA", "BW", "none"), level: some });
    expect(column(other, "country")).not.toHaveProperty("missing");
  });

  it("are missing cells among numbers, dates, yes and no, and steps of a scale", () => {
    for (const words of [
      ["1.5", "2", "NA", "3.25"],
      ["2020-01-31", "2020-02-01", "none"],
      ["yes", "no", "NA"],
      ["low", "medium", "high", "None"],
    ])
      expect(inferred(of(...words))).toMatchObject({
        missing: true,
        missingAs: words.find((w) => /na|none/i.test(w)),
      });
  });

  it("are missing cells where the caller says so", () => {
    const source = table({ x: of("ZA", "BW", "NA"), y: numbers });
    const [found] = inferSchema(source, { missingValues: ["NA"] }).columns;
    expect(found).toMatchObject({ values: ["BW", "ZA"], missing: true, missingAs: "NA" });
    const more = inferSchema(source, { missingValues: [...DEFAULT_MISSING, "-999"] });
    expect(more.columns[0]).not.toHaveProperty("missing");
    const again = inferSchema(source, { missingValues: [...DEFAULT_MISSING, "NA"] });
    expect(again.columns[0]).toMatchObject({ missing: true });
  });

  it("stay values when another part of the table is read", () => {
    const schema = inferSchema(table({ x: of("none", "guarantor"), y: numbers }));
    const more = extendSchema(schema, table({ x: ["none", "guarantor"], y: ["1", "2"] }));
    expect(more.columns[0]).toEqual(schema.columns[0]);
  });
});

describe("missing cells", () => {
  it("are spelled as most of a column's are", () => {
    expect(inferred(of("a", "b", "?"))).toMatchObject({ missingAs: "?" });
    expect(inferred(of("a", "b", "?", "", ""))).not.toHaveProperty("missingAs");
    expect(inferred(of("a", "b", null))).not.toHaveProperty("missingAs");
    expect(inferred(of("N/A", "N/A", "-"))).toMatchObject({ type: "constant", missingAs: "N/A" });
  });
});
