import { describe, expect, it } from "vitest";
import { philoxNormal, philoxUniform } from "../../random/philox.ts";
import { independentBaseline } from "../baseline/baselines.ts";
import { fitTableCodec } from "../encode/table-codec.ts";
import { describeSchema } from "./describe-schema.ts";
import { extendSchema } from "./extend-schema.ts";
import { inferSchema, inferSchemaAsync } from "./infer-schema.ts";
import type { ColumnSchema } from "../schema/schema.ts";
import { type ColumnValues, table } from "../table.ts";

const u = (row: number): number => philoxUniform({ seed: 2, row });
const normal = (row: number): number => philoxNormal({ seed: 3, row });
const many = <T>(of: (i: number) => T, n = 200): T[] => Array.from({ length: n }, (_, i) => of(i));
const infer = (values: ColumnValues, name = "x"): ColumnSchema =>
  inferSchema(table({ [name]: values, other: many((i) => i % 3, values.length) })).columns[0]!;

describe("inferSchema", () => {
  it.each<[string, ColumnValues, object]>([
    ["a normal number", many(normal), { type: "number", transform: "standard" }],
    [
      "a skewed amount",
      many((i) => Math.exp(2 * normal(i))),
      { type: "number", transform: "quantile", lower: 0 },
    ],
    [
      "a column that is mostly zeros",
      many((i) => (u(i) < 0.9 ? 0 : Math.exp(normal(i)))),
      { type: "number", pointMasses: [0], lower: 0 },
    ],
    ["a percentage", many((i) => 100 * u(i)), { type: "number", lower: 0, upper: 100 }],
    [
      "a rounded measurement",
      many((i) => Math.round(normal(i) * 20) / 20),
      { type: "number", resolution: 0.05, decimals: 2 },
    ],
    [
      "prices as text with fixed decimals",
      many((i) => (10 + 500 * u(i)).toFixed(2)),
      { type: "number", storage: "text", fixedDecimals: true },
    ],
    ["integers", many((i) => Math.round(1000 * normal(i))), { type: "integer" }],
    [
      "weights in steps of 25",
      many((i) => 3000 + 25 * Math.round(20 * normal(i))),
      { type: "integer", resolution: 25 },
    ],
    [
      "integers with holes",
      many((i) => (i % 5 === 0 ? null : Math.floor(9 * u(i)))),
      { type: "integer", missing: true },
    ],
    ["zeros and ones", many((i) => i % 2), { type: "boolean", storage: "number", values: [0, 1] }],
    ["true and false", many((i) => i % 2 === 0), { type: "boolean", storage: "boolean" }],
    [
      "Yes and No",
      many((i) => (i % 3 === 0 ? "Yes" : "No")),
      { type: "boolean", storage: "text", values: ["No", "Yes"] },
    ],
    ["words", many((i) => "abc"[i % 3]!), { type: "category" }],
    [
      "words with question marks",
      many((i) => (i % 4 === 0 ? "?" : "abc"[i % 3]!)),
      { type: "category", missing: true, values: ["a", "b", "c"] },
    ],
    [
      "a scale",
      many((i) => ["High", "Low", "Medium"][i % 3]!),
      { type: "ordered", values: ["Low", "Medium", "High"] },
    ],
    [
      "ranges",
      many((i) => ["18-25", "26-35", "65+", "<18"][i % 4]!),
      { type: "ordered", values: ["<18", "18-25", "26-35", "65+"] },
    ],
    ["postcodes with leading zeros", many((i) => `0${1000 + (i % 7)}`), { type: "category" }],
    [
      "dates",
      many((i) => new Date(i * 86_400_000).toISOString().slice(0, 10)),
      { type: "date", format: "YYYY-MM-DD", unit: "day" },
    ],
    [
      "instants",
      many((i) => new Date(i * 7_200_000)),
      { type: "datetime", unit: "hour", storage: "date" },
    ],
    [
      "numbers with a unit",
      many((i) => `${(5 + 90 * u(i)).toFixed(1)} kg`),
      { type: "number", numberFormat: { suffix: " kg" }, fixedDecimals: true },
    ],
    [
      "integers with thousands set apart",
      many((i) => Math.round(5e6 * u(i)).toLocaleString("en-US")),
      { type: "integer", numberFormat: { group: "," } },
    ],
    [
      "numbers with a decimal comma",
      many((i) => (9 * u(i)).toFixed(2).replace(".", ",")),
      { type: "number", numberFormat: { decimal: "," }, decimals: 2 },
    ],
    [
      "a few words with numbers in front",
      many((i) => ["12 months", "24 months", "36 months"][i % 3]!),
      { type: "category", values: ["12 months", "24 months", "36 months"] },
    ],
    [
      "multiples of 0.05 with rounding errors",
      many((i) => Math.floor(60 * u(i)) * 0.05),
      { type: "number", resolution: 0.05, decimals: 2 },
    ],
    [
      "two decimals and no others",
      many((i) => (i % 3 ? 0.5 : 1.5)),
      { type: "number", resolution: 0.5, decimals: 1 },
    ],
    [
      "tenths in single precision",
      Float32Array.from(many((i) => Math.floor(60 * u(i)) / 10)),
      { type: "number", resolution: 0.1, decimals: 1 },
    ],
    [
      "numbers a rounding error away from whole ones",
      many((i) => 100 * u(i) * (i % 2) + (i % 2 ? 0 : 3 * (1 - 2 ** -52))),
      { type: "number" },
    ],
    [
      "five digits, some with a zero in front",
      many((i) => String((i * 7919) % 100_000).padStart(5, "0")),
      { type: "identifier" },
    ],
    ["numbers beyond 2^53", many((i) => 1e18 * u(i)), { type: "number" }],
    [
      "rising keys beyond 2^53",
      many((i) => String(2n ** 60n + BigInt(i) * 70_000n)),
      { type: "identifier" },
    ],
    [
      "times of day",
      many((i) => `${String(i % 24).padStart(2, "0")}:${String((i * 7) % 60).padStart(2, "0")}`),
      { type: "datetime", format: "HH:mm", unit: "minute", lower: 0, upper: 1439 },
    ],
    [
      "dashes for missing numbers",
      many((i) => (i % 4 ? normal(i).toFixed(2) : "—")),
      { type: "number", missing: true },
    ],
    [
      "words that differ in outer spaces",
      many((i) => ["a", "a ", "a", "b"][i % 4]!),
      { type: "category", values: ["a", "b"] },
    ],
    ["one value", many(() => 7), { type: "constant", value: 7 }],
    ["nothing", many(() => null), { type: "constant", value: null }],
    ["a row number", many((i) => i + 1), { type: "identifier" }],
    ["a key", many((i) => `K${(i * 7919) % 1000}-${i}`), { type: "identifier" }],
    ["sentences", many((i) => `the quick brown fox number ${i}`), { type: "text" }],
  ])("recognises %s", (_, values, expected) => {
    const found = infer(values);
    expect(found).toMatchObject(expected);
    expect(found.reason).toBeTruthy();
  });

  it("recognises a key by its name only if it behaves like one", () => {
    expect(
      infer(
        many((i) => Math.floor(1e9 * u(i))),
        "user_id",
      ).type,
    ).toBe("identifier");
    expect(
      infer(
        many((i) => i % 9),
        "user_id",
      ).type,
    ).toBe("integer");
  });

  it("takes numbers and dates that stand for a missing cell for one, whatever the column holds", () => {
    const day = Date.UTC(2024, 0, 1);
    const never = Date.UTC(9999, 11, 31);
    const source = table({
      number: Float64Array.from({ length: 200 }, (_, i) => (i % 7 === 0 ? -999 : normal(i))),
      text: many((i) => (i % 7 === 0 ? "-999.0" : String(Math.round(100 * normal(i)) / 100))),
      date: many((i) => (i % 7 === 0 ? new Date(never) : new Date(day + 86_400_000 * i))),
    });
    const schema = inferSchema(source, { missingValues: ["-999", "9999-12-31"] });
    expect(schema.columns).toMatchObject([
      { type: "number", missing: true },
      { type: "number", missing: true },
      { type: "date", missing: true },
    ]);
    const codec = fitTableCodec(source, schema);
    const back = codec.decode(codec.encode(source, { seed: 1 }).z);
    expect(back.columns[0]!.values[0]).toBeNaN();
    expect(back.columns[0]!.values[1]).toBeCloseTo(normal(1), 6);
    expect(back.columns[1]!.values[7]).toBeNull();
    expect(back.columns[2]!.values[14]).toBeNaN();
    const present = table({
      number: many(normal),
      text: many((i) => String(Math.round(100 * normal(i)) / 100)),
      date: many((i) => new Date(day + 86_400_000 * i)),
    });
    const narrow = inferSchema(present, { missingValues: ["-999", "9999-12-31"] });
    expect(narrow.columns.some((c) => "missing" in c)).toBe(false);
    // Another part of the table has such cells.
    expect(extendSchema(narrow, source).columns).toMatchObject([
      { missing: true },
      { missing: true },
      { missing: true },
    ]);
  });

  it("takes the caller's missing values", () => {
    const source = table({
      x: many((i) => (i % 10 === 0 ? "-99" : String(i % 7))),
      y: many((i) => i % 3),
    });
    expect(inferSchema(source, { missingValues: ["-99"] }).columns[0]).toMatchObject({
      type: "integer",
      missing: true,
    });
    expect(inferSchema(source).columns[0]).not.toHaveProperty("missing");
  });

  it("refuses numbers mixed with words, with examples, or takes them as categories", () => {
    const values = many((i) => (i % 20 === 7 ? `about ${i % 40}` : String(i * 3)));
    expect(() => infer(values)).toThrow(
      /column "x": expected only numbers.*10 of 200 cells that are not \(row 8: "about 7", row 28: "about 27"\)/,
    );
    expect(
      inferSchema(table({ x: values, y: many((i) => i % 3) }), { mixed: "category" }).columns[0]!
        .type,
    ).toMatch(/text|category|identifier/);
    // A short list of codes that happen to be mostly digits is a category.
    expect(infer(many((i) => ["1", "2", "3+"][i % 3]!)).type).toBe("ordered");
    expect(infer(many((i) => ["1", "2", "3a"][i % 3]!)).type).toBe("category");
  });

  it("refuses dates in two formats, with an example of each", () => {
    const values = many((i) =>
      i % 50 === 3 ? `2${i % 9}/12/2020` : `2020-01-${String(10 + (i % 20))}`,
    );
    expect(() => infer(values)).toThrow(
      /column "x": expected dates in one format, got "2020-01-10" \(YYYY-MM-DD.*"23\/12\/2020" \(DD\/MM\/YYYY, row 4/,
    );
  });

  it("refuses infinities, 3 rows, no columns, 5,000 columns, nothing to model", () => {
    expect(() => infer(Float64Array.from(many((i) => (i === 41 ? Infinity : i % 5))))).toThrow(
      /column "x", row 42: expected a finite number/,
    );
    expect(() => infer(many((i) => 1e-301 * u(i)))).toThrow(
      /column "x": expected numbers below 1e\+300 that vary by more than 1e-301/,
    );
    expect(() => inferSchema(table({ a: [1, 2, 3] }))).toThrow(/at least 4 rows, got 3/);
    expect(() => inferSchema(table({}))).toThrow(/at least one column/);
    const wide = table(
      Object.fromEntries(many((i) => [`c${i}`, Float64Array.of(1, 2, 3, 5)], 5000)),
    );
    expect(() => inferSchema(wide)).toThrow(/at most 4096 columns, got 5000/);
    expect(() => inferSchema(table({ id: many((i) => i), c: many(() => 1) }))).toThrow(
      /at least one column to model, got id \(identifier: .*c \(constant/,
    );
  });

  it("takes frequent values for points of mass only where they stand out of the ties", () => {
    // Integers, standardised: ties everywhere, the most frequent a few per cent.
    const rescaled = infer(many((i) => (Math.round(6 * normal(i)) - 0.7312) / 5.9134, 500));
    expect(rescaled).toMatchObject({ type: "number" });
    expect(rescaled).toHaveProperty("resolution", expect.closeTo(1 / 5.9134, 12));
    expect(rescaled).toHaveProperty("offset", expect.closeTo(0.2688 / 5.9134, 12));
    expect(rescaled).not.toHaveProperty("pointMasses");
    const twoEnds = infer(
      many((i) => (u(i) < 0.3 ? -1.234567 : u(i) < 0.4 ? 2.345678 : normal(i)), 500),
    );
    expect(twoEnds).toMatchObject({ pointMasses: [-1.234567, 2.345678] });
  });

  it("gives rounded numbers their frequencies, however normal their shape", () => {
    // Degrees Celsius that were whole degrees Fahrenheit: every fifth or sixth tenth, and none between.
    const source = table({
      t: many((i) => Math.round((10 * (Math.round(60 + 15 * normal(i)) - 32)) / 1.8) / 10, 2000),
    });
    const schema = inferSchema(source);
    expect(schema.columns[0]).toMatchObject({
      type: "number",
      resolution: 0.1,
      transform: "quantile",
    });
    const scores = independentBaseline(source, schema).logDensity(source);
    const mean = scores.reduce((sum, value) => sum + value, 0) / scores.length;
    // The entropy of a normal in steps of 1 F with deviation 15 is log 15 + 1.42, its density per degree of 0.1: -1.82.
    // Without the gaps it would be -log(15 / 1.8) - 1.42 = -3.54; values seen fewer than five times have no place of their own.
    expect(mean).toBeGreaterThan(-2.1);
    expect(mean).toBeLessThan(-1.6);
  });

  it("works with one usable column", () => {
    expect(inferSchema(table({ x: many(normal) })).columns).toHaveLength(1);
  });

  it("describes itself, one line a column", () => {
    const halves = many((i) => (Math.round(6 * normal(i)) - 0.25) / 3, 500);
    expect(describeSchema(inferSchema(table({ halves })))).toMatch(
      /steps of 0\.333333 from -0\.0833333, .*rescaled integers, in steps of 0\.333333 from -0\.0833333/,
    );
    const text = describeSchema(
      inferSchema(table({ id: many((i) => i), plan: many((i) => "ab"[i % 2]!), x: many(normal) })),
    );
    expect(text.split("\n")).toHaveLength(3);
    expect(text).toMatch(/^id\s+excluded\s+identifier\s+consecutive/m);
    expect(text).toMatch(/^plan\s+category\s+"a", "b"/m);
  });
});

describe("numbers with zeros at the end", () => {
  it.each([
    ["5.0", 1, (k: number) => `${k}.0`],
    ["5,00 €", 2, (k: number) => `${k},00 €`],
  ])("come back as they are spelled where all are whole: %s", (_, decimals, spelled) => {
    const cells = Array.from({ length: 200 }, (__, i) => spelled((i * 37) % 90));
    const source = table({ x: cells, y: cells.map((__, i) => (i * 31) % 17) });
    const schema = inferSchema(source);
    expect(schema.columns[0]).toMatchObject({ type: "integer", decimals });
    const codec = fitTableCodec(source, schema);
    expect(codec.decode(codec.encode(source).z).columns[0]!.values).toEqual(cells);
    const declared = inferSchema(source, { types: { x: "integer" } });
    expect(declared.columns[0]).toMatchObject({ type: "integer", decimals });
  });

  it("keep their decimals and their steps", () => {
    const cells = Array.from({ length: 200 }, (_, i) => (((i * 37) % 90) / 10).toFixed(2));
    const schema = inferSchema(table({ price: cells, y: cells.map((_, i) => (i * 31) % 17) }));
    expect(schema.columns[0]).toMatchObject({
      type: "number",
      decimals: 2,
      fixedDecimals: true,
      resolution: 0.1,
    });
  });
});

describe("integers that are times", () => {
  const seconds = Array.from({ length: 200 }, (_, i) => 1_600_000_000 + ((i * 7919) % 5000) * 61);

  it("are read as such under a name that says so, and come back", () => {
    for (const cells of [seconds, seconds.map(String), seconds.map((s) => 1000 * s)]) {
      const source = table({ created_at: cells, y: seconds.map((s) => s % 17) });
      const schema = inferSchema(source);
      expect(schema.columns[0]).toMatchObject({
        type: "datetime",
        format: cells[0] === 1000 * seconds[0]! ? "x" : "X",
        unit: "second",
      });
      const codec = fitTableCodec(source, schema);
      const back = codec.decode(codec.encode(source).z);
      expect([...back.columns[0]!.values]).toEqual(cells);
    }
  });

  it("are so under the name of what happened then, also where it did not in some rows", () => {
    for (const name of ["closed", "merged_on", "expires"]) {
      const cells = seconds.map((s, i) => (i % 3 === 0 ? null : s));
      const schema = inferSchema(table({ [name]: cells, y: seconds.map((s) => s % 17) }));
      expect(schema.columns[0], name).toMatchObject({
        type: "datetime",
        format: "X",
        missing: true,
      });
    }
  });

  it("are integers under another name, or in another century", () => {
    const types = (values: number[], name: string) =>
      inferSchema(table({ [name]: values, y: seconds.map((s) => s % 17) })).columns[0]!.type;
    for (const name of ["population", "seed", "speed"])
      expect(types(seconds, name)).toBe("integer");
    expect(
      types(
        seconds.map((s) => s - 1_500_000_000),
        "timestamp",
      ),
    ).toBe("integer");
  });
});

describe("inferSchemaAsync", () => {
  const source = table({ x: many(normal), y: many((i) => i % 3) });

  it("gives the schema of inferSchema", async () => {
    expect(await inferSchemaAsync(source, { mixed: "category" })).toEqual(
      inferSchema(source, { mixed: "category" }),
    );
  });

  it.each<[string, object | null, string]>([
    ["a signal of another kind", { signal: true }, "inferSchemaAsync: signal"],
    ["an option that is unknown", { signl: undefined }, "inferSchemaAsync"],
    ["a policy that is unknown", { mixed: "words" }, "inferSchemaAsync: mixed"],
    ["no options as null", null, "inferSchemaAsync"],
  ])("refuses %s", async (_, options, where) => {
    await expect(inferSchemaAsync(source, options as never)).rejects.toMatchObject({
      code: "USAGE",
      where,
    });
  });
});
