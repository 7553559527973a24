import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { philoxNormal, philoxUniform } from "../../random/philox.ts";
import { tableFromObjects, toObjects } from "../../table/table.ts";
import { fitTable } from "../fit/fit-table.ts";
import type { TableModel } from "../table-model.ts";

const normal = (row: number, stream = 0): number => philoxNormal({ seed: 71, row, stream });
const uniform = (row: number, stream = 0): number => philoxUniform({ seed: 72, row, stream });

const source = tableFromObjects(
  Array.from({ length: 900 }, (_, i) => {
    const kind = uniform(i) < 0.7 ? "a" : uniform(i, 1) < 0.9 ? "b" : "c";
    const x = normal(i) + (kind === "a" ? 0 : 1.5);
    const n = Math.round(20 + 5 * x + 3 * normal(i, 1));
    return { kind, x, n, gap: uniform(i, 2) < 0.25 ? null : 0.5 * x + normal(i, 3), double: 2 * n };
  }),
);

let model: TableModel;
let joint: ReturnType<typeof toObjects>;
beforeAll(async () => {
  model = await fitTable(source, { seed: 3, epochs: 10, threads: 1, anyCondition: true });
  joint = toObjects(await model.sample(60_000, { seed: 1 }));
});
afterAll(() => model.dispose());

const mean = (rows: typeof joint, name: string): number =>
  rows.reduce((sum, row) => sum + (row[name] as number), 0) / rows.length;

describe("draws of a model that learnt any condition", () => {
  it.each([
    [{ x: "-2.." }, "rejection", (row: (typeof joint)[number]) => inside(row["x"], -2, 1e9)],
    [{ kind: "b" }, "screened", (row) => row["kind"] === "b"],
    [
      { x: "0.5..1", kind: "c" },
      "proposal",
      (row) => row["kind"] === "c" && inside(row["x"], 0.5, 1),
    ],
    [
      { n: "30..", gap: null },
      "screened",
      (row) => inside(row["n"], 30, 1e9) && row["gap"] === null,
    ],
    [
      { double: "30..36", gap: "..0" },
      "screened",
      (row) => inside(row["double"], 30, 36) && inside(row["gap"], -1e9, 0),
    ],
  ] as [Record<string, string | null>, string, (row: (typeof joint)[number]) => boolean][])(
    "have the law and the probability of the joint rows that meet %j: %s",
    async (given, expected, meets) => {
      const sampled = await model.sample(2000, { seed: 5, given });
      const rows = toObjects(sampled);
      const { method, logProbability, standardError, effective } = sampled.condition!;
      expect(method).toBe(expected);
      expect(rows.every(meets)).toBe(true);
      const met = joint.filter(meets);
      const share = Math.log(met.length / joint.length);
      // Four standard errors of both estimates.
      expect(Math.abs(logProbability - share)).toBeLessThan(
        4 * Math.hypot(standardError, 1 / Math.sqrt(met.length)) + 0.01,
      );
      for (const [name, deviation] of [
        ["x", 1.1],
        ["n", 6.5],
      ] as const)
        expect(Math.abs(mean(rows, name) - mean(met, name))).toBeLessThan(
          4 * deviation * Math.sqrt(1 / effective + 1 / met.length),
        );
    },
  );

  it("keep a value of a continuous column, by proposals, and agree with draws level by level", async () => {
    const given = { x: 1.25 };
    const sampled = await model.sample(1500, { seed: 6, given });
    expect(sampled.condition!.method).toBe("proposal");
    expect(toObjects(sampled).every((row) => row["x"] === 1.25)).toBe(true);
    const near = joint.filter((row) => inside(row["x"], 1.15, 1.35));
    expect(Math.abs(mean(toObjects(sampled), "n") - mean(near, "n"))).toBeLessThan(
      4 * 3.5 * Math.sqrt(1 / sampled.condition!.effective + 1 / near.length),
    );
    // A density of probability by width.
    const density = Math.log(near.length / joint.length / 0.2);
    expect(Math.abs(sampled.condition!.logProbability - density)).toBeLessThan(
      4 * Math.hypot(sampled.condition!.standardError, 1 / Math.sqrt(near.length)) + 0.02,
    );
  });
});

describe("scores given each row's own values", () => {
  it("sum and integrate to 1 over the other columns", async () => {
    // p(kind | x, n, gap, double) over all kinds.
    const rows = toObjects(source).slice(0, 12);
    const asked = rows.flatMap((row) => ["a", "b", "c"].map((kind) => ({ ...row, kind })));
    const { nats } = await model.score(tableFromObjects(asked), {
      given: ["x", "n", "gap", "double"],
      samples: 16,
      impossible: "zero",
    });
    for (let i = 0; i < rows.length; i++) {
      const sum = nats.subarray(3 * i, 3 * i + 3).reduce((total, v) => total + Math.exp(v), 0);
      // 64 completions a row, of which some are worth 20.
      expect(Math.abs(sum - 1)).toBeLessThan(0.5);
    }
    const mean = nats.reduce((total, v) => total + Math.exp(v), 0) / rows.length;
    expect(Math.abs(mean - 1)).toBeLessThan(0.12);
    await expect(model.score(source, { given: ["knd"] })).rejects.toThrow(/Did you mean "kind"/);
  });

  it.each([
    [
      "an integer, and what a relation computes from it",
      ["kind", "x", "gap"],
      Array.from({ length: 76 }, (_, k) => ({
        cells: { n: k - 15, double: 2 * (k - 15) },
        width: 1,
      })),
    ],
    [
      "a cell that may be missing, and a category",
      ["x", "n", "double"],
      ["a", "b", "c"].flatMap((kind) => [
        { cells: { kind, gap: null }, width: 1 },
        // A density: the middles of steps over all that has any.
        ...Array.from({ length: 40 }, (_, k) => ({
          cells: { kind, gap: -4.875 + 0.25 * k },
          width: 0.25,
        })),
      ]),
    ],
  ] as const)("sum and integrate to 1 over %s", async (_, given, places) => {
    const rows = toObjects(source).slice(0, 6);
    const asked = rows.flatMap((row) => places.map(({ cells }) => ({ ...row, ...cells })));
    const { nats } = await model.score(tableFromObjects(asked), {
      given,
      samples: 4,
      impossible: "zero",
    });
    const sums = rows.map((_row, i) =>
      places.reduce((sum, { width }, k) => sum + width * Math.exp(nats[i * places.length + k]!), 0),
    );
    // The probability of the given cells is estimated anew for each of the places of a row, from 64 completions.
    expect(Math.abs(sums.reduce((a, b) => a + b, 0) / rows.length - 1)).toBeLessThan(0.12);
  });
});

function inside(cell: unknown, low: number, high: number): boolean {
  return typeof cell === "number" && cell >= low && cell <= high;
}
