import { expect, it } from "vitest";
import { atOnce } from "../../../threads/yield-to-event-loop.ts";
import { philoxUniform } from "../../../random/philox.ts";
import { featureMatrix } from "../../../table/quality/feature-matrix.ts";
import { shapesAndTrends } from "../../../table/quality/shapes-and-trends.ts";
import { inferSchema } from "../../../table/infer/infer-schema.ts";
import { table, type Table } from "../../../table/table.ts";
import { withChance } from "./chance-scores.ts";

const ROWS = 2161;
const CATEGORIES = 372;
/** 372 equally frequent categories, and a number. */
const drawn = (stream: number): Table => {
  const uniform = Array.from({ length: ROWS }, (_, row) => philoxUniform({ seed: 3, row, stream }));
  return table({
    zone: uniform.map((u) => `zone ${Math.floor(CATEGORIES * u)}`),
    fare: uniform.map((u, row) => u + philoxUniform({ seed: 4, row, stream })),
  });
};

it("is what two samples of one law score: .77 of 372 categories on 2,161 rows", () => {
  const rows = drawn(0);
  const schema = inferSchema(rows, { types: { zone: "category" } });
  const { shapes } = shapesAndTrends(rows, drawn(1), schema);
  const [zone, fare] = atOnce(withChance(shapes, featureMatrix(rows, schema), ROWS, 7));
  // 1 - (K / 2) sqrt(2 / (K n)) sqrt(2 / pi): the mean size of normal differences of K equal shares.
  const expected = 1 - 0.5 * Math.sqrt((4 * CATEGORIES) / (Math.PI * ROWS));
  expect(expected).toBeCloseTo(0.766, 3);
  expect(Math.abs(zone!.chance - expected)).toBeLessThan(0.02);
  expect(zone!.score).toBeGreaterThan(zone!.chanceLow - 0.01);
  // The mean of Kolmogorov's distribution is .8687 / sqrt(n / 2).
  expect(Math.abs(1 - fare!.chance - 0.8687 / Math.sqrt(ROWS / 2))).toBeLessThan(0.006);
  expect(fare!.chanceLow).toBeLessThan(fare!.chance);
});
