import { type InPieces, betweenEvents } from "../../../threads/yield-to-event-loop.ts";
import { addStandardNormal, gaussianInPieces } from "../../../table/baseline/baselines.ts";
import { drawsNoise } from "../../../table/schema/schema.ts";
import { selectRows, type Table } from "../../../table/table.ts";
import { meanAndError } from "../../../statistics/mean.ts";
import type { HeldOutReport } from "../../../table-model/fit/held-out.ts";
import type { TableModel } from "../../../table-model/table-model.ts";

/** One model's mean score on the rows of the report. */
export interface ScoreEntry {
  readonly name: string;
  /** Mean log density per row, nats, in the table's own units; higher is better. */
  readonly nats: number;
  readonly standardError: number;
  /** -log2 density per modelled column; lower is better. */
  readonly bitsPerDim: number;
  readonly bitsError: number;
  /** Mean of (the flow - this model) over the same rows, nats; absent for the flow. */
  readonly advantage?: number;
  readonly advantageError?: number;
}

/** How likely the rows are, under the model and under simple ones. */
export interface ScoreReport {
  /** Rows that the means are over: those of positive probability. */
  readonly rows: number;
  /** Rows to which the model gives probability 0: a category never seen, a value beyond a bound. */
  readonly impossible: number;
  /** Modelled columns: the dimensions of "bits per dimension". */
  readonly columns: number;
  /** Draws of noise per row; one where no cell needs any: the score is then exact. */
  readonly draws: number;
  /** Whether discrete or rounded cells make the scores lower bounds (tight to about a hundredth of a nat). */
  readonly bound: boolean;
  /** The flow first. */
  readonly entries: readonly ScoreEntry[];
  /** How the simple models were fitted. */
  readonly baselines: string;
}

/** Draws per row: as in the report that closes a fit, so that the numbers are the same ones. */
const DRAWS = 8;

/** Fewer rows than this in each half leave no Gaussian worth comparing with. */
const LEAST_HALF = 30;

/** Scores, and the report on them. `nats` is -Infinity for impossible rows. */
export async function scoreReport(
  model: TableModel,
  rows: Table,
  heldOut: boolean,
  options: { readonly where: string; readonly signal?: AbortSignal },
): Promise<{ readonly report: ScoreReport; readonly nats: Float64Array }> {
  const { codec } = model;
  const bound = codec.columns.some(drawsNoise);
  const draws = bound ? DRAWS : 1;
  const { nats } = await model.score(rows, { samples: draws, impossible: "zero", ...options });
  const possible = [...nats.keys()].filter((i) => Number.isFinite(nats[i]!));
  const finite = Float64Array.from(possible, (i) => nats[i]!);
  const perColumn = 1 / (Math.LN2 * codec.columns.length);
  const entry = (name: string, mean: number, error: number): ScoreEntry => ({
    name,
    nats: mean,
    standardError: error,
    bitsPerDim: -mean * perColumn,
    bitsError: error * perColumn,
  });
  const own = meanAndError(finite);
  const saved = model.heldOut;
  const asAtFit = heldOut && saved.rows === rows.rows && possible.length === rows.rows;
  const simple = asAtFit
    ? saved.baselines
    : await betweenEvents(simpleModels(model, selectRows(rows, possible), finite), options.signal);
  return {
    nats,
    report: {
      rows: finite.length,
      impossible: rows.rows - finite.length,
      columns: codec.columns.length,
      draws,
      bound,
      entries: [
        entry("this model", own.mean, own.error),
        ...simple.map((model) => ({
          ...entry(model.name, model.nats, model.standardError),
          advantage: model.advantage,
          advantageError: model.advantageError,
        })),
      ],
      baselines: asAtFit
        ? "fitted on the same training rows as the model"
        : "independent marginals: the model's own encoders; Gaussian: fitted on the other half of these rows, in turn",
    },
  };
}

/** Without the training rows: the encoders' own marginals, and a Gaussian fitted on the other half. In pieces. */
function* simpleModels(
  model: TableModel,
  rows: Table,
  own: Float64Array,
): InPieces<HeldOutReport["baselines"]> {
  const independent = yield* independentScores(model, rows);
  const scored: [string, Float64Array][] = [["independent marginals", independent]];
  const half = rows.rows >> 1;
  if (half >= LEAST_HALF && model.codec.contextDims === 0) {
    const index = Int32Array.from({ length: rows.rows }, (_, i) => i);
    const halves = [index.subarray(0, half), index.subarray(half)].map((i) => selectRows(rows, i));
    const [first, second] = halves as [Table, Table];
    scored.push([
      "Gaussian",
      Float64Array.from([
        ...(yield* (yield* gaussianInPieces(second, model.schema)).inPieces(first)),
        ...(yield* (yield* gaussianInPieces(first, model.schema)).inPieces(second)),
      ]),
    ]);
  }
  return scored.map(([name, theirs]) => {
    const { mean, error } = meanAndError(theirs);
    const paired = meanAndError(own.map((value, i) => value - theirs[i]!));
    return {
      name,
      nats: mean,
      standardError: error,
      advantage: paired.mean,
      advantageError: paired.error,
    };
  });
}

function* independentScores({ codec }: TableModel, rows: Table): InPieces<Float64Array> {
  const { z, logCorrection } = yield* codec.encodeInPieces(rows, { impossible: "zero" });
  return addStandardNormal(z, logCorrection, codec.dims);
}
