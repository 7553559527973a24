/** Models of tables as ONNX files: raw columns in, the library's log-density out for the same noise; and latent rows in, columns out. */
import { readFileSync } from "node:fs";
import { toOnnx } from "couplet/onnx";
import { columnNamed, findRelations, inferSchema, table, tableFromObjects } from "couplet/table";
import type { Schema, Table } from "couplet/table";
import { describe, expect, it } from "vitest";
import { tableInputs, tableOutputs } from "../packages/couplet/src/onnx/table/table-ports.ts";
import { feedsOf } from "./onnx-table-feeds.ts";
import { compare, compareDecoded, modelOf, run } from "./onnx-table-models.ts";
import { normals } from "./random.ts";

const some = normals(600, 1);
const others = normals(600, 2);
const ROWS = 600;
const many = <T>(of: (i: number) => T): T[] => Array.from({ length: ROWS }, (_, i) => of(i));

/** Seven days of each month, so that a test of months meets the ends of them. */
const day = (i: number): string =>
  new Date(Date.UTC(1999, i % 90, 28 + (i % 4))).toISOString().slice(0, 10);

/** Columns by name, each of which an encoder treats in its own way. */
const columns: Readonly<Record<string, (i: number) => unknown>> = {
  continuous: (i) => some[i]! * 3.7 + 0.1 * others[i]!,
  price: (i) => Math.round(100 * Math.exp(some[i]! + 3)) / 100,
  zeros: (i) => (i % 3 === 0 ? 0 : Math.exp(others[i]!)),
  count: (i) => Math.round(20 + 5 * others[i]!),
  heaped: (i) => {
    const step = [1, 5, 10, 10, 50][i % 5]!;
    return step * Math.round(Math.exp(7 + 0.8 * others[i]!) / step);
  },
  gap: (i) => (i % 7 === 0 ? null : some[i]! + others[i]!),
  colour: (i) => ["red", "green", "blue", "a b"][Math.floor(Math.abs(2 * some[i]!)) % 4]!,
  grade: (i) => (i % 11 === 0 ? null : ["low", "middle", "high"][i % 3]!),
  flag: (i) => others[i]! > 0.3,
  day,
  sentinel: (i) => (i % 9 === 0 ? -999 : i % 13 === 0 ? null : Math.round(50 + 9 * some[i]!)),
  far: (i) => (i % 10 === 0 ? -9999 : some[i]! * 2 + 1e-3 * others[i]!),
};

const whole = tableFromObjects(
  many((i) =>
    Object.fromEntries(Object.entries(columns).map(([name, of]) => [name, of(i)])),
  ) as never,
);

/** The schema of the rows with some columns otherwise than inferred. */
function changed(rows: Table, changes: Readonly<Record<string, object>>): Schema {
  const schema = inferSchema(rows);
  return {
    ...schema,
    relations: [],
    columns: schema.columns.map((own) => ({ ...own, ...changes[own.name] }) as never),
  };
}

