import { describe, expect, it } from "vitest";
import { design } from "couplet/design";
import { column, fitTable, table, TableModel } from "couplet/table";
import type { Table } from "couplet/table";
import { generator } from "../../../../test/random.ts";

/** y = a - b + noise, a and b uniform, and a kind that shifts it. */
function mixes(rows: number, seed: number): Table {
  const { uniform, normal } = generator(seed);
  const a = new Float64Array(rows);
  const b = new Float64Array(rows);
  const kind: string[] = [];
  const y = new Float64Array(rows);
  for (let i = 0; i < rows; i++) {
    a[i] = 10 * uniform();
    b[i] = 10 * uniform();
    kind.push(uniform() < 0.5 ? "x" : "z");
    y[i] = a[i]! - b[i]! + (kind[i] === "x" ? 2 : -2) + 0.3 * normal();
  }
  return table([column("a", a), column("b", b), column("kind", kind), column("y", y)]);
}

const fitted: Promise<Uint8Array> = (async () => {
  using model = await fitTable(mixes(1500, 3), { context: ["y"], epochs: 40, threads: 1, seed: 1 });
  return model.toBytes();
})();
const model = async () => TableModel.fromBytes(await fitted, { threads: 1 });

const numbers = (rows: Table, name: string): Float64Array => {
  const found = rows.columns.find((c) => c.name === name)!;
  if (found.kind !== "number") throw new Error(name);
  return found.values;
};
const kinds = (rows: Table) => rows.columns.find((c) => c.name === "kind")!.values as string[];
const truth = (rows: Table) =>
  numbers(rows, "a").map((a, i) => a - numbers(rows, "b")[i]! + (kinds(rows)[i] === "x" ? 2 : -2));
const meanOf = (values: Float64Array) => values.reduce((sum, v) => sum + v / values.length, 0);

