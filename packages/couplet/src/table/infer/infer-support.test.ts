import { describe, expect, it } from "vitest";
import { philoxNormal, philoxUniform } from "../../random/philox.ts";
import { column, table } from "../table.ts";
import type { ColumnValues } from "../table.ts";
import { fewValues, farValues, heavyEnds } from "./infer-support.ts";
import { inferSchema } from "./infer-schema.ts";
import { extendSchema } from "./extend-schema.ts";

const ROWS = 1000;
const uniform = (row: number, stream = 0): number => philoxUniform({ seed: 5, row, stream });
const normal = (row: number, stream = 0): number => philoxNormal({ seed: 6, row, stream });
const rows = <T>(of: (i: number) => T, count = ROWS): T[] =>
  Array.from({ length: count }, (_, i) => of(i));
const among =
  <T>(...values: T[]) =>
  (i: number): T =>
    values[Math.floor(uniform(i) ** 1.5 * values.length)]!;
const inferred = (values: ColumnValues) =>
  inferSchema(table({ x: values, y: Array.from(values, (_, i) => normal(i, 9)) })).columns[0]!;

describe("columns of few values", () => {
  it.each([
    [[1, 2, 4]],
    [[0, 2]],
    [[10, 20, 40]],
    [[0.5, 1, 2.5, 10]],
    [[-1.5, 0, 0.5]],
    [[9.99, 19.99, 49.99]],
    [[1 / 3, 2 / 3, 1.7]],
    [[2000, 2005, 2010, 2020]],
  ])("keep to %j", (values) => {
    expect(inferred(rows(among(...values)))).toMatchObject({ values });
    // Written as text, too.
    expect(inferred(rows((i) => String(among(...values)(i))))).toMatchObject({ values });
  });

  it("keep to a range where no value between is missing", () => {
    const found = inferred(rows((i) => 3 + Math.floor(12 * uniform(i))));
    expect(found).toMatchObject({ type: "integer", lower: 3, upper: 14 });
    expect(found).not.toHaveProperty("values");
  });

  it("keep to a range where gaps may be chance", () => {
    // A long tail of counts: the values seen once say that others will come.
    const counts = rows((i) => (i < 8 ? 10 + i * i : Math.floor(5 * uniform(i))), 300);
    const found = inferred(counts);
    expect(found).toMatchObject({ lower: 0, upper: 59 });
    expect(found).not.toHaveProperty("values");
  });

  it("need rows, and values that repeat", () => {
    expect(fewValues(Float64Array.of(1, 1, 2, 2, 4, 4), 1)).toBeUndefined();
    const once = Float64Array.from({ length: 30 }, (_, i) => 2 * i);
    expect(fewValues(once, 1)).toBeUndefined();
  });

  it("keep integers that repeat within their range, in however few rows", () => {
    const few = rows((i) => 3 + ((i * 7) % 25), 60);
    expect(inferred(few)).toMatchObject({ type: "integer", lower: 3, upper: 27 });
    expect(inferred(rows((i) => 10 + (i % 4) ** 2, 9))).toMatchObject({ lower: 10, upper: 19 });
    expect(inferred([1, 2, 2, 3, 3, 3, 4, 4, 4, 5, 5, 5])).toMatchObject({ lower: 1, upper: 5 });
  });

  it.each([
    ["28 salaries, all of them different", rows((i) => 31_000 + 1733 * ((i * 11) % 28), 28)],
    ["nine values, all of them different", rows((i) => 10 + i * i, 9)],
    ["thirty rows of 25 values", rows((i) => 3 + ((i * 7) % 25), 30)],
    ["a tail of values that come once", rows((i) => (i < 15 ? i % 3 : 20 + i * i), 20)],
    ["the same tail, in tenths", rows((i) => (i < 15 ? i % 3 : 20 + i * i) / 10, 20)],
  ])("have no ends that may be chance: %s", (_, values) => {
    expect(inferred(values)).not.toHaveProperty("upper");
  });

  it("keep sentinels apart where values do not repeat", () => {
    const far = inferred([...rows((i) => 3 + ((i * 7) % 25), 30), -999, -999]);
    expect(far).toMatchObject({ type: "integer", sentinels: { below: [-999] } });
    expect(far).not.toHaveProperty("upper");
  });

  it("may be dates: the ends of quarters", () => {
    const ends = ["2022-03-31", "2022-06-30", "2022-09-30", "2022-12-31"];
    const days = ends.map((day) => Date.parse(`${day}T00:00Z`) / 86_400_000);
    expect(inferred(rows(among(...ends)))).toMatchObject({ type: "date", values: days });
    const dates = rows((i) => new Date(among(...ends)(i)));
    expect(inferred(dates)).toMatchObject({ type: "date", values: days });
    // Of days in a row there will be another.
    const week = inferred(rows((i) => `2022-03-1${i % 7}`));
    expect(week).not.toHaveProperty("values");
  });

  it("take the values of other parts of a table into their list", () => {
    const first = inferSchema(table({ x: rows(among(1, 2, 4)), y: rows(normal) }));
    const more = extendSchema(first, table({ x: [1, 7, 2], y: [0, 1, 2] }));
    expect(more.columns[0]).toMatchObject({ values: [1, 2, 4, 7] });
    const many = extendSchema(first, table({ x: rows((i) => i), y: rows(normal) }));
    expect(many.columns[0]).not.toHaveProperty("values");
  });
});

