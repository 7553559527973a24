import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { philoxNormal, philoxUniform } from "../../random/philox.ts";
import { createModel } from "../../flow/model/make.ts";
import { neuralSpline } from "../../flow/presets/presets.ts";
import { inferSchema } from "../../table/infer/infer-schema.ts";
import { logNormalDensity } from "../../statistics/normal.ts";
import { fitTableCodec } from "../../table/encode/table-codec.ts";
import type { Table } from "../../table/table.ts";
import { selectRows, table, tableFromObjects, toObjects } from "../../table/table.ts";
import { fitTable } from "../fit/fit-table.ts";
import { TableModel } from "../table-model.ts";

const normal = (row: number, stream = 0): number => philoxNormal({ seed: 51, row, stream });
const uniform = (row: number, stream = 0): number => philoxUniform({ seed: 52, row, stream });
const first = (n: number): number[] => Array.from({ length: n }, (_, i) => i);

/** Columns of every kind, with a dependence: large values go with "b". */
const source = tableFromObjects(
  Array.from({ length: 800 }, (_, i) => {
    const b = uniform(i) < 0.3;
    return {
      kind: b ? "b" : uniform(i, 1) < 0.2 ? "rare" : "a",
      value: normal(i) * 0.6 + (b ? 3 : 0),
      count: Math.floor((b ? 9 : 2) * uniform(i, 2)),
      level: uniform(i, 3) < 0.25 ? null : normal(i, 1),
      spent: uniform(i, 4) < 0.5 ? 0 : Math.exp(normal(i, 2)),
    };
  }),
);

/** A flow that does nothing: every column is independent, with its fitted marginal. */
async function independent(rows: Table = source): Promise<TableModel> {
  const codec = fitTableCodec(rows, inferSchema(rows));
  const flow = await createModel(neuralSpline({ dims: codec.dims, width: 16 }));
  const heldOut = {
    rows: 0,
    flow: { nats: NaN, standardError: NaN },
    baselines: [],
    quantiles: [0, 1],
  };
  const source = { rows: rows.rows, seed: 0 };
  return new TableModel(flow as TableModel["flow"], codec, { heldOut, source });
}

describe("an explanation of independent columns", () => {
  let model: TableModel;
  beforeAll(async () => {
    model = await independent();
  });
  afterAll(() => model.dispose());

  it("adds up to the information of the row", async () => {
    const rows = selectRows(source, first(40));
    const { columns, surprisal } = await model.explain(rows);
    const { nats } = await model.score(rows);
    const { z, perColumn } = model.codec.encode(rows, { perColumn: true });
    const objects = toObjects(rows);
    for (let i = 0; i < rows.rows; i++) {
      const cells = columns.map((_, j) => surprisal[i * columns.length + j]!);
      // From the latent scale back to units: what the change of variables of each continuous cell adds.
      const change = columns.map((name, j) => {
        const continuous =
          name === "value" ||
          (name === "level" && objects[i]!["level"] !== null) ||
          (name === "spent" && objects[i]!["spent"] !== 0);
        const { offset, encoder } = model.codec.placed[j]!;
        const state = encoder.toJSON();
        // An explanation counts a point of mass by its probability, a score over a distance.
        if (name === "spent" && !continuous && state.kind === "number")
          return -Math.log(state.pointMassSteps![0]!);
        if (!continuous) return 0;
        const correction = perColumn![i * columns.length + j]!;
        if (encoder.indicator === undefined) return correction;
        // Without the part of the indicator, which counts as a probability.
        const says = z[i * model.codec.dims + offset + 1]!;
        return correction - (encoder.indicator.present.logMass - logNormalDensity(says));
      });
      const sum = cells.reduce((a, b) => a + b, 0) - change.reduce((a, b) => a + b, 0);
      // Float32 in the flow.
      expect(sum).toBeCloseTo(-nats[i]!, 4);
    }
  });

  it("is the frequency for a category, and surprising by that alone", async () => {
    const rows = selectRows(source, first(30));
    const { columns, surprisal, excessSurprisal } = await model.explain(rows);
    const share = (kind: string): number =>
      toObjects(source).filter((row) => row["kind"] === kind).length / source.rows;
    const entropy = ["a", "b", "rare"].reduce(
      (sum, kind) => sum - share(kind) * Math.log(share(kind)),
      0,
    );
    toObjects(rows).forEach((row, i) => {
      const at = i * columns.length + columns.indexOf("kind");
      const expected = -Math.log(share(row["kind"] as string));
      expect(surprisal[at]).toBeCloseTo(expected, 4);
      expect(excessSurprisal[at]).toBeCloseTo(expected - entropy, 4);
    });
  });

  it("gives a missing cell its probability", async () => {
    const rows = selectRows(source, first(60));
    const { columns, surprisal } = await model.explain(rows);
    const missing = toObjects(source).filter((row) => row["level"] === null).length;
    toObjects(rows).forEach((row, i) => {
      if (row["level"] !== null) return;
      // Half a count of smoothing.
      expect(surprisal[i * columns.length + columns.indexOf("level")]).toBeCloseTo(
        -Math.log((missing + 0.5) / (source.rows + 1)),
        4,
      );
    });
  });
});

