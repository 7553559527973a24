import { describe, expect, it } from "vitest";
import { philoxNormal, philoxUniform } from "../../random/philox.ts";
import { inferSchema } from "../../table/infer/infer-schema.ts";
import { column, table } from "../../table/table.ts";
import { numbersOrCategories } from "./number-or-category.ts";

const ROWS = 1500;
const uniform = (row: number, stream: number): number => philoxUniform({ seed: 3, row, stream });
const normal = (row: number, stream: number): number => philoxNormal({ seed: 4, row, stream });
const rows = <T>(of: (i: number) => T, count = ROWS): T[] =>
  Array.from({ length: count }, (_, i) => of(i));
/** A level of each region that has nothing to do with its number. */
const LEVELS = [3, -2, 5, -4, 1, -1, 4, -5, 0];
const regions = rows((i) => 1 + Math.floor(9 * uniform(i, 1)));
const stars = rows((i) => 1 + Math.floor(5 * uniform(i, 3)));
const source = table({
  region: regions.map(String),
  level: rows((i) => LEVELS[regions[i]! - 1]! + 0.5 * normal(i, 2)),
  stars,
  price: rows((i) => 2 * stars[i]! + normal(i, 4)),
});
const schema = inferSchema(source);
const options = { threads: 1, blas: false } as const;

describe("a column of integers that may be codes", () => {
  it("is a category where the rows are likelier so, and otherwise a number", async () => {
    const { columns } = await numbersOrCategories(schema, source, source, options);
    const [region, , star] = columns;
    expect(region).toMatchObject({ type: "category", storage: "text" });
    expect(
      region?.type === "category" && region.values.map(String).toSorted((a, b) => (a < b ? -1 : 1)),
    ).toEqual(["1", "2", "3", "4", "5", "6", "7", "8", "9"]);
    expect(region?.reason).toMatch(/codes: 0\.\d\d nats a row better than as a number/);
    expect(star).toMatchObject({ type: "integer", lower: 1, upper: 5 });
    expect(star?.reason).toMatch(/as good as a category|nats a row better than as a category/);
    // What is no candidate is left alone.
    expect(columns[1]).toEqual(schema.columns[1]);
    expect(columns[3]).toEqual(schema.columns[3]);
  });

  it("is tried where its values say most that their order does not, wherever it stands", async () => {
    const quantity = (stream: number) =>
      rows((i) => String(Math.floor(9 * uniform(i, stream))), 800);
    const [a, b, c, d] = [quantity(10), quantity(11), quantity(12), quantity(13)];
    const many = table({
      a,
      b,
      c,
      d,
      sum: rows(
        (i) => Number(a[i]) + Number(b[i]) ** 2 + Number(c[i]) - Number(d[i]) + normal(i, 6),
        800,
      ),
      region: regions.slice(0, 800).map(String),
      level: rows((i) => LEVELS[regions[i]! - 1]! + 0.5 * normal(i, 2), 800),
    });
    const { columns } = await numbersOrCategories(inferSchema(many), many, many, options);
    expect(columns[5]).toMatchObject({ name: "region", type: "category" });
    const reasons = columns.slice(0, 4).map((own) => own.reason);
    expect(reasons.filter((reason) => reason!.includes("not tried as a category"))).toHaveLength(1);
    expect(columns.slice(0, 4).every((own) => own.type === "integer")).toBe(true);
  });

  it("stays what it was declared, where a relation is of it, and where rows are few", async () => {
    const declared = inferSchema(source, { types: { region: "integer", stars: "integer" } });
    expect(await numbersOrCategories(declared, source, source, options)).toEqual(declared);
    const related = {
      ...schema,
      relations: [
        { kind: "order", low: ["region"], high: "level" },
        { kind: "order", low: ["stars"], high: "price" },
      ] as const,
    };
    expect(await numbersOrCategories(related, source, source, options)).toEqual(related);
    const few = table({ region: regions.slice(0, 300), level: rows((i) => i / 7, 300) });
    const own = inferSchema(few);
    expect(await numbersOrCategories(own, few, few, options)).toEqual(own);
  });
});

describe("digits of one width that repeat", () => {
  const inferred = (cells: readonly (string | number)[]) =>
    inferSchema(
      table([
        column("x", cells),
        column(
          "y",
          rows((i) => normal(i, 5)),
        ),
      ]),
    ).columns[0]!;
  const among = (values: readonly (string | number)[]) => (i: number) =>
    values[Math.floor(uniform(i, 6) * values.length)]!;

  it("are categories from five digits on", () => {
    const codes = ["10115", "94103", "30305", "60611", "73301"];
    expect(inferred(rows(among(codes)))).toMatchObject({ type: "category" });
    const leading = ["007", "012", "100", "214"];
    expect(inferred(rows(among(leading)))).toMatchObject({ type: "category" });
  });

  it.each([
    ["amounts that repeat", ["10000", "16000", "25000", "50000"]],
    ["numbers of other widths", ["5000", "10115", "94103"]],
    ["years", ["1999", "2004", "2011"]],
    ["counts that are all there", rows((i) => String(10_000 + (i % 40)), 40)],
    ["days", ["20210131", "20210228", "20220331"]],
  ])("are not: %s", (_, values) => {
    expect(inferred(rows(among(values))).type).not.toBe("category");
  });
});
