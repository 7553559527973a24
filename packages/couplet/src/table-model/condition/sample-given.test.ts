import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { philoxNormal, philoxUniform } from "../../random/philox.ts";
import { columnNamed, selectRows, table, tableFromObjects, toObjects } from "../../table/table.ts";
import { fitTable } from "../fit/fit-table.ts";
import { TableModel } from "../table-model.ts";

const normal = (row: number, stream = 0): number => philoxNormal({ seed: 41, row, stream });
const uniform = (row: number, stream = 0): number => philoxUniform({ seed: 42, row, stream });

const source = tableFromObjects(
  Array.from({ length: 1500 }, (_, i) => {
    const kind = uniform(i) < 0.55 ? "a" : uniform(i, 1) < 0.985 ? "b" : "rare";
    const x = normal(i) + (kind === "a" ? 0 : 1.5);
    const age = Math.max(18, Math.min(80, Math.round(40 + 9 * normal(i, 1) + 4 * x)));
    return {
      kind,
      x,
      y: 0.8 * x + 0.5 * normal(i, 2),
      age,
      income: uniform(i, 2) < 0.2 ? null : Math.round(20 + age + 5 * normal(i, 3)),
      twice: 2 * age + 1,
    };
  }),
);

let model: TableModel;
let joint: ReturnType<typeof toObjects>;

const numberOf = (row: Record<string, unknown>, name: string): number => row[name] as number;
const mean = (values: readonly number[]): number =>
  values.reduce((a, b) => a + b, 0) / values.length;

beforeAll(async () => {
  model = await fitTable(source, { seed: 3, epochs: 10, threads: 1 });
  joint = toObjects(await model.sample(60_000, { seed: 1 }));
});
afterAll(() => model.dispose());