describe("ends of a scale", () => {
  it.each([
    ["repeats below it", (i: number) => Math.round(40 + 25 * normal(i))],
    ["hardly repeats below it", (i: number) => Math.round(1e6 * (40 + 25 * normal(i))) / 1e6],
    ["does not repeat below it", (i: number) => 40 + 25 * normal(i)],
  ])("are found where a column %s", (_, of) => {
    const found = inferred(rows((i) => Math.min(80, of(i))));
    expect(found).toMatchObject({ upper: 80 });
    if (found.type === "number" && found.resolution === undefined)
      expect(found.pointMasses).toContain(80);
  });

  it("are none where the greatest value is as common as others", () => {
    expect(heavyEnds(Float64Array.from(rows((i) => i % 100)).sort())).toEqual({});
    const cut = Float64Array.from(rows((i) => Math.min(80, 3 * i))).sort();
    expect(heavyEnds(cut).high).toMatchObject({ value: 80, capped: true });
  });
});

describe("far values", () => {
  it.each([
    ["-999 among measurements", (i: number) => (i % 20 === 0 ? -999 : 10 + normal(i)), [-999], []],
    ["99999 among integers", (i: number) => (i % 40 === 0 ? 99_999 : i % 300), [], [99_999]],
    [
      "both, and one behind the other",
      (i: number) => (i % 50 === 0 ? -9999 : i % 51 === 0 ? -99 : i % 49 === 0 ? 9999 : normal(i)),
      [-9999, -99],
      [9999],
    ],
    ["a number that is no sentinel", (i: number) => (i % 30 === 0 ? 5000 : i % 400), [], [5000]],
  ])("are found: %s", (_, of, below, above) => {
    expect(inferred(rows(of))).toMatchObject({
      sentinels: {
        ...(below.length > 0 ? { below } : {}),
        ...(above.length > 0 ? { above } : {}),
      },
    });
  });

  it("are found among dates", () => {
    const days = rows((i) =>
      i % 3 === 0
        ? "9999-12-31"
        : new Date(Date.UTC(2020, 0, 1 + Math.floor(900 * uniform(i)))).toISOString().slice(0, 10),
    );
    const last = Date.parse("9999-12-31T00:00Z") / 86_400_000;
    expect(inferred(days)).toMatchObject({ type: "date", sentinels: { above: [last] } });
    const dates = inferred(days.map((day) => new Date(day)));
    expect(dates).toMatchObject({ type: "date", sentinels: { above: [last] } });
  });

  it("are not those that the others reach", () => {
    const values = Float64Array.from(rows((i) => (i % 20 === 0 ? 99 : 100 * uniform(i)))).sort();
    expect(farValues(values, { type: "number" })).toBeUndefined();
    // One value far out is an outlier, unless it is written as sentinels are and comes again.
    const once = Float64Array.from(rows((i) => (i === 0 ? 5000 : i % 400))).sort();
    expect(farValues(once, { type: "integer" })).toBeUndefined();
  });

  it("are given up where another part of the table passes them", () => {
    const first = inferSchema(
      table({ x: rows((i) => (i % 20 === 0 ? -999 : Math.round(9 * normal(i)))) }),
    );
    expect(first.columns[0]).toHaveProperty("sentinels");
    expect(extendSchema(first, table({ x: [1, -999, 3, 4] })).columns[0]).toEqual(first.columns[0]);
    expect(extendSchema(first, table({ x: [1, -2000, 3, 4] })).columns[0]).not.toHaveProperty(
      "sentinels",
    );
  });
});

