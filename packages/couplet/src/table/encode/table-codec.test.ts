import { describe, expect, it } from "vitest";
import { philoxNormal, philoxUniform } from "../../random/philox.ts";
import { addStandardNormal } from "../baseline/baselines.ts";
import { inferSchema } from "../infer/infer-schema.ts";
import { logMeanExp } from "../../statistics/log-sum-exp.ts";
import { logNormalDensity } from "../../statistics/normal.ts";
import type { ColumnSchema, Schema } from "../schema/schema.ts";
import { type TableCodec, type TableCodecState, fitTableCodec, tableCodec } from "./table-codec.ts";
import { type Table, table, tableFromObjects, toObjects } from "../table.ts";

const normal = (row: number, stream = 0): number => philoxNormal({ seed: 11, row, stream });
const uniform = (row: number, stream = 0): number => philoxUniform({ seed: 12, row, stream });
const pick = <T>(items: readonly T[], u: number): T => items[Math.floor(u * items.length)]!;

/** A stand-in for a flow: log density of a Gaussian with one correlation between all pairs of dimensions. */
function correlated(z: Float64Array, dims: number, rho: number): Float64Array {
  // Compound symmetry: eigenvalues 1 - rho (dims - 1 times) and 1 + (dims - 1) rho.
  const logDet = (dims - 1) * Math.log(1 - rho) + Math.log(1 + (dims - 1) * rho);
  return Float64Array.from({ length: z.length / dims }, (_, i) => {
    let sum = 0;
    let square = 0;
    for (let d = 0; d < dims; d++) {
      sum += z[i * dims + d]!;
      square += z[i * dims + d]! ** 2;
    }
    const form = (square - (rho / (1 + (dims - 1) * rho)) * sum * sum) / (1 - rho);
    return -0.5 * (dims * Math.log(2 * Math.PI) + logDet + form);
  });
}

const logDensity = (codec: TableCodec, rows: Table, sample = 0, rho = 0): Float64Array => {
  const { z, logCorrection } = codec.encode(rows, { seed: 1, epoch: sample });
  if (rho === 0) return addStandardNormal(z, logCorrection, codec.dims);
  return correlated(z, codec.dims, rho).map((v, i) => v + logCorrection[i]!);
};

const discrete = tableFromObjects(
  Array.from({ length: 400 }, (_, i) => ({
    grade: uniform(i) < 0.1 ? null : pick(["a", "b", "b", "c"], uniform(i, 1)),
    ok: uniform(i, 2) < 0.3,
    visits: Math.floor(5 * uniform(i, 3) ** 2),
  })),
);
const boundedVisits = (schema: Schema): Schema => ({
  ...schema,
  columns: schema.columns.map((c) =>
    c.name === "visits" ? { ...c, lower: 0, upper: 4 } : c,
  ) as ColumnSchema[],
});
const everyRow = tableFromObjects(
  ["a", "b", "c", null].flatMap((grade) =>
    [true, false].flatMap((ok) => [0, 1, 2, 3, 4].map((visits) => ({ grade, ok, visits }))),
  ),
);

