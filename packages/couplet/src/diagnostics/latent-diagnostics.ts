import { standardNormality } from "../flow/parts/base/base.ts";
import type { FlowModel } from "../flow/model/model.ts";
import { largestCorrelation } from "../statistics/correlation.ts";
import { normalCdf } from "../statistics/normal.ts";
import { calibrationTest, corrected } from "./calibration-test.ts";
import type { CalibrationTest, SingleTest } from "./calibration-test.ts";
import { float64, judgedRows } from "./density.ts";
import type { JudgedRows } from "./density.ts";
import { diagnosticSettings } from "./options.ts";
import type { DiagnosticOptions } from "./options.ts";
import type { Rows } from "../flow/model/rows.ts";
import { randomisedRank } from "./rank-among-draws.ts";

/** Whether encoded rows look like draws of the base distribution. */
export interface LatentDiagnostics {
  readonly rows: number;
  /** The probability integral transform of each latent variable, tested for uniformity. */
  readonly variables: readonly CalibrationTest[];
  /** The largest correlation of two latent variables in absolute value; `pValue` is corrected for the number of pairs. */
  readonly largestCorrelation: {
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
 * @param rows rows that training did not see
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
  const variables = corrected(await transforms(model, judged, columns, seed, signal));
  return {
    rows: judged.rows,
    variables,
    largestCorrelation: correlationOf(columns),
    pValue: Math.min(...variables.map(({ adjusted }) => adjusted)),
  };
}

async function transforms(
  model: FlowModel,
  { rows, dims, context }: JudgedRows,
  columns: readonly Float64Array[],
  seed: number,
  signal: { readonly signal?: AbortSignal },
): Promise<SingleTest[]> {
  const name = (j: number): string => `latent ${j + 1}`;
  if (standardNormality(model.spec.base) === "always") {
    return columns.map((column, j) => calibrationTest(name(j), column.map(normalCdf)));
  }
  const times = Math.ceil(REFERENCES / rows);
  const given = context === undefined ? {} : { context: tiled(float64(context.data), times) };
  const count = context === undefined ? REFERENCES : times * rows;
  const drawn = await model.sample(count, { ...given, seed, ...signal });
  const base = columnsOf((await model.encode(drawn, { ...given, ...signal })).z, dims);
  return columns.map((column, j) => {
    const among = base[j]!;
    const values = column.map((value, row) =>
      randomisedRank(value, among, { seed, row, stream: j }),
    );
    return calibrationTest(name(j), values, count);
  });
}

function tiled(values: Float64Array, times: number): Float64Array {
  const out = new Float64Array(values.length * times);
  for (let k = 0; k < times; k++) out.set(values, k * values.length);
  return out;
}

function columnsOf(values: Float64Array, dims: number): Float64Array[] {
  return Array.from({ length: dims }, (_, j) =>
    Float64Array.from({ length: values.length / dims }, (_2, i) => values[i * dims + j]!),
  );
}

function correlationOf(columns: readonly Float64Array[]): LatentDiagnostics["largestCorrelation"] {
  const { value, pair, pairs } = largestCorrelation(columns);
  const rows = columns[0]?.length ?? 1;
  // Fisher's transformation; Bonferroni over the pairs.
  const score = Math.abs(Math.atanh(Math.max(-0.999999, Math.min(0.999999, value))));
  const single = 2 * normalCdf(-score * Math.sqrt(Math.max(1, rows - 3)));
  return { value, variables: pair, pValue: Math.min(1, pairs * single) };
}