describe("an explanation of a value far beyond all others", () => {
  it("is large and finite, though values out there are slivers of the axis", async () => {
    const width = Float64Array.from(
      { length: 900 },
      (_, i) => Math.round(100 * (5 + normal(i))) / 100,
    );
    width[7] = 58.9;
    const rows = table({ width, other: width.map((_, i) => normal(i, 9)) });
    const model = await independent(rows);
    try {
      const { surprisal, excessSurprisal } = await model.explain(selectRows(rows, [7, 8]));
      expect(excessSurprisal.every(Number.isFinite)).toBe(true);
      const { nats } = await model.score(selectRows(rows, [7]));
      // Columns are independent: what is left of the row is the density of `other` on its latent scale.
      const { z, perColumn } = model.codec.encode(selectRows(rows, [7]), { perColumn: true });
      const other = logNormalDensity(z[1]!) + perColumn![1]!;
      const step = Math.log(0.01);
      expect(surprisal[0]).toBeCloseTo(-(nats[0]! - other + step), 3);
      expect(excessSurprisal[0]).toBeGreaterThan(3);
    } finally {
      model.dispose();
    }
  });
});

describe("an explanation under a trained model", () => {
  let model: TableModel;
  beforeAll(async () => {
    model = await fitTable(source, { seed: 2, epochs: 60, threads: 1 });
  });
  afterAll(() => model.dispose());

  it("is the conditional probability that scores give", async () => {
    const rows = selectRows(source, first(6));
    const { columns, surprisal } = await model.explain(rows, { samples: 64 });
    for (const [i, row] of toObjects(rows).entries()) {
      const kinds = ["a", "b", "rare"];
      const all = tableFromObjects([
        ...kinds.map((kind) => ({ ...row, kind })),
        ...toObjects(source),
      ]);
      const { nats } = await model.score(selectRows(all, [0, 1, 2]), { samples: 400 });
      const total = nats.reduce((sum, v) => sum + Math.exp(v - nats[0]!), 0);
      const own = Math.exp(nats[kinds.indexOf(row["kind"] as string)]! - nats[0]!) / total;
      const found = Math.exp(-surprisal[i * columns.length + columns.indexOf("kind")]!);
      // Both are means over draws of the other cells' noise: 64 and 400 of them.
      expect(Math.abs(found - own)).toBeLessThan(0.05);
    }
  });

  it("is the conditional density that scores give", async () => {
    // Rows whose other cells are fixed numbers, so that noise plays no part.
    const pair = table({
      x: Float64Array.from({ length: 500 }, (_, i) => normal(i, 5)),
      y: Float64Array.from({ length: 500 }, (_, i) => 0.9 * normal(i, 5) + 0.3 * normal(i, 6)),
    });
    const two = await fitTable(pair, { seed: 2, epochs: 80, threads: 1 });
    try {
      const rows = selectRows(pair, first(8));
      const { surprisal } = await two.explain(rows);
      const { perColumn } = two.codec.encode(rows, { perColumn: true });
      for (const [i, row] of toObjects(rows).entries()) {
        const n = 4000;
        const y = Float64Array.from({ length: n }, (_, k) => -6 + (12 * (k + 0.5)) / n);
        const { nats } = await two.score(
          table({ x: new Float64Array(n).fill(row["x"] as number), y }),
        );
        const total = nats.reduce((sum, v) => sum + (Math.exp(v) * 12) / n, 0);
        const own = (await two.score(selectRows(rows, [i]))).nats[0]!;
        // On the latent scale: without dz/dy.
        const expected = Math.log(total) - own + perColumn![i * 2 + 1]!;
        // The trace has about 40 nodes on an axis.
        expect(Math.abs(surprisal[i * 2 + 1]! - expected)).toBeLessThan(0.03);
      }
    } finally {
      two.dispose();
    }
  });

  it("has a mean excess surprisal of 0 on the model's own rows, column by column", async () => {
    const rows = await model.sample(400, { seed: 3 });
    const { columns, excessSurprisal } = await model.explain(rows, { samples: 8 });
    columns.forEach((_, j) => {
      const values = first(400).map((i) => excessSurprisal[i * columns.length + j]!);
      const mean = values.reduce((a, b) => a + b, 0) / 400;
      const error = Math.sqrt(values.reduce((sum, v) => sum + (v - mean) ** 2, 0)) / 400;
      // Five standard errors, and what 40 nodes on an axis and 8 draws of noise leave.
      expect(Math.abs(mean)).toBeLessThan(5 * error + 0.05);
      expect(error).toBeLessThan(0.1);
    });
  });

  it("points at the cell that does not go with the others", async () => {
    const typical = { kind: "a", value: 0.1, count: 1, level: 0.2, spent: 0 };
    const odd = { ...typical, value: 3.2 };
    const { columns, excessSurprisal } = await model.explain(tableFromObjects([typical, odd]));
    const value = columns.indexOf("value");
    const ofOdd = [...excessSurprisal.subarray(columns.length)];
    expect(excessSurprisal[value]).toBeLessThan(1);
    // So short a fit gives 1 to 4, by the seed; the other cells have less.
    expect(ofOdd[value]).toBeGreaterThan(1);
    expect(ofOdd[value]).toBe(Math.max(...ofOdd));
  });

  it("is a number for each cell of a row with several cells of probability 0", async () => {
    const { columns } = await model.explain(selectRows(source, [0]));
    const rows = tableFromObjects([
      { kind: "a", value: 1e300, count: 1, level: 0.1, spent: 1e300 },
      { kind: "a", value: 0, count: 1, level: null, spent: -1e300 },
    ]);
    const { surprisal, excessSurprisal } = await model.explain(rows);
    expect([...surprisal, ...excessSurprisal].some(Number.isNaN)).toBe(false);
    const of = (name: string): number => excessSurprisal[columns.indexOf(name)]!;
    expect(Math.min(of("value"), of("spent"))).toBeGreaterThan(1000);
    // The ordinary ones are not blamed.
    expect(Math.abs(of("count"))).toBeLessThan(5);
    expect(Math.abs(of("level"))).toBeLessThan(5);
  });

  it("gives a cell of probability 0 infinite surprisal, chunks their own numbers, and refuses nonsense", async () => {
    const rows = tableFromObjects([{ kind: "c", value: 0, count: 1, level: null, spent: 0 }]);
    const { columns, excessSurprisal } = await model.explain(rows);
    expect(excessSurprisal[columns.indexOf("kind")]).toBe(Infinity);
    expect(Number.isFinite(excessSurprisal[columns.indexOf("count")]!)).toBe(true);
    const whole = await model.explain(selectRows(source, first(5)));
    const part = await model.explain(selectRows(source, [3, 4]), { firstRow: 3 });
    part.excessSurprisal.forEach((v, i) =>
      expect(v).toBeCloseTo(whole.excessSurprisal[3 * columns.length + i]!, 3),
    );
    // Picked rows have the surprises of their places, to the last bit of a run of rows.
    const picked = await model.explain(selectRows(source, [4, 1, 2]), { rowNumbers: [4, 1, 2] });
    const runs = [
      await model.explain(selectRows(source, [4]), { firstRow: 4 }),
      await model.explain(selectRows(source, [1, 2]), { firstRow: 1 }),
    ];
    for (const name of ["excessSurprisal", "surprisal"] as const)
      expect(picked[name]).toEqual(Float64Array.from(runs.flatMap((run) => [...run[name]])));
    expect(picked.excessSurprisal).not.toEqual(
      (await model.explain(selectRows(source, [4, 1, 2]))).excessSurprisal,
    );
    await expect(model.explain(rows, { samples: 0 })).rejects.toThrow(/explain: samples/);
    await expect(model.explain(rows, { rowNumbers: [1, 2] })).rejects.toThrow(
      /explain: rowNumbers: expected a number for each of 1 rows, got 2/,
    );
    await expect(model.explain(rows, { rowNumbers: [0.5] })).rejects.toThrow(/explain: rowNumbers/);
  });
});
