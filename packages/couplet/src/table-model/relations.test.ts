import { describe, expect, it } from "vitest";
import { philoxNormal, philoxUniform } from "../random/philox.ts";
import { brokenRelations } from "../table/relations/broken-relations.ts";
import { describeRelation } from "../table/relations/kinds/index.ts";
import { isKept } from "../table/schema/relation.ts";
import { selectRows, type Table, tableFromObjects, toObjects } from "../table/table.ts";
import { fitTable } from "./fit/fit-table.ts";
import type { PartitionedTable } from "./partitioned/partitioned-table.ts";
import { TableModel } from "./table-model.ts";

const uniform = (row: number, stream = 0): number => philoxUniform({ seed: 91, row, stream });
const normal = (row: number, stream = 0): number => philoxNormal({ seed: 92, row, stream });
const quick = { seed: 3, epochs: 3, threads: 1 } as const;

const time = (seconds: number): string =>
  new Date(Date.UTC(2024, 4, 1) + 1000 * Math.floor(seconds))
    .toISOString()
    .slice(0, 19)
    .replace("T", " ");

const trips = (rows: number, firstRow = 0): Table =>
  tableFromObjects(
    Array.from({ length: rows }, (_, k) => {
      const i = firstRow + k;
      const begin = 2e6 * uniform(i);
      const length = 60 - 900 * Math.log(uniform(i, 1));
      const cash = uniform(i, 2) < 0.35;
      const fare = 3 + Math.round(length / 20) / 2;
      const tip = cash ? 0 : Math.round(fare * 50 * Math.exp(0.8 * normal(i))) / 100;
      const zone = Math.floor(20 * uniform(i, 3));
      return {
        pickup: time(begin),
        dropoff: uniform(i, 4) < 0.05 ? null : time(begin + length),
        payment: cash ? "cash" : uniform(i, 5) < 0.9 ? "card" : "account",
        fare,
        tip,
        total: Math.round(100 * (fare + tip)) / 100,
        zone: `zone ${zone}`,
        borough: `borough ${zone % 4}`,
      };
    }),
  );

describe("a model of a table with relations", () => {
  const source = trips(1000);

  it("finds them, keeps them in every sample, counts them in the density, and comes back from its file", async () => {
    const model = await fitTable(source, quick);
    const relations = model.schema.relations!;
    expect(relations.filter(isKept).map(describeRelation).sort()).toEqual([
      "pickup < dropoff",
      "tip is 0 where payment is cash",
      "total = fare + tip",
      "zone decides borough",
    ]);
    // One variable for a column, two for one with missing cells, none for what others compute.
    expect(model.codec.dims).toBe(7);
    for (let seed = 0; seed < 6; seed++) {
      const rows = await model.sample(1000, { seed });
      expect(brokenRelations(rows, model.schema), `seed ${seed}`).toEqual([]);
    }
    expect(model.heldOut.impossible).toBe(0);
    const again = await TableModel.fromBytes(model.toBytes());
    const rows = selectRows(source, [1, 2, 3, 4]);
    expect((await again.score(rows)).nats).toEqual((await model.score(rows)).nats);
    const same = (t: Table) => toObjects(t);
    expect(same(await again.sample(20, { seed: 1 }))).toEqual(
      same(await model.sample(20, { seed: 1 })),
    );
    again.dispose();

    const wrong = tableFromObjects([
      { ...toObjects(rows)[0]!, total: 1 },
      { ...toObjects(rows)[1]! },
      { ...toObjects(rows)[2]!, dropoff: "2024-01-01 00:00:00", borough: "borough 9" },
    ]);
    const { nats } = await model.score(wrong, { impossible: "zero" });
    expect([...nats].map(Number.isFinite)).toEqual([false, true, false]);
    await expect(model.score(selectRows(wrong, [0]))).rejects.toThrow(
      "row 1: expected total = fare + tip",
    );
    const { brokenRelations: broken } = await model.explain(wrong);
    expect(broken.map(({ text, rows: those }) => [text, those])).toEqual([
      ["total = fare + tip", [0]],
      ["zone decides borough", [2]],
      ["pickup < dropoff", [2]],
    ]);
    const soft = await model.score(selectRows(wrong, [0]), { softRelations: true });
    const right = await model.score(selectRows(rows, [0]));
    // Held out and validation are 100 rows each.
    expect(soft.nats[0]! - right.nats[0]!).toBeCloseTo(-Math.log(801), 9);
    model.dispose();
  });

  it("keeps none when told so, and those that it is told", async () => {
    const none = await fitTable(source, { ...quick, epochs: 1, relations: "none" });
    expect(none.schema.relations).toEqual([]);
    expect(none.codec.dims).toBe(9);
    const rows = await none.sample(2000, { seed: 1 });
    const order = { kind: "order", low: ["pickup"], high: "dropoff" } as const;
    // What the option is for: without it, samples break the order.
    expect(brokenRelations(rows, none.schema, [order])[0]!.rows.length).toBeGreaterThan(100);
    none.dispose();
    const one = await fitTable(source, { ...quick, epochs: 1, relations: [order] });
    expect(one.schema.relations).toEqual([order]);
    expect(brokenRelations(await one.sample(2000, { seed: 1 }), one.schema)).toEqual([]);
    one.dispose();
    await expect(
      fitTable(source, { ...quick, relations: [{ ...order, high: "dropof" }] }),
    ).rejects.toThrow(
      'relation pickup <= dropof: expected a column that is modelled, got "dropof". Did you mean "dropoff"?',
    );
    await expect(fitTable(source, { ...quick, relations: "all" as "auto" })).rejects.toThrow(
      'fitTable: relations: expected "auto", "none" or a list of relations, got "all"',
    );
  });

  it("leaves out those of columns that are given", async () => {
    const model = await fitTable(source, { ...quick, epochs: 1, context: ["payment"] });
    expect(
      model.schema
        .relations!.filter(isKept)
        .map(({ kind }) => kind)
        .sort(),
    ).toEqual(["order", "parent", "sum"]);
    const rows = await model.sample(300, { seed: 2, context: { payment: "cash" } });
    expect(brokenRelations(rows, model.schema)).toEqual([]);
    model.dispose();
  });
});