describe("a table's rows in onnxruntime", () => {
  it("have the library's log-density, and decode to its cells, for columns of each kind", async () => {
    const schema = inferSchema(whole);
    expect(schema.columns.find(({ name }) => name === "sentinel")).toHaveProperty("sentinels");
    const model = await modelOf(whole, schema);
    // Or some way of encoding would not be tried.
    const { encoders } = model.codec.toJSON();
    expect(encoders["heaped"]).toMatchObject({ heaps: { levels: expect.any(Array) } });
    expect(encoders["zeros"]).toHaveProperty("pointMassSteps");
    expect(encoders["far"]).toMatchObject({ kind: "number", sentinelShares: [expect.any(Number)] });
    expect(encoders["continuous"]).toMatchObject({ map: { kind: "affine" } });
    await compare(model, whole);
    const decoded = await compareDecoded(model, ROWS);
    // Or some way of decoding would not be tried.
    const cells = (name: string): ArrayLike<unknown> => columnNamed(decoded, name)!.values;
    expect(Array.from(cells("far")).filter((x) => x === -9999).length).toBeGreaterThan(5);
    expect(Array.from(cells("zeros")).filter((x) => x === 0).length).toBeGreaterThan(5);
    expect(Array.from(cells("grade")).filter((x) => x === null).length).toBeGreaterThan(5);
    expect(Array.from(cells("gap")).filter(Number.isNaN).length).toBeGreaterThan(5);
    model.flow.dispose();
  });

  it("have them for rounded numbers that are standardised within bounds, whose ends hold what lies beyond", async () => {
    const within = (value: number): number => Math.min(26, Math.max(14, Math.round(value)));
    const rows = tableFromObjects(
      many((i) => ({ count: within(20 + 5 * others[i]!), other: some[i]! + others[i]! })),
    );
    const bounds = { transform: "standard", lower: 14, upper: 26 };
    const model = await modelOf(rows, changed(rows, { count: bounds }));
    expect(model.codec.toJSON().encoders["count"]).toMatchObject({ map: { kind: "affine" } });
    await compare(model, rows);
    const drawn = columnNamed(await compareDecoded(model, ROWS), "count")!;
    const counts = Array.from<unknown>(drawn.values).map(Number);
    expect([Math.min(...counts), Math.max(...counts)]).toEqual([14, 26]);
    model.flow.dispose();
  });

  it("have the library's log-density and cells under conditions: numbers, few values, many values, missing cells", async () => {
    const rows = tableFromObjects(
      many((i) => ({
        y: some[i]!,
        x: others[i]!,
        gap: i % 7 === 0 ? null : Math.round(4 * some[i]!) / 4,
        two: i % 2 === 0 ? "yes" : "no",
        three: i % 5 === 0 ? null : ["a", "b"][i % 2]!,
        many: `v${(i * i) % 17}`,
        zeros: i % 3 === 0 ? 0 : Math.exp(others[i]!),
        sentinel: i % 9 === 0 ? -999 : Math.round(50 + 9 * some[i]!),
      })),
    );
    const context = Object.fromEntries(
      ["x", "gap", "two", "three", "many", "zeros", "sentinel"].map((name) => [
        name,
        { role: "context" },
      ]),
    );
    const model = await modelOf(rows, changed(rows, context));
    expect(model.codec.contextDims).toBeGreaterThan(7);
    await compare(model, rows);
    await compareDecoded(model, ROWS, rows, [true]);
    model.flow.dispose();
  });

  it("have them for lists of values, bounds, steps with an offset, months and instants", async () => {
    const rows = tableFromObjects(
      many((i) => ({
        dose: [0.5, 1, 2.5, 5, 10][i % 5]!,
        step: 0.3 + 0.5 * Math.round(6 * some[i]!),
        share: 1 / (1 + Math.exp(-some[i]!)),
        top: Math.min(100, Math.round(80 + 20 * others[i]!)),
        month: day(i),
        at: new Date(Date.UTC(2020, 0, 1) + Math.round(1e6 * others[i]!) * 1000),
        fives: 25 * Math.round(4 + some[i]!),
        every: new Date(Date.UTC(1970, 0, 1) + 1000 * (20 + 300 * Math.round(2000 * others[i]!))),
      })),
    );
    const model = await modelOf(
      rows,
      changed(rows, {
        dose: {
          type: "number",
          values: [0.5, 1, 2.5, 5, 10],
          transform: "quantile",
          storage: "number",
        },
        step: { type: "number", transform: "quantile", resolution: 0.5, offset: 0.3, decimals: 1 },
        share: { type: "number", transform: "quantile", lower: 0, upper: 1 },
        top: { type: "integer", transform: "quantile", upper: 100 },
        month: { unit: "month" },
        fives: { type: "integer", transform: "standard", resolution: 25 },
      }),
    );
    await compare(model, rows);
    await compareDecoded(model, ROWS, undefined, [true]);
    model.flow.dispose();
  });
});

describe("columns in extreme units", () => {
  it.each([2 ** -997, 2 ** -540, 2 ** 540, 2 ** 980])(
    "have the library's log-density and cells: unit %d",
    async (unit) => {
      const rows = tableFromObjects(
        many((i) => ({
          normal: unit * some[i]!,
          skewed: unit * Math.exp(others[i]!),
          tails: (unit * some[i]!) / Math.max(0.02, Math.abs(others[i]!)),
          zeros: i % 3 === 0 ? 0 : unit * Math.exp(some[i]! + others[i]!),
        })),
      );
      const model = await modelOf(rows);
      const { encoders } = model.codec.toJSON();
      expect(encoders["skewed"]).toMatchObject({ map: { kind: "spline" } });
      await compare(model, rows, [true]);
      await compareDecoded(model, ROWS, undefined, [true]);
      model.flow.dispose();
    },
  );
});

