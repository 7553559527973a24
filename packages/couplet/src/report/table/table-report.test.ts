/** The data of a report, on tables small enough to know what it must say. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { philoxNormal, philoxUniform } from "../../engine/random/philox.ts";
import type { ChunkedTable } from "../../table/reservoir.ts";
import { selectRows, table, type Table } from "../../table/table.ts";
import { fitTable } from "../../table-model/fit-table.ts";
import { splitTable } from "../../table-model/split-table.ts";
import type { TableModel } from "../../table-model/table-model.ts";
import { chooseRows } from "./evaluated-rows.ts";
import { tableReport, type TableReport } from "./table-report.ts";

const normal = (row: number, stream: number): number => philoxNormal({ seed: 3, row, stream });
const uniform = (row: number, stream: number): number => philoxUniform({ seed: 3, row, stream });

/** All kinds of columns: numbers, whole numbers with many zeros, names, dates, a boolean, gaps. */
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
}, 60_000);
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
    const { rows, about, training } = await chooseRows(model, inChunks(mixed(21_000), 4096), 5);
    expect(training).toBeUndefined();
    expect(about).toMatchObject({ kind: "other", rows: 20_000, of: 21_000 });
    expect(about.why).toMatch(/all 21000 rows, at 20000 of them taken at random \(seed 5\)/);
    expect(rows.rows).toBe(20_000);
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
  }, 30_000);

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
    const held = splitTable(data, 0.1, 4).heldOut;
    const size = held.columns[0]!.values[worst[0]!.row - 1];
    expect(worst[0]!.cells[0]![1]).toBe(String(size));
  });

  it("looks for copies, and warns of few rows", () => {
    expect(report.copying!.rows).toEqual({ sampled: 500, heldOut: 50, training: 400 });
    expect(report.warnings.map(({ message }) => message).join("\n")).toMatch(/only 50 rows/);
    expect(report.roundTrip.discreteCells).toBe(50 * 4);
  });
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
    expect(own.association.meanDifference).toBeLessThan(own.association.noise);
  }, 60_000);

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
  }, 60_000);
});
