/** Tables full of relations, with relations kept and without: the held-out score is no worse than that of any simple model in the report. */
import { expect, it } from "vitest";
import { philoxNormal, philoxUniform } from "../../random/philox.ts";
import { type Table, table } from "../../table/table.ts";
import { fitTable } from "./fit-table.ts";

const uniform = (row: number, stream: number): number => philoxUniform({ seed: 41, row, stream });
const normal = (row: number, stream: number): number => philoxNormal({ seed: 42, row, stream });
const many = <T>(count: number, of: (i: number) => T): T[] =>
  Array.from({ length: count }, (_, i) => of(i));
const rounded = (value: number, digits: number): number => Number(value.toFixed(digits));

/** Three shares in tenths that sum to 100. */
function shares(): Table {
  const rows = many(1500, (i) => {
    const raw = [1, 2, 3].map((k) => -Math.log(uniform(i, 2 * k) * uniform(i, 2 * k + 1)));
    const [a, b] = raw.map((value) =>
      rounded((100 * value) / (raw[0]! + raw[1]! + raw[2]!), 1),
    ) as [number, number];
    return [a, b, rounded(100 - a - b, 1)];
  });
  const column = (k: number) => rows.map((row) => row[k]!);
  return table({ a: column(0), b: column(1), c: column(2) });
}

/** A grade of 35, the seven it belongs to, and a rate that it decides. */
function grades(): Table {
  const grade = many(2000, (i) => Math.floor(35 * uniform(i, 11) ** 1.3));
  return table({
    sub_grade: grade.map((k) => `${"ABCDEFG"[Math.floor(k / 5)]}${(k % 5) + 1}`),
    grade: grade.map((k) => "ABCDEFG"[Math.floor(k / 5)]!),
    rate: grade.map((k) => rounded(5.7 + 0.79 * k + 0.1 * ((k * 7) % 5), 1)),
  });
}

/** Orders with the date of dispatch, and amounts with their tax and sum. */
function orders(): Table {
  const day = (k: number) => new Date(Date.UTC(2023, 0, 1 + k)).toISOString().slice(0, 10);
  const ordered = many(2000, (i) => Math.floor(700 * uniform(i, 21)));
  const net = many(2000, (i) => rounded(Math.exp(4 + 0.8 * normal(i, 22)), 2));
  return table({
    ordered: ordered.map(day),
    shipped: ordered.map((k, i) =>
      day(k + [0, 1, 1, 2, 2, 3, 5, 8][Math.floor(8 * uniform(i, 23))]!),
    ),
    net,
    vat: net.map((value) => rounded(0.2 * value, 2)),
    gross: net.map((value) => rounded(value + rounded(0.2 * value, 2), 2)),
    items: many(2000, (i) => [1, 1, 1, 2, 2, 3, 4][Math.floor(7 * uniform(i, 24))]!),
  });
}

/** Draws of the noise in discrete cells, and a covariance that is shrunk a little: what is level may be this far behind. */
const LEVEL = 0.03;

it.each([
  ["shares that sum to 100", shares],
  ["a grade that decides others", grades],
  ["dates, amounts and sums", orders],
])("%s", { timeout: 900_000 }, async (_name, make) => {
  for (const relations of ["auto", "none"] as const) {
    const model = await fitTable(make(), { relations, threads: 2, seed: 1 });
    const kept = (model.schema.relations ?? []).length;
    model.dispose();
    expect(kept > 0, relations).toBe(relations === "auto");
    const { flow, baselines } = model.heldOut;
    for (const { name, nats } of baselines)
      expect(flow.nats, `${relations}: ${name}`).toBeGreaterThan(nats - LEVEL);
  }
});
