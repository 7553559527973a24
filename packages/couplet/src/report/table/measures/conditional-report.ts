/** Whether a model with context columns is right under each row's own context: ranks, random points and regions of its draws. */
import { betweenEvents } from "../../../threads/yield-to-event-loop.ts";
import { corrected } from "../../../diagnostics/calibration-test.ts";
import type { Departure } from "../../../diagnostics/calibration-test.ts";
import { conditionalCalibration } from "../../../diagnostics/conditional-calibration.ts";
import type { ConditionalCalibration } from "../../../diagnostics/conditional-calibration.ts";
import { LEAST_JUDGED_ROWS } from "../../../diagnostics/density.ts";
import { meaningOf } from "../../../diagnostics/in-words.ts";
import type { Table } from "../../../table/table.ts";
import type { TableModel } from "../../../table-model/table-model.ts";

/** A test of numbers that are uniform if the model is right. */
export interface ConditionalTest {
  /** Kolmogorov-Smirnov distance to the uniform distribution. */
  readonly distance: number;
  /** How often a right model looks so bad, after Holm's correction for all tests of the section. */
  readonly pValue: number;
  /** Where the numbers lie; of use where `pValue` is small. */
  readonly departure: Departure;
}

/** Calibration under the context of each row. */
export interface ConditionalReport {
  /** Context columns. */
  readonly given: readonly string[];
  readonly rows: number;
  /** Of each row, under its own context. */
  readonly draws: number;
  /** Simulation-based calibration: shares of rows by the rank of their own value among their draws. */
  readonly ranks: readonly ({
    readonly column: string;
    readonly share: readonly number[];
  } & ConditionalTest)[];
  /** Where 95 % of the bars of a right model lie. */
  readonly band: readonly [low: number, high: number];
  /** Tests of accuracy with random points: the share of rows that regions of each level hold. */
  readonly tarp: {
    readonly nominal: readonly number[];
    readonly observed: readonly number[];
    /** Where 95 % of right models' shares lie. */
    readonly low: readonly number[];
    readonly high: readonly number[];
  } & ConditionalTest;
  readonly regions: ConditionalTest;
  /** Whether no test rejects at the 1 % level after correction. */
  readonly calibrated: boolean;
  /** The verdict in words. */
  readonly text: string;
}

const BINS = 10;
const LEVEL = 0.01;
const DRAWS = 99;

/** Rows at most and at least, and the dimensions of all rows together: 99 draws of each. */
const [MOST_ROWS, LEAST_ROWS, MOST_VALUES] = [500, 100, 20_000];

/** How many rows are judged: the fewer, the more dimensions a row has. */
export function conditionalRows(dims: number): number {
  return Math.max(LEAST_ROWS, Math.min(MOST_ROWS, Math.floor(MOST_VALUES / dims)));
}

/** Whether these rows can judge a law. */
export function areEnough({ rows }: Table): boolean {
  return rows >= LEAST_JUDGED_ROWS;
}

/**
 * Draws 99 times under each row's context, on the scale of the encoders, where discrete cells are spread over their intervals at random.
 *
 * @param levels of the regions
 */
export async function conditionalDraws(
  model: TableModel,
  rows: Table,
  levels: readonly number[],
  options: { readonly where: string; readonly seed: number; readonly signal?: AbortSignal },
): Promise<ConditionalCalibration> {
  const { codec, flow } = model;
  const { where, seed, signal } = options;
  const encoding = codec.encodeInPieces(rows, { where, impossible: "zero" });
  const { z } = await betweenEvents(encoding, signal);
  const context = codec.encodeContext(rows, { where });
  return conditionalCalibration(where, flow, z, {
    context,
    draws: DRAWS,
    levels,
    seed,
    ...(signal === undefined ? {} : { signal }),
  });
}

/** Names of a row's dimensions: a number with missing cells has two. */
export function variablesOf({ dimInfo }: TableModel["codec"]): string[] {
  return dimInfo.map(({ column, role }) => (role === "value" ? column : `${column} (${role})`));
}

/** The tests of a model of these variables, corrected together, and what they say. */
export function conditionalReport(
  { ranks, tarp, regions }: ConditionalCalibration,
  {
    variables,
    given,
  }: { readonly variables: readonly string[]; readonly given: readonly string[] },
): ConditionalReport {
  const tests = corrected([...ranks.variables, tarp.test, regions.test]);
  const testOf = (i: number): ConditionalTest => ({
    distance: tests[i]!.distance,
    pValue: tests[i]!.adjusted,
    departure: tests[i]!.departure,
  });
  const [at, of] = [variables.length, 1.96 * Math.sqrt((1 - 1 / BINS) / BINS / ranks.rows)];
  const found = {
    given,
    rows: ranks.rows,
    draws: ranks.draws,
    ranks: variables.map((column, j) => ({
      column,
      share: sharesOf(ranks.variables[j]!.values),
      ...testOf(j),
    })),
    band: [1 / BINS - of, 1 / BINS + of] as const,
    tarp: {
      nominal: tarp.coverage.map(({ level }) => level),
      observed: tarp.coverage.map(({ share }) => share),
      low: tarp.coverage.map(({ low }) => low),
      high: tarp.coverage.map(({ high }) => high),
      ...testOf(at),
    },
    regions: testOf(at + 1),
    calibrated: tests.every(({ adjusted }) => adjusted >= LEVEL),
  };
  return { ...found, text: inWords(found) };
}

function sharesOf(values: Float64Array): number[] {
  const share = Array.from({ length: BINS }, () => 0);
  for (const u of values) share[Math.min(BINS - 1, Math.floor(u * BINS))]! += 1 / values.length;
  return share;
}

/** The worst test first. */
function inWords(report: Omit<ConditionalReport, "text">): string {
  const { given, rows, ranks, tarp, regions, calibrated } = report;
  const under = `given ${given.join(", ")}`;
  const tests = [
    ...ranks.map((test) => ({ name: test.column, what: `ranks of ${test.column}`, ...test })),
    { name: "TARP", what: "random points (TARP)", ...tarp },
    { name: "highest-density regions", what: "highest-density regions", ...regions },
  ];
  if (calibrated)
    return `Calibrated ${under}, as far as ${rows} rows show: none of ${tests.length} tests rejects (1 % level, Holm).`;
  const failed = tests
    .filter(({ pValue }) => pValue < LEVEL)
    .toSorted((a, b) => a.pValue - b.pValue || b.distance - a.distance)
    .map(({ name, what, pValue, departure }) => {
      const p = pValue < 0.0001 ? "< 0.0001" : pValue.toFixed(4);
      return `${what} (p ${p}): ${meaningOf(name, departure)}`;
    });
  return `Not calibrated ${under}: ${failed.length} of ${tests.length} tests reject (1 % level, Holm): ${failed.join("; ")}.`;
}
