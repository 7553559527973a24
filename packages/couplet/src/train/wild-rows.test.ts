/** One cell that lies far from all others does not decide a fit: its row is left out, and named. */
import { fit, flow, neuralSpline, coupling, alternating, mlp, repeat } from "couplet";
import type { FitOptions } from "couplet";
import { describe, expect, it } from "vitest";
import { normals } from "../../../../test/random.ts";
import { wildRows } from "./wild-rows.ts";

const ROWS = 2000;
const bent = (rows: number, seed: number): Float64Array =>
  normals(2 * rows, seed).map((value, i, all) =>
    i % 2 === 0 ? value : 0.3 * value + all[i - 1]! ** 2,
  );
const rows = bent(ROWS, 21);
const unseen = bent(1000, 22);
const spec = neuralSpline({ dims: 2, couplings: 2, width: 16, blocks: 1 });
const options = {
  epochs: 12,
  batch: 64,
  seed: 2,
  threads: 1,
  blas: false,
  columns: ["a", "b"],
} as const;

async function fitted(data: Float64Array, more: Partial<FitOptions<false>> = {}) {
  const warnings: string[] = [];
  using model = await fit(spec, data, {
    ...options,
    ...more,
    onEvent: (event) => void (event.type === "warning" && warnings.push(event.message)),
  });
  const logProb = await model.logProb(unseen);
  return { mean: logProb.reduce((sum, v) => sum + v, 0) / logProb.length, warnings };
}

describe("a fit beside wild rows", () => {
  const clean = fitted(rows);

  // Row 7 is trained on, row 1234 is held out.
  it.each([
    [7, 1e300],
    [7, -1e300],
    [7, 1e6],
    [1234, 1e300],
    [1234, -99999],
  ])("row %d with %d: the others have the density of the fit without", async (row, cell) => {
    const { mean, warnings } = await fitted(rows.with(2 * row + 1, cell));
    expect(Math.abs(mean - (await clean).mean)).toBeLessThan(0.05);
    expect(warnings.join("\n")).toContain(`row ${row} (column "b": ${cell})`);
    expect((await clean).warnings).toEqual([]);
  });

  it("1 % of the rows: the same, in training rows and held-out rows", async () => {
    const wild = rows.slice();
    for (let k = 0; k < 20; k++) wild[2 * (100 * k + 7) + (k % 2)] = k % 3 === 0 ? 1e9 : -99999;
    const { mean, warnings } = await fitted(wild);
    expect(Math.abs(mean - (await clean).mean)).toBeLessThan(0.05);
    expect(warnings.join("\n")).toMatch(
      /20 rows are left out .*row 7 \(column "a": 1000000000\).* and 15 more/,
    );

    const held = bent(1000, 23);
    const spoilt = held.map((value, i) => (i % 200 === 11 ? -99999 : value));
    const one = await fitted(rows, { validation: { rows: held } });
    const other = await fitted(rows, { validation: { rows: spoilt } });
    expect(Math.abs(one.mean - other.mean)).toBeLessThan(0.05);
    expect(other.warnings.join("\n")).toMatch(
      /column "b" of the held-out rows has 10 values .* in held-out row 5,/,
    );
  });

  it("in the context: the row is left out, and named", async () => {
    const given = flow({
      dims: 1,
      context: 1,
      layers: repeat(2, () => coupling({ mask: alternating(0), conditioner: mlp({ width: 8 }) })),
    });
    const context = normals(600, 4);
    const theta = context.map((c, i) => c + 0.3 * normals(600, 5)[i]!);
    const fitGiven = async (c: Float64Array) => {
      const warnings: string[] = [];
      using model = await fit(given, theta, {
        ...options,
        columns: ["theta"],
        context: c,
        onEvent: (event) => void (event.type === "warning" && warnings.push(event.message)),
      });
      const logProb = await model.logProb(theta, { context });
      return { mean: logProb.reduce((sum, v) => sum + v, 0) / 600, warnings };
    };
    const [one, other] = [await fitGiven(context), await fitGiven(context.with(3, 1e200))];
    expect(Math.abs(one.mean - other.mean)).toBeLessThan(0.05);
    expect(other.warnings.join("\n")).toContain("row 3 (context column 0: 1e+200)");
  });
});

describe("wild rows", () => {
  const column = (data: readonly number[] | Float64Array) =>
    wildRows({ rows: data.length, cols: 1, data: Float64Array.from(data) }, undefined).map(
      ({ row }) => row,
    );

  it("are none in heavy tails: Cauchy, log-normal, a power law with index 1/2", () => {
    const uniform = (i: number): number => ((i * 0.6180339887498949) % 1) + 1e-9;
    const many = Array.from({ length: 3000 }, (_, i) => uniform(i + 1));
    expect(column(many.map((u) => Math.tan(Math.PI * (u - 0.5))))).toEqual([]);
    expect(column(normals(3000, 6).map((z) => Math.exp(3 * z)))).toEqual([]);
    expect(column(many.map((u) => u ** -2))).toEqual([]);
  });

  it("are those of zeros and other values too, and of few rows", () => {
    const z = normals(1000, 7);
    const mostlyZero = z.map((value, i) => (i % 10 === 0 ? value : 0));
    expect(column(mostlyZero)).toEqual([]);
    expect(column(mostlyZero.with(5, 1e9))).toEqual([5]);
    expect(column(z.subarray(0, 12).with(5, 1e9))).toEqual([5]);
  });

  it("are none where more than 1 % are as far, and where few values differ", () => {
    const z = normals(1000, 7);
    expect(column(z.map((value, i) => (i % 50 === 0 ? 1e6 : value)))).toEqual([]);
    expect(column(z.map((value, i) => (i % 200 === 0 ? value : 0)).with(5, 1e9))).toEqual([]);
    expect(column(z.with(5, 1e9))).toEqual([5]);
    expect(column(z.with(5, 1e9).with(70, -1e300))).toEqual([5, 70]);
  });
});
