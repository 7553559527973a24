/** From a table to a model of it, with defaults that work. */
import { checkOptions } from "../option-names.ts";
import type { OptionNames } from "../option-names.ts";
import { CoupletError } from "../error.ts";
import type { CpuOptions } from "../engine/device/cpu/device.ts";
import { shuffled } from "../engine/random/shuffle.ts";
import type { FlowSpec, JsonObject } from "../flow/spec/types.ts";
import { fitTableCodec } from "../table/table-codec.ts";
import type { EncodedRows, TableCodec } from "../table/table-codec.ts";
import { inferSchema } from "../table/infer-schema.ts";
import type { InferSchemaOptions } from "../table/infer-schema.ts";
import { isModelled } from "../table/schema.ts";
import type { Schema } from "../table/schema.ts";
import { splitContext } from "../table/split-context.ts";
import { selectRows } from "../table/table.ts";
import type { Table } from "../table/table.ts";
import { tableWarnings } from "../table/table-warnings.ts";
import { tableFingerprint } from "../table/fingerprint.ts";
import type { TableWarning } from "../table/table-warnings.ts";
import type { TrainEvent } from "../train/events.ts";
import { train } from "../train/fit.ts";
import { trainOptionNames } from "../train/options.ts";
import type { TrainOptions } from "../train/options.ts";
import { defaultFlow } from "./default-flow.ts";
import type { TableSize } from "./default-flow.ts";
import { freshRows } from "./fresh-rows.ts";
import { heldOutReport } from "./held-out.ts";
import { isParted, openParts } from "./parted-table.ts";
import type { PartedTable } from "./parted-table.ts";
import { TableModel } from "./table-model.ts";
import type { TableCard, TableSource } from "./table-card.ts";

/** Options of {@link fitTable}: those of training, and what a table needs. */
export interface FitTableOptions
  extends
    Omit<
      TrainOptions,
      | "validation"
      | "weights"
      | "standardise"
      | "columns"
      | "rowsOfEpoch"
      | "contextOfEpoch"
      | "onEpoch"
      | "onEvent"
    >,
    CpuOptions {
  /** What each column is; inferred when left out. */
  readonly schema?: Schema;
  /** How it is inferred: other spellings of missing cells, say. */
  readonly infer?: InferSchemaOptions;
  /** Columns to condition on: the model is then of the other columns given these. */
  readonly given?: readonly string[];
  /** Another flow than the default one. */
  readonly flow?: (size: TableSize) => FlowSpec;
  /** Fraction of rows kept for the closing report; as many again choose the best epoch. Default 0.1. */
  readonly heldOut?: number;
  /**
   * Bandwidth of the noise that blurs continuous columns at the start of training, in their deviations; it falls to 0 by the last
   * epoch. It keeps a flow from learning few rows by heart. 0 switches it off. Default: min(0.5, sqrt(175 / rows)), none from
   * 10,000 rows on. Has no effect on tables read in parts.
   */
  readonly smoothing?: number;
  /** Where the rows came from, for the report. */
  readonly name?: string;
  /** Called with every event. */
  readonly onEvent?: (event: TableEvent) => void;
}

const {
  validation: _validation,
  weights: _weights,
  standardise: _standardise,
  columns: _columns,
  rowsOfEpoch: _rowsOfEpoch,
  contextOfEpoch: _contextOfEpoch,
  onEpoch: _onEpoch,
  ...ofTraining
} = trainOptionNames;

const fitTableOptionNames: OptionNames<FitTableOptions> = {
  ...ofTraining,
  threads: true,
  blas: true,
  relaxedSimd: true,
  schema: true,
  infer: true,
  given: true,
  flow: true,
  heldOut: true,
  smoothing: true,
  name: true,
};

/** Training events with losses in nats per row of the table, and what comes before training. */
export type TableEvent =
  | {
      readonly type: "schema";
      readonly schema: Schema;
      readonly dims: number;
      readonly flow: FlowSpec;
    }
  | { readonly type: "tableWarning"; readonly warning: TableWarning }
  | TrainEvent;

/** Draws per discrete cell in the closing report: the bound it gives is then within a few hundredths of a nat. */
const REPORT_SAMPLES = 8;

/** Rows below which nothing is left to train on: a quarter each is held out and chooses the epoch. */
const LEAST_ROWS = 20;

/** Held-out and validation rows, at least: fewer say nothing. */
const LEAST_HELD_OUT = 30;