describe("a discrete table's probabilities", () => {
  const codec = fitTableCodec(discrete, boundedVisits(inferSchema(discrete)));

  it("sum to 1 under a standard normal, in one draw, whatever the draw", () => {
    for (const sample of [0, 1, 7]) {
      const total = logDensity(codec, everyRow, sample).reduce((sum, v) => sum + Math.exp(v), 0);
      // 40 terms of rounding.
      expect(Math.abs(total - 1)).toBeLessThan(1e-12);
    }
  });

  it("are the products of the frequencies under a standard normal", () => {
    const objects = toObjects(discrete);
    const share = (keep: (row: (typeof objects)[number]) => boolean): number =>
      objects.filter(keep).length / objects.length;
    const [p] = logDensity(codec, tableFromObjects([{ grade: "b", ok: true, visits: 0 }]));
    const expected = share((r) => r["grade"] === "b") * share((r) => r["ok"] === true);
    const [other] = logDensity(codec, tableFromObjects([{ grade: "c", ok: false, visits: 0 }]));
    const expectedOther = share((r) => r["grade"] === "c") * share((r) => r["ok"] === false);
    expect(Math.exp(p! - other!)).toBeCloseTo(expected / expectedOther, 10);
  });

  it("sum to 1 under a dependent latent, by importance samples", () => {
    const draws = Array.from({ length: 3000 }, (_, k) => logDensity(codec, everyRow, k, 0.5));
    const totals = draws.map((values) => values.reduce((sum, v) => sum + Math.exp(v), 0));
    const mean = totals.reduce((a, b) => a + b, 0) / totals.length;
    const error = Math.sqrt(totals.reduce((sum, v) => sum + (v - mean) ** 2, 0)) / totals.length;
    expect(Math.abs(mean - 1)).toBeLessThan(5 * error);
    expect(error).toBeLessThan(0.01); // or the line above could not fail
  });

  it("are bounded from below by one draw, and approached by many", () => {
    const draws = Array.from({ length: 400 }, (_, k) => logDensity(codec, everyRow, k, 0.6));
    const exact = logMeanExp(draws);
    const average = exact.map((_, i) => draws.reduce((sum, d) => sum + d[i]!, 0) / draws.length);
    exact.forEach((value, i) => expect(average[i]!).toBeLessThanOrEqual(value));
    const few = logMeanExp(draws.slice(0, 8));
    const gap = (of: Float64Array): number =>
      of.reduce((sum, v, i) => sum + (exact[i]! - v), 0) / of.length;
    expect(Math.abs(gap(few))).toBeLessThan(gap(average));
  });
});

