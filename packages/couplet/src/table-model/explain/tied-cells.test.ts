import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { createModel } from "../../flow/model/make.ts";
import { neuralSpline } from "../../flow/presets/presets.ts";
import { philoxNormal, philoxUniform } from "../../random/philox.ts";
import { inferSchema } from "../../table/infer/infer-schema.ts";
import { fitTableCodec } from "../../table/encode/table-codec.ts";
import type { Relation } from "../../table/schema/relation.ts";
import {
  type Cell,
  type Table,
  selectRows,
  tableFromObjects,
  tableFromRows,
  toObjects,
} from "../../table/table.ts";
import { fitTable } from "../fit/fit-table.ts";
import { TableModel } from "../table-model.ts";
import { tiedColumns } from "./tied-columns.ts";

const uniform = (row: number, stream = 0): number => philoxUniform({ seed: 61, row, stream });
const normal = (row: number, stream = 0): number => philoxNormal({ seed: 62, row, stream });

type Row = Record<string, Cell>;

/** A flow that does nothing: what columns have to do with each other is their relations alone, and every draw is exact. */
async function unrelated(rows: Table, relations: readonly Relation[]): Promise<TableModel> {
  const codec = fitTableCodec(rows, { ...inferSchema(rows), relations });
  const flow = await createModel(neuralSpline({ dims: codec.dims, width: 16 }));
  const heldOut = {
    rows: 0,
    flow: { nats: NaN, standardError: NaN },
    baselines: [],
    quantiles: [0, 1],
  };
  return new TableModel(flow as TableModel["flow"], codec, {
    heldOut,
    source: { rows: rows.rows, seed: 0 },
  });
}

/** What scores say of a cell: each value in its place, `follow` computing what others compute. */
async function byScores(
  model: TableModel,
  row: Row,
  column: string,
  values: readonly Cell[],
  follow: (row: Row) => Row = (own) => own,
): Promise<{ readonly surprisal: number; readonly excess: number }> {
  const rows = tableFromObjects(values.map((value) => follow({ ...row, [column]: value })));
  const { nats } = await model.score(rows, { impossible: "zero", samples: 1 });
  const top = Math.max(...nats);
  const weights = Array.from(nats, (value) => Math.exp(value - top));
  const total = weights.reduce((a, b) => a + b, 0);
  const informations = weights.map((weight) => -Math.log(weight / total));
  const entropy = informations.reduce(
    (sum, value, k) => sum + (weights[k]! > 0 ? (weights[k]! / total) * value : 0),
    0,
  );
  const surprisal = informations[values.indexOf(row[column]!)]!;
  return { surprisal, excess: surprisal - entropy };
}

async function expectAsScores(
  model: TableModel,
  source: Table,
  column: string,
  values: readonly Cell[],
  { rows = 8, follow }: { readonly rows?: number; readonly follow?: (row: Row) => Row } = {},
): Promise<void> {
  const some = selectRows(
    source,
    Int32Array.from({ length: rows }, (_, i) => i),
  );
  const { columns, surprisal, excessSurprisal } = await model.explain(some);
  const isListed = tiedColumns(model.codec).some(
    ({ placed, listed }) => placed.schema.name === column && listed !== undefined,
  );
  // Between some forty nodes on an axis the density is interpolated, here with a kink at every knot of the maps of two columns.
  const [ofCell, ofMean] = isListed ? [1e-3, 1e-3] : [0.25, 0.1];
  let bias = 0;
  for (const [i, row] of toObjects(some).entries()) {
    const at = i * columns.length + columns.indexOf(column);
    const expected = await byScores(model, row as Row, column, values, follow);
    const message = `${column} of row ${i}`;
    expect(Math.abs(surprisal[at]! - expected.surprisal), message).toBeLessThan(ofCell);
    expect(Math.abs(excessSurprisal[at]! - expected.excess), message).toBeLessThan(ofCell);
    bias += (surprisal[at]! - expected.surprisal) / rows;
  }
  expect(Math.abs(bias), column).toBeLessThan(ofMean);
}

const integers = (from: number, to: number): number[] =>
  Array.from({ length: to - from + 1 }, (_, k) => from + k);

