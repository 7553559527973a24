import { describe, expect, it } from "vitest";
import {
  column,
  columnNamed,
  selectRows,
  table,
  tableFromChunks,
  tableFromObjects,
  tableFromRows,
  toObjects,
} from "./table.ts";

describe("table", () => {
  it("keeps a Float64Array without copying", () => {
    const values = Float64Array.of(1, 2);
    expect(column("a", values).values).toBe(values);
  });

  it("has numbers of bigints up to 2^53, text beyond, and no invalid dates", () => {
    expect(column("a", BigInt64Array.of(1n, -2n)).values).toEqual(Float64Array.of(1, -2));
    expect(column("a", BigUint64Array.of(1n, 2n ** 63n)).values).toEqual([
      "1",
      "9223372036854775808",
    ]);
    expect(column("a", ["x", new Date(NaN), new Date(0)]).values).toEqual([
      "x",
      null,
      "1970-01-01T00:00:00.000Z",
    ]);
  });

  it("gives cells back in their types", () => {
    const rows = [
      { n: 1.5, s: "x", b: true, d: new Date(0), big: 2n ** 60n },
      { n: null, s: null, b: null, d: null, big: null },
    ];
    expect(toObjects(tableFromObjects(rows))).toEqual([
      { ...rows[0], big: "1152921504606846976" },
      rows[1],
    ]);
  });

  it("honours null masks", () => {
    expect(toObjects(table([column("a", Int32Array.of(1, 2, 3), Uint8Array.of(0, 1, 0))]))).toEqual(
      [{ a: 1 }, { a: null }, { a: 3 }],
    );
  });

  it("joins chunks, and numbers with words as words", () => {
    const joined = tableFromChunks([
      table({ a: [1, 2], b: ["x", null] }),
      table({ a: ["n/a"], b: ["y"] }),
    ]);
    expect(toObjects(joined)).toEqual([
      { a: "1", b: "x" },
      { a: "2", b: null },
      { a: "n/a", b: "y" },
    ]);
    const empty = tableFromChunks([table({ a: [null, null] }), table({ a: ["x"] })]);
    expect(toObjects(empty).map((r) => r["a"])).toEqual([null, null, "x"]);
    expect(() => tableFromChunks([table({ a: [1] }), table({ b: [1] })])).toThrow(
      /chunk 1: expected the columns a, got b/,
    );
  });

  it("selects rows", () => {
    expect(toObjects(selectRows(table({ a: [1, 2, 3], b: ["x", "y", "z"] }), [2, 0]))).toEqual([
      { a: 3, b: "z" },
      { a: 1, b: "x" },
    ]);
  });

  it("refuses ragged rows, unequal columns, duplicate names", () => {
    expect(() => tableFromRows(["a", "b"], [[1, 2], [3]])).toThrow(
      /row 2: expected 2 cells like the header, got 1/,
    );
    expect(() => table({ a: [1], b: [1, 2] })).toThrow(
      /column "b": expected 1 rows like column "a", got 2/,
    );
    expect(() => table([column("a", [1]), column("a", [2])])).toThrow(/"a" twice/);
    expect(() => columnNamed(table({ age: [1] }), "agee")).toThrow(/Did you mean "age"/);
  });

  it.each<[string, () => unknown, RegExp]>([
    [
      "a number",
      () => table(5 as never),
      /^table: expected a list of columns, or an object from column name to values, got the number 5/,
    ],
    ["text", () => table("abc" as never), /got the string abc/],
    ["null", () => table(null as never), /got null/],
    ["a typed array", () => table(new Float64Array(3) as never), /got a typed array/],
    ["a list of numbers", () => table([1, 2] as never), /got the number 1/],
    [
      "a column that is a number",
      () => table({ a: 5 } as never),
      /^table: column "a": expected a list of cells or a typed array, got the number 5/,
    ],
    [
      "a column that is text",
      () => table({ a: "abc" } as never),
      /column "a": .*got the string abc/,
    ],
    [
      "rows that are text",
      () => tableFromObjects("abc" as never),
      /^tableFromObjects: expected a list of objects, got the string abc/,
    ],
    [
      "a row that is a list",
      () => tableFromObjects([[1]] as never),
      /^tableFromObjects: row 1: .*got a list/,
    ],
    ...[{}, [1, 2], () => 1, Symbol("a"), new Map()].map(
      (cell): [string, () => unknown, RegExp] => [
        `a cell that is ${typeof cell}`,
        () => table({ a: ["x", cell] } as never),
        /^column "a", row 2: expected a text, a number, a boolean, a Date or nothing, got/,
      ],
    ),
    ["a header that is text", () => tableFromRows("ab" as never, []), /^tableFromRows: header: /],
    [
      "a row that is text",
      () => tableFromRows(["a", "b"], ["xy"] as never),
      /^tableFromRows: row 1: expected a list of cells, got the string xy/,
    ],
  ])("refuses %s where a table is made", (_, make, message) => {
    expect(make).toThrow(expect.objectContaining({ code: "USAGE" }));
    expect(make).toThrow(message);
  });
});
