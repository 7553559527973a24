import { describe, expect, it } from "vitest";
import { inferSchema } from "./infer-schema.ts";
import { fitTableCodec } from "../encode/table-codec.ts";
import type { ColumnSchema, ColumnType } from "../schema/schema.ts";
import { table } from "../table.ts";
import type { ColumnValues, Table } from "../table.ts";

const ROWS = 60;

/** `cells` over and over, beside a column that can always be modelled. */
const withCells = (cells: ColumnValues): Table =>
  table({
    c: Array.from({ length: ROWS }, (_, i) => cells[i % cells.length]!),
    other: Array.from({ length: ROWS }, (_, i) => Math.sin(i)),
  });

const declared = (cells: ColumnValues, type: ColumnType): ColumnSchema =>
  inferSchema(withCells(cells), { types: { c: type } }).columns[0]!;

describe("a declared type", () => {
  it.each<[string, ColumnValues, ColumnType, object]>([
    ["codes", [10, 20, 20, 30], "category", { storage: "number", values: [20, 10, 30] }],
    ["codes as text", ["7", "8", "", "8"], "category", { values: ["8", "7"], missing: true }],
    ["ages", [18, 25, 40, 25], "number", { type: "number", decimals: 0 }],
    ["keys", ["1", "2", "3", "4.0"], "integer", { type: "integer", storage: "text" }],
    ["scores", [1, 3, 2, 3], "ordered", { values: [1, 2, 3] }],
    ["scores as text", ["10", "9", "11"], "ordered", { values: ["9", "10", "11"] }],
    ["sizes", ["s", "xl", "m"], "ordered", { values: ["s", "m", "xl"] }],
    ["sides", ["right", "left"], "boolean", { values: ["left", "right"] }],
    ["answers", ["yes", "no"], "boolean", { values: ["no", "yes"] }],
    ["days", ["2020-01-02", "2020-02-29"], "date", { format: "YYYY-MM-DD", unit: "day" }],
    ["days", ["2020-01-02", "2020-02-29"], "datetime", { unit: "day" }],
    ["prices", ["$1,200.50", "$3.25", "$9.00"], "text", {}],
    ["words", ["a", "b"], "identifier", {}],
    ["one word", ["a"], "constant", { value: "a" }],
  ])("takes %s as it says: %j as %s", (_what, cells, type, expected) => {
    const found = declared(cells, type);
    expect(found).toMatchObject({ type, ...expected });
    expect(found.reason).toMatch(/^declared/);
  });

  it("finds the spelling of numbers", () => {
    const prices = Array.from({ length: 30 }, (_, i) => `$${1000 + 7 * i}.50`.replace("$1", "$1,"));
    expect(declared(prices, "number")).toMatchObject({
      type: "number",
      numberFormat: { prefix: "$" },
    });
  });

  it("makes a schema that the table can be encoded under", () => {
    const source = withCells([3, 1, 2, 2]);
    for (const type of ["number", "integer", "category", "ordered"] as const) {
      const codec = fitTableCodec(source, inferSchema(source, { types: { c: type } }));
      const { z } = codec.encode(source, { noise: "median" });
      const back = codec.decode(z).columns[0]!.values;
      expect(Array.from(back as ArrayLike<number>)).toEqual(
        Array.from(source.columns[0]!.values as ArrayLike<number>),
      );
    }
  });

  it("overrides what inference would refuse", () => {
    const mixed = Array.from({ length: ROWS }, (_, i) => (i % 4 === 0 ? `n${i}` : String(i)));
    expect(() => inferSchema(withCells(mixed))).toThrow(/only numbers/);
    expect(declared(mixed, "category").type).toBe("category");
  });

  it.each<[ColumnValues, ColumnType, RegExp]>([
    [
      ["1", "2", "none yet"],
      "number",
      /column "c", declared number: expected numbers, got 20 of 60 cells that are not \(row 3: "none yet"/,
    ],
    [[1, 2.5], "integer", /expected integers, got 30 of 60 cells that are not \(row 2: 2\.5/],
    [
      [7],
      "number",
      /expected at least two different numbers, got one\. A column that never changes is "constant"/,
    ],
    [["a", "b", "c"], "boolean", /expected two different values, got 3: "a", "b", "c"/],
    [["red", "green", "blue"], "ordered", /whose order is known.*got "red", "green", "blue"/],
    [["a", "b"], "constant", /expected the same value in every row, got 2 different/],
    [["soon", "later"], "date", /expected dates or times, all in one format, got "soon", "later"/],
    [[1, 2, 3], "datetime", /expected dates or times/],
    [["2020-01-02 10:30", "2020-02-29 23:15"], "date", /expected days, got times: .*"datetime"/],
    [[null], "category", /expected at least one value, got only missing cells/],
    [[1, Infinity], "category", /row 2: expected a finite number/],
  ])("refuses what cannot be: %j as %s", (cells, type, message) => {
    expect(() => declared(cells, type)).toThrow(message);
  });

  it("refuses columns and types that there are not, with the nearest", () => {
    const source = withCells([1, 2]);
    expect(() => inferSchema(source, { types: { othr: "number" } })).toThrow(
      /types: column: expected one of c, other, got "othr"\. Did you mean "other"\?/,
    );
    expect(() => inferSchema(source, { types: { c: "categry" as "category" } })).toThrow(
      /types: c: expected one of number, .*got "categry"\. Did you mean "category"\?/,
    );
  });
});
