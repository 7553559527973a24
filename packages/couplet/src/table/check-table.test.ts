import { describe, expect, it } from "vitest";
import { inferSchema } from "./infer/infer-schema.ts";
import { fitTableCodec } from "./encode/table-codec.ts";
import { selectRows, table, tableFromObjects } from "./table.ts";

const rows = Array.from({ length: 100 }, (_, i) => ({
  monthly_charges: 10 + ((i * 37) % 89),
  plan: i % 2 ? "gold" : "basic",
  age: 20 + (i % 40),
  unit: "kg",
}));
const source = tableFromObjects(rows);
const codec = fitTableCodec(source, inferSchema(source));

describe("a table against the schema it is scored under", () => {
  it("may have its columns in another order, and more of them", () => {
    const other = { rows: 100, columns: [...source.columns].reverse() };
    expect([...codec.encode(other).z]).toEqual([...codec.encode(source).z]);
    const more = {
      rows: 100,
      columns: [...source.columns, table({ extra: rows.map(() => 1) }).columns[0]!],
    };
    expect([...codec.encode(more).z]).toEqual([...codec.encode(source).z]);
  });

  it("may lack a constant, not another column", () => {
    expect(() =>
      codec.encode({ rows: 100, columns: source.columns.filter((c) => c.name !== "unit") }),
    ).not.toThrow();
    expect(() =>
      codec.encode(
        { rows: 100, columns: source.columns.filter((c) => c.name !== "age") },
        { where: "new.csv" },
      ),
    ).toThrow(/new\.csv: expected the column "age", got monthly_charges, plan, unit/);
  });

  it.each(["Monthly Charges", "monthly_charge"])(
    "names a column that was probably renamed: %s",
    (name) => {
      const columns = source.columns.map((c) =>
        c.name === "monthly_charges" ? { ...c, name } : c,
      );
      expect(() => codec.encode({ rows: 100, columns })).toThrow(
        `Was it renamed? "${name}" looks like "monthly_charges"`,
      );
    },
  );

  it("says where a cell of the wrong type is, how many there are, and what they look like", () => {
    const wrong = tableFromObjects(
      rows.map((r, i) => (i % 25 === 3 ? { ...r, age: `n/k ${i}` } : { ...r, age: String(r.age) })),
    );
    expect(() => codec.encode(wrong, { firstRow: 1000 })).toThrow(
      /column "age", row 1004: expected an integer, got "n\/k 3" \(4 such rows of 100: "n\/k 3", "n\/k 28"/,
    );
    const fraction = tableFromObjects(rows.map((r, i) => (i === 5 ? { ...r, age: 20.5 } : r)));
    expect(() => codec.encode(fraction)).toThrow(/row 6: expected an integer, got 20\.5/);
    const endless = tableFromObjects(rows.map((r) => ({ ...r, monthly_charges: -Infinity })));
    expect(() => codec.encode(endless)).toThrow(/row 1: expected an integer, got -Infinity/);
  });

  it("counts unseen categories, missing cells where there were none, and values beyond a bound", () => {
    const odd = (change: object): ReturnType<typeof tableFromObjects> =>
      tableFromObjects(rows.map((r, i) => (i % 50 === 9 ? { ...r, ...change } : r)));
    expect(() => codec.encode(odd({ plan: "silver" }))).toThrow(
      /known values "gold", "basic".*|known values "basic", "gold", got "silver" \(2\) in 2 rows, first at row 10/,
    );
    expect(() => codec.encode(odd({ plan: "silver" }))).toThrow(
      /got "silver" \(2\) in 2 rows, first at row 10/,
    );
    expect(() => codec.encode(odd({ age: null }))).toThrow(
      /column "age": expected no missing cells.*got 2 \(first at row 10\)/,
    );
    expect(() => codec.encode(odd({ unit: "lb" }))).toThrow(
      /column "unit": expected "kg" in every row.*got "lb" at row 10/,
    );
    expect(codec.encode(odd({ unit: "lb" }), { impossible: "zero" }).impossible).toEqual([9, 59]);
  });

  it("reads numbers written as text", () => {
    const asText = tableFromObjects(rows.map((r) => ({ ...r, age: ` ${r.age} ` })));
    expect([...codec.encode(asText).z]).toEqual([...codec.encode(source).z]);
    expect([...codec.encode(selectRows(asText, [4])).z]).toEqual([
      ...codec.encode(selectRows(source, [4])).z,
    ]);
  });

  it("reads booleans and dates that another source writes in its own way", () => {
    const many = <T>(of: (i: number) => T): T[] => Array.from({ length: 60 }, (_, i) => of(i));
    const original = table({
      flag: many((i) => i % 3 === 0),
      answer: many((i) => (i % 3 === 0 ? "Yes" : "No")),
      when: many((i) => new Date(Date.UTC(1969, 11, i + 1, 0, 0, i % 7))),
    });
    const own = fitTableCodec(original, inferSchema(original));
    const elsewhere = table({
      flag: many((i) => (i % 3 === 0 ? "TRUE" : "false")),
      answer: many((i) => i % 3 === 0),
      when: many((i) => `1969-12-${String(i + 1).padStart(2, "0")} 00:00:0${i % 7}`),
    });
    const month = Array.from({ length: 31 }, (_, i) => i);
    expect([...own.encode(selectRows(elsewhere, month)).z]).toEqual([
      ...own.encode(selectRows(original, month)).z,
    ]);
    const bad = table({ flag: ["maybe"], answer: ["Yes"], when: ["1970-01-01"] });
    expect(() => own.encode(bad)).toThrow(
      /column "flag": expected one of the 2 known values.*"maybe"/,
    );
    const noDate = table({ flag: [true], answer: ["Yes"], when: ["1970-02-30"] });
    expect(() => own.encode(noDate)).toThrow(/column "when", row 1: expected a datetime/);
  });
});
