/** A column's unit changes densities by its logarithm, samples by itself, and nothing else: from 1e-300 to 1e300. */
import { describe, expect, it } from "vitest";
import { philoxNormal } from "../../random/philox.ts";
import { normalCdf } from "../../statistics/normal.ts";
import { inferSchema } from "../infer/infer-schema.ts";
import { type ColumnValues, table } from "../table.ts";
import { fitTableCodec, tableCodec } from "./table-codec.ts";

const ROWS = 400;
const normal = (row: number, stream: number): number => philoxNormal({ seed: 9, row, stream });

/** Columns by their shape; powers of two as units leave every digit as it is. */
const columns: Readonly<Record<string, (row: number) => number>> = {
  normal: (row) => normal(row, 1),
  "far from zero": (row) => 50 + normal(row, 2),
  skewed: (row) => Math.exp(normal(row, 3)),
  "heavy tails": (row) => normal(row, 4) / Math.max(0.02, normalCdf(normal(row, 5))),
  "points of mass": (row) => (row % 5 === 0 ? 0.123456789 : normal(row, 6) ** 3),
  "zeros and positive": (row) => (row % 3 === 0 ? 0 : Math.exp(normal(row, 7))),
};

/** As numbers, and as texts of all digits. */
const storages: Readonly<Record<string, (values: Float64Array) => ColumnValues>> = {
  numbers: (values) => values,
  texts: (values) => Array.from(values, String),
};

describe.each([2 ** -997, 2 ** -500, 2 ** 500, 2 ** 980])("unit %d", (unit) => {
  it.each(Object.entries(columns))("%s", (name, value) => {
    const stored = storages[name === "skewed" ? "texts" : "numbers"]!;
    const plain = Float64Array.from({ length: ROWS }, (_, row) => value(row));
    const [own, other] = [plain, plain.map((x) => x * unit)].map((x) => {
      const rows = table({ x: stored(x) });
      const fitted = fitTableCodec(rows, inferSchema(rows));
      // As a file has it.
      const codec = tableCodec(JSON.parse(JSON.stringify(fitted.toJSON())) as never);
      const encoded = codec.encode(rows);
      const back = Float64Array.from(codec.decode(encoded.z).columns[0]!.values as never, Number);
      return { ...encoded, back };
    });
    // Means and deviations are computed at a scale of their own, and rounded there.
    const near = (a: Float64Array, b: (value: number) => number) =>
      a.forEach((value, i) => expect(Math.abs(value - b(i))).toBeLessThan(1e-9));
    near(other!.z, (i) => own!.z[i]!);
    near(other!.logCorrection, (i) => own!.logCorrection[i]! - Math.log(unit));
    near(
      other!.back.map((x) => x / unit),
      (i) => own!.back[i]!,
    );
  });
});
