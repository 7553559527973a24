import { expect, it } from "vitest";
import { atOnce } from "../../../threads/yield-to-event-loop.ts";
import { philoxUniform } from "../../../random/philox.ts";
import { featureMatrix } from "../../../table/quality/feature-matrix.ts";
import { likeColumns } from "../../../table/quality/like-columns.ts";
import { inferSchema } from "../../../table/infer/infer-schema.ts";
import { table, type Table } from "../../../table/table.ts";
import { twoSampleReport } from "./two-sample.ts";

const ROWS = 600;
const uniform = (row: number, stream: number) => philoxUniform({ seed: 9, row, stream });
const rowsOf = (from: number, cells: (row: number) => Record<string, number | string>): Table => {
  const rows = Array.from({ length: ROWS }, (_, i) => cells(from + i));
  return table(
    Object.fromEntries(
      Object.keys(rows[0]!).map((name) => [name, rows.map((row) => row[name]!)]),
    ) as Record<string, number[]>,
  );
};
/** Nothing to tell: columns that are independent of each other. */
const independent = (from: number) =>
  rowsOf(from, (row) => ({
    a: Math.round(30 * uniform(row, 1)),
    b: uniform(row, 2),
    c: uniform(row, 3) < 0.3 ? "x" : "y",
    d: Math.round(5 * uniform(row, 4)),
  }));
/** Trips, a little later at their end than at their beginning; `late` is how much, at least. */
const trips = (from: number, late: number) =>
  rowsOf(from, (row) => {
    const start = 24 * uniform(row, 5);
    return { start, end: start + late + 0.5 * uniform(row, 6) };
  });

it("has references of .5 where nothing differs: other rows, and shuffled columns that share no cell between folds", () => {
  const real = independent(0);
  const found = atOnce(
    twoSampleReport(real, independent(1000), independent(2000), inferSchema(real), 1),
  )!;
  for (const { auc, standardError } of [found.model, found.reference, found.independent])
    expect(Math.abs(auc - 0.5)).toBeLessThanOrEqual(3 * standardError);
  // Without other rows one half is compared with the other.
  const halves = atOnce(twoSampleReport(real, independent(1000), undefined, inferSchema(real), 1))!;
  expect(Math.abs(halves.reference.auc - 0.5)).toBeLessThanOrEqual(
    3 * halves.reference.standardError,
  );
});

it("sees what only the difference of like columns shows", () => {
  const real = trips(0, 0);
  const found = atOnce(
    twoSampleReport(real, trips(1000, -0.25), trips(2000, 0), inferSchema(real), 1),
  )!;
  expect(found.differences).toEqual([["start", "end"]]);
  expect(found.model.auc).toBeGreaterThan(0.65);
  expect(Math.abs(found.reference.auc - 0.5)).toBeLessThanOrEqual(
    3 * found.reference.standardError,
  );
});

it("pairs numbers of one scale, and no categories", () => {
  const mixed = rowsOf(0, (row) => ({
    near: uniform(row, 1),
    nearby: uniform(row, 2),
    far: 1e6 + uniform(row, 3),
    word: uniform(row, 4) < 0.5 ? "x" : "y",
  }));
  expect(likeColumns(featureMatrix(mixed, inferSchema(mixed)))).toEqual([[0, 1]]);
});