describe("designs by a model that answers any condition", { timeout: 120_000 }, () => {
  const fittedToAll: Promise<Uint8Array> = (async () => {
    using one = await fitTable(mixes(1500, 3), {
      epochs: 40,
      threads: 1,
      seed: 1,
      anyCondition: true,
    });
    return one.toBytes();
  })();
  const modelOfAll = async () => TableModel.fromBytes(await fittedToAll, { threads: 1 });

  it("have the property, more of it the higher they rank, within bounds", async () => {
    using one = await modelOfAll();
    const { rows, information, nats, predicted, warnings, outOfBounds } = await design(one, {
      target: { y: 4 },
      count: 50,
      candidates: 1500,
      bounds: { a: [2, 8] },
      judge: truth,
    });
    expect(rows.rows).toBe(50);
    expect(warnings).toEqual([]);
    expect(outOfBounds).toBeGreaterThan(50);
    expect([...numbers(rows, "y")]).toEqual(Array.from({ length: 50 }, () => 4));
    expect(numbers(rows, "a").every((a) => a >= 2 && a <= 8)).toBe(true);
    const miss = (values: Float64Array) => meanOf(values.map((value) => Math.abs(value - 4)));
    const sampled = await one.sample(500, { given: { y: 4 }, seed: 0 });
    expect(miss(predicted!)).toBeLessThan(miss(truth(sampled)));
    expect(miss(predicted!)).toBeLessThan(1);
    expect(information[0]).toBeGreaterThan(0.5);
    expect(nats.every(Number.isFinite)).toBe(true);
    // log p(y | x) - log p(y): y is known to 0.3 given x, and has a deviation of 4.6 without.
    expect(information[0]).toBeLessThan(Math.log(4.6 / 0.3) + 1);
  });

  it("take other columns as conditions, and warn of what data has never shown", async () => {
    using one = await modelOfAll();
    const { rows, warnings } = await design(one, {
      target: { y: 0 },
      context: { kind: "x" },
      count: 10,
      candidates: 300,
    });
    expect(new Set(kinds(rows))).toEqual(new Set(["x"]));
    expect(warnings).toEqual([]);
    const far = await design(one, { target: { y: 30 }, count: 2, candidates: 20 });
    expect(far.warnings[0]).toMatch(/y = 30 is outside the data's range/);
    await expect(design(one, { target: { y: 0 }, temperature: 0.8 })).rejects.toMatchObject({
      code: "USAGE",
    });
    await expect(design(one, { target: { kind: 1 } })).rejects.toMatchObject({
      code: "CONTEXT_MISMATCH",
    });
  });
});

describe("designs for a wanted property", { timeout: 120_000 }, () => {
  it("have it, the better the higher they rank", async () => {
    using one = await model();
    const { rows, information, predicted, drawn, warnings, nats } = await design(one, {
      target: { y: 4 },
      count: 50,
      judge: truth,
    });
    expect(rows.rows).toBe(50);
    expect(drawn).toBe(2500);
    expect(warnings).toEqual([]);
    expect([...numbers(rows, "y")]).toEqual(Array.from({ length: 50 }, () => 4));
    const miss = (values: Float64Array) => meanOf(values.map((value) => Math.abs(value - 4)));
    const sampled = await one.sample(1000, { context: { y: 4 }, seed: 0 });
    // Of all draws the best ranked are nearer to the wanted value.
    expect(miss(predicted!)).toBeLessThan(miss(truth(sampled)));
    expect(miss(predicted!)).toBeLessThan(0.8);
    information.forEach((value, i) => {
      if (i > 0) expect(value).toBeLessThanOrEqual(information[i - 1]!);
    });
    // The ranking is evidence: of y = 4 the best rows say more than nothing.
    expect(information[0]).toBeGreaterThan(0.5);
    const { nats: scored } = await one.score(rows, { seed: 0 });
    expect(nats).toEqual(scored);
    const again = await design(one, { target: { y: 4 }, count: 50 });
    expect(again.rows).toEqual(rows);
    expect(again.predicted).toBeUndefined();
  });

  it("keep bounds and constraints, and count what they cost", async () => {
    using one = await model();
    const { rows, outOfBounds, refused, warnings } = await design(one, {
      target: { y: 0 },
      count: 20,
      bounds: { a: [2, 6] },
      constraints: [({ kind }) => kind === "x", ({ b }) => Number(b) < 9],
    });
    expect(numbers(rows, "a").every((a) => a >= 2 && a <= 6)).toBe(true);
    expect(numbers(rows, "b").every((b) => b < 9)).toBe(true);
    expect(new Set(kinds(rows))).toEqual(new Set(["x"]));
    expect(outOfBounds).toBeGreaterThan(50);
    expect(refused).toBeGreaterThan(20);
    expect(warnings).toEqual([]);
    const within = mixes(300, 9);
    const { rows: ranged } = await design(one, { target: { y: 0 }, count: 20, bounds: within });
    const [low, high] = [Math.min(...numbers(within, "b")), Math.max(...numbers(within, "b"))];
    expect(numbers(ranged, "b").every((b) => b >= low && b <= high)).toBe(true);
    const few = await design(one, {
      target: { y: 0 },
      count: 20,
      candidates: 20,
      bounds: { a: [2, 6] },
    });
    expect(few.warnings[0]).toMatch(/^\d+ designs of 20: /);
  });

  it("warn of a value that the data has never shown, with the distance", async () => {
    using one = await model();
    const { warnings } = await design(one, { target: { y: 40 }, count: 5 });
    // a - b + 2 ends near 12.
    const match = /y = 40 is outside the data's range, by ([\d.]+) .*end near ([\d.]+)/.exec(
      warnings[0] ?? "",
    );
    expect(Number(match?.[1])).toBeGreaterThan(22);
    expect(Number(match?.[2])).toBeGreaterThan(9);
    expect(Number(match?.[2])).toBeLessThan(18);
  });

  it("refuse what cannot be", async () => {
    using one = await model();
    const refuses = (options: object, code: string, words: string) =>
      expect(design(one, options as never)).rejects.toMatchObject({
        code,
        message: expect.stringContaining(words),
      });
    await refuses({ target: {} }, "CONTEXT_MISMATCH", "a value of a property");
    await refuses({ target: { kind: 1 } }, "CONTEXT_MISMATCH", "one of a, b, y");
    await refuses({ target: { a: 1 } }, "CONTEXT_MISMATCH", "expected one of y, which");
    await refuses({ target: { a: 1, y: 1 } }, "CONTEXT_MISMATCH", "properties of one kind");
    await refuses({ target: { y: NaN } }, "USAGE", "a finite number");
    await refuses({ target: { y: 1 }, context: { y: 2 } }, "USAGE", "other columns");
    await refuses({ target: { y: 1 }, bounds: { a: [5, 2] } }, "USAGE", "low at most high");
    await refuses({ target: { y: 1 }, bounds: { c: [1, 2] } }, "USAGE", 'unknown column "c"');
    await refuses(
      { target: { y: 1 }, bounds: { kind: [1, 2] } },
      "USAGE",
      "a column of another type",
    );
    await refuses(
      { target: { y: 1 }, bounds: { a: [90, 99] }, count: 4 },
      "DATA_INVALID",
      "none of 200",
    );
    await refuses({ target: { y: 1 }, count: 10, candidates: 5 }, "USAGE", "candidates");
    await refuses({ target: { y: 1 }, judge: () => [1] }, "SHAPE_MISMATCH", "one per design");
    await refuses({ targets: { y: 1 } }, "USAGE", "unknown option");
  });
});