describe("names of inputs and outputs", () => {
  it("differ where columns have the names of rows of numbers, with and without the mark", async () => {
    const rows = tableFromObjects(
      many((i) => ({ z: some[i]!, "z (column)": others[i]!, noise: some[i]! * others[i]! })),
    );
    const model = await modelOf(rows);
    const ports = ["z (column) (column)", "z (column)", "noise (column)"];
    expect(tableInputs(model).map(({ name }) => name)).toEqual([...ports, "noise"]);
    expect(tableOutputs(model, "decode").map(({ name }) => name)).toEqual(ports);
    await compare(model, rows, [true]);
    await compareDecoded(model, ROWS, undefined, [true]);
    model.flow.dispose();
  });
});

describe("rows unlike those of the training", () => {
  it("have the library's log-density or -Infinity", async () => {
    const model = await modelOf(whole);
    const strange: Record<string, unknown>[] = [];
    const first = Object.fromEntries(Object.entries(columns).map(([name, of]) => [name, of(1)]));
    for (const [name, cells] of Object.entries({
      continuous: [null, Infinity, -Infinity, 1e30, -1e30, 1e300, 1.7e308, 0, -0, 17, 60],
      price: [null, 1e15, 3e18, -1e-3, 0, 20.085, 20.0849, 1e30],
      zeros: [null, 0, -1, 1e-300, 1e9, 1e30],
      count: [null, 1e6, -1e6, 1e15, 9e15],
      heaped: [1000, 999, 1_000_000, -7, 0],
      gap: [null, 4, 1e30],
      colour: [null, "", "purple", "NA"],
      grade: [null, "", "na", "other"],
      flag: [true, false, null],
      day: ["1800-01-01", "2100-02-28", "9999-12-31", null],
      sentinel: [-999, -998, -1000, 200, null, 1e9],
      far: [-9999, -9998, -10000, 300, 1e30],
    }))
      for (const cell of cells) strange.push({ ...first, [name]: cell });
    const rows = tableFromObjects(strange as never);
    await compare(model, rows);
    model.flow.dispose();
  });

  it("is refused under a condition that training never showed", async () => {
    const rows = tableFromObjects(many((i) => ({ y: some[i]!, kind: i % 2 === 0 ? "a" : "b" })));
    const model = await modelOf(rows, changed(rows, { kind: { role: "context" } }));
    const feeds = feedsOf(model, rows);
    const unseen = { values: Array.from({ length: ROWS }, () => "c"), shape: [ROWS] };
    await expect(run(toOnnx(model), { ...feeds, kind: unseen })).rejects.toThrow(
      /out of data bounds/u,
    );
    model.flow.dispose();
  });
});

describe("the file of a table", () => {
  it("names its inputs and its schema, and gives way to columns of the same name", async () => {
    const rows = tableFromObjects(
      many((i) => ({
        noise: some[i]!,
        z: i % 2 === 0 ? "a" : "b",
        v3: others[i]!,
        c0: Math.round(some[i]!),
      })),
    );
    const model = await modelOf(rows);
    const text = new TextDecoder().decode(toOnnx(model));
    expect(text).toContain('"holds":"uniform numbers in (0, 1), one for each latent dimension"');
    expect(text).toContain(JSON.stringify(model.codec.schema));
    const { "noise (column)": own, ...feeds } = feedsOf(model, rows);
    expect(own).toBeDefined();
    await compare(model, rows);
    expect(Object.keys(feeds)).toEqual(["z (column)", "v3", "c0", "noise"]);
    model.flow.dispose();
  });
});

describe("the diamonds that ship with the repository", () => {
  it("have the library's log-density on rows that the encoders have not seen, and its cells", async () => {
    const [head, ...lines] = readFileSync(
      new URL("../examples/data/diamonds.csv", import.meta.url),
      "utf8",
    )
      .trim()
      .split("\n");
    const names = head!.split(",");
    const cells = lines.map((line) => line.split(","));
    const part = (from: number, to: number): Table =>
      table(
        Object.fromEntries(
          names.map((name, j) => {
            const values = cells.slice(from, to).map((row) => row[j]!);
            return [
              name,
              values.some((v) => Number.isNaN(Number(v))) ? values : values.map(Number),
            ];
          }),
        ),
      );
    const training = part(0, 3000);
    const schema = inferSchema(training);
    const relations = await findRelations(training, schema);
    expect(relations.length).toBeGreaterThan(0);
    const model = await modelOf(training, { ...schema, relations });
    await compare(model, part(3000, lines.length));
    await compareDecoded(model, 2000, undefined, [true]);
    model.flow.dispose();
  });
});
