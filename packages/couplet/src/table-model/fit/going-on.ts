/** What a fit takes over from the model that it goes on from. */
import { CoupletError } from "../../error.ts";
import { shown } from "../../shown.ts";
import type { InPieces } from "../../threads/yield-to-event-loop.ts";
import type { FittedCodec } from "../../table/encode/table-codec.ts";
import type { Table } from "../../table/table.ts";
import { fingerprintInPieces } from "../../table/fingerprint.ts";
import { isPartitioned } from "../partitioned/partitioned-table.ts";
import type { PartitionedTable } from "../partitioned/partitioned-table.ts";
import { TableModel } from "../table-model.ts";
import type { FitTableOptions } from "./fit-table-options.ts";

/** Options whose answers the model has. */
const DECIDED = ["schema", "infer", "relations", "context", "flow"] as const;

/**
 * The options of a fit that goes on from a model, with its schema; and the seed that splits the rows: for the very table that the model was
 * fitted on the model's own, so that rows that it was not trained on stay so.
 *
 * @throws CoupletError USAGE for something else than a table's model, for an option that the model decides, for another `heldOut` of the
 *   same table; NOT_SUPPORTED for a table in parts
 */
export function* goingOn(
  source: Table | PartitionedTable,
  options: FitTableOptions,
): InPieces<{ readonly options: FitTableOptions; readonly splitSeed: number }> {
  const { from } = options;
  const splitSeed = options.seed ?? 0;
  if (from === undefined) return { options, splitSeed };
  if (!(from instanceof TableModel))
    throw new CoupletError({
      code: "USAGE",
      where: "fitTable: from",
      expected: "a model of a table",
      received: shown(from),
      hint: "TableModel.load reads one from a file; `fit(flow, rows)` goes on from a flow.",
    });
  const also = DECIDED.find((name) => options[name] !== undefined);
  if (also !== undefined)
    throw new CoupletError({
      code: "USAGE",
      where: `fitTable: ${also}`,
      expected: "nothing beside `from`: the model decides it",
      received: `${also} and from`,
      hint: `Leave \`${also}\` out, or fit anew without \`from\`.`,
    });
  if (isPartitioned(source))
    throw new CoupletError({
      code: "NOT_SUPPORTED",
      where: "fitTable: from",
      expected: "a table in memory",
      received: `${source.partitions} parts`,
      hint: "Go on with a part of the rows, or give the fit more memory.",
    });
  // Noise on few rows is for a flow that knows nothing yet.
  const taken = { ...options, smoothing: options.smoothing ?? 0, schema: from.schema };
  const { fingerprint, heldOut } = from.source;
  if (fingerprint === undefined || heldOut === undefined) return { options: taken, splitSeed };
  if (source.rows !== from.source.rows || fingerprint !== (yield* fingerprintInPieces(source)))
    return { options: taken, splitSeed };
  if (options.heldOut !== undefined && options.heldOut !== heldOut)
    throw new CoupletError({
      code: "USAGE",
      where: "fitTable: heldOut",
      expected: `${heldOut}, as the model was fitted on this table`,
      received: String(options.heldOut),
      hint: "With another split the model would be judged on rows that it was trained on.",
    });
  return { options: { ...taken, heldOut }, splitSeed: from.source.seed };
}

/**
 * The codec of the model to go on from, and the cells of the training rows; in pieces.
 *
 * @throws CoupletError DATA_INVALID for columns that are missing, renamed or of another type, and for values that the model gives no probability
 */
export function* readByModel(
  from: TableModel,
  training: Table,
): InPieces<Pick<FittedCodec, "codec" | "codes">> {
  const { codec } = from;
  return { codec, codes: yield* codec.readInPieces(training, { where: "fitTable: from" }) };
}
