/** Relations between the columns of a table in its exported graphs: the library's log-density, and rows that keep what holds. */
import { toOnnx } from "couplet/onnx";
import { inferSchema, tableFromObjects } from "couplet/table";
import type { Schema } from "couplet/table";
import { describe, expect, it } from "vitest";
import { scoreRows } from "../packages/couplet/src/table-model/score/score-rows.ts";
import type { ModelOfTable } from "../packages/couplet/src/onnx/table/table-ports.ts";
import { compare, compareDecoded, modelOf } from "./onnx-table-models.ts";
import { normals } from "./random.ts";

const some = normals(600, 1);
const others = normals(600, 2);
const ROWS = 600;
const many = <T>(of: (i: number) => T): T[] => Array.from({ length: ROWS }, (_, i) => of(i));

/** Rows that keep the relations, rows that break so many, and rows that a graph decodes. */
async function checked(
  model: ModelOfTable,
  rows: readonly object[],
  strange: readonly object[],
  broken: number,
): Promise<void> {
  const all = tableFromObjects([...rows, ...strange] as never);
  await compare(model, all, [true]);
  const known = await scoreRows(model.flow, model.codec, all, { samples: 1, impossible: "zero" });
  expect(known.filter(Number.isFinite)).toHaveLength(all.rows - broken);
  const decoded = await compareDecoded(model, ROWS, undefined, [true]);
  // What the graph gives is what the library gives, which keeps what holds.
  expect(() => model.codec.read(decoded)).not.toThrow();
  model.flow.dispose();
}

/** Two decimals as Python's round has them: 0.625 is 0.62. */
const evenCents = (value: number): number =>
  (100 * value) % 1 === 0.5 && (8 * value) % 1 === 0
    ? (2 * Math.round((100 * value) / 2)) / 100
    : Number(value.toFixed(2));

