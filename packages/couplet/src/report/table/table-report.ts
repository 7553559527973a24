/** A report on a model of a table, as plain data: {@link renderTableReport} makes a page of it. */
import { type InPieces, betweenEvents } from "../../threads/yield-to-event-loop.ts";
import { CoupletError } from "../../error.ts";
import { checkOptions } from "../../options.ts";
import type { OptionNames } from "../../options.ts";
import {
  featureMatrixInPieces,
  featureRows,
  type FeatureMatrix,
} from "../../table/quality/feature-matrix.ts";
import {
  type ColumnShape,
  shapesAndTrendsInPieces,
} from "../../table/quality/shapes-and-trends.ts";
import { isModelled, type Schema } from "../../table/schema/schema.ts";
import type { ChunkedTable } from "../../table/reservoir.ts";
import { selectRows, type Table } from "../../table/table.ts";
import type { TableModel } from "../../table-model/table-model.ts";
import type { Verdict } from "../../table-model/verdict.ts";
import { currentEnvironment } from "../page/environment.ts";
import { associationReport, type AssociationReport } from "./measures/association.ts";
import { calibrationParts } from "./measures/calibration-parts.ts";
import { type ColumnScore, withChance } from "./measures/chance-scores.ts";
import { type ColumnComparison, compareColumn } from "./measures/column-comparison.ts";
import { chooseRows, someRows } from "./measures/evaluated-rows.ts";
import { latentReport } from "./measures/latent.ts";
import { copyingReport, twoSampleReport } from "./measures/two-sample.ts";
import { lossReport } from "./measures/losses.ts";
import { notableRows } from "./measures/notable-rows.ts";
import { comparePair, strongestPairs, type PairComparison } from "./measures/pair-comparison.ts";
import { relationsReport } from "./measures/relations.ts";
import { reportVerdict } from "./measures/report-verdict.ts";
import { roundTripReport } from "./measures/round-trip.ts";
import { scoreReport } from "./measures/scores.ts";
import type { TableReportData } from "./measures/table-report-data.ts";
import { reportWarnings, type ReportWarning } from "./measures/warnings.ts";

/** Everything that the page shows. */
export interface TableReport extends TableReportData {
  /** How good the model is, in a sentence; absent where nothing could be judged. */
  readonly verdict?: Verdict;
  /** By damage: what the worst makes of samples first. */
  readonly warnings: readonly ReportWarning[];
}

/** Options of {@link tableReport}. */
export interface TableReportOptions {
  /** Name of the data, for titles and messages. Default "table". */
  readonly name?: string;
  /** What made the report, to be printed on it. Default: this call. */
  readonly command?: string;
  /** Of samples and of every random choice. Default 0. */
  readonly seed?: number;
  /** Rows drawn from the model. Default: as many as are looked at, at least 2000, at most 10,000. */
  readonly samples?: number;
  /** Called with a few words before each part. */
  readonly onPart?: (part: string) => void;
  readonly signal?: AbortSignal;
}

const [LEAST_SAMPLES, MOST_SAMPLES] = [2000, 10_000];

/** Figures of single columns, and columns of heat maps: more would be neither read nor light. */
const MOST_DRAWN = 24;
const MOST_ASSOCIATED = 30;

/** Beyond this many columns only the first are looked at in pairs: pairs grow with the square. */
const MOST_PAIRED = 120;
const PAIRS = 6;

/** Rows for what costs most. */
const ASSOCIATION_ROWS = 5000;
const LATENT_ROWS = 5000;
const ROUND_TRIP_ROWS = 2000;

const reportOptionNames: OptionNames<TableReportOptions> = {
  name: "",
  command: "",
  seed: 0,
  samples: 0,
  onPart: "function",
  signal: "AbortSignal",
};

/**
 * Measures a model of a table on rows that it was not trained on: scores beside simple models,
 * samples beside rows, calibration, latent normality, rows that stand out.
 *
 * Where `data` is the table that the model was fitted on (known by its fingerprint), only the
 * held-out rows count; another table counts as a whole, or 20,000 of its rows taken at random if it is longer. Where it comes in
 * chunks, no more than these are kept in memory.
 *
 * @throws CoupletError as `TableModel.score`, for a table that does not fit the model's schema
 * @example
 * import { renderTableReport, tableReport } from "couplet/report";
 * const report = await tableReport(modelOfPeople, people, { name: "people" });
 * const page = await renderTableReport(report); // HTML
 */
