import type { FlowModel } from "../flow/model/model.ts";
import type { Rows } from "../flow/model/rows.ts";
import { corrected } from "./calibration-test.ts";
import { conditionalCalibration } from "./conditional-calibration.ts";
import { judgedRows } from "./density.ts";
import type { JudgedRows } from "./density.ts";
import type { Diagnosis, DiagnosisTest } from "./diagnosis.ts";
import { inWords } from "./in-words.ts";
import { latentDiagnostics } from "./latent-diagnostics.ts";
import type { LatentDiagnostics } from "./latent-diagnostics.ts";
import { diagnosticSettings } from "./options.ts";
import type { DiagnosticOptions } from "./options.ts";
import { regionCoverage } from "./region-coverage.ts";
import { meanAndError } from "../statistics/mean.ts";
import { twoSampleTest } from "./two-sample.ts";
import type { TwoSample } from "../statistics/two-sample.ts";
import { worstRows } from "./worst-rows.ts";

/** Rows of each side that the two-sample test needs. */
const LEAST_FOR_TREES = 100;

/**
 * Judges a model by rows that training did not see: calibration in the latent variables and of highest-density regions, for conditional
 * models simulation-based calibration and TARP too, samples against rows by boosted trees, the error of decode(encode(x)), and
 * the rows of lowest log-density.
 *
 * @param rows rows x dims, a few hundred or more; `context` what they belong to
 * @throws CoupletError USAGE, SHAPE_MISMATCH, CONTEXT_MISMATCH, NON_FINITE_INPUT, DATA_INVALID
 * @example
 * import { diagnose } from "couplet/diagnostics";
 * const { calibrated, text } = await diagnose(model, heldOut);
 * console.log(text);
 */
export async function diagnose(
  model: FlowModel,
  rows: Rows,
  options: DiagnosticOptions = {},
): Promise<Diagnosis> {
  const settings = diagnosticSettings("diagnose", options);
  const judged = judgedRows("diagnose", model, rows, settings.context);
  const { seed, signal, context } = settings;
  const call = { ...(context === undefined ? {} : { context }), ...signal };
  const logProb = await model.logProb(rows, call);
  const latent = await latentDiagnostics(model, rows, options);
  const given =
    context === undefined
      ? undefined
      : await conditionalCalibration("diagnose", model, rows, { ...options, context });
  const regions = given?.regions ?? (await regionCoverage(model, rows, options));
  const [ranks, points] = [given?.ranks, given?.tarp];
  const twoSample = await samplesAgainstRows(model, judged, context, seed, signal);
  const tests: readonly DiagnosisTest[] = corrected<Omit<DiagnosisTest, "adjusted">>([
    ...latent.variables,
    ...(judged.dims > 1 ? [correlationTest(latent)] : []),
    regions.test,
    ...(ranks?.variables ?? []),
    ...(points === undefined ? [] : [points.test]),
    ...(twoSample === undefined ? [] : [{ name: SAMPLES, pValue: twoSample.pValue }]),
  ]).toSorted((a, b) => a.pValue - b.pValue);
  const diagnosis = {
    rows: judged.rows,
    logProb: meanOf(logProb),
    tests,
    calibrated: tests.every(({ adjusted }) => adjusted >= LEVEL),
    latent,
    regions,
    ranks,
    tarp: points,
    twoSample,
    inverse: await model.checkInverse(rows, call),
    worst: await worstRows(model, rows, call),
  };
  return { ...diagnosis, text: inWords(diagnosis) };
}

const LEVEL = 0.01;

const SAMPLES = "samples against rows";

function correlationTest({ largestCorrelation }: LatentDiagnostics) {
  const { variables, pValue } = largestCorrelation;
  return { name: `correlation of latent ${variables.map((j) => j + 1).join(" and ")}`, pValue };
}

function meanOf(values: Float64Array): Diagnosis["logProb"] {
  const possible = values.filter((value) => value !== -Infinity);
  const { mean, error } = meanAndError(possible);
  return {
    mean,
    standardError: error,
    impossible: values.length - possible.length,
  };
}

/** For a conditional model both sides carry their context: trees compare the joint law. */
async function samplesAgainstRows(
  model: FlowModel,
  { x, context: given, dims }: JudgedRows,
  context: Rows | undefined,
  seed: number,
  signal: { readonly signal?: AbortSignal },
): Promise<TwoSample | undefined> {
  if (x.rows < LEAST_FOR_TREES) return undefined;
  const drawn = await model.sample(x.rows, {
    ...(context === undefined ? {} : { context }),
    seed,
    ...signal,
  });
  const cols = dims + (given?.cols ?? 0);
  const joined = (data: Float64Array | Float32Array): Float64Array => {
    if (given === undefined) return Float64Array.from(data);
    const out = new Float64Array(x.rows * cols);
    for (let i = 0; i < x.rows; i++) {
      out.set(data.subarray(i * dims, (i + 1) * dims), i * cols);
      out.set(given.data.subarray(i * given.cols, (i + 1) * given.cols), i * cols + dims);
    }
    return out;
  };
  return twoSampleTest(joined(x.data), joined(drawn), { dims: cols, seed });
}