describe("a table in parts", () => {
  it("keeps what holds in all of them", async () => {
    const parts = [0, 1, 2, 3].map((k) => trips(400, 400 * k));
    // One row of the last part breaks the order.
    const rows = toObjects(parts[3]!);
    rows[7] = { ...rows[7]!, pickup: "2024-05-20 00:00:00", dropoff: "2024-05-19 00:00:00" };
    parts[3] = tableFromObjects(rows);
    const source: PartitionedTable = {
      rows: 1600,
      partitions: 4,
      partition: async (index) => parts[index]!,
    };
    const model = await fitTable(source, { ...quick, epochs: 4 });
    const relations = model.schema.relations!;
    expect(relations.filter(isKept).map(describeRelation).sort()).toEqual([
      "tip is 0 where payment is cash",
      "total = fare + tip",
      "zone decides borough",
    ]);
    expect(relations.find(({ kind }) => kind === "order")).toMatchObject({
      keep: false,
      reason: expect.stringContaining("1 of 400 further rows break it") as string,
    });
    model.dispose();
  });
});

describe("held-out scores beside simple models", () => {
  const shares = tableFromObjects(
    Array.from({ length: 1000 }, (_, i) => {
      const parts = [0, 1, 2].map((k) => -Math.log(uniform(i, k + 10)) * (k + 1));
      const sum = parts.reduce((a, b) => a + b, 0);
      const [a, b] = parts.map((part) => Math.round((1000 * part) / sum) / 10) as [number, number];
      return { a, b, c: Math.round(10 * (100 - a - b)) / 10 };
    }),
  );
  const dependent = tableFromObjects(
    Array.from({ length: 1000 }, (_, i) => {
      const grade = Math.floor(7 * uniform(i, 20));
      const sub = Math.floor(5 * uniform(i, 21));
      const letter = "ABCDEFG"[grade]!;
      return {
        sub_grade: `${letter}${sub + 1}`,
        grade: letter,
        rate: 6 + (33 * grade + 7 * sub) / 10,
      };
    }),
  );

  it.each([
    ["shares", shares],
    ["dependent columns", dependent],
  ])(
    "are level with the best of them: %s",
    async (_, source) => {
      const model = await fitTable(source, { ...quick, epochs: 12 });
      // What relations leave is independent by construction (shares: nearly): the simple models are right, and the flow has nothing to add.
      for (const { name, advantage, advantageError } of model.heldOut.baselines)
        expect(advantage, name).toBeGreaterThan(-Math.max(0.03, 2 * advantageError));
      model.dispose();
    },
    60_000,
  );
});
