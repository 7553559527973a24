import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { philoxNormal, philoxUniform } from "../../random/philox.ts";
import { brokenRelations } from "../../table/relations/broken-relations.ts";
import { columnNamed, table, tableFromObjects, toObjects } from "../../table/table.ts";
import type { Table } from "../../table/table.ts";
import { fitTable } from "../fit/fit-table.ts";
import { TableModel } from "../table-model.ts";
import { impute } from "./impute.ts";

const normal = (row: number, stream = 0): number => philoxNormal({ seed: 51, row, stream });
const uniform = (row: number, stream = 0): number => philoxUniform({ seed: 52, row, stream });

const records = Array.from({ length: 900 }, (_, i) => {
  const kind = uniform(i) < 0.6 ? "a" : "b";
  const x = normal(i) + (kind === "a" ? 0 : 2);
  const net = Math.round(100 + 20 * x + 8 * normal(i, 1));
  const tax = Math.round(20 + 6 * normal(i, 2));
  return { id: `row ${i} ${Math.floor(1e9 * uniform(i, 3))}`, kind, x, net, tax, total: net + tax };
});

/** Some cells of the first rows empty. */
const gappy = (): Table =>
  tableFromObjects(
    records.slice(0, 60).map((record, i) => ({
      ...record,
      ...(i % 4 === 0 ? { kind: null } : {}),
      ...(i % 4 === 1 ? { x: null, net: null } : {}),
      ...(i % 6 === 2 ? { net: null, tax: null } : {}),
      ...(i % 6 === 5 ? { tax: null } : {}),
    })),
  );

let model: TableModel;
beforeAll(async () => {
  const fitted = await fitTable(tableFromObjects(records), {
    seed: 3,
    epochs: 12,
    threads: 1,
    anyCondition: true,
  });
  // Through its file: what was learnt is in it.
  model = await TableModel.fromBytes(fitted.toBytes(), { threads: 1 });
  fitted.dispose();
});
afterAll(() => model.dispose());

describe("filling missing cells", () => {
  it("fills each of them, keeps relations, and leaves all other cells alone", async () => {
    expect(model.anyCondition).toBeTypeOf("string");
    const given = gappy();
    const filled = await impute(model, given, { seed: 1 });
    expect(filled.left).toEqual([]);
    const missing = given.columns.flatMap(({ name, values }) =>
      [...values].flatMap((cell, row) =>
        cell === null || Number.isNaN(cell) ? [`${row} ${name}`] : [],
      ),
    );
    expect(filled.cells.map(({ row, column }) => `${row} ${column}`).toSorted()).toEqual(
      missing.toSorted(),
    );
    const [before, after] = [toObjects(given), toObjects(filled.table)];
    for (const [i, row] of after.entries())
      for (const [name, cell] of Object.entries(row)) {
        expect(cell).not.toBeNull();
        if (before[i]![name] !== null) expect(cell).toEqual(before[i]![name]);
      }
    expect(brokenRelations(filled.table, model.schema)).toEqual([]);
    // One unknown part of a sum has one value.
    for (const i of [11, 23, 35]) expect(after[i]!["tax"]).toBe(records[i]!.tax);
  });

  it("is the same for the same seed and another for another, and better than the columns by themselves", async () => {
    const given = gappy();
    const of = async (seed: number, method: "draw" | "median" = "draw") =>
      (await impute(model, given, { seed, method })).table;
    const first = await of(1);
    expect(toObjects(await of(1))).toEqual(toObjects(first));
    expect(toObjects(await of(2))).not.toEqual(toObjects(first));
    const median = await of(1, "median");
    const errors = columnNamed(given, "x").values;
    let [ours, plain, wrong, often] = [0, 0, 0, 0];
    for (const [row, cell] of errors.entries()) {
      if (typeof cell === "number" && Number.isNaN(cell)) {
        ours += Math.abs((columnNamed(median, "x").values[row] as number) - records[row]!.x);
        plain += Math.abs(0.8 - records[row]!.x);
      }
      if (row % 4 === 0) {
        wrong += Number(columnNamed(median, "kind").values[row] !== records[row]!.kind);
        often += Number(records[row]!.kind !== "a");
      }
    }
    expect(ours).toBeLessThan(0.7 * plain);
    expect(wrong).toBeLessThan(often);
  });

  it("has draws with the spread of the conditional law, and intervals that cover it", async () => {
    // 200 copies of one row: its fills are draws of p(x | kind = a, net = 110, tax, total).
    const copies = 200;
    const same = table({
      id: Array.from({ length: copies }, (_, i) => `new ${i}`),
      kind: Array.from({ length: copies }, () => "a"),
      x: Array.from({ length: copies }, () => null),
      net: Array.from({ length: copies }, () => 110),
      tax: Array.from({ length: copies }, () => 20),
      total: Array.from({ length: copies }, () => 130),
    });
    const filled = await impute(model, same, { seed: 4, copies: 32 });
    const values = filled.cells.map(({ cell }) => Number(cell)).toSorted((a, b) => a - b);
    const joint = toObjects(await model.sample(60_000, { seed: 1 }))
      .filter((row) => row["kind"] === "a" && Math.abs(Number(row["net"]) - 110) <= 1)
      .map((row) => Number(row["x"]))
      .toSorted((a, b) => a - b);
    const at = (list: number[], share: number) => list[Math.floor(share * list.length)]!;
    // Standard errors of a quantile of 200 draws of deviation .37 are up to .05.
    for (const share of [0.25, 0.5, 0.75])
      expect(Math.abs(at(values, share) - at(joint, share))).toBeLessThan(0.2);
    const inside = filled.cells.filter(
      ({ cell, low, high }) => Number(cell) >= Number(low) && Number(cell) <= Number(high),
    );
    expect(inside.length / copies).toBeGreaterThan(0.8);
  });

  it("lists cells that stay missing, and cells that the model holds impossible", async () => {
    const rows = table({
      id: [null, "b"],
      kind: ["a", "never seen"],
      x: [1, 1],
      net: [100, 100],
      tax: [20, null],
      total: [120, null],
    });
    const { left, impossible, table: done } = await impute(model, rows, { seed: 1 });
    expect(left).toEqual([
      { row: 0, column: "id", why: "the model leaves columns of type identifier out" },
    ]);
    expect(impossible).toBe(1);
    expect(columnNamed(done, "kind").values[1]).toBe("never seen");
    const total = columnNamed(done, "total").values[1] as number;
    expect(total).toBe(100 + (columnNamed(done, "tax").values[1] as number));
  });
});