describe("rows given what some columns are", () => {
  it("are the joint model's rows that meet the condition, by rejection", async () => {
    const given = { kind: "b", age: "35..50" };
    const sampled = await model.sample(3000, { seed: 2, given });
    const rows = toObjects(sampled);
    const wanted = joint.filter(
      (row) => row["kind"] === "b" && numberOf(row, "age") >= 35 && numberOf(row, "age") <= 50,
    );
    expect(sampled.condition).toMatchObject({
      method: "rejection",
      condition: "kind=b, age=35..50",
      effective: 3000,
    });
    expect(rows).toHaveLength(3000);
    for (const row of rows) {
      expect(row["kind"]).toBe("b");
      expect(numberOf(row, "age")).toBeGreaterThanOrEqual(35);
      expect(numberOf(row, "age")).toBeLessThanOrEqual(50);
    }
    const share = wanted.length / joint.length;
    // Both shares have a standard error of at most a hundredth of their size.
    expect(Math.exp(sampled.condition!.logProbability) / share).toBeCloseTo(1, 1);
    expect(sampled.condition!.expectedRows).toBeCloseTo(
      1500 * Math.exp(sampled.condition!.logProbability),
      6,
    );
    // Four standard errors of the difference of two means of deviations near 1.
    for (const name of ["x", "y"])
      expect(
        Math.abs(
          mean(rows.map((r) => numberOf(r, name))) - mean(wanted.map((r) => numberOf(r, name))),
        ),
      ).toBeLessThan(4 * Math.sqrt(1 / 3000 + 1 / wanted.length));
  });

  it("are the same for the same seed, and others in another part of a draw", async () => {
    const given = { kind: "b" };
    const of = async (firstRow: number) =>
      toObjects(await model.sample(5, { seed: 7, given, firstRow }));
    expect(await of(0)).toEqual(await of(0));
    expect(await of(5)).not.toEqual(await of(0));
  });

  it("reach rare conditions level by level, with their probability", async () => {
    const given = { x: { from: 3.2 }, kind: "a" };
    const sampled = await model.sample(1000, { seed: 4, given });
    expect(sampled.condition!.method).toBe("levels");
    const met = joint.filter((row) => row["kind"] === "a" && numberOf(row, "x") >= 3.2);
    const share = met.length / joint.length;
    const error = Math.hypot(sampled.condition!.standardError, 1 / Math.sqrt(met.length));
    expect(Math.abs(sampled.condition!.logProbability - Math.log(share))).toBeLessThan(4 * error);
    for (const row of toObjects(sampled)) {
      expect(row["kind"]).toBe("a");
      expect(numberOf(row, "x")).toBeGreaterThanOrEqual(3.2);
    }
  });

  it("are taken from the rows that the condition was tried on, where a few of a rare one are enough", async () => {
    const given = { x: { from: 2.4 }, kind: "a" };
    const few = await model.sample(40, { seed: 4, given });
    const many = await model.sample(1000, { seed: 4, given });
    expect(few.condition).toMatchObject({ method: "rejection", effective: 40, evaluated: 8192 });
    expect(many.condition!.method).toBe("levels");
    for (const row of toObjects(few)) {
      expect(row["kind"]).toBe("a");
      expect(numberOf(row, "x")).toBeGreaterThanOrEqual(2.4);
    }
    // Two estimates of one probability.
    const error = Math.hypot(few.condition!.standardError, many.condition!.standardError);
    expect(Math.abs(few.condition!.logProbability - many.condition!.logProbability)).toBeLessThan(
      4 * error,
    );
  });

  it("begin with other rows for another seed and other parameters", async () => {
    const given = { kind: "b" };
    const draw = async (of: TableModel, seed: number) =>
      toObjects(await of.sample(5, { seed, given }));
    const first = await draw(model, 11);
    const other = await draw(model, 12);
    expect(other).not.toEqual(first);
    expect(await draw(model, 11)).toEqual(first);
    const copy = await TableModel.fromBytes(model.toBytes(), { threads: 1 });
    expect(await draw(copy, 11)).toEqual(first);
    copy.flow.setParameters(copy.flow.parameters.map((value) => 0.9 * value));
    const changed = await draw(copy, 11);
    expect(changed).not.toEqual(first);
    const anew = await TableModel.fromBytes(copy.toBytes(), { threads: 1 });
    expect(changed).toEqual(await draw(anew, 11));
    copy.dispose();
    anew.dispose();
  });

  it("reach a category that four rows of a thousand have", async () => {
    const sampled = await model.sample(500, { seed: 4, given: { kind: "rare" } });
    const met = joint.filter((row) => row["kind"] === "rare");
    const { method, logProbability, standardError, expectedRows } = sampled.condition!;
    expect(method).toBe("levels");
    expect(expectedRows).toBeLessThan(30);
    expect(Math.abs(logProbability - Math.log(met.length / joint.length))).toBeLessThan(
      4 * Math.hypot(standardError, 1 / Math.sqrt(met.length)),
    );
    expect(toObjects(sampled).every((row) => row["kind"] === "rare")).toBe(true);
  });

  it("have missing cells, and columns that relations compute, as asked for", async () => {
    expect(model.schema.relations?.map(({ kind }) => kind)).toContain("sum");
    const missing = await model.sample(200, { seed: 5, given: { income: null } });
    expect(toObjects(missing).every((row) => row["income"] === null)).toBe(true);
    const text = await model.sample(10, { seed: 5, given: { income: "" } });
    expect(toObjects(text).every((row) => row["income"] === null)).toBe(true);
    const computed = toObjects(await model.sample(300, { seed: 6, given: { twice: 91 } }));
    expect(computed.every((row) => row["twice"] === 91 && row["age"] === 45)).toBe(true);
  });

  it("keep a value of a continuous column to the last bit; others follow their conditional law", async () => {
    const x = 1.2345678901;
    const sampled = await model.sample(2000, { seed: 8, given: { x } });
    const rows = toObjects(sampled);
    expect(rows.every((row) => row["x"] === x)).toBe(true);
    expect(sampled.condition!.effective).toBeGreaterThan(300);
    const near = joint.filter((row) => Math.abs(numberOf(row, "x") - x) < 0.1);
    const difference =
      mean(rows.map((r) => numberOf(r, "y"))) - mean(near.map((r) => numberOf(r, "y")));
    // Deviation .6 of y given x.
    expect(Math.abs(difference)).toBeLessThan(
      4 * 0.6 * Math.sqrt(1 / sampled.condition!.effective + 1 / near.length),
    );
  });

  it.each([
    [{ kin: "a" }, /Did you mean "kind"/],
    [{ kind: "c" }, /one of "a", "b", "rare"/],
    [{ kind: "a..b" }, /got "a..b"/],
    [{ kind: { from: "a" } }, /have no order/],
    [{ age: "50..40" }, /whose end is not below/],
    [{ age: null }, /never missing in training/],
    [{ age: "old" }, /^given: expected "age" to be an integer, got "old"\.$/],
    [{ age: ".." }, /a beginning or an end, got age=\.\./],
    // Not a missing cell, which incomes have.
    [{ income: Infinity }, /a finite number, got income=Infinity/],
    [{ income: "-inf" }, /a finite number, got income=-inf/],
    [{ income: { from: NaN } }, /whose end is not below/],
  ])("refuses %j", async (given, message) => {
    await expect(model.sample(1, { given })).rejects.toThrow(message);
  });

  it("refuses what excludes itself, and another temperature", async () => {
    await expect(
      model.sample(1, { seed: 1, given: { age: "30..35", twice: "100..110" } }),
    ).rejects.toMatchObject({ code: "NOT_CONVERGED" });
    await expect(model.sample(1, { given: { kind: "a" }, temperature: 0.5 })).rejects.toMatchObject(
      { code: "USAGE" },
    );
  });
});

describe("scores given a condition", () => {
  it("are the log density less that of the condition", async () => {
    const rows = selectRows(source, [0, 1, 2, 3, 4, 5, 6, 7]);
    const plain = await model.score(rows);
    const scored = await model.score(rows, { given: { kind: "a" }, impossible: "zero" });
    const kinds = columnNamed(rows, "kind").values;
    for (const [row, kind] of kinds.entries())
      if (kind === "a")
        expect(scored.nats[row]).toBeCloseTo(
          plain.nats[row]! - scored.condition!.logProbability,
          9,
        );
      else expect(scored.nats[row]).toBe(-Infinity);
    await expect(model.score(rows, { given: { kind: "b" } })).rejects.toThrow(/kind=b/);
  });

  it("integrate to 1 over the columns that a condition leaves open", async () => {
    const two = table({
      x: columnNamed(source, "x").values as Float64Array,
      y: columnNamed(source, "y").values as Float64Array,
    });
    using pair = await fitTable(two, { seed: 3, epochs: 5, threads: 1 });
    const x = 0.7;
    const step = 0.02;
    const y = Float64Array.from({ length: 500 }, (_, i) => -4.5 + i * step);
    const { nats, condition } = await pair.score(table({ x: new Float64Array(500).fill(x), y }), {
      given: { x },
    });
    const total = nats.reduce((sum, value) => sum + step * Math.exp(value), 0);
    expect(condition!.standardError).toBeLessThan(0.05);
    expect(Math.abs(Math.log(total))).toBeLessThan(4 * condition!.standardError);
  });
});