describe("a density's change of variables", () => {
  const values = Float64Array.from({ length: 1500 }, (_, i) =>
    uniform(i) < 0.4 ? 0 : Math.exp(normal(i)),
  );
  const source = table({
    amount: values,
    kind: Array.from(values, (v, i) => (v === 0 || uniform(i, 5) < 0.3 ? "x" : "y")),
  });
  const schema = inferSchema(source);

  it("infers the point of mass and the bound", () => {
    expect(schema.columns[0]).toMatchObject({ type: "number", pointMasses: [0], lower: 0 });
  });

  /** What the probability of the point of mass is divided by. */
  const massWidth = (codec: TableCodec): number => {
    const state = codec.toJSON().encoders["amount"]!;
    return state.kind === "number" ? state.pointMassSteps![0]! : NaN;
  };

  it("counts a point of mass over the distance of the values beside it", () => {
    const codec = fitTableCodec(source, schema);
    const width = massWidth(codec);
    const [at] = logDensity(codec, table({ amount: [0], kind: ["x"] }));
    const share = (column: string, value: unknown): number =>
      toObjects(source).filter((row) => row[column] === value).length / 1500;
    // Half a count is granted to the empty stretch below 0.
    expect(
      Math.abs(at! - Math.log((share("amount", 0) * share("kind", "x")) / width)),
    ).toBeLessThan(1e-3);
    // The five least of 900 log-normals lie about 0.01 apart.
    expect(width).toBeGreaterThan(1e-3);
    expect(width).toBeLessThan(0.1);
  });

  it("ranks rows alike in every unit", () => {
    const inUnit = (unit: number): Float64Array => {
      const rows = table({
        amount: values.map((v) => v * unit),
        kind: source.columns[1]!.values as string[],
      });
      return logDensity(fitTableCodec(rows, inferSchema(rows)), rows);
    };
    const [one, other] = [inUnit(1), inUnit(2 ** 10)];
    // All rows move by the logarithm of the unit, points of mass and the rest; powers of two leave only the logarithm's rounding.
    one.forEach((v, i) => expect(Math.abs(v - other[i]! - Math.log(2 ** 10))).toBeLessThan(1e-9));
  });

  // Integrates over `amount` (point of mass and continuous part) and sums over `kind`, with noise held at `sample`.
  const integral = (codec: TableCodec, sample: number, rho: number): number => {
    const steps = 4000;
    const nodes = Float64Array.from(
      { length: steps },
      (_, i) => Math.expm1(9 * ((i + 0.5) / steps)) * 0.01,
    );
    const weights = nodes.map((x) => ((x + 0.01) * 9) / steps); // dx of the substitution x = 0.01 (e^t - 1)
    let total = 0;
    for (const kind of ["x", "y"]) {
      const rows = table({
        amount: Float64Array.of(0, ...nodes),
        kind: Array.from({ length: steps + 1 }, () => kind),
      });
      logDensity(codec, rows, sample, rho).forEach(
        (v, i) => (total += Math.exp(v) * (i === 0 ? massWidth(codec) : weights[i - 1]!)),
      );
    }
    return total;
  };

  it("integrates to 1, the point of mass included", () => {
    const codec = fitTableCodec(source, schema);
    // Midpoint rule, 4000 nodes; kinks at about 40 knots and one jump cost O(1/4000) of their local mass; nodes end at 81
    // (the largest of 900 log-normals is about 25; the fitted tail beyond 81 holds about 1e-5).
    expect(Math.abs(integral(codec, 0, 0) - 1)).toBeLessThan(5e-4);
  });

  it("integrates to 1 under a dependent latent, in the mean over draws", () => {
    const codec = fitTableCodec(source, schema);
    // Each node has its own noise, so one pass averages over 4000 draws of `kind`; the point is one node: average it.
    const totals = Array.from({ length: 60 }, (_, k) => integral(codec, k, 0.5));
    const mean = totals.reduce((a, b) => a + b, 0) / totals.length;
    const error = Math.sqrt(totals.reduce((sum, v) => sum + (v - mean) ** 2, 0)) / totals.length;
    expect(error).toBeLessThan(0.02);
    expect(Math.abs(mean - 1)).toBeLessThan(4 * error + 5e-4);
  });

  it("splits probability and density over missing cells", () => {
    const holes = Float64Array.from(values, (v, i) => (uniform(i, 9) < 0.25 ? NaN : v + 1));
    const codec = fitTableCodec(table({ amount: holes }), inferSchema(table({ amount: holes })));
    expect(codec.dims).toBe(2);
    const [missing, present] = logDensity(codec, table({ amount: [null, 2] }));
    const share = holes.filter(Number.isNaN).length / holes.length;
    // Half a count of smoothing in 1500.
    expect(Math.abs(Math.exp(missing!) - share)).toBeLessThan(1e-3);
    expect(Number.isFinite(present!)).toBe(true);
    // Under a standard normal the ignored value cancels exactly: every draw says the same.
    const again = logDensity(codec, table({ amount: [null, 2] }), 5);
    expect(again[0]!).toBeCloseTo(missing!, 12);
  });

  it("reports a rounded column as a density: probability of the rounding cell over its width", () => {
    const rounded = table({
      x: Float64Array.from({ length: 1000 }, (_, i) => Math.round(normal(i) * 10) / 10),
    });
    const codec = fitTableCodec(rounded, inferSchema(rounded));
    expect(codec.schema.columns[0]).toMatchObject({ type: "number", resolution: 0.1 });
    expect(codec.contributions["x"]).toBe("density");
    const cells = table({ x: Float64Array.from({ length: 401 }, (_, i) => (i - 200) / 10) });
    const total = logDensity(codec, cells).reduce((sum, v) => sum + Math.exp(v) * 0.1, 0);
    // A normal fit has nothing beyond 20 deviations.
    expect(Math.abs(total - 1)).toBeLessThan(1e-10);
  });

  it("leaves no mass in the gaps of rounded numbers that had another unit", () => {
    // Hundredths of an inch in tenths of a millimetre: 0.3, 0.5, 0.8, 1, 1.3, ... beside many zeros.
    const rain = Float64Array.from({ length: 3000 }, (_, i) =>
      i % 3 > 0
        ? 0
        : Math.round(2.54 * Math.ceil(-20 * Math.log(philoxUniform({ seed: 8, row: i })))) / 10,
    );
    const source = table({ rain });
    const codec = fitTableCodec(source, inferSchema(source));
    const drawn = codec.decode(
      Float64Array.from({ length: 20_000 }, (_, i) => philoxNormal({ seed: 9, row: i })),
    );
    const seen = new Set(rain);
    const values = drawn.columns[0]!.values as Float64Array;
    const between = values.filter((value) => value < 5 && !seen.has(value)).length;
    // Places that were never seen share 1 % of the mass at most; below 5 mm each value is seen a dozen times at least.
    expect(between / values.length).toBeLessThan(0.01);
    expect(values.filter((value) => value === 0.5).length / 20_000).toBeCloseTo(
      rain.filter((value) => value === 0.5).length / 3000,
      2,
    );
  });

  it("gives standardised integers back, and mass to their steps alone", () => {
    const [mean, deviation] = [41.37, 6.123];
    const x = Float64Array.from(
      { length: 1000 },
      (_, i) => (Math.round(40 + 6 * normal(i)) - mean) / deviation,
    );
    const codec = fitTableCodec(table({ x }), inferSchema(table({ x })));
    const decoded = codec.decode(codec.encode(table({ x })).z).columns[0]!.values as Float64Array;
    // The step comes from the values by least squares: what is left is their rounding.
    expect(Math.max(...decoded.map((v, i) => Math.abs(v - x[i]!)))).toBeLessThan(1e-11);
    const cells = Float64Array.from({ length: 301 }, (_, k) => (k - 110 - mean) / deviation);
    const total = logDensity(codec, table({ x: cells })).reduce((sum, v) => sum + Math.exp(v), 0);
    expect(Math.abs(total / deviation - 1)).toBeLessThan(1e-10);
  });
});

