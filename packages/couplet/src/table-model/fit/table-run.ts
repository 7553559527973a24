/** What a fit of a table does, from its schema to the report on rows that training never saw. Loaded when something fits a table. */
import type { FlowModel } from "../../flow/model/model.ts";
import { checkOptions } from "../../options.ts";
import { CoupletError } from "../../error.ts";
import { betweenEvents } from "../../threads/yield-to-event-loop.ts";
import type { FlowSpec } from "../../flow/spec/types.ts";
import { fitKept } from "./fit-kept.ts";
import { isModelled } from "../../table/schema/schema.ts";
import type { Schema } from "../../table/schema/schema.ts";
import { parseSchema } from "../../table/schema/parse-schema.ts";
import { splitContext } from "../../table/split-context.ts";
import { checkTable } from "../../table/table.ts";
import type { FittedCodec, TableCodec } from "../../table/encode/table-codec.ts";
import type { Table } from "../../table/table.ts";
import { type TableWarning, besideRelations, tableWarningsInPieces } from "../../table/warnings.ts";
import { fingerprintInPieces } from "../../table/fingerprint.ts";
import { defaultFlow } from "./default-flow.ts";
import { fitTableOptionNames } from "./fit-table-options.ts";
import type { FitTableOptions, TableEvent } from "./fit-table-options.ts";
import { quantilesOf } from "./held-out.ts";
import { goingOn, readByModel } from "./going-on.ts";
import { heldOutReport, simpleScoresInPieces } from "./held-out-report.ts";
import type { SimpleScores } from "./held-out-report.ts";
import { isPartitioned, openPartitions } from "../partitioned/partitioned-table.ts";
import type { PartitionedTable } from "../partitioned/partitioned-table.ts";
import { textOfFirst } from "../../train/text-of-first.ts";
import type { Reducer } from "../../train/reducer.ts";
import type { TrainEvent } from "../../train/events.ts";
import type { RunEvent } from "../../train/run.ts";
import { ordinaryRows } from "./ordinary-rows.ts";
import { type RelationRows, schemaRelations } from "./schema-relations.ts";
import { checkEnoughCells, splitTableInPieces } from "./split-table.ts";
import type { TableParts } from "./split-table.ts";
import { TableModel } from "../table-model.ts";
import type { TableSource } from "../table-record.ts";
import { scoreRows } from "../score/score-rows.ts";
import { notWorseThanSimple } from "./not-worse-than-simple.ts";
import type { Reported } from "./not-worse-than-simple.ts";
import { trainRows } from "./train-rows.ts";
import type { TrainedRows } from "./train-rows.ts";
import { checkAnyCondition, withConditions } from "./with-conditions.ts";
import { version } from "../../version.ts";

/** Draws per discrete cell in the closing report: the bound it gives is then within a few hundredths of a nat. */
const REPORT_SAMPLES = 8;

/**
 * The events of a fit of a table, then its model; every event goes to `onEvent` too.
 *
 * @throws CoupletError as `fitTable`
 */
export async function* fitTableEvents(
  source: Table | PartitionedTable,
  options: FitTableOptions,
  stop: AbortSignal,
): AsyncGenerator<RunEvent<TableEvent, TableModel>, TableModel, void> {
  let finished = false;
  let run: AsyncIterator<RunEvent<TableEvent, TableModel>, TableModel, void> | undefined;
  try {
    checkOptions("fitTable", options, fitTableOptionNames);
    checkAnyCondition(options);
    if (!isPartitioned(source)) checkTable("fitTable", source);
    else if (options.order !== undefined && options.order !== "lanes") throw otherOrder(options);
    if (options.reducer !== undefined) await compareFits(source, options, options.reducer);
    run = tableEvents(source, options, stop);
    for (;;) {
      const next = await run.next();
      if (next.done === true) {
        const model = await withConditions(next.value, options, stop);
        finished = true;
        return model;
      }
      options.onEvent?.(next.value);
      yield next.value;
    }
  } catch (error) {
    options?.reducer?.leave(error instanceof Error ? error.message : String(error));
    throw error;
  } finally {
    // Where the caller leaves the loop the training ends, and frees what it holds.
    await run?.return?.();
    // The other processes would wait for this one for ever.
    if (!finished) options?.reducer?.leave("its fit ended before the others'");
  }
}

