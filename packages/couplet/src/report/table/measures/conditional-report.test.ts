/** Calibration under a context: a right law passes, a wrong one is named. */
import { describe, expect, it } from "vitest";
import { generator } from "../../../../../../test/random.ts";
import { conditionalCalibration } from "../../../diagnostics/conditional-calibration.ts";
import type { Density } from "../../../diagnostics/density.ts";
import { regionCoverage } from "../../../diagnostics/region-coverage.ts";
import { simulationBasedCalibration } from "../../../diagnostics/simulation-based-calibration.ts";
import { tarp } from "../../../diagnostics/tarp.ts";
import { philoxNormal } from "../../../random/philox.ts";
import { table } from "../../../table/table.ts";
import { fitTable } from "../../../table-model/fit/fit-table.ts";
import { renderTableReport } from "../figures/render.ts";
import { tableReport } from "../table-report.ts";
import { conditionalReport } from "./conditional-report.ts";
import type { ConditionalReport } from "./conditional-report.ts";

/** The first of each group of rectangles in a chart. */
const RECTANGLES =
  /<g[^>]* aria-label="rect"[^>]*>\s*<rect[^>]*? height="([\d.-]+)"[^>]*? y="([\d.-]+)"/gu;

const LEVELS = [0.1, 0.3, 0.5, 0.7, 0.9] as const;
const ROWS = 400;

/** Of a context c: a ~ N(c, 1), b ~ N(-c, (spread)^2) with correlation r. */
function lawOf({ r, spread }: { r: number; spread: number }): Density {
  return {
    spec: { dims: 2, context: 1 },
    columns: ["a", "b"],
    logProb(rows, { context } = {}) {
      const own = context!;
      return Promise.resolve(
        own.map((c, i) => {
          const u = rows[2 * i]! - c;
          const v = (rows[2 * i + 1]! + c) / spread;
          const square = (u * u - 2 * r * u * v + v * v) / (1 - r * r);
          return -square / 2 - Math.log(2 * Math.PI * spread * Math.sqrt(1 - r * r));
        }),
      );
    },
    sample(count, { context, seed = 0 } = {}) {
      const out = new Float64Array(2 * count);
      for (let i = 0; i < count; i++) {
        const u = philoxNormal({ seed, row: i, stream: 1 });
        const v = philoxNormal({ seed, row: i, stream: 2 });
        out[2 * i] = context![i]! + u;
        out[2 * i + 1] = spread * (r * u + Math.sqrt(1 - r * r) * v) - context![i]!;
      }
      return Promise.resolve(out);
    },
  };
}

/** Rows of the law of correlation .8 and spread 1. */
const { normal } = generator(8);
const context = Float64Array.from({ length: ROWS }, () => normal());
const rows = new Float64Array(2 * ROWS);
for (let i = 0; i < ROWS; i++) {
  const [u, v] = [normal(), normal()];
  rows[2 * i] = context[i]! + u;
  rows[2 * i + 1] = 0.8 * u + 0.6 * v - context[i]!;
}
const about = { variables: ["a", "b"], given: ["c"] };
const options = { context, levels: LEVELS, seed: 5 };

async function judged(model: Density): Promise<ConditionalReport> {
  return conditionalReport(await conditionalCalibration("test", model, rows, options), about);
}

