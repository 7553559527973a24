/** The data of a report, on tables small enough to know what it must say. */
import { readFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { atOnce } from "../../threads/yield-to-event-loop.ts";
import { philoxNormal, philoxUniform } from "../../random/philox.ts";
import { inferSchema } from "../../table/infer/infer-schema.ts";
import { featureMatrix } from "../../table/quality/feature-matrix.ts";
import type { ChunkedTable } from "../../table/reservoir.ts";
import { selectRows, table, type Table } from "../../table/table.ts";
import { fitTable } from "../../table-model/fit/fit-table.ts";
import { splitTable } from "../../table-model/fit/split-table.ts";
import type { TableModel } from "../../table-model/table-model.ts";
import { associationReport } from "./measures/association.ts";
import { compareColumn } from "./measures/column-comparison.ts";
import { chooseRows } from "./measures/evaluated-rows.ts";
import { comparePair } from "./measures/pair-comparison.ts";
import { scoreReport } from "./measures/scores.ts";
import { tableReport, type TableReport } from "./table-report.ts";
import { reportWarnings } from "./measures/warnings.ts";

const normal = (row: number, stream: number): number => philoxNormal({ seed: 3, row, stream });
const uniform = (row: number, stream: number): number => philoxUniform({ seed: 3, row, stream });

/** All kinds of columns: numbers, integers with many zeros, names, dates, a boolean, gaps. */
function mixed(rows: number): Table {
  const index = Array.from({ length: rows }, (_, i) => i);
  const size = index.map((i) => normal(i, 0));
  return table({
    size,
    weight: size.map((v, i) => (uniform(i, 1) < 0.05 ? null : 2 * v + 0.5 * normal(i, 2))),
    gains: index.map((i) => (uniform(i, 3) < 0.8 ? 0 : Math.round(100 * Math.exp(normal(i, 4))))),
    kind: size.map((v, i) =>
      v + normal(i, 5) > 0 ? "a rather long name <b>" : uniform(i, 6) < 0.5 ? "short" : "x",
    ),
    day: size.map((v, i) =>
      new Date(86_400_000 * (18_000 + Math.round(30 * v + 5 * normal(i, 7))))
        .toISOString()
        .slice(0, 10),
    ),
    open: size.map((v) => v > 0.3),
    same: index.map(() => 7),
  });
}

/** Three numbers, two of which go together. */
function continuous(rows: number): Table {
  const index = Array.from({ length: rows }, (_, i) => i);
  const a = index.map((i) => normal(i, 10));
  return table({
    a,
    b: a.map((v, i) => v + 0.4 * normal(i, 11)),
    c: index.map((i) => Math.exp(0.5 * normal(i, 12))),
  });
}

let model: TableModel;
let report: TableReport;
const data = mixed(500);

beforeAll(async () => {
  model = await fitTable(data, { epochs: 40, seed: 4, name: "mixed" });
  report = await tableReport(model, data, { name: "mixed", samples: 600, command: "the command" });
});
afterAll(() => model.dispose());

describe("a report on the model's own table", () => {
  it("looks at the held-out rows, with the scores of the fit", () => {
    expect(report.evaluated).toMatchObject({ kind: "held-out", rows: 50, of: 500 });
    const [own, ...simple] = report.scores.entries;
    expect(own!.nats).toBe(model.heldOut.flow.nats);
    expect(own!.bitsPerDim).toBeCloseTo(-own!.nats / Math.LN2 / 6, 12);
    expect(simple.map(({ name }) => name)).toEqual([
      "Gaussian",
      "independent marginals",
      "Gaussian copula",
    ]);
    expect(report.scores.bound).toBe(true);
  });

  it("knows the table in chunks, and keeps 20,000 rows at random of a longer one", async () => {
    const inChunks = (source: Table, size: number): ChunkedTable => ({
      *chunks() {
        for (let first = 0; first < source.rows; first += size)
          yield selectRows(
            source,
            Array.from({ length: Math.min(size, source.rows - first) }, (_, i) => first + i),
          );
      },
    });
    expect(await chooseRows(model, inChunks(data, 128), 0)).toEqual(
      await chooseRows(model, data, 0),
    );
    const long = mixed(21_000);
    const { rows, numbers, about, training } = await chooseRows(model, inChunks(long, 4096), 5);
    expect(training).toBeUndefined();
    expect(about).toMatchObject({ kind: "other", rows: 20_000, of: 21_000 });
    expect(about.why).toMatch(/all 21,000 rows, at 20,000 of them taken at random \(seed 5\)/);
    expect(rows.rows).toBe(20_000);
    const whole = await chooseRows(model, long, 5);
    for (const one of [{ rows, numbers }, whole])
      expect(Array.from(one.numbers, (number) => long.columns[0]!.values[number - 1])).toEqual([
        ...one.rows.columns[0]!.values,
      ]);
  });

  it("is the same again from the same seed, and JSON through and through", async () => {
    const again = await tableReport(model, data, {
      name: "mixed",
      samples: 600,
      command: "the command",
    });
    const comparable = ({ environment: _e, elapsedMs: _m, ...rest }: TableReport): unknown => rest;
    expect(comparable(again)).toEqual(comparable(report));
    expect(comparable(JSON.parse(JSON.stringify(report)) as TableReport)).toEqual(
      comparable(report),
    );
  });

  it("has the keys that docs/command.md lists", () => {
    const page = readFileSync(new URL("../../../../../docs/command.md", import.meta.url), "utf8");
    const section = page.split("\n### report --json\n")[1]!.split("\n##")[0]!;
    const documented = new Map(
      [...section.matchAll(/^\| (?:`([^`]+)`|the object) \| (.*) \|$/gm)].map(([, part, keys]) => [
        part ?? "",
        [...keys!.replaceAll(/\(.*?\)/g, "").matchAll(/`(\w+)`/g)].map(([, key]) => key!),
      ]),
    );
    // What this report has no case of: two categories, and more categories than are drawn.
    const letters = table({
      letter: Array.from({ length: 300 }, (_, i) => String.fromCodePoint(97 + (i % 20))),
      half: Array.from({ length: 300 }, (_, i) => (i % 20 < 10 ? "first" : "second")),
    });
    const matrix = featureMatrix(letters, inferSchema(letters));
    const shape = {
      column: "letter",
      measure: "1 - TV",
      score: 1,
      chance: 1,
      chanceLow: 1,
    } as const;
    const passed = { distance: 0.01, pValue: 1, departure: "uneven" } as const;
    const shown = {
      ...report,
      model: { contamination: 0.1, ...report.model },
      // A schema without relations.
      relations: {
        checked: 1,
        sampled: 0.1,
        real: 0,
        broken: [{ text: "a <= b", kept: true, sampled: 0.1, real: 0, examples: [] }],
      },
      // A model with context columns.
      conditional: {
        given: ["a"],
        rows: 500,
        draws: 99,
        ranks: [{ column: "b", share: [1], ...passed }],
        band: [0.9, 1.1] as const,
        tarp: { nominal: [0.5], observed: [0.5], low: [0.4], high: [0.6], ...passed },
        regions: passed,
        calibrated: true,
        text: "Calibrated",
      },
      // Some machines do not tell their processor.
      environment: { processor: "", ...report.environment },
      columns: [...report.columns, compareColumn(matrix, matrix, 0, shape)],
      pairs: [
        ...report.pairs,
        comparePair(matrix, matrix, [0, 1], atOnce(associationReport(matrix, matrix)), 0),
      ],
    };
    const found = new Map<string, Set<string>>();
    const look = (value: unknown, part: string): void => {
      if (Array.isArray(value)) for (const item of value) look(item, `${part}[]`);
      else if (typeof value === "object" && value !== null) {
        const keys = found.get(part) ?? new Set();
        found.set(part, keys);
        for (const [key, inner] of Object.entries(value)) {
          keys.add(key);
          look(inner, part === "" ? key : `${part}.${key}`);
        }
      }
    };
    look(JSON.parse(JSON.stringify(shown)), "");
    expect([...found.keys()].toSorted()).toEqual([...documented.keys()].toSorted());
    for (const [part, keys] of found)
      expect([part, [...keys].toSorted()]).toEqual([
        part,
        [...new Set(documented.get(part))].toSorted(),
      ]);
  });

  it("keeps the losses, in nats per row of the table", () => {
    expect(report.losses!.validation).toHaveLength(40);
    expect(report.losses!.unit).toBe("row");
    const { best } = report.losses!;
    expect(best.epoch).toBeGreaterThan(0);
    expect(best.validation).toBe(report.losses!.validation[best.epoch - 1]);
    // Validation and held-out rows are both samples of the same table: within five standard errors of 50 rows each.
    const { nats, standardError } = report.scores.entries[0]!;
    expect(Math.abs(best.validation + nats)).toBeLessThan(5 * Math.SQRT2 * standardError);
  });

  it("draws every modelled column by its kind, and says what is left out", () => {
    expect(report.columns.map(({ column, kind }) => [column, kind])).toEqual([
      ["size", "number"],
      ["weight", "number"],
      ["gains", "number"],
      ["kind", "category"],
      ["day", "date"],
      ["open", "category"],
    ]);
    expect(report.columnsLeftOut).toEqual([
      { column: "same", why: expect.stringMatching(/^constant/) as string },
    ]);
    for (const column of report.columns) {
      const { real, sampled } = column;
      expect(real).toHaveLength(sampled.length);
      const beyond = column.kind === "category" ? (column.others?.real ?? 0) : column.beyond.real;
      // Shares add up in floating point.
      expect(real.reduce((a, b) => a + b, 0) + beyond).toBeCloseTo(1, 9);
    }
    const gains = report.columns.find(({ column }) => column === "gains")!;
    expect(gains).toMatchObject({ points: [{ value: 0 }] });
  });

  it("finds the pairs that go together", () => {
    const { columns, real } = report.association;
    const at = (a: string, b: string): number => real[columns.indexOf(a)]![columns.indexOf(b)]!;
    // Rank correlation of a normal pair with r = 2 / sqrt(4.25) is 0.97; 50 rows leave it above 0.85.
    expect(at("size", "weight")).toBeGreaterThan(0.85);
    expect(Math.abs(at("gains", "size"))).toBeLessThan(0.45);
    expect(report.pairs).toHaveLength(6);
    expect(report.pairs.map(({ kind }) => kind)).toContain("numbers");
    expect(report.pairs.map(({ kind }) => kind)).toContain("groups");
  });

  it("lists rows with their cells and what stands out", () => {
    const { worst, typical } = report.rows;
    expect(worst).toHaveLength(8);
    expect(typical).toHaveLength(4);
    expect(worst[0]!.nats).toBeLessThan(typical[0]!.nats!);
    expect(worst[0]!.cells.map(([column]) => column)).toEqual([
      "size",
      "weight",
      "gains",
      "kind",
      "day",
      "open",
    ]);
    // Its number is that of the table that was given, where a reader will look for it.
    const held = new Set(splitTable(data, 0.1, 4).heldOut.columns[0]!.values as Float64Array);
    for (const { row, cells } of [...worst, ...typical]) {
      const size = (data.columns[0]!.values as Float64Array)[row - 1]!;
      expect(cells[0]![1]).toBe(String(size));
      expect(held.has(size)).toBe(true);
    }
  });

  it("looks for copies, and warns of few rows", () => {
    expect(report.copying!.rows).toEqual({ sampled: 500, heldOut: 50, training: 400 });
    expect(report.warnings.map(({ message }) => message).join("\n")).toMatch(/only 50 rows/);
    expect(report.roundTrip.discreteCells).toBe(50 * 4);
  });
});

it("says that likely anomalies were kept out of training", () => {
  const about = (contamination: number | undefined): string =>
    atOnce(
      reportWarnings(
        { ...report, model: { ...report.model, ...(contamination ? { contamination } : {}) } },
        data,
        model.schema,
      ),
    )
      .map(({ message }) => message)
      .join("\n");
  expect(about(0.1)).toMatch(/without the least usual 10\.0 % of the training rows/);
  expect(about(undefined)).not.toMatch(/least usual/);
});

it("scores rounded numbers by as many draws as the fit does: their cells are intervals, too", async () => {
  const index = Array.from({ length: 300 }, (_, i) => i);
  const rounded = table({
    a: index.map((i) => Math.round(10 * normal(i, 20)) / 10),
    b: index.map((i) => Math.round(10 * normal(i, 21)) / 10),
  });
  const fitted = await fitTable(rounded, { epochs: 3, seed: 1, threads: 1 });
  try {
    expect(fitted.schema.columns[0]).toMatchObject({ type: "number", resolution: 0.1 });
    const { rows } = await chooseRows(fitted, rounded, 0);
    const { report: scores } = await scoreReport(fitted, rows, true, { where: "rounded" });
    expect(scores).toMatchObject({ draws: 8, bound: true });
    expect(scores.entries[0]!.nats).toBe(fitted.heldOut.flow.nats);
  } finally {
    fitted.dispose();
  }
});

describe("a report on rows that the model drew itself", () => {
  // Numbers only: the noise that fills discrete cells is not the model's own, so for them the laws hold nearly.
  it("finds nothing wrong", async () => {
    const plain = await fitTable(continuous(600), { epochs: 20, seed: 2 });
    const drawn = await plain.sample(2000, { seed: 77 });
    const own = await tableReport(plain, drawn, { samples: 2000, seed: 1 });
    plain.dispose();
    expect(own.evaluated.kind).toBe("other");
    expect(own.copying).toBeUndefined();
    expect(own.scores).toMatchObject({ draws: 1, bound: false });
    const { regions, intervals, columns, criticalDistance } = own.calibration;
    // 24 intervals of 95 %, strongly dependent: all within half as much again but by bad luck, and the seed is fixed.
    for (const { nominal, observed, low, high } of [regions, intervals])
      nominal.forEach((level, i) => {
        const half = 0.75 * (high[i]! - low[i]!) + 0.01;
        expect(Math.abs(observed[i]! - level)).toBeLessThan(half);
      });
    // One column in twenty exceeds the critical distance by chance; none by half.
    for (const { distance } of columns) expect(distance).toBeLessThan(1.5 * criticalDistance);
    for (const { distance } of own.latent!.dimensions)
      expect(distance).toBeLessThan(1.5 * own.latent!.criticalDistance);
    const { auc, standardError } = own.twoSample!.model;
    expect(Math.abs(auc - 0.5)).toBeLessThan(3 * standardError);
    expect(own.twoSample!.independent.auc).toBeGreaterThan(0.7);
    const { reference } = own.twoSample!;
    expect(Math.abs(reference.auc - 0.5)).toBeLessThan(3 * reference.standardError);
    for (const { score, chance, chanceLow } of own.shapes) {
      expect(chance).toBeGreaterThanOrEqual(chanceLow);
      // Samples of the true law score as real ones do: within a few Kolmogorov-Smirnov distances of chance.
      expect(Math.abs(score - chance)).toBeLessThan(3 * (1 - chance));
    }
    expect(own.association.meanDifference).toBeLessThan(own.association.noise);
    expect(own.verdict).toMatchObject({
      grade: "good",
      sentence: expect.stringMatching(
        /^Good: \d\.\d+ nats a row better than the best simple model \(.*\); trees hardly tell samples from rows \(AUC 0\.\d\d\)$/,
      ) as string,
    });
  });

  it("sees rows that are too tame, and rows of probability 0", async () => {
    const tame = await model.sample(600, { seed: 78, temperature: 0.5 });
    const columns = tame.columns.map((column) =>
      column.name === "kind" && column.kind === "text"
        ? { ...column, values: column.values.map((value, i) => (i === 0 ? "never seen" : value)) }
        : column,
    );
    const found = await tableReport(model, { rows: 600, columns }, { samples: 1000 });
    expect(found.scores.impossible).toBe(1);
    expect(found.rows.worst[0]).toMatchObject({ row: 1, nats: null });
    // Tame rows fall into the model's inner regions far too often.
    const half = found.calibration.regions.nominal.indexOf(0.5);
    expect(found.calibration.regions.low[half]).toBeGreaterThan(0.6);
    expect(found.twoSample!.model.interval[0]).toBeGreaterThan(0.6);
    expect(found.warnings.map(({ message }) => message).join("\n")).toMatch(
      /1 of 600 rows have probability 0/,
    );
    expect(found.verdict!.sentence).toMatch(/^(Fair|Poor): .*1 of 600 rows has probability 0/);
  });
});
