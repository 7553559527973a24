import { describe, expect, it } from "vitest";
import { philoxUniform } from "../../random/philox.ts";
import { inferSchema } from "../infer/infer-schema.ts";
import { table, type Table } from "../table.ts";
import { independentBaseline } from "./baselines.ts";
import { isDiscreteHeavy, jointFrequencyBaseline } from "./joint-frequencies.ts";

const uniform = (row: number, stream: number): number => philoxUniform({ seed: 5, row, stream });

/** Two categories that repeat each other in three rows of four, and are independent in the fourth. */
const twins = (from: number, count: number): Table => {
  const first = Array.from(
    { length: count },
    (_, i) => "abcd"[Math.floor(4 * uniform(from + i, 0))]!,
  );
  return table({
    first,
    second: first.map((value, i) =>
      uniform(from + i, 1) < 0.75 ? value : "abcd"[Math.floor(4 * uniform(from + i, 2))]!,
    ),
  });
};

/** Categories with too many combinations for any to come twice. */
const scattered = (from: number, count: number): Table =>
  table(
    Object.fromEntries(
      Array.from({ length: 20 }, (_, j) => [
        `c${j}`,
        Array.from({ length: count }, (_, i) => (uniform(from + i, j) < 0.5 ? "x" : "y")),
      ]),
    ),
  );

const mean = (values: Float64Array): number => values.reduce((a, b) => a + b, 0) / values.length;

describe("joint frequencies", () => {
  it("reach the entropy of a few combinations", () => {
    const train = twins(0, 4000);
    const schema = inferSchema(train);
    const score = mean(jointFrequencyBaseline(train, schema).logDensity(twins(4000, 2000)));
    const [same, other] = [0.25 * (0.75 + 0.0625), 0.25 * 0.0625];
    const entropy = -(4 * same * Math.log(same) + 12 * other * Math.log(other));
    // 2,000 rows of standard deviation 1.1: four standard errors are 0.1.
    expect(Math.abs(score + entropy)).toBeLessThan(0.1);
  });

  it("sum to 1 over all combinations", () => {
    const train = twins(0, 300);
    const schema = inferSchema(train);
    const all = table({
      first: Array.from("abcd").flatMap((v) => [v, v, v, v]),
      second: Array.from("abcdabcdabcdabcd"),
    });
    const total = jointFrequencyBaseline(train, schema)
      .logDensity(all)
      .reduce((sum, value) => sum + Math.exp(value), 0);
    // Shares add up in floating point.
    expect(total).toBeCloseTo(1, 9);
  });

  it("fall back on independent columns where every row is a combination of its own", () => {
    const train = scattered(0, 500);
    const schema = inferSchema(train);
    const held = scattered(500, 300);
    const joint = mean(jointFrequencyBaseline(train, schema).logDensity(held));
    const independent = mean(independentBaseline(train, schema).logDensity(held));
    expect(isDiscreteHeavy(schema)).toBe(true);
    // 500 of 2^20 combinations: leave-one-out gives the joint part next to no weight.
    expect(Math.abs(joint - independent)).toBeLessThan(0.05);
  });
});
