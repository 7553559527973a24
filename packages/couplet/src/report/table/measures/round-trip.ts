import { betweenEvents } from "../../../threads/yield-to-event-loop.ts";
import type { ErrorSummary } from "../../../flow/model/check-inverse.ts";
import { featureMatrixInPieces } from "../../../table/quality/feature-matrix.ts";
import { isCategorical } from "../../../table/schema/schema.ts";
import type { Table } from "../../../table/table.ts";
import { contextOf } from "../../../table-model/score/context-rows.ts";
import type { TableModel } from "../../../table-model/table-model.ts";

/** How exactly rows come back from the latent space. */
export interface RoundTripReport {
  readonly rows: number;
  /** |decode(encode(z)) - z| of the encoded rows, in standard deviations. */
  readonly error: ErrorSummary;
  /** Discrete cells (categories, integers, dates), each at the median of its interval, that come back as another value. */
  readonly changedCells: number;
  /** Names of the columns that they are in. */
  readonly changedColumns: readonly string[];
  readonly discreteCells: number;
  /** Greatest error of continuous cells, in units of their column's standard deviation. */
  readonly numberError: number;
  readonly layers: readonly {
    readonly layer: number;
    readonly kind: string;
    readonly error: number;
  }[];
}

/** Encodes rows through the encoders and the flow, and decodes them again. */
export async function roundTripReport(
  model: TableModel,
  rows: Table,
  options: { readonly where: string; readonly signal?: AbortSignal },
): Promise<RoundTripReport> {
  const { codec, flow, schema } = model;
  const inverse = await model.checkInverse(rows, options);
  const signal = options.signal === undefined ? {} : { signal: options.signal };
  const context = contextOf(model.codec, rows, options.where);
  const how = { where: options.where, impossible: "zero", noise: "median" } as const;
  const { z } = await betweenEvents(codec.encodeInPieces(rows, how), options.signal);
  const { z: latent } = await flow.encode(z, { ...context, ...signal });
  const { x } = await flow.decode(latent, { ...context, ...signal });
  const decoding = codec.decodeInPieces(x, codec.contextDims === 0 ? undefined : rows);
  const decoded = await betweenEvents(decoding, options.signal);
  const before = await betweenEvents(featureMatrixInPieces(rows, schema), options.signal);
  const after = await betweenEvents(featureMatrixInPieces(decoded, schema), options.signal);
  let [changedCells, discreteCells, numberError] = [0, 0, 0];
  const changedColumns: string[] = [];
  before.schemas.forEach((column, j) => {
    if (column.role === "context") return;
    const [a, b] = [before.columns[j]!, after.columns[j]!];
    if (!isCategorical(column) && column.type === "number" && column.resolution === undefined) {
      numberError = Math.max(numberError, relativeError(a, b));
      return;
    }
    discreteCells += a.length;
    const changed = a.filter((value, i) => !Object.is(value, b[i]!) && value !== b[i]).length;
    changedCells += changed;
    if (changed > 0) changedColumns.push(column.name);
  });
  return {
    rows: rows.rows,
    error: inverse.error,
    changedCells,
    changedColumns,
    discreteCells,
    numberError,
    layers: inverse.layers.map(({ layer, kind, error }) => ({ layer, kind, error: error.most })),
  };
}

function relativeError(a: Float64Array, b: Float64Array): number {
  const present = a.filter((v) => !Number.isNaN(v));
  const mean = present.reduce((sum, v) => sum + v / present.length, 0);
  const sd = Math.sqrt(present.reduce((sum, v) => sum + (v - mean) ** 2 / present.length, 0));
  let most = 0;
  a.forEach((value, i) => {
    const error = Math.abs(value - b[i]!);
    if (error > most) most = error;
  });
  return sd > 0 ? most / sd : most;
}
