import { expect, it } from "vitest";
import { philoxNormal, philoxUniform } from "../../random/philox.ts";
import { inferSchema } from "../../table/infer/infer-schema.ts";
import { columnNamed, table } from "../../table/table.ts";
import { atOnce } from "../../threads/yield-to-event-loop.ts";
import { fitTable } from "./fit-table.ts";
import { linearNumbers } from "./linear-numbers.ts";

const uniform = (row: number, stream: number): number => philoxUniform({ seed: 31, row, stream });
const normal = (row: number, stream: number): number => philoxNormal({ seed: 32, row, stream });
const tenths = (value: number): number => Math.round(10 * value) / 10;

/** Three shares that sum to 100 but for the rounding to tenths. */
function shares(rows: number) {
  const parts = Array.from({ length: rows }, (_, i) => {
    const raw = [1, 2, 3].map(
      (k) => -Math.log(uniform(i, 2 * k)) - Math.log(uniform(i, 2 * k + 1)),
    );
    const sum = raw[0]! + raw[1]! + raw[2]!;
    return raw.map((value) => tenths((100 * value) / sum));
  });
  return table({
    a: parts.map((row) => row[0]!),
    b: parts.map((row) => row[1]!),
    c: parts.map((row) => row[2]!),
  });
}

it("gives shares whose relation is not modelled a model as good as the Gaussian of the numbers, within their bounds", async () => {
  const model = await fitTable(shares(2400), {
    relations: "none",
    epochs: 1,
    threads: 1,
    blas: false,
    seed: 3,
  });
  const transforms = model.schema.columns.map((column) =>
    column.type === "number" ? column.transform : column.type,
  );
  expect(transforms).toEqual(["standard", "standard", "standard"]);
  expect(model.schema.columns[0]!.reason).toMatch(/standardised: a Gaussian of the numbers is \d/);
  const { flow, baselines } = model.heldOut;
  const of = (name: string) => baselines.find((baseline) => baseline.name === name)!.nats;
  // 4 nats between them; the flow's Gaussian is shrunk a little as the validation rows like it.
  expect(flow.nats).toBeGreaterThan(of("Gaussian") - 0.05);
  expect(flow.nats).toBeGreaterThan(of("Gaussian copula") + 2);
  const drawn = await model.sample(2000, { seed: 1 });
  const values = (name: string) => Array.from(columnNamed(drawn, name).values, Number);
  const [a, b, c] = ["a", "b", "c"].map(values) as [number[], number[], number[]];
  for (const column of model.schema.columns)
    if (column.type === "number" && column.lower !== undefined)
      expect(Math.min(...values(column.name))).toBeGreaterThanOrEqual(column.lower);
  const off = a.map((value, i) => Math.abs(value + b[i]! + c[i]! - 100)).sort((x, y) => x - y);
  expect(off[1600]!).toBeLessThan(0.25);
  // Rows at a bound have a density, too: that of the cell that reaches beyond.
  const atBound = await model.score(table({ a: [0], b: [40], c: [60] }));
  expect(Number.isFinite(atBound.nats[0])).toBe(true);
  model.dispose();
});

it("leaves numbers to their quantiles where those say more, or where rows are few", () => {
  const skewed = table({
    a: Array.from({ length: 600 }, (_, i) => tenths(10 * Math.exp(normal(i, 1)))),
    b: Array.from({ length: 600 }, (_, i) => tenths(10 * Math.exp(normal(i, 1) + normal(i, 2)))),
  });
  const schema = inferSchema(skewed);
  expect(atOnce(linearNumbers(schema, skewed))).toBe(schema);
  const few = shares(150);
  const ofFew = inferSchema(few);
  expect(atOnce(linearNumbers(ofFew, few))).toBe(ofFew);
});