describe("relations in onnxruntime", () => {
  const towns = ["Bonn", "Kiel", "Trier", "Ulm"];
  const states = ["west", "north", "west", "south"];
  const related = many((i) => {
    const k = Math.floor(Math.abs(2 * some[i]!)) % 4;
    const paid = ["cash", "card", "none"][i % 3]!;
    const low = i % 13 === 0 ? null : Math.exp(some[i]!);
    const start = Math.round(100 + 20 * others[i]!);
    return {
      town: towns[k]!,
      state: states[k]!,
      code: [53, 24, 54, 89][k]!,
      paid,
      tip:
        paid === "cash" ? 0 : paid === "none" ? null : Math.round(100 * Math.exp(others[i]!)) / 100,
      receipt: paid === "none" ? "never" : ["paper", "mail"][i % 2]!,
      low,
      high: (low ?? 1) + (i % 10 === 0 ? 0 : Math.exp(others[i]!)),
      start,
      end: start + 1 + Math.floor(5 * Math.abs(some[i]!)),
    };
  });
  const relations: Schema["relations"] = [
    {
      kind: "parent",
      column: "state",
      child: "town",
      values: towns.map((t, k) => [t, states[k]!]),
    },
    // Of Ulm nothing is known.
    {
      kind: "parent",
      column: "code",
      child: "town",
      values: [
        ["Bonn", 53],
        ["Kiel", 24],
        ["Trier", 54],
      ],
    },
    { kind: "exclusion", column: "tip", given: "paid", when: ["cash"], value: 0 },
    { kind: "exclusion", column: "tip", given: "paid", when: ["none"], value: null, only: true },
    {
      kind: "exclusion",
      column: "receipt",
      given: "paid",
      when: ["none"],
      value: "never",
      only: true,
    },
    { kind: "order", low: ["low"], high: "high" },
    { kind: "order", low: ["start"], high: "end", strict: true },
  ];
  const rows = tableFromObjects(related as never);

  it("parents, exclusions and orders: the library's log-density, -Infinity for rows that break one, the library's cells", async () => {
    const model = await modelOf(rows, { ...inferSchema(rows), relations });
    expect(model.codec.dims).toBeLessThan(model.codec.schema.columns.length + 2);
    await compare(model, rows, [true]);
    await compareDecoded(model, ROWS, undefined, [true]);
    const first = related[1]!;
    const strange = [
      { ...first, state: "south" },
      { ...first, town: "Ulm", state: "south", code: 53 },
      { ...first, town: "Kiel", state: "north", code: 53 },
      { ...first, paid: "cash", tip: 1.5 },
      { ...first, paid: "cash", tip: 0 },
      { ...first, paid: "none", tip: null },
      { ...first, paid: "none", tip: null, receipt: "never" },
      { ...first, paid: "card", tip: null },
      { ...first, paid: "card", receipt: "never" },
      { ...first, low: 3, high: 2.9 },
      { ...first, low: null, high: 0.5 },
      { ...first, start: 120, end: 120 },
      { ...first, start: 120, end: 121 },
      { ...first, start: 120, end: 400 },
    ];
    const odd = tableFromObjects(strange as never);
    await compare(model, odd, [true]);
    const known = await scoreRows(model.flow, model.codec, odd, { samples: 1, impossible: "zero" });
    expect(known.filter((nats) => nats === -Infinity).length).toBeGreaterThanOrEqual(6);
    expect(known.filter(Number.isFinite).length).toBeGreaterThanOrEqual(5);
    model.flow.dispose();
  });

  const money = (value: number): number => Math.round(100 * value) / 100;

  it("a computed column that a category leaves missing: the same", async () => {
    const sensed = many((i) => {
      const status = ["ok", "low", "error"][i % 3]!;
      const celsius = Math.round(10 * (20 + 8 * some[i]!)) / 10;
      const fahrenheit = status === "error" ? null : money(1.8 * celsius + 32);
      return { celsius, fahrenheit, status };
    });
    const own = tableFromObjects(sensed as never);
    const terms = [{ column: "celsius", times: 1.8 }];
    const missing = {
      column: "fahrenheit",
      given: "status",
      when: ["error"],
      value: null,
    } as const;
    const model = await modelOf(own, {
      ...inferSchema(own),
      relations: [
        { kind: "sum", column: "fahrenheit", terms, plus: 32, missing: true },
        { kind: "exclusion", ...missing, only: true },
      ],
    });
    const first = sensed[0]!;
    const strange = [
      { ...first, status: "error" },
      { ...first, fahrenheit: null },
      { ...first, fahrenheit: first.fahrenheit! + 0.01 },
      { ...first, status: "low" },
    ];
    await checked(model, sensed, strange, 3);
  });

  it("sums and products: the same", async () => {
    const billed = many((i) => {
      const [net, count] = [
        money(Math.exp(3 + some[i]!)),
        1 + Math.floor(3 * Math.abs(others[i]!)),
      ];
      const tip = i % 11 === 0 ? null : money(Math.exp(others[i]!));
      const free = i % 17 === 0 ? 0 : count;
      return {
        net,
        // Half cents go up where people round: 5 % of 0.30 are 0.02.
        tax: Math.floor((Math.round(net * 100) * 5 + 50) / 100) / 100,
        count,
        tip,
        amount: tip === null ? null : money(net + 2 * tip + 0.5),
        // A tip that nobody gave adds nothing.
        due: money(net + (tip ?? 0)),
        // 2.5 % of a whole number of dollars: some end in a half cent that doubles hold.
        fee: evenCents(Math.floor(net) * 0.025),
        whole: Math.floor(net),
        each: Number((net / count).toFixed(2)),
        free,
        // Where the divisor is 0 the quotient is a column of its own.
        ratio: free === 0 ? 3 + some[i]! : net / free,
      };
    });
    const own = tableFromObjects(billed as never);
    const terms = [
      { column: "net", times: 1 },
      { column: "tip", times: 2 },
    ];
    const model = await modelOf(own, {
      ...inferSchema(own),
      relations: [
        { kind: "sum", column: "amount", terms, plus: 0.5, whenMissing: "missing" },
        { kind: "product", column: "tax", factors: ["net"], times: 0.05 },
        {
          kind: "sum",
          column: "due",
          terms: terms.map(({ column }) => ({ column, times: 1 })),
          whenMissing: "zero",
        },
        {
          kind: "product",
          column: "fee",
          factors: ["whole"],
          times: 0.025,
          rounding: "binary-even",
        },
        {
          kind: "product",
          column: "each",
          factors: ["net"],
          divisors: ["count"],
          rounding: "binary",
        },
        { kind: "product", column: "ratio", factors: ["net"], divisors: ["free"] },
      ],
    });
    // Or a column that should cost nothing does.
    const names = model.codec.columns.map(({ name }) => name);
    expect(names).toEqual(["net", "count", "tip", "whole", "each", "free", "ratio"]);
    const first = billed[1]!;
    const strange = [
      { ...first, amount: money(first.net + 2 * first.tip! + 0.51) },
      { ...first, amount: null },
      { ...first, tip: null },
      { ...first, tip: null, amount: null, due: first.net },
      { ...first, due: money(first.due + 0.01) },
      { ...first, fee: money(first.fee + 0.01) },
      { ...first, tax: money(first.tax + 0.01) },
      { ...first, each: money(first.each + 0.01) },
      { ...first, ratio: first.ratio * (1 + 1e-9) },
      { ...first, ratio: first.ratio * (1 + 1e-15) },
    ];
    await checked(model, billed, strange, 8);
  });

  it("shares of a total: the same", async () => {
    const parts = many((i) => {
      const [oak, elm] = [0.2 + 0.1 * Math.sin(i), 0.3 + 0.1 * Math.cos(3 * i)].map(money) as [
        number,
        number,
      ];
      return { size: some[i]!, oak, elm, ash: money(1 - oak - elm) };
    });
    const own = tableFromObjects(parts);
    const model = await modelOf(own, {
      ...inferSchema(own),
      relations: [{ kind: "shares", columns: ["oak", "elm", "ash"], total: 1 }],
    });
    expect(model.codec.dims).toBe(3);
    const first = parts[1]!;
    const strange = [
      { ...first, oak: 0.5, elm: 0.5, ash: 0 },
      { ...first, oak: 0.1, elm: 0.4, ash: 0.5 },
      { ...first, oak: 0.7, elm: 0.5, ash: -0.2 },
      { ...first, oak: 0.7, elm: 0.5, ash: 0.1 },
    ];
    await checked(model, parts, strange, 3);
  });

  it("orders by a bound, below a computed end, and of dates in two units: the same", async () => {
    const timed = many((i) => {
      const total = Math.round(40 + 10 * others[i]!);
      const rest = Math.round(5 + Math.abs(some[i]!));
      const day = 1 + (i % 300);
      return {
        total,
        part: Math.max(0, Math.min(total, Math.round(20 + 10 * some[i]!))),
        share: Math.min(total, 5 + 4 * Math.abs(some[i]!)),
        rest,
        sum: total + rest,
        built: 1900 + ((i * 37) % 100),
        renewed: i % 3 === 0 ? 0 : 1900 + ((i * 37) % 100) + ((i * 11) % 20),
        from: new Date(Date.UTC(2026, 0, day)).toISOString().slice(0, 10),
        to: new Date(Date.UTC(2026, 0, day, 5 + (i % 40))).toISOString().slice(0, 19),
      };
    });
    const own = tableFromObjects(timed);
    const terms = [
      { column: "total", times: 1 },
      { column: "rest", times: 1 },
    ];
    const model = await modelOf(own, {
      ...inferSchema(own),
      relations: [
        { kind: "sum", column: "sum", terms },
        { kind: "order", low: ["part"], high: "total", by: "bound" },
        { kind: "order", low: ["share"], high: "sum" },
        { kind: "order", low: ["from"], high: "to" },
        { kind: "order", low: ["built"], high: "renewed", unless: [0] },
      ],
    });
    const first = timed[1]!;
    const strange = [
      { ...first, part: first.total },
      { ...first, part: first.total + 1 },
      { ...first, share: first.sum + 1 },
      { ...first, share: first.sum },
      { ...first, to: "2025-01-01T00:00:00" },
      { ...first, renewed: first.built - 1 },
      { ...first, renewed: 0 },
    ];
    await checked(model, timed, strange, 4);
  });

  it("a parent that may be missing, and shares of another column: the same", async () => {
    const sites = many((i) => {
      const [men, women] = [Math.round(20 + 5 * others[i]!), Math.round(9 + 2 * some[i]!)];
      return {
        town: towns[i % 4]!,
        state: i % 9 === 0 ? null : states[i % 4]!,
        total: i % 23 === 0 ? null : men + women,
        women,
        men,
      };
    });
    const values = towns.map((t, k) => [t, states[k]!] as const);
    const inferred = inferSchema(tableFromObjects(sites as never));
    // Sums have other values than those that were seen, and lie beyond them.
    const columns = inferred.columns.map((column) =>
      column.name === "men"
        ? { ...column, values: undefined, lower: undefined, upper: undefined }
        : column,
    ) as typeof inferred.columns;
    const model = await modelOf(tableFromObjects(sites as never), {
      ...inferred,
      columns,
      relations: [
        { kind: "parent", column: "state", child: "town", values, missing: true },
        { kind: "shares", columns: ["women", "men"], total: "total" },
      ],
    });
    const first = sites[1]!;
    const strange = [
      { ...first, state: null },
      { ...first, state: "south" },
      { ...first, total: null },
      { ...first, men: first.men + 1 },
    ];
    await checked(model, sites, strange, 2);
  });

  it("are refused by name where a graph cannot hold them", async () => {
    const own = tableFromObjects(
      many((i) => ({ low: i % 40, high: i % 9 === 0 ? 9999 : Math.round(90 + 9 * some[i]!) })),
    );
    const schema = inferSchema(own);
    expect(schema.columns[1]).toHaveProperty("sentinels");
    const model = await modelOf(own, {
      ...schema,
      relations: [{ kind: "order", low: ["low"], high: "high" }],
    });
    for (const direction of ["encode", "decode"] as const)
      expect(() => toOnnx(model, { direction })).toThrow(
        /relations that a graph can hold.*got low <= high/u,
      );
    model.flow.dispose();
  });
});
