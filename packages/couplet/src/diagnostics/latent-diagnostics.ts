import { standardNormality } from "../flow/parts/base/base.ts";
import type { FlowModel } from "../flow/model/model.ts";
import { furthestCorrelation, largestCorrelation } from "../statistics/correlation.ts";
import { normalCdf, normalQuantile } from "../statistics/normal.ts";
import { calibrationTest, corrected } from "./calibration-test.ts";
import type { CalibrationTest, SingleTest } from "./calibration-test.ts";
import { float64, judgedRows } from "./density.ts";
import type { JudgedRows } from "./density.ts";
import { diagnosticSettings } from "./options.ts";
import type { DiagnosticOptions } from "./options.ts";
import type { Rows } from "../flow/model/rows.ts";
import { randomisedRanks } from "../statistics/randomised-rank.ts";

/** Whether encoded rows look like draws of the base distribution. */
export interface LatentDiagnostics {
  readonly rows: number;
  /** Rows so far away that some of their latent values are no finite numbers: these count as beyond all others. */
  readonly lost: number;
  /** The probability integral transform of each latent variable, tested for uniformity. */
  readonly variables: readonly CalibrationTest[];
  /** The correlation of two latent variables that differs most from the base's; `pValue` is corrected for the number of pairs. */
  readonly largestCorrelation: {
    /** Pearson's r, values beyond 4 deviations counted as 4; of a base that is not standard normal, of the transforms as normal scores and less the base's own. */
    readonly value: number;
    readonly variables: readonly [number, number];
    readonly pValue: number;
  };
  /** The smallest p-value of the variables after Holm's correction. */
  readonly pValue: number;
}

/** Latent values of so many draws stand for the base where it is not the standard normal. */
const REFERENCES = 20_000;

/**
 * Latent normality: if the model is right, its rows encoded are independent draws of the base, so that F_base(z_j) is uniform in each
 * latent variable and no two are correlated. A fault shows which latent variable it is in, not which column.
 *
 * F_base is the normal distribution function for the standard normal base; for other bases the distribution of the
 * latent values of the model's own draws.
 *
 * @param rows rows that training did not see; latent values that leave the range of numbers on the way count as the largest of their variable
 * @throws CoupletError USAGE, SHAPE_MISMATCH, CONTEXT_MISMATCH, NON_FINITE_INPUT, DATA_INVALID
 * @see Rosenblatt 1952, "Remarks on a multivariate transformation"
 */
export async function latentDiagnostics(
  model: FlowModel,
  rows: Rows,
  options: DiagnosticOptions = {},
): Promise<LatentDiagnostics> {
  const settings = diagnosticSettings("latentDiagnostics", options);
  const judged = judgedRows("latentDiagnostics", model, rows, settings.context);
  const { seed, signal } = settings;
  const call = {
    ...(settings.context === undefined ? {} : { context: settings.context }),
    ...signal,
  };
  const { z } = await model.encode(rows, call);
  const columns = columnsOf(z, judged.dims);
  const { tests, correlation } =
    standardNormality(model.spec.base) === "always"
      ? againstNormal(columns)
      : againstDraws(columns, await baseColumns(model, judged, seed, signal), seed);
  const variables = corrected(tests);
  return {
    rows: judged.rows,
    lost: lostRows(z, judged.dims),
    variables,
    largestCorrelation: correlation,
    pValue: Math.min(...variables.map(({ adjusted }) => adjusted)),
  };
}

interface LatentTests {
  readonly tests: readonly SingleTest[];
  readonly correlation: LatentDiagnostics["largestCorrelation"];
}

const nameOf = (j: number): string => `latent ${j + 1}`;

function againstNormal(columns: readonly Float64Array[]): LatentTests {
  const { value, pair, pairs } = largestCorrelation(columns.map((column) => column.map(bounded)));
  const rows = columns[0]?.length ?? 1;
  // Fisher's transformation; Bonferroni over the pairs.
  const score = Math.abs(Math.atanh(Math.max(-0.999999, Math.min(0.999999, value))));
  return {
    tests: columns.map((column, j) => calibrationTest(nameOf(j), column.map(normalCdf))),
    correlation: {
      value,
      variables: pair,
      pValue: twoSided(score * Math.sqrt(Math.max(1, rows - 3)), pairs),
    },
  };
}

/** Beyond hardly a normal value lies (1 in 16,000): one wild row would be all of a correlation. */
const FARTHEST = 4;

function bounded(z: number): number {
  return Math.max(-FARTHEST, Math.min(FARTHEST, z));
}

/** A base may have a shape, and correlations, of its own: rows are compared with the latent values of the model's draws. */
function againstDraws(
  columns: readonly Float64Array[],
  base: readonly Float64Array[],
  seed: number,
): LatentTests {
  const count = base[0]?.length ?? 0;
  const ranks = columns.map((column, j) => randomisedRanks(column, base[j]!, seed, j));
  const scores = ranks.map((values) => values.map(normalQuantile));
  const own = base.map((column, j) =>
    randomisedRanks(column, column, seed, columns.length + j).map(normalQuantile),
  );
  const { value, pair, pairs, score } = furthestCorrelation(scores, own);
  return {
    tests: ranks.map((values, j) => calibrationTest(nameOf(j), values, count)),
    correlation: { value, variables: pair, pValue: twoSided(score, pairs) },
  };
}

/** Of a standard normal number that is the largest of so many in absolute value, by Bonferroni. */
function twoSided(score: number, pairs: number): number {
  return Math.min(1, pairs * 2 * normalCdf(-Math.abs(score)));
}

/** Latent values of the model's draws, column by column. */
async function baseColumns(
  model: FlowModel,
  { rows, dims, context }: JudgedRows,
  seed: number,
  signal: { readonly signal?: AbortSignal },
): Promise<Float64Array[]> {
  const times = Math.ceil(REFERENCES / rows);
  const given = context === undefined ? {} : { context: tiled(float64(context.data), times) };
  const count = context === undefined ? REFERENCES : times * rows;
  const drawn = await model.sample(count, { ...given, seed, ...signal });
  return columnsOf((await model.encode(drawn, { ...given, ...signal })).z, dims);
}

function tiled(values: Float64Array, times: number): Float64Array {
  const out = new Float64Array(values.length * times);
  for (let k = 0; k < times; k++) out.set(values, k * values.length);
  return out;
}

/** How many rows have a latent value that is no finite number: those of density 0 may leave the range of single precision on the way. */
function lostRows(z: Float64Array, dims: number): number {
  const lost = new Set<number>();
  for (const [i, value] of z.entries()) if (!Number.isFinite(value)) lost.add(Math.floor(i / dims));
  return lost.size;
}

/** Values without a number (Infinity less Infinity) are infinite: without them a model that loses its rows would look right. */
function columnsOf(values: Float64Array, dims: number): Float64Array[] {
  return Array.from({ length: dims }, (_, j) =>
    Float64Array.from({ length: values.length / dims }, (_2, i) => {
      const value = values[i * dims + j]!;
      return Number.isNaN(value) ? Infinity : value;
    }),
  );
}
