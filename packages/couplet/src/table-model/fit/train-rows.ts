/** Trains a flow on the encoded rows of a table; losses come out in nats per row of the table. */
import type { FlowModel } from "../../flow/model/model.ts";
import { betweenEvents } from "../../threads/yield-to-event-loop.ts";
import { mean } from "../../statistics/mean.ts";
import type { FlowSpec } from "../../flow/spec/types.ts";
import type {
  DrawOptions,
  EncodedRows,
  TableCodec,
  TableCodes,
} from "../../table/encode/table-codec.ts";
import type { Table } from "../../table/table.ts";
import type { TrainEvent } from "../../train/events.ts";
import { sizeWarning } from "../../train/size-warning.ts";
import { fit } from "../../train/fit.ts";
import type { Run, RunEvent } from "../../train/run.ts";
import type { LossShift } from "../table-record.ts";
import type { FitTableOptions } from "./fit-table-options.ts";
import { freshRows } from "./fresh-rows.ts";
import { FITTING_DRAWS, type SimpleFlow, drawnTimes, simpleFlows } from "./untrained-flow.ts";
import type { TableParts } from "./split-table.ts";

/** What training on a table gives. */
export interface TrainedRows {
  readonly flow: FlowModel<boolean>;
  readonly lossShift: LossShift;
  /** The flow without training. Absent of snapshots, with a context, and of tables read in parts. */
  readonly simpler?: (which: SimpleFlow) => Promise<FlowModel>;
}

/**
 * The flow, and what turns its losses into nats per row of the table.
 *
 * @param start a flow's spec, or the flow to go on from
 * @param codes the cells of the training rows
 */
export async function* trainRows(
  start: FlowSpec | FlowModel,
  codec: TableCodec,
  codes: TableCodes,
  parts: TableParts,
  options: FitTableOptions,
  seed: number,
  stop: AbortSignal,
): AsyncGenerator<RunEvent<TrainEvent, TrainedRows>, TrainedRows, void> {
  // Discrete cells get fresh noise in every epoch: the flow learns the intervals, not the draws.
  const encodeEpoch = (rows: Table, epoch: number, firstRow: number) =>
    codec.encode(rows, { seed, epoch, firstRow });
  const drawn = (of: TableCodes, noise: DrawOptions) =>
    betweenEvents(codec.drawInPieces(of, noise), options.signal);
  const first = await drawn(codes, { seed });
  // Another stream of noise than the training rows', and always the same.
  const reading = codec.readInPieces(parts.validation, { impossible: "zero" });
  const read = await betweenEvents(reading, options.signal);
  const validation = await drawn(read, { seed: seed + 1 });
  const possible = validation.logCorrection.filter((value) => value !== -Infinity);
  const shift = {
    training: -mean(first.logCorrection),
    validation: possible.length > 0 ? -mean(possible) : 0,
  };
  const {
    onEvent: _onEvent,
    schema: _schema,
    infer: _infer,
    relations,
    context: _context,
    from: _from,
    flow: chosen,
    heldOut: _heldOut,
    smoothing,
    contamination,
    anyCondition: _anyCondition,
    name: _name,
    ...trainOptions
  } = options;
  const shared = {
    ...trainOptions,
    ...digestOf(trainOptions.dataDigest, {
      smoothing,
      contamination,
      relations: relations === undefined ? undefined : JSON.stringify(relations),
    }),
    standardise: false,
    ...(parts.rowsOfEpoch !== undefined
      ? partOfEpoch(parts.rowsOfEpoch, encodeEpoch, codec)
      : freshRows(first.z, codec, codes, options, seed)),
  };
  const run: Run<TrainEvent, FlowModel> =
    codec.contextDims === 0
      ? fit(start as FlowSpec<false>, first.z, { ...shared, validation: { rows: validation.z } })
      : fit(start as FlowSpec<true>, first.z, {
          ...shared,
          context: codec.encodeContext(parts.training),
          validation: { rows: validation.z, context: codec.encodeContext(parts.validation) },
        });
  const end = () => run.stop();
  stop.addEventListener("abort", end, { once: true });
  if (stop.aborted) end();
  try {
    for await (const event of withSizeWarning(run, chosen && rowsOf(parts))) {
      const { fraction, snapshot } = event;
      yield {
        ...inTableUnits(event, shift),
        fraction,
        snapshot: async () => ({ flow: await snapshot(), lossShift: shift }),
      };
    }
    const flow = await run;
    if (codec.contextDims > 0 || parts.rowsOfEpoch !== undefined) return { flow, lossShift: shift };
    const pooled = (): Promise<Float64Array> =>
      drawnTimes(FITTING_DRAWS, (epoch) => drawn(codes, { seed, epoch }));
    const spec = "spec" in start ? start.spec : start;
    const simpler = simpleFlows(spec, pooled, validation.z, trainOptions);
    return { flow, lossShift: shift, simpler };
  } finally {
    stop.removeEventListener("abort", end);
  }
}