describe("a conditional law", () => {
  it("that is right passes: bars and coverage within their bands", async () => {
    const report = await judged(lawOf({ r: 0.8, spread: 1 }));
    expect(report).toMatchObject({ given: ["c"], rows: ROWS, draws: 99, calibrated: true });
    expect(report.text).toBe(
      "Calibrated given c, as far as 400 rows show: none of 4 tests rejects (1 % level, Holm).",
    );
    for (const { share } of report.ranks) {
      expect(share.reduce((sum, value) => sum + value, 0)).toBeCloseTo(1, 12);
      // One bar of twenty lies outside by chance; the seed is fixed.
      const outside = share.filter((v) => v < report.band[0] || v > report.band[1]);
      expect(outside.length).toBeLessThanOrEqual(2);
    }
    const { nominal, observed, low, high } = report.tarp;
    expect(nominal).toEqual(LEVELS);
    nominal.forEach((_, i) => {
      expect(observed[i]).toBeGreaterThan(low[i]! - 0.02);
      expect(observed[i]).toBeLessThan(high[i]! + 0.02);
    });
  });

  it("that is too narrow in one column is named, with the column", async () => {
    const report = await judged(lawOf({ r: 0.8, spread: 0.5 }));
    expect(report.calibrated).toBe(false);
    expect(report.text).toMatch(
      /^Not calibrated given c: .*ranks of b \(p < 0\.0001\): the model's law is too narrow/u,
    );
    expect(report.text).not.toMatch(/ranks of a/u);
    expect(report.text).toMatch(/random points \(TARP\) .* in its variables or in how they go/u);
    expect(report.tarp.observed.some((v, i) => v < report.tarp.low[i]!)).toBe(true);
    const [first, ...others] = report.ranks[1]!.share;
    expect(Math.min(first!, others.at(-1)!)).toBeGreaterThan(report.band[1]);
  });

  it("that is wrong only in how columns go together passes by ranks, and not by regions", async () => {
    const report = await judged(lawOf({ r: -0.8, spread: 1 }));
    for (const { pValue } of report.ranks) expect(pValue).toBeGreaterThan(0.01);
    expect(report.calibrated).toBe(false);
    expect(report.text).toMatch(/highest-density regions \(p < 0\.0001\): the model's law is too/u);
  });

  it("is judged by one set of draws to the figures of each diagnostic by itself", async () => {
    const model = lawOf({ r: 0.5, spread: 1 });
    const together = await conditionalCalibration("test", model, rows, options);
    expect(together.ranks).toEqual(await simulationBasedCalibration(model, rows, options));
    expect(together.tarp).toEqual(await tarp(model, rows, options));
    expect(together.regions).toEqual(await regionCoverage(model, rows, options));
  });
});

it("is in the report of a table's model with context columns, which warns of a wrong law", async () => {
  const wave = (count: number, noise: number, from: number) => {
    const at = (i: number, stream: number) => philoxNormal({ seed: 9, row: from + i, stream });
    const c = Array.from({ length: count }, (_, i) => at(i, 1));
    return table({ c, y: c.map((value, i) => 2 * value + noise * at(i, 2)) });
  };
  const data = wave(600, 0.5, 0);
  const model = await fitTable(data, { context: ["c"], epochs: 25, seed: 3 });
  try {
    const drawn = await model.sample(600, { seed: 4, context: wave(600, 0.5, 1000) });
    const right = await tableReport(model, drawn, { samples: 2000 });
    expect(right.conditional).toMatchObject({ given: ["c"], rows: 500, calibrated: true });
    expect(right.conditional!.ranks.map(({ column }) => column)).toEqual(["y"]);
    const told = ({ warnings }: typeof right) => warnings.map(({ message }) => message).join("\n");
    expect(told(right)).not.toMatch(/calibrated given/u);
    // The regions of the coverage are those of each row's own context.
    expect(right.calibration.regionRows).toBe(500);
    expect(await renderTableReport(right)).toContain(
      "regions of 500, each among draws of its own, given its c.",
    );
    const half = right.calibration.regions.nominal.indexOf(0.5);
    expect(Math.abs(right.calibration.regions.observed[half]! - 0.5)).toBeLessThan(0.1);

    const wrong = await tableReport(model, wave(600, 1.2, 2000), { samples: 2000 });
    expect(wrong.conditional!.calibrated).toBe(false);
    expect(told(wrong)).toMatch(
      /Not calibrated given c: .*ranks of y \(p < 0\.0001\): the model's law is too narrow/u,
    );
    const page = await renderTableReport(wrong);
    expect(page).toContain("Calibration given c");
    expect(page).toContain("Ranks of y among draws, given c");
    expect(page).toContain("Expected coverage of all columns together (TARP)");
    expect(page).toMatch(/<p[^>]*>Not calibrated given c: /u);

    const few = await tableReport(model, wave(7, 0.5, 3000), { samples: 500 });
    expect(few).not.toHaveProperty("conditional");
    expect(few.calibration.regionRows).toBe(7);
    expect(told(few)).toMatch(/calibration given c is not tested: 7 rows are too few/u);
    const ten = await tableReport(model, wave(10, 0.5, 3000), { samples: 500 });
    const { band, ranks } = ten.conditional!;
    expect(band[0]).toBeLessThan(0);
    // Ten bars of a tenth: the band reaches further than they do, up and down.
    const flat = { ...ranks[0]!, share: Array.from({ length: 10 }, () => 0.1) };
    const html = await renderTableReport({
      ...ten,
      conditional: { ...ten.conditional!, ranks: [flat] },
    });
    const [bar, drawnBand] = [...html.slice(html.indexOf("Ranks of y among")).matchAll(RECTANGLES)];
    const [height, top] = [Number(drawnBand![1]), Number(drawnBand![2])];
    expect(top).toBeGreaterThan(0);
    // Bars have half a pixel of inset at their feet.
    expect(Math.abs(top + height - Number(bar![1]) - Number(bar![2]))).toBeLessThan(1);
  } finally {
    model.dispose();
  }
});