describe("encoding", () => {
  const codec = fitTableCodec(discrete, inferSchema(discrete));

  it("gives the same numbers chunk by chunk", () => {
    const whole = codec.encode(discrete, { seed: 5, epoch: 2 });
    const objects = toObjects(discrete);
    const second = codec.encode(tableFromObjects([...objects.slice(150), ...objects.slice(0, 0)]), {
      seed: 5,
      epoch: 2,
      firstRow: 150,
    });
    expect([...second.z]).toEqual([...whole.z.subarray(150 * codec.dims)]);
    expect([...second.logCorrection]).toEqual([...whole.logCorrection.subarray(150)]);
  });

  it("changes with the seed and with the draw, and stays near standard normal", () => {
    const a = codec.encode(discrete, { seed: 5 }).z;
    expect([...codec.encode(discrete, { seed: 6 }).z]).not.toEqual([...a]);
    expect([...codec.encode(discrete, { seed: 5, epoch: 1 }).z]).not.toEqual([...a]);
    for (let d = 0; d < codec.dims; d++) {
      const column = a.filter((_, i) => i % codec.dims === d);
      const mean = column.reduce((s, v) => s + v, 0) / column.length;
      const variance = column.reduce((s, v) => s + (v - mean) ** 2, 0) / column.length;
      // 400 rows: five standard errors are 0.25 for the mean and 0.35 for the variance.
      expect(Math.abs(mean)).toBeLessThan(0.25);
      expect(Math.abs(variance - 1)).toBeLessThan(0.35);
    }
  });

  it("survives JSON bit for bit", () => {
    const saved = JSON.parse(JSON.stringify(codec)) as TableCodecState;
    const again = tableCodec(saved).encode(discrete, { seed: 9 });
    const before = codec.encode(discrete, { seed: 9 });
    expect([...again.z]).toEqual([...before.z]);
    expect([...again.logCorrection]).toEqual([...before.logCorrection]);
  });

  it("splits the correction by column", () => {
    const { logCorrection, perColumn } = codec.encode(discrete, { perColumn: true });
    const columns = codec.columns.length;
    for (let i = 0; i < 20; i++) {
      const sum = perColumn!.subarray(i * columns, (i + 1) * columns).reduce((a, b) => a + b, 0);
      expect(sum).toBeCloseTo(logCorrection[i]!, 12);
    }
  });

  it("costs one dimension for a category of 900 values", () => {
    const source = table({
      zip: Array.from({ length: 3000 }, (_, i) => `Z${i % 900}`),
      y: Float64Array.from({ length: 3000 }, (_, i) => normal(i)),
    });
    const wide = fitTableCodec(source, inferSchema(source));
    expect(wide.dims).toBe(2);
    expect(toObjects(wide.decode(wide.encode(source).z)).map((r) => r["zip"])).toEqual(
      toObjects(source).map((r) => r["zip"]),
    );
  });

  it("keeps constants, column order and names, and leaves keys out", () => {
    const source = tableFromObjects(
      Array.from({ length: 60 }, (_, i) => ({ id: i + 1, b: normal(i), unit: "kg", a: i % 3 })),
    );
    const back = fitTableCodec(source, inferSchema(source));
    const decoded = back.decode(back.encode(source).z);
    expect(decoded.columns.map((c) => c.name)).toEqual(["b", "unit", "a"]);
    expect(toObjects(decoded)[7]).toEqual({ b: normal(7), unit: "kg", a: 1 });
  });
});