/**
 * Compares with rank 0 what decides which rounds a fit has before its training: ranks that differ there would take one
 * another's numbers for something else. What else has to agree `fit` compares.
 *
 * @throws CoupletError USAGE, on the ranks that differ
 */
async function compareFits(
  source: Table | PartitionedTable,
  { contamination, resume }: FitTableOptions,
  reducer: Reducer,
): Promise<void> {
  // Loaded when several processes fit: others do without its checksums.
  const { compareWithFirst } = await import("../../train/reducer.ts");
  const values = {
    version,
    "table in memory or in parts": isPartitioned(source) ? "in parts" : "in memory",
    partitions: String(isPartitioned(source) ? source.partitions : 0),
    rows: String(source.rows),
    contamination: String(contamination ?? 0),
    "checkpoint to go on from": resume === undefined ? "none" : "one",
  };
  await compareWithFirst(reducer, "fitTable", values, SAME_FITS);
}

function otherOrder({ order }: FitTableOptions): CoupletError {
  return new CoupletError({
    code: "USAGE",
    where: "fitTable: order",
    expected: '"lanes" of a table in parts, which is read lane by lane',
    received: JSON.stringify(order),
    hint: "Leave `order` out, or give the fit more memory.",
  });
}

/** Machines differ in memory, and by default with it the tables that are read in parts. */
const SAME_FITS =
  "Start all processes with the same version, data, options and amount of memory (couplet fit --memory).";

async function* tableEvents(
  source: Table | PartitionedTable,
  given: FitTableOptions,
  stop: AbortSignal,
): AsyncGenerator<RunEvent<TableEvent, TableModel>, TableModel, void> {
  const { options, splitSeed } = await betweenEvents(goingOn(source, given), given.signal);
  const { seed = 0, from } = options;
  if (!isPartitioned(source)) checkEnoughCells(source);
  const opened = isPartitioned(source)
    ? await openPartitions(source, options.schema, options.infer, options.reducer)
    : undefined;
  const ordinary = isPartitioned(source)
    ? undefined
    : await betweenEvents(ordinaryRows(source, options.schema, options.infer), options.signal);
  const inferred = opened?.schema ?? ordinary!.schema;
  const declared =
    options.context === undefined ? inferred : splitContext(inferred, options.context);
  const looking = tableWarningsInPieces(opened?.training ?? ordinary!.table, declared);
  const found = await betweenEvents(looking, options.signal);
  const isOfPair = ({ code }: TableWarning): boolean => code === "NEAR_DUPLICATE";
  for (const warning of [...(ordinary?.warnings ?? []), ...found.filter((w) => !isOfPair(w))])
    yield beforeTraining({ type: "tableWarning", warning });
  const split = opened ?? (await splitOf(source as Table, options, splitSeed, ordinary?.leftOut));
  // Loaded when wanted: other fits start sooner.
  const { parts, contamination } =
    (options.contamination ?? 0) === 0
      ? { parts: split, contamination: 0 }
      : await (
          await import("./usual-rows.ts")
        ).usualRows(opened === undefined ? split : undefined, declared, options, stop);
  const fitted =
    from === undefined
      ? await encodersOf(declared, source, ordinary?.table, parts, options)
      : undefined;
  const { codec, codes } =
    fitted ?? (await betweenEvents(readByModel(from!, parts.training), options.signal));
  const { schema } = codec;
  // Relations say more of two columns that go together.
  for (const warning of besideRelations(found.filter(isOfPair), schema))
    yield beforeTraining({ type: "tableWarning", warning });
  if (codec.dims === 0) throw nothingToModel(schema);
  const rows = opened?.trainingRows ?? parts.training.rows;
  const size = { rows, dims: codec.dims, context: codec.contextDims };
  const start = from?.flow ?? (options.flow ?? defaultFlow)(size);
  const spec = from?.flow.spec ?? (start as FlowSpec);
  yield beforeTraining({ type: "schema", schema, dims: codec.dims, flow: spec });
  const digest = isPartitioned(source) ? source.digest : undefined;
  const more = digest === undefined ? options : { dataDigest: digest, ...options };
  const about = await aboutTable(source, { ...options, seed: splitSeed }, contamination);
  const reported = reportOf(codec, fitted, parts, options.signal);
  const tableModel = async (trained: TrainedRows): Promise<TableModel> => {
    // A flow of the user's own choice stays what training made of it.
    const { simpler, ...rest } = trained;
    const kept = { ...rest, flow: await wideEnough(rest.flow, codec, parts, options) };
    const { flow, heldOut } = await notWorseThanSimple(
      options.flow === undefined && simpler !== undefined ? { ...kept, simpler } : kept,
      reported,
    );
    return new TableModel(flow, codec, { heldOut, source: about, lossShift: trained.lossShift });
  };
  const training: AsyncIterator<RunEvent<TrainEvent, TrainedRows>, TrainedRows, void> = trainRows(
    start,
    codec,
    codes,
    parts,
    more,
    seed,
    stop,
  );
  try {
    for (;;) {
      const next = await training.next();
      if (next.done === true) return await tableModel(next.value);
      const { snapshot } = next.value;
      yield { ...next.value, snapshot: async () => tableModel(await snapshot()) };
    }
  } finally {
    await training.return?.();
  }
}