export async function tableReport(
  model: TableModel,
  data: Table | ChunkedTable,
  options: TableReportOptions = {},
): Promise<TableReport> {
  checkOptions("tableReport", options, reportOptionNames);
  const started = performance.now();
  const { name = "table", seed = 0, onPart = () => {}, signal } = options;
  const call = { where: name, ...(signal === undefined ? {} : { signal }) };
  const chosen = await chooseRows(model, data, seed);
  const { rows } = chosen;
  const heldOut = chosen.about.kind === "held-out";

  onPart("scores");
  const { report: scores, nats } = await scoreReport(model, rows, heldOut, call);
  const possible = rowsOfSomeDensity(rows, nats, name);
  onPart("samples");
  const drawn = await drawSamples(model, possible, options);
  const inTurns = <T>(pieces: InPieces<T>): Promise<T> => betweenEvents(pieces, signal);
  const similarity = await inTurns(similarityOf(rows, drawn, model, seed));
  const scored = { samples: scores.draws, impossible: "zero", ...call } as const;
  const sampledNats = await model.score(drawn, scored);
  const real = await inTurns(featureMatrixInPieces(rows, model.schema));
  const sampled = await inTurns(featureMatrixInPieces(drawn, model.schema));
  const shapes = await inTurns(ownScores(similarity.shapes, model, real, drawn.rows, seed));
  const shown = worstMatched(shapes);

  onPart("pairs");
  const association = await inTurns(associationOf(real, sampled));
  const pairs = await inTurns(pairsOf(real, sampled, association, seed));
  onPart("calibration");
  const columns = shown.map(({ column }) => column);
  const densities = { real: nats, sampled: sampledNats.nats };
  const calibrated = await calibrationParts(model, possible, columns, densities, { ...call, seed });
  onPart("latent space");
  const latent = await latentReport(model, someRows(possible, LATENT_ROWS, seed, 13), call);
  const sent = someRows(possible, ROUND_TRIP_ROWS, seed, 14);
  const roundTrip = await roundTripReport(model, sent, call);
  onPart("classifier");
  const comparing = twoSampleReport(rows, drawn, chosen.training, model.schema, seed);
  const twoSample = await inTurns(comparing);
  onPart("rows");
  const notable = await notableRows(model, chosen, nats, call);
  onPart("copying");
  const copying = await inTurns(copyingOf(chosen, drawn, model.schema, seed));
  const losses = lossReport(model);
  const relations = await inTurns(relationsReport(rows, drawn, model.schema));
  const drawnColumns = new Set(shown.map(({ column }) => column));
  const report = {
    schemaVersion: 1 as const,
    name,
    command: options.command ?? `tableReport(model, ${name})`,
    evaluated: chosen.about,
    model: aboutModel(model),
    scores,
    ...(losses === undefined ? {} : { losses }),
    shapes,
    shapeScore: shapes.reduce((sum, { score }) => sum + score, 0) / shapes.length,
    trendScore: similarity.trendScore,
    columns: await inTurns(compareColumns(real, sampled, shown)),
    columnsNotDrawn: shapes.map(({ column }) => column).filter((c) => !drawnColumns.has(c)),
    columnsLeftOut: columnsLeftOut(model),
    ...(relations === undefined ? {} : { relations }),
    association,
    pairs,
    ...calibrated,
    ...(latent === undefined ? {} : { latent }),
    ...(twoSample === undefined ? {} : { twoSample }),
    rows: notable,
    roundTrip,
    ...(copying === undefined ? {} : { copying }),
    samples: drawn.rows,
    environment: currentEnvironment(),
    elapsedMs: performance.now() - started,
  };
  return inTurns(judged(report, chosen.training ?? rows, model.schema));
}

/** A report with its verdict and its warnings. */
function* judged(report: TableReportData, source: Table, schema: Schema): InPieces<TableReport> {
  const verdict = reportVerdict(report);
  return {
    ...report,
    ...(verdict === undefined ? {} : { verdict }),
    warnings: yield* reportWarnings(report, source, schema),
  };
}

function similarityOf(rows: Table, drawn: Table, { schema }: TableModel, seed: number) {
  return shapesAndTrendsInPieces(
    someRows(rows, ASSOCIATION_ROWS, seed, 10),
    someRows(drawn, ASSOCIATION_ROWS, seed, 11),
    schema,
  );
}

/** The scores of the modelled columns, beside those of real samples. */
function ownScores(
  shapes: readonly ColumnShape[],
  { codec }: TableModel,
  real: FeatureMatrix,
  samples: number,
  seed: number,
): InPieces<ColumnScore[]> {
  const own = new Set(codec.columns.map(({ name }) => name));
  const compared = { ...real, rows: Math.min(ASSOCIATION_ROWS, real.rows) };
  const sampled = Math.min(ASSOCIATION_ROWS, samples);
  return withChance(
    shapes.filter(({ column }) => own.has(column)),
    compared,
    sampled,
    seed,
  );
}

/** The rows that have a place in the latent space: those of density 0 are scored, counted, and have none. */
function rowsOfSomeDensity(rows: Table, nats: Float64Array, name: string): Table {
  const possible = Int32Array.from(nats.keys()).filter((row) => nats[row]! > -Infinity);
  if (possible.length === rows.rows) return rows;
  if (possible.length > 0) return selectRows(rows, possible);
  throw new CoupletError({
    code: "DATA_INVALID",
    where: name,
    expected: "rows to which the model gives a density above 0",
    received: `${rows.rows} rows of density 0`,
    hint: "Is it a table like the one that the model was fitted on?",
  });
}

