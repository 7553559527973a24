import { describe, expect, it } from "vitest";
import { philoxNormal } from "../../random/philox.ts";
import { extendSchema } from "./extend-schema.ts";
import { inferSchema } from "./infer-schema.ts";
import type { Schema } from "../schema/schema.ts";
import { type ColumnValues, table } from "../table.ts";

const many = <T>(of: (i: number) => T, n = 200): T[] => Array.from({ length: n }, (_, i) => of(i));
const normal = (row: number): number => philoxNormal({ seed: 3, row });
const y = many(normal);

/** What the column x becomes when the first part shows `first` and another part `then`. */
function extended(first: ColumnValues, then: ColumnValues): Schema["columns"][number] {
  const schema = inferSchema(table({ x: first, y }));
  return extendSchema(schema, table({ x: then, y: y.slice(0, then.length) })).columns[0]!;
}

describe("a schema extended by another part of the table", () => {
  it("takes new categories and missing cells", () => {
    expect(
      extended(
        many((i) => "ab"[i % 2]!),
        ["c", null, "a"],
      ),
    ).toMatchObject({
      type: "category",
      values: ["a", "b", "c"],
      missing: true,
    });
    expect(
      extended(
        many((i) => i % 2),
        [0, 2],
      ),
    ).toMatchObject({ type: "category", values: [0, 1, 2] });
  });

  it("drops a bound that does not hold, and keeps one that does", () => {
    const positive = many((i) => Math.exp(normal(i)));
    expect(extended(positive, [0.5, 3])).toMatchObject({ lower: 0 });
    expect(extended(positive, [-1, 3])).not.toHaveProperty("lower");
    const euros = positive.map((v) => `${v.toFixed(2)} €`);
    expect(extended(euros, ["0.10 €", "3.00 €"])).toMatchObject({
      lower: 0,
      numberFormat: { suffix: " €" },
    });
    expect(extended(euros, ["-0.10 €"])).not.toHaveProperty("lower");
  });

  it("drops the step of dates where one lies between, and keeps it where none does", () => {
    const at = (seconds: number) => new Date(1.5e12 + 1000 * seconds);
    const dates = many((i) => at(300 * i * i + 20));
    expect(extended(dates, [at(620), null])).toMatchObject({ resolution: 300, missing: true });
    const finer = extended(dates, [at(621)]);
    expect(finer).toMatchObject({ type: "datetime", unit: "second" });
    expect(finer).not.toHaveProperty("resolution");
    expect(finer).not.toHaveProperty("offset");
  });

  it("leaves no zeros behind the point of numbers that have digits there", () => {
    const schema = extended(
      many((i) => `${i % 60}.0`),
      ["2.25"],
    );
    expect(schema).toMatchObject({ type: "number" });
    expect(schema).not.toHaveProperty("decimals");
  });

  it("makes numbers of integers where one has a fraction", () => {
    const whole = many((i) => Math.round(100 * normal(i)));
    expect(extended(whole, [3])).toMatchObject({ type: "integer" });
    expect(extended(whole, [3, 2.5])).toMatchObject({ type: "number" });
  });

  it("makes steps finer that values lie between, so that none is rounded", () => {
    const tens = many((i) => 10 * Math.round(20 * normal(i)));
    expect(extended(tens, [30, -70])).toMatchObject({ type: "integer", resolution: 10 });
    expect(extended(tens, [30, 25])).toMatchObject({ type: "integer", resolution: 5 });
    expect(extended(tens, [30, 7])).not.toHaveProperty("resolution");
    const tenths = many((i) => Math.round(10 * normal(i)) / 10);
    expect(extended(tenths, [0.3, 0.1 + 0.2])).toMatchObject({ resolution: 0.1, decimals: 1 });
    expect(extended(tenths, [0.35, 2.7])).toMatchObject({ resolution: 0.05, decimals: 2 });
  });

  it("takes a finer unit where dates have one, so that nothing is cut off", () => {
    const minutes = many((i) => Date.UTC(2024, 0, 1) + 60_000 * (i * i + i));
    const dates = (list: number[]) => list.map((ms) => new Date(ms));
    const texts = (list: number[], length = 19) =>
      list.map((ms) => new Date(ms).toISOString().slice(0, length).replace("T", " "));
    const next = minutes[3]!;
    expect(extended(dates(minutes), dates([next, next + 60_000]))).toMatchObject({
      unit: "minute",
    });
    expect(extended(dates(minutes), dates([next, next + 30_000]))).toMatchObject({
      type: "datetime",
      unit: "second",
    });
    expect(extended(dates(minutes), dates([next + 1]))).toMatchObject({ unit: "millisecond" });
    expect(extended(texts(minutes), texts([next, next + 7000]))).toMatchObject({
      unit: "second",
      format: "YYYY-MM-DD HH:mm:ss",
    });
    // Minutes alone have no place for seconds.
    expect(() => extended(texts(minutes, 16), texts([next + 7000]))).toThrow(
      /expected a datetime of the format YYYY-MM-DD HH:mm, got "2024-01-01 00:12:07"/,
    );
    const days = many((i) => Date.UTC(2024, 0, 1 + ((i * i) % 300)));
    expect(extended(dates(days), dates([days[2]! + 3_600_000]))).toMatchObject({
      type: "datetime",
      unit: "hour",
    });
    // The last second of a day, and of a list its members in the new unit.
    const times = texts(minutes).map((text) => text.slice(11));
    expect(extended(times, ["23:59:59"])).toMatchObject({ lower: 0, upper: 86_399 });
    const quarters = many((i) => Date.UTC(2024, 3 * (i % 4), 1));
    const listed = extended(dates(quarters), dates([quarters[0]! + 3_600_000]));
    const hours = quarters.slice(0, 4).map((ms) => ms / 3_600_000);
    expect(listed).toMatchObject({
      unit: "hour",
      values: [hours[0]!, hours[0]! + 1, ...hours.slice(1)],
    });
    // Steps are of whole units; between them all are allowed.
    const everySeven = many((i) => Date.UTC(2024, 0, 1) + 420_000 * (i + (i % 3)));
    const stepped = extended(dates(everySeven), dates([everySeven[0]! + 30_000]));
    expect(stepped).toMatchObject({ unit: "second" });
    expect(stepped).not.toHaveProperty("resolution");
  });

  it("makes of a constant what other rows say it is", () => {
    expect(
      extended(
        many(() => "kg"),
        ["kg"],
      ),
    ).toMatchObject({ type: "constant", value: "kg" });
    expect(
      extended(
        many(() => "kg"),
        ["kg", "lb"],
      ),
    ).toMatchObject({ type: "category", values: ["kg", "lb"] });
    expect(
      extended(
        many(() => 7),
        [7, null],
      ),
    ).toMatchObject({ type: "category", values: [7], missing: true });
    expect(
      extended(
        many(() => null),
        many(normal, 50),
      ),
    ).toMatchObject({ type: "number", missing: true });
    expect(
      extended(
        many(() => null),
        ["a", "a"],
      ),
    ).toMatchObject({ type: "category", values: ["a"], missing: true });
    expect(
      extended(
        many(() => null),
        [null],
      ),
    ).toMatchObject({ type: "constant", value: null });
  });
});
