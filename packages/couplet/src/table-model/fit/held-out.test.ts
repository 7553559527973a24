import { describe, expect, it } from "vitest";
import { inferSchema } from "../../table/infer/infer-schema.ts";
import { selectRows, table, tableFromObjects } from "../../table/table.ts";
import { philoxNormal, philoxUniform } from "../../random/philox.ts";
import { fitAndReadInPieces } from "../../table/encode/table-codec.ts";
import type { Table } from "../../table/table.ts";
import { JsonFields } from "../../file/json-fields.ts";
import { percentileAmong } from "./held-out.ts";
import { heldOutReport, simpleScoresInPieces } from "./held-out-report.ts";
import { atOnce } from "../../threads/yield-to-event-loop.ts";
import { parseHeldOut } from "./parse-held-out.ts";

const source = table({ x: Float64Array.from({ length: 100 }, (_, i) => ((i * 37) % 100) + 0.5) });
const schema = inferSchema(source);
const rest = Int32Array.from({ length: 99 }, (_, i) => i + 1);
const reportOf = (scores: Float64Array, rows: Table) =>
  heldOutReport(scores, atOnce(simpleScoresInPieces(source, rows, schema)));
/** The distribution that a model would save of these held-out scores. */
const quantiles = (scores: number[]): readonly number[] => {
  const rows = table({ x: Float64Array.from(scores, (_, i) => (i % 100) + 0.5) });
  return reportOf(Float64Array.from(scores), rows).quantiles;
};
const first = (n: number): number[] => Array.from({ length: n }, (_, i) => i);

describe("percentiles among held-out rows", () => {
  it("count the rows that are less likely", () => {
    const saved = quantiles(first(1000).map((i) => (i * 7919) % 1000));
    for (const score of [0, 100, 499.5, 731, 999])
      // 201 points of 1000: between two of them the place is interpolated.
      expect(Math.abs(percentileAmong(saved, score) - (100 * score) / 999)).toBeLessThan(0.1);
    expect(percentileAmong(saved, -5)).toBe(0);
    expect(percentileAmong(saved, 5000)).toBe(100);
    expect(percentileAmong(saved, -Infinity)).toBe(0);
  });

  it("keep tied rows together", () => {
    const saved = quantiles([...first(500).map(() => -2), ...first(500).map(() => -1)]);
    expect(percentileAmong(saved, -2)).toBe(0);
    expect(percentileAmong(saved, -1.9)).toBeGreaterThan(49);
    expect(Math.abs(percentileAmong(saved, -1) - 50)).toBeLessThan(1);
    expect(percentileAmong(saved, 0)).toBe(100);
  });

  it("have a place for held-out rows of probability 0", () => {
    const saved = quantiles([...first(100).map(() => -Infinity), ...first(100)]);
    expect(percentileAmong(saved, -Infinity)).toBe(0);
    expect(Math.abs(percentileAmong(saved, -0.5) - 50)).toBeLessThan(1);
    expect(Math.abs(percentileAmong(saved, 49.5) - 75)).toBeLessThan(1);
    // A file has null for -infinity.
    const report = { rows: 200, flow: { nats: 0, standardError: 0 }, baselines: [] };
    const text = JSON.stringify({ ...report, quantiles: saved, quantilesOfOneDraw: saved });
    const read = parseHeldOut(new JsonFields(JSON.parse(text), "heldOut"));
    expect(read).toMatchObject({ quantiles: saved, quantilesOfOneDraw: saved });
  });
});

describe("held-out rows of probability 0", () => {
  it("are counted, and leave the means of the others as they are", () => {
    const scores = Float64Array.from({ length: 100 }, (_, i) => -(i % 7) / 2);
    const without = reportOf(scores.subarray(1), selectRows(source, rest));
    const far = scores.slice();
    far[0] = -Infinity;
    const found = reportOf(far, source);
    expect(found.impossible).toBe(1);
    expect(found.flow.nats).toBeCloseTo(without.flow.nats, 12);
    expect(found.baselines.map(({ advantage }) => Number.isFinite(advantage))).toEqual(
      without.baselines.map(() => true),
    );
    found.baselines.forEach(({ advantage }, i) =>
      expect(advantage).toBeCloseTo(without.baselines[i]!.advantage, 9),
    );
    expect(JSON.stringify(found.flow)).not.toContain("null");
  });
});

describe("simple models", () => {
  it("score the same whether they read the rows themselves or a codec of the rows has", () => {
    // Bounds, a list of values, dates, missing cells, categories, an order; a column near normal, which is standardised.
    const of = (n: number, from: number): Table =>
      tableFromObjects(
        Array.from({ length: n }, (_, i) => {
          const at = (stream: number): number => philoxUniform({ seed: 5, row: from + i, stream });
          const low = Math.round(100 * at(0) ** 2) / 100;
          return {
            low: low.toFixed(2),
            high: (low + Math.round(300 * at(1)) / 100).toFixed(2),
            doors: String([1, 2, 4][Math.floor(3 * at(2))]),
            colour: at(3) < 0.1 ? "" : "abc"[Math.floor(3 * at(4))],
            day: `2024-0${1 + Math.floor(9 * at(5))}-1${Math.floor(10 * at(6))}`,
            normal: philoxNormal({ seed: 6, row: from + i, stream: 0 }),
          };
        }),
      );
    const [training, heldOut] = [of(400, 0), of(60, 400)];
    const inferred = inferSchema(training);
    const order = { kind: "order", low: ["low"], high: "high" } as const;
    const related = { ...inferred, relations: [order] };
    const transforms = new Set(
      related.columns.map((column) => ("transform" in column ? column.transform : undefined)),
    );
    expect(transforms).toContain("standard");
    const quantiles = {
      ...related,
      columns: related.columns.map((column) =>
        "transform" in column ? { ...column, transform: "quantile" as const } : column,
      ),
    };
    for (const each of [related, quantiles]) {
      const known = atOnce(fitAndReadInPieces(training, each));
      expect(atOnce(simpleScoresInPieces(training, heldOut, each, known))).toEqual(
        atOnce(simpleScoresInPieces(training, heldOut, each)),
      );
    }
  });
});