/** Rows that epochs draw on. */
function rowsOf({ trainingRows, training }: TableParts): number {
  return trainingRows ?? training.rows;
}

/**
 * The warning of a flow that is large for its rows, with as many rows as all epochs have together: `fit` knows those of one.
 *
 * @param rows undefined for no warning: the default's size follows the rows by a rule, and nobody chose it
 */
async function* withSizeWarning(
  run: Run<TrainEvent, FlowModel>,
  rows: number | undefined,
): AsyncGenerator<RunEvent<TrainEvent, FlowModel>, void, void> {
  let [ofEpoch, ofAll]: (string | undefined)[] = [];
  for await (const event of run) {
    if (event.type === "start") {
      [ofEpoch] = sizeWarning(event.parameters, event.trainingRows);
      [ofAll] = rows === undefined ? [] : sizeWarning(event.parameters, rows);
    }
    if (event.type !== "warning" || event.message !== ofEpoch) yield event;
    else if (ofAll !== undefined) yield { ...event, message: ofAll };
  }
}

/** Another smoothing, contamination or list of relations makes other rows of the same table: no checkpoint goes on with it. */
function digestOf(
  given: string | undefined,
  made: Readonly<Record<string, number | string | undefined>>,
): { dataDigest?: string } {
  const set = Object.entries(made).filter(([, value]) => value !== undefined);
  return set.length === 0
    ? {}
    : { dataDigest: [given ?? "table", ...set.map((entry) => entry.join(" "))].join(", ") };
}

/** Rows and context of an epoch come from the same part, which is read once. */
function partOfEpoch(
  rowsOfEpoch: NonNullable<TableParts["rowsOfEpoch"]>,
  encode: (rows: Table, epoch: number, firstRow: number) => EncodedRows,
  codec: TableCodec,
) {
  let latest: { readonly epoch: number; readonly rows: Table } | undefined;
  const part = async (epoch: number, own: Int32Array | undefined): Promise<Table> => {
    if (latest?.epoch === epoch) return latest.rows;
    // Of lanes one after the other.
    const range = own === undefined ? undefined : { from: own[0]!, to: own.at(-1)! + 1 };
    latest = { epoch, rows: await rowsOfEpoch(epoch, range) };
    return latest.rows;
  };
  return {
    // A process of several reads the part of its own lanes in one piece.
    order: "lanes" as const,
    rowsOfEpoch: async (epoch: number, own?: Int32Array) =>
      encode(await part(epoch, own), epoch, own?.[0] ?? 0).z,
    ...(codec.contextDims === 0
      ? {}
      : {
          contextOfEpoch: async (epoch: number, own?: Int32Array) =>
            codec.encodeContext(await part(epoch, own)),
        }),
  };
}

function inTableUnits(event: TrainEvent, shift: LossShift): TrainEvent {
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