describe("seconds since 1970", () => {
  const timesOf = (name: string, values: ColumnValues) =>
    inferSchema(table({ [name]: values, x: rows((i) => normal(i)) })).columns[0]!;

  it("are times where they repeat by the minute, since 1980, and with 0 or -1 for never", () => {
    const minutes = rows((i) => String(1_700_000_040 + 60 * Math.floor(450 * uniform(i))));
    expect(timesOf("timestamp", minutes)).toMatchObject({ type: "datetime", unit: "minute" });
    // The same digits under the name of a code are codes.
    expect(timesOf("serial", minutes).type).toBe("category");
    const ratings = rows((i) => 874_724_710 + Math.floor(2e7 * uniform(i)));
    expect(timesOf("rated_at", ratings)).toMatchObject({ type: "datetime", format: "X" });
    for (const never of [0, -1]) {
      const seen = rows((i) => (uniform(i, 1) < 0.05 ? never : 1_700_000_000 + i * 61));
      const found = timesOf("last_login", seen);
      expect(found).toMatchObject({ type: "datetime", format: "X" });
      expect(found).toMatchObject({ sentinels: { below: [never] } });
    }
  });
});

describe("numbers of more digits than a double holds", () => {
  const account = (i: number): string => String(9_007_199_254_741_000n + BigInt(i));

  it("are keys where each comes once, categories where they repeat, and never rounded", () => {
    expect(inferred(rows(account))).toMatchObject({ type: "identifier" });
    const few = inferred(rows((i) => account(i % 5)));
    expect(few).toMatchObject({ type: "category" });
    expect(few.type === "category" && few.values.map(String).sort()).toEqual(
      [0, 1, 2, 3, 4].map(account),
    );
    const big = table([
      column(
        "x",
        rows((i) => BigInt(account(i % 5))),
      ),
    ]);
    expect(inferSchema(big).columns[0]).toMatchObject({ type: "category" });
  });

  it("are keys or categories from 15 digits on, in text and as numbers, but for amounts and times", () => {
    const card = (i: number): string =>
      `${uniform(i) < 0.5 ? 4 : 5}${String(Math.floor(1e15 * uniform(i, 1))).padStart(15, "0")}`;
    expect(inferred(rows(card))).toMatchObject({ type: "identifier" });
    expect(inferred(rows((i) => Number(card(i))))).toMatchObject({ type: "identifier" });
    for (const values of [rows((i) => card(i % 40)), rows((i) => Number(card(i % 40)))]) {
      const found = inferred(values);
      expect(found).toMatchObject({ type: "category" });
      expect(found.type === "category" && found.values.map(String).sort()).toEqual(
        rows(card, 40).sort(),
      );
    }
    // Micrograms of tonnes, and microseconds of times.
    const amount = (i: number): string => `${card(i).slice(0, 10)}000000`;
    expect(inferred(rows(amount)).type).toBe("integer");
    const stamps = rows((i) => String(1_700_000_000_000_000 + Math.floor(1e14 * uniform(i))));
    const [stamp] = inferSchema(table({ timestamp: stamps, x: rows((i) => normal(i)) })).columns;
    expect(stamp!.type).toBe("integer");
  });

  it("stay numbers where a double holds them", () => {
    const found = inferred(rows((i) => String(1_000_000_000_000 + i * i)));
    expect(found.type).toBe("identifier");
    const spread = inferred(rows((i) => String(1_000_000_000_000 + Math.floor(1e9 * uniform(i)))));
    expect(spread.type).toBe("integer");
  });
});