/**
 * Fits a model of a table: infers the schema, encodes, trains with early stopping, and scores rows
 * that training never saw beside a Gaussian, independent columns and a Gaussian copula.
 *
 * @throws CoupletError DATA_INVALID and friends for tables that cannot be modelled; as {@link fit}
 */
export async function fitTable(
  source: Table | PartedTable,
  options: FitTableOptions = {},
): Promise<TableModel> {
  const run = trainTable(source, options);
  for (;;) {
    const next = await run.next();
    if (next.done === true) return next.value;
  }
}

/** {@link fitTable} as an async iterator of events; its return value is the model. */
export async function* trainTable(
  source: Table | PartedTable,
  options: FitTableOptions = {},
): AsyncGenerator<TableEvent, TableModel, void> {
  checkOptions("fitTable", options, fitTableOptionNames);
  const run = tableEvents(source, options);
  try {
    for (;;) {
      const next = await run.next();
      if (next.done === true) return next.value;
      options.onEvent?.(next.value);
      yield next.value;
    }
  } finally {
    // Where the caller leaves the loop the training ends, and frees what it holds.
    await run.return(undefined as never);
  }
}

async function* tableEvents(
  source: Table | PartedTable,
  options: FitTableOptions,
): AsyncGenerator<TableEvent, TableModel, void> {
  const seed = options.seed ?? 0;
  const opened = isParted(source)
    ? await openParts(source, options.schema, options.infer)
    : undefined;
  const inferred = opened?.schema ?? options.schema ?? inferSchema(source as Table, options.infer);
  const schema = options.given === undefined ? inferred : splitContext(inferred, options.given);
  for (const warning of tableWarnings(opened?.training ?? (source as Table), schema))
    yield { type: "tableWarning", warning };
  const parts = opened ?? splitTable(source as Table, options.heldOut ?? 0.1, seed);
  const codec = fitTableCodec(parts.training, schema);
  if (codec.dims === 0) {
    throw new CoupletError({
      code: "DATA_INVALID",
      where: "table",
      expected: "a column to model besides those given",
      received: `only ${schema.columns.filter(isModelled).length} usable columns, all given`,
    });
  }
  const rows = opened?.trainingRows ?? parts.training.rows;
  const size = { rows, dims: codec.dims, context: codec.contextDims };
  const spec = (options.flow ?? defaultFlow)(size);
  yield { type: "schema", schema, dims: codec.dims, flow: spec };
  const digest = isParted(source) ? source.digest : undefined;
  const more = digest === undefined ? options : { dataDigest: digest, ...options };
  const { flow, lossShift } = yield* trained(spec, codec, parts, more, seed);
  const source_: TableSource = {
    rows: source.rows,
    seed,
    ...(options.name === undefined ? {} : { name: options.name }),
    ...(isParted(source)
      ? { parts: source.parts }
      : { heldOut: options.heldOut ?? 0.1, fingerprint: tableFingerprint(source) }),
  };
  const empty = {
    rows: 0,
    flow: { nats: NaN, standardError: NaN },
    baselines: [],
    quantiles: [0, 1],
  };
  const scorer = new TableModel(flow, codec, empty, source_);
  const { nats } = await scorer.score(parts.heldOut, {
    samples: REPORT_SAMPLES,
    impossible: "zero",
    ...signalOf(options),
  });
  const heldOut = heldOutReport(nats, parts.training, parts.heldOut, schema);
  const card: TableCard = { codec: codec.toJSON(), heldOut, source: source_, lossShift };
  Object.assign(flow.card as Record<string, unknown>, { table: card as unknown as JsonObject });
  return new TableModel(flow, codec, heldOut, source_);
}

interface TableParts {
  readonly training: Table;
  readonly validation: Table;
  readonly heldOut: Table;
  /** Other training rows for each epoch, when not all are in memory. */
  readonly rowsOfEpoch?: (epoch: number) => Promise<Table>;
}

/**
 * The same split for the same rows and seed, so that reports can find the held-out rows again.
 *
 * @throws CoupletError DATA_INVALID for fewer than 20 rows, USAGE for a fraction outside (0, 0.5)
 */