function* copyingOf(
  { training, rows }: Awaited<ReturnType<typeof chooseRows>>,
  drawn: Table,
  schema: TableModel["schema"],
  seed: number,
): InPieces<TableReport["copying"]> {
  return training === undefined
    ? undefined
    : yield* copyingReport(training, rows, drawn, schema, seed);
}

function* associationOf(real: FeatureMatrix, sampled: FeatureMatrix): InPieces<AssociationReport> {
  return limitAssociation(
    yield* associationReport(
      firstColumns(real, ASSOCIATION_ROWS, MOST_PAIRED),
      firstColumns(sampled, ASSOCIATION_ROWS, MOST_PAIRED),
    ),
  );
}

/** Each drawn column in rows and samples. */
function* compareColumns(
  real: FeatureMatrix,
  sampled: FeatureMatrix,
  shown: readonly ColumnScore[],
): InPieces<TableReport["columns"]> {
  const compared: ColumnComparison[] = [];
  for (const [j, column] of real.schemas.entries()) {
    const shape = shown.find((s) => s.column === column.name);
    if (shape !== undefined) compared.push(compareColumn(real, sampled, j, shape));
    yield;
  }
  return compared;
}

function columnsLeftOut(model: TableModel): TableReport["columnsLeftOut"] {
  return model.schema.columns
    .filter((column) => !isModelled(column))
    .map((column) => ({
      column: column.name,
      why: `${column.type}${column.reason === undefined ? "" : `: ${column.reason}`}`,
    }));
}

/** Samples; of a conditional model, given the contexts of the rows, each as often as any other. */
async function drawSamples(
  model: TableModel,
  rows: Table,
  { samples, seed = 0, signal }: TableReportOptions,
): Promise<Table> {
  const count = samples ?? Math.max(LEAST_SAMPLES, Math.min(MOST_SAMPLES, rows.rows));
  const context =
    model.codec.contextDims === 0
      ? {}
      : {
          context: selectRows(
            rows,
            Int32Array.from({ length: count }, (_, i) => i % rows.rows),
          ),
        };
  return model.sample(count, { seed, ...context, ...(signal === undefined ? {} : { signal }) });
}

function aboutModel(model: TableModel): TableReport["model"] {
  const { codec, flow, source } = model;
  return {
    rows: source.rows,
    ...(source.name === undefined ? {} : { name: source.name }),
    ...(source.contamination === undefined ? {} : { contamination: source.contamination }),
    seed: source.seed,
    columns: codec.columns.length,
    context: codec.contextNames,
    dims: codec.dims,
    parameters: flow.parameterCount,
    layers: flow.spec.layers.length,
  };
}

/** The columns to draw: all where there is room, else the worst matched. */
function worstMatched(shapes: readonly ColumnScore[]): readonly ColumnScore[] {
  if (shapes.length <= MOST_DRAWN) return shapes;
  return [...shapes].sort((a, b) => a.score - b.score).slice(0, MOST_DRAWN);
}

function firstColumns(matrix: FeatureMatrix, rows: number, columns: number): FeatureMatrix {
  const some = {
    ...matrix,
    schemas: matrix.schemas.slice(0, columns),
    columns: matrix.columns.slice(0, columns),
  };
  return matrix.rows <= rows
    ? some
    : featureRows(
        some,
        Array.from({ length: rows }, (_, i) => i),
      );
}

/** A heat map of the columns that depend on others most, in the order of the table. */
function limitAssociation(report: AssociationReport): AssociationReport {
  const count = report.columns.length;
  if (count <= MOST_ASSOCIATED) return report;
  const strength = report.real.map((line) => line.reduce((sum, r) => sum + r * r, 0));
  const kept = [...strength.keys()]
    .sort((a, b) => strength[b]! - strength[a]!)
    .slice(0, MOST_ASSOCIATED)
    .sort((a, b) => a - b);
  const part = (matrix: AssociationReport["real"]): number[][] =>
    kept.map((i) => kept.map((j) => matrix[i]![j]!));
  return {
    ...report,
    columns: kept.map((i) => report.columns[i]!),
    real: part(report.real),
    sampled: part(report.sampled),
  };
}

function* pairsOf(
  real: FeatureMatrix,
  sampled: FeatureMatrix,
  association: AssociationReport,
  seed: number,
): InPieces<PairComparison[]> {
  // Places in the heat map are not places in the table when columns were left out.
  const place = association.columns.map((name) => real.schemas.findIndex((s) => s.name === name));
  const own = (matrix: FeatureMatrix): FeatureMatrix => ({
    ...matrix,
    schemas: place.map((j) => matrix.schemas[j]!),
    columns: place.map((j) => matrix.columns[j]!),
  });
  const [a, b] = [own(real), own(sampled)];
  const compared: PairComparison[] = [];
  for (const pair of strongestPairs(association, PAIRS)) {
    compared.push(comparePair(a, b, pair, association, seed));
    yield;
  }
  return compared;
}