describe("a cell that relations tie to others", () => {
  const spans = tableFromObjects(
    Array.from({ length: 600 }, (_, i) => {
      const start = Math.floor(400 * uniform(i));
      return {
        start,
        end: start + Math.floor(-60 * Math.log(uniform(i, 1))),
        other: normal(i),
      };
    }),
  );
  const order: Relation = { kind: "order", low: ["start"], high: "end" };

  it("is conditional on both ends of an order", async () => {
    const model = await unrelated(spans, [order]);
    await expectAsScores(model, spans, "start", integers(0, 399));
    await expectAsScores(model, spans, "end", integers(0, 1500));
    model.dispose();
  });

  it("is conditional on an end that bounds it", async () => {
    const model = await unrelated(spans, [{ ...order, by: "bound" }]);
    await expectAsScores(model, spans, "start", integers(0, 399));
    await expectAsScores(model, spans, "end", integers(0, 900));
    model.dispose();
  });

  it("has no density where another cell excludes it", async () => {
    const paid = tableFromObjects(
      Array.from({ length: 600 }, (_, i) => {
        const by = ["cash", "card", "account"][Math.floor(3 * uniform(i, 2) ** 2)]!;
        return {
          by,
          tip: by === "cash" ? 0 : Math.floor(30 * uniform(i, 3) ** 2),
          other: normal(i, 1),
        };
      }),
    );
    const model = await unrelated(paid, [
      { kind: "exclusion", column: "tip", given: "by", when: ["cash"], value: 0 },
    ]);
    await expectAsScores(model, paid, "by", ["cash", "card", "account"]);
    await expectAsScores(model, paid, "tip", integers(0, 29));
    const { columns, surprisal } = await model.explain(paid);
    toObjects(paid).forEach(({ by, tip }, i) => {
      const of = (name: string): number => surprisal[i * columns.length + columns.indexOf(name)]!;
      // Where it is paid in cash there is no other tip.
      if (by === "cash") expect(of("tip")).toBeCloseTo(0, 9);
      else if (tip !== 0) expect(of("by")).toBeLessThan(2);
    });
    model.dispose();
  });

  it("has what others compute go with it", async () => {
    const parts = tableFromObjects(
      Array.from({ length: 600 }, (_, i) => {
        const a = Math.floor(60 * uniform(i, 4) ** 2);
        const b = Math.floor((100 - a) * uniform(i, 5));
        const limit = a + Math.floor(80 * uniform(i, 6));
        return { a, b, c: 100 - a - b, limit };
      }),
    );
    const model = await unrelated(parts, [
      { kind: "shares", columns: ["a", "b", "c"], total: 100 },
      { kind: "order", low: ["a"], high: "limit" },
    ]);
    const follow = (row: Row): Row => ({ ...row, c: 100 - Number(row["a"]) - Number(row["b"]) });
    await expectAsScores(model, parts, "a", integers(0, 59), { follow });
    await expectAsScores(model, parts, "b", integers(0, 99), { follow });
    await expectAsScores(model, parts, "limit", integers(0, 400), { follow });
    model.dispose();
  });

  it("is missing with the probability that scores give", async () => {
    const open = tableFromObjects(
      toObjects(spans).map((row, i) => ({ ...row, end: uniform(i, 7) < 0.2 ? null : row["end"]! })),
    );
    const model = await unrelated(open, [order]);
    await expectAsScores(model, open, "start", integers(0, 399));
    await expectAsScores(model, open, "end", [...integers(0, 1500), null], { rows: 12 });
    model.dispose();
  });

  it("is none of a table without relations, nor what only a sum refers to", async () => {
    const sums = tableFromObjects(
      toObjects(spans).map((row) => ({ ...row, sum: Number(row["start"]) + Number(row["end"]) })),
    );
    const names = (relations: readonly Relation[]): string[] => {
      const codec = fitTableCodec(sums, { ...inferSchema(sums), relations });
      return tiedColumns(codec).map(({ placed }) => placed.schema.name);
    };
    const sum: Relation = {
      kind: "sum",
      column: "sum",
      terms: [
        { column: "start", times: 1 },
        { column: "end", times: 1 },
      ],
    };
    expect(names([])).toEqual([]);
    expect(names([sum])).toEqual([]);
    expect(names([order])).toEqual(["start", "end"]);
    expect(names([sum, order])).toEqual(["start", "end"]);
  });

  it("is the one at fault: an end that is far too late", async () => {
    const rows = toObjects(spans);
    rows[17] = { ...rows[17]!, end: 9000 };
    const source = tableFromObjects(rows);
    const model = await fitTable(source, { seed: 1, epochs: 20, threads: 1 });
    expect(model.schema.relations!.map(({ kind }) => kind)).toContain("order");
    const { columns, surprisal } = await model.explain(selectRows(source, [17]));
    const end = surprisal[columns.indexOf("end")]!;
    expect(end).toBe(Math.max(...surprisal));
    expect(end).toBeGreaterThan(6);
    model.dispose();
  });

  it("is the one at fault: the height of a diamond that has none", async () => {
    const [header, ...all] = readFileSync(
      new URL("../../../../../examples/data/diamonds.csv", import.meta.url),
      "utf8",
    )
      .trimEnd()
      .split("\n")
      .map((line) => line.split(","));
    const [x, z] = [header!.indexOf("x"), header!.indexOf("z")];
    const isFlat = (row: readonly string[]): boolean => row[z] === "0" && row[x] !== "0";
    const source = tableFromRows(
      header!,
      all.filter((row, i) => row[x] !== "0" && (i < 1000 || isFlat(row))),
    );
    const relations = ["x", "y"].map((high): Relation => ({ kind: "order", low: ["z"], high }));
    const model = await fitTable(source, { seed: 1, epochs: 12, threads: 1, relations });
    const flat = [...toObjects(source).keys()].filter((i) => toObjects(source)[i]!["z"] === "0");
    expect(flat).toHaveLength(2);
    const rows = selectRows(source, Int32Array.from(flat));
    const { columns, surprisal, excessSurprisal } = await model.explain(rows, { rowNumbers: flat });
    for (const all of [surprisal, excessSurprisal])
      for (let i = 0; i < flat.length; i++) {
        const cells = [...all.subarray(i * columns.length, (i + 1) * columns.length)];
        expect(columns[cells.indexOf(Math.max(...cells))]).toBe("z");
      }
    model.dispose();
  });
});
