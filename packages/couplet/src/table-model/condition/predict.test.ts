import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { philoxNormal, philoxUniform } from "../../random/philox.ts";
import { columnNamed, selectRows, table, tableFromObjects } from "../../table/table.ts";
import { normalQuantile } from "../../statistics/normal.ts";
import { fitTable } from "../fit/fit-table.ts";
import type { TableModel } from "../table-model.ts";
import { predict } from "./predict.ts";

const normal = (row: number, stream = 0): number => philoxNormal({ seed: 61, row, stream });
const uniform = (row: number, stream = 0): number => philoxUniform({ seed: 62, row, stream });

// P(b | x) = 1 / (1 + exp(-2 x)); y = x / 2 + .4 e, shifted by 1 for b; stars = 1..5 by y.
const rows = tableFromObjects(
  Array.from({ length: 2000 }, (_, i) => {
    const x = normal(i);
    const isB = uniform(i) < 1 / (1 + Math.exp(-2 * x));
    const y = 0.5 * x + Number(isB) + 0.4 * normal(i, 1);
    return {
      x,
      kind: isB ? "b" : "a",
      y,
      stars: Math.max(1, Math.min(5, Math.round(3 + y))),
      twice: 2 * Math.round(12 * normal(i, 2)),
      tens: Math.round(12 * normal(i, 2)),
    };
  }),
);

let model: TableModel;
beforeAll(async () => {
  model = await fitTable(rows, { seed: 2, epochs: 12, threads: 1 });
});
afterAll(() => model.dispose());

describe("predicting a column", () => {
  it("gives a category's probabilities, near those that the rows were made with", async () => {
    const grid = [-1.5, -0.5, 0, 0.5, 1.5];
    const made = await fitTable(
      table({
        x: columnNamed(rows, "x").values as Float64Array,
        kind: columnNamed(rows, "kind").values as string[],
      }),
      { seed: 2, epochs: 15, threads: 1 },
    );
    const predicted = await predict(made, table({ x: grid }), { target: "kind", samples: 16 });
    if (predicted.kind !== "category") throw new Error("a category");
    expect(predicted.values).toEqual(["a", "b"]);
    for (const [row, x] of grid.entries()) {
      const [a, b] = predicted.probabilities.subarray(2 * row, 2 * row + 2);
      expect(a! + b!).toBeCloseTo(1, 12);
      // 1,600 rows say a logit to about .1, which is .025 in a probability; a flow's smoothing adds as much.
      expect(Math.abs(b! - 1 / (1 + Math.exp(-2 * x)))).toBeLessThan(0.1);
      expect(predicted.best[row]).toBe(b! > 0.5 ? "b" : "a");
    }
    made.dispose();
  });

  it("gives a number's quantiles and mean", async () => {
    const at = [-1, 0, 1];
    const two = await fitTable(
      table({
        x: columnNamed(rows, "x").values as Float64Array,
        e: Array.from({ length: 2000 }, (_, i) => 0.5 * normal(i) + 0.4 * normal(i, 1)),
      }),
      { seed: 2, epochs: 25, threads: 1 },
    );
    const predicted = await predict(two, table({ x: at }), {
      target: "e",
      quantiles: [0.1, 0.5, 0.9],
    });
    if (predicted.kind !== "number") throw new Error("a number");
    for (const [row, x] of at.entries()) {
      expect(Math.abs(predicted.mean[row]! - 0.5 * x)).toBeLessThan(0.1);
      for (const [k, share] of predicted.shares.entries())
        expect(
          Math.abs(
            (predicted.quantiles[k]!.values[row] as number) - 0.5 * x - 0.4 * normalQuantile(share),
          ),
        ).toBeLessThan(0.2);
    }
    expect(predicted.quantiles.map(({ name }) => name)).toEqual(["e_q10", "e_q50", "e_q90"]);
    two.dispose();
  });

  it("covers held-out cells as often as it says, and averages over missing ones", async () => {
    const some = selectRows(
      rows,
      Int32Array.from({ length: 150 }, (_, i) => i),
    );
    const predicted = await predict(model, some, { target: "y", quantiles: [0.1, 0.9] });
    if (predicted.kind !== "number") throw new Error("a number");
    const truth = columnNamed(some, "y").values as Float64Array;
    const inside = truth.filter(
      (y, i) =>
        y >= (predicted.quantiles[0]!.values[i] as number) &&
        y <= (predicted.quantiles[1]!.values[i] as number),
    ).length;
    // Four standard errors of a share of .8 of 150 rows are .13.
    expect(Math.abs(inside / 150 - 0.8)).toBeLessThan(0.13);
    const without = {
      rows: 40,
      columns: selectRows(
        some,
        Int32Array.from({ length: 40 }, (_, i) => i),
      ).columns.map((column) =>
        column.name === "stars" || column.name === "y"
          ? { ...column, values: new Float64Array(40).fill(NaN) }
          : column,
      ) as typeof some.columns,
    };
    const averaged = await predict(model, without, { target: "stars" });
    if (averaged.kind !== "number") throw new Error("a number");
    const stars = columnNamed(some, "stars").values as Float64Array;
    const error = averaged.mean.reduce((sum, mean, i) => sum + Math.abs(mean - stars[i]!), 0) / 40;
    // Without looking at the row: the median is off by .6.
    expect(error).toBeLessThan(0.5);
  });

  it("computes what a relation computes", async () => {
    expect(model.schema.relations?.map(({ kind }) => kind)).toContain("sum");
    for (const target of ["twice", "tens"]) {
      const predicted = await predict(model, selectRows(rows, Int32Array.of(3, 4)), { target });
      if (predicted.kind !== "number") throw new Error("a number");
      const truth = columnNamed(rows, target).values;
      for (const { values } of predicted.quantiles)
        expect([...values]).toEqual([truth[3], truth[4]]);
    }
  });

  it("refuses an unknown target", async () => {
    await expect(predict(model, rows, { target: "knd" })).rejects.toThrow(/Did you mean "kind"/);
  });
});