/** Few conditional rows leave a flow too narrow; one of the user's own choice stays, and one of a table in parts. Loaded when wanted. */
async function wideEnough(
  flow: FlowModel<boolean>,
  codec: TableCodec,
  parts: TableParts,
  options: FitTableOptions,
): Promise<FlowModel<boolean>> {
  const isChosen = options.flow !== undefined || options.from !== undefined;
  return codec.contextDims === 0 || isChosen || parts.rowsOfEpoch !== undefined
    ? flow
    : (await import("./widened.ts")).widened(flow, codec, parts.validation, options);
}

function splitOf(
  source: Table,
  { heldOut = 0.1, signal }: FitTableOptions,
  seed: number,
  leftOut: ReadonlySet<number> | undefined,
): Promise<TableParts> {
  return betweenEvents(splitTableInPieces(source, heldOut, seed, leftOut), signal);
}

/** The encoders of the training rows, with what these become. */
async function encodersOf(
  declared: Schema,
  source: Table | PartitionedTable,
  ordinary: Table | undefined,
  parts: TableParts,
  options: FitTableOptions,
): Promise<FittedCodec> {
  const wanted = await wantedSchema(declared, source, ordinary, parts, options);
  return betweenEvents(fitKept(parts.training, wanted), options.signal);
}

/** The schema with the relations that are kept, columns of codes as categories and numbers standardised where that is better. */
async function wantedSchema(
  given: Schema,
  source: Table | PartitionedTable,
  ordinary: Table | undefined,
  parts: TableParts,
  options: FitTableOptions,
): Promise<Schema> {
  const { relations, schema, threads, blas, relaxedSimd, reducer, seed = 0 } = options;
  const find = () => schemaRelations(given, relations, relationRows(ordinary ?? source, parts));
  // Of a table in parts only rank 0 reads all of them.
  const related =
    reducer === undefined || ordinary !== undefined
      ? await find()
      : parseSchema(
          JSON.parse(await textOfFirst(reducer, async () => JSON.stringify(await find()))),
        );
  // Of a table in parts not all values are known; a schema that somebody gives says what its columns are.
  if (ordinary === undefined || schema !== undefined) return related;
  // Loaded when needed: a fit with a given schema starts sooner.
  const { linearNumbers, numbersOrCategories } = await import("./decide-columns.ts");
  const decided = await numbersOrCategories(related, parts.training, ordinary, {
    seed,
    ...(threads === undefined ? {} : { threads }),
    ...(blas === undefined ? {} : { blas }),
    ...(relaxedSimd === undefined ? {} : { relaxedSimd }),
    ...signalOf(options),
  });
  return betweenEvents(linearNumbers(decided, parts.training), options.signal);
}