export function splitTable(source: Table, fraction: number, seed: number): TableParts {
  if (!(fraction > 0 && fraction < 0.5)) {
    throw new CoupletError({
      code: "USAGE",
      where: "fitTable: heldOut",
      expected: "a fraction between 0 and 0.5",
      received: String(fraction),
    });
  }
  const { rows } = source;
  if (rows < LEAST_ROWS) {
    throw new CoupletError({
      code: "DATA_INVALID",
      where: "table",
      expected: `at least ${LEAST_ROWS} rows`,
      received: String(rows),
      hint: "Half of so few rows would be held out to check the model; a distribution cannot be learnt from the rest.",
    });
  }
  const held = Math.min(
    Math.floor(rows / 4),
    Math.max(LEAST_HELD_OUT, Math.round(rows * fraction)),
  );
  const order = shuffled(rows, seed);
  return {
    heldOut: selectRows(source, order.subarray(0, held)),
    validation: selectRows(source, order.subarray(held, 2 * held)),
    training: selectRows(source, order.subarray(2 * held)),
  };
}

async function* trained(
  spec: FlowSpec,
  codec: TableCodec,
  parts: TableParts,
  options: FitTableOptions,
  seed: number,
) {
  // Discrete cells get fresh noise in every epoch: the flow learns the intervals, not the draws.
  const encodeEpoch = (rows: Table, epoch: number) => codec.encode(rows, { seed, sample: epoch });
  const first = encodeEpoch(parts.training, 0);
  // Another stream of noise than the training rows', and always the same.
  const validation = codec.encode(parts.validation, { seed: seed + 1, impossible: "zero" });
  const shift = {
    training: -mean(first.logCorrection),
    validation: -mean(validation.logCorrection.filter((value) => value !== -Infinity)),
  };
  const context = (rows: Table) =>
    codec.contextDims === 0 ? {} : { context: codec.encodeContext(rows) };
  const {
    onEvent: _onEvent,
    schema: _schema,
    infer: _infer,
    given: _given,
    flow: _flow,
    heldOut: _heldOut,
    smoothing,
    name: _name,
    ...trainOptions
  } = options;
  const run = train(spec, first.z, {
    ...trainOptions,
    // Another smoothing makes other rows of the same table: no checkpoint goes on with it.
    ...(smoothing === undefined
      ? {}
      : { dataDigest: `${trainOptions.dataDigest ?? "table"}, smoothing ${smoothing}` }),
    ...context(parts.training),
    validation: { rows: validation.z, ...context(parts.validation) },
    standardise: false,
    ...(parts.rowsOfEpoch !== undefined
      ? partOfEpoch(parts.rowsOfEpoch, encodeEpoch, codec)
      : freshRows(first.z, codec, parts.training, options, seed)),
  } as never);
  for (;;) {
    const next = await run.next();
    if (next.done === true) return { flow: next.value, lossShift: shift };
    yield inTableUnits(next.value, shift);
  }
}

/** Rows and context of an epoch come from the same part, which is read once. */
function partOfEpoch(
  rowsOfEpoch: (epoch: number) => Promise<Table>,
  encode: (rows: Table, epoch: number) => EncodedRows,
  codec: TableCodec,
) {
  let latest: { readonly epoch: number; readonly rows: Table } | undefined;
  const part = async (epoch: number): Promise<Table> => {
    if (latest?.epoch !== epoch) latest = { epoch, rows: await rowsOfEpoch(epoch) };
    return latest.rows;
  };
  return {
    rowsOfEpoch: async (epoch: number) => encode(await part(epoch), epoch).z,
    ...(codec.contextDims === 0
      ? {}
      : { contextOfEpoch: async (epoch: number) => codec.encodeContext(await part(epoch)) }),
  };
}

function inTableUnits(
  event: TrainEvent,
  shift: { readonly training: number; readonly validation: number },
): TrainEvent {
  const moved = <T extends { readonly validationLoss: number }>(best: T): T => ({
    ...best,
    validationLoss: best.validationLoss + shift.validation,
  });
  switch (event.type) {
    case "start":
      return { ...moved(event), gaussianLoss: event.gaussianLoss + shift.validation };
    case "epoch":
      return {
        ...moved(event),
        trainLoss: event.trainLoss + shift.training,
        best: moved(event.best),
      };
    case "end":
      return {
        ...event,
        best: moved(event.best),
        gaussianLoss: event.gaussianLoss + shift.validation,
      };
    default:
      return event;
  }
}

function mean(values: Float64Array): number {
  return values.reduce((sum, value) => sum + value, 0) / Math.max(1, values.length);
}

function signalOf({ signal }: FitTableOptions): { signal?: AbortSignal } {
  return signal === undefined ? {} : { signal };
}