describe("impossible rows", () => {
  const codec = fitTableCodec(discrete, boundedVisits(inferSchema(discrete)));
  const odd = tableFromObjects([
    { grade: "a", ok: true, visits: 1 },
    { grade: "z", ok: true, visits: 1 },
    { grade: "a", ok: false, visits: 9 },
  ]);

  it("are an error that counts them, or have density 0", () => {
    expect(() => codec.encode(odd)).toThrow(
      /column "grade": expected one of the 3 known values .*got "z" in row 2\./,
    );
    const { logCorrection, impossible, z } = codec.encode(odd, { impossible: "zero" });
    expect(impossible).toEqual([1, 2]);
    expect([...logCorrection].map(Number.isFinite)).toEqual([true, false, false]);
    expect(z.every(Number.isFinite)).toBe(true);
  });
});

describe("the standard normal stand-in", () => {
  it("would notice a wrong correction", () => {
    // The planted bug: a correction that is off by 1 % must break the sum-to-1 test above.
    const codec = fitTableCodec(discrete, boundedVisits(inferSchema(discrete)));
    const { z, logCorrection } = codec.encode(everyRow);
    const wrong = addStandardNormal(
      z,
      logCorrection.map((v) => v + 0.01),
      codec.dims,
    );
    expect(Math.abs(wrong.reduce((s, v) => s + Math.exp(v), 0) - 1)).toBeGreaterThan(5e-3);
    expect(logNormalDensity(0)).toBeCloseTo(-0.9189385332046727, 15);
  });
});

it("draws some of the rows with the noise that they have among all", () => {
  const rows = tableFromObjects(
    Array.from({ length: 60 }, (_, i) => ({
      size: i % 9 === 0 ? null : Math.round(normal(i) * 10),
      colour: pick(["red", "green", "blue"], uniform(i)),
    })),
  );
  const codec = fitTableCodec(rows, inferSchema(rows));
  const codes = codec.read(rows, { firstRow: 7 });
  const how = { seed: 3, epoch: 5, perColumn: true } as const;
  const all = codec.draw({ ...codes, impossible: [4, 30] }, how);
  const numbers = Int32Array.of(30, 2, 59);
  const some = codec.draw({ ...codes, impossible: [4, 30] }, { ...how, numbers });
  const of = (values: Float64Array, width: number) =>
    [...numbers].flatMap((row) => [...values.subarray(row * width, (row + 1) * width)]);
  expect([...some.z]).toEqual(of(all.z, codec.dims));
  expect([...some.logCorrection]).toEqual(of(all.logCorrection, 1));
  expect([...some.perColumn!]).toEqual(of(all.perColumn!, codec.columns.length));
  expect(some.impossible).toEqual([0]);
});