/**
 * Scores flows on the held-out rows. The simple models' scores are computed once a fit, however many snapshots are compared with them: they cost
 * more than a flow's own.
 *
 * @param fitted the codec, if it is fitted to these training rows
 */
function reportOf(
  codec: TableCodec,
  fitted: FittedCodec | undefined,
  parts: TableParts,
  signal: AbortSignal | undefined,
): (flow: FlowModel) => Promise<Reported> {
  let simple: Promise<readonly SimpleScores[]> | undefined;
  const scored = {
    samples: REPORT_SAMPLES,
    impossible: "zero",
    ...(signal && { signal }),
  } as const;
  return async (flow) => {
    let oneDraw: Float64Array | undefined;
    const scores = await scoreRows(flow, codec, parts.heldOut, scored, (_draw, nats) => {
      oneDraw ??= nats;
    });
    simple ??= betweenEvents(
      simpleScoresInPieces(parts.training, parts.heldOut, codec.schema, fitted),
      signal,
    );
    const report = heldOutReport(scores, await simple);
    const heldOut = { ...report, quantilesOfOneDraw: quantilesOf(oneDraw!) };
    return { heldOut, nats: scores, simple: await simple };
  };
}

/** Where the rows came from, for reports. */
async function aboutTable(
  source: Table | PartitionedTable,
  options: FitTableOptions,
  contamination: number,
): Promise<TableSource> {
  const { seed = 0, heldOut = 0.1, name } = options;
  return {
    rows: source.rows,
    seed,
    ...(name === undefined ? {} : { name }),
    ...(contamination === 0 ? {} : { contamination }),
    ...(isPartitioned(source)
      ? { partitions: source.partitions }
      : {
          heldOut,
          fingerprint: await betweenEvents(fingerprintInPieces(source), options.signal),
        }),
  };
}

function nothingToModel({ columns }: Schema): CoupletError {
  return new CoupletError({
    code: "DATA_INVALID",
    where: "table",
    expected: "a column to model besides those given",
    received: `only ${columns.filter(isModelled).length} usable columns, all given`,
  });
}

/** The rows that relations are found in, and those that confirm them. */
function relationRows(source: Table | PartitionedTable, parts: TableParts): RelationRows {
  const { training, validation } = parts;
  return isPartitioned(source)
    ? { training, further: () => partitionsOf(source) }
    : { training, further: () => [validation], all: source };
}

/** All parts but the one that reports and the one that relations are found in. */
async function* partitionsOf(source: PartitionedTable): AsyncGenerator<Table> {
  for (let index = 2; index < source.partitions; index++) yield await source.partition(index);
}

/** An event before the training, when no model exists to take a snapshot of. */
function beforeTraining<E extends TableEvent>(event: E): RunEvent<E, TableModel> {
  const snapshot = async () => {
    throw new CoupletError({
      code: "USAGE",
      where: "snapshot",
      expected: "a training that has begun",
      received: `the event "${event.type}", which comes before it`,
      hint: 'The first model is there at the event "start".',
    });
  };
  return { ...event, fraction: 0, snapshot };
}

function signalOf({ signal }: FitTableOptions): { signal?: AbortSignal } {
  return signal === undefined ? {} : { signal };
}
