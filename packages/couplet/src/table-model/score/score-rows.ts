import { CoupletError } from "../../error.ts";
import type { FlowModel } from "../../flow/model/model.ts";
import { logMeanExp } from "../../statistics/log-sum-exp.ts";
import { betweenEvents } from "../../threads/yield-to-event-loop.ts";
import type { TableCodec, TableCodes } from "../../table/encode/table-codec.ts";
import type { ImpossiblePolicy } from "../../table/cell/read-column.ts";
import type { Table } from "../../table/table.ts";
import { contextOf } from "./context-rows.ts";

/** How rows are scored. */
export interface RowScoring {
  readonly samples: number;
  readonly seed?: number;
  readonly firstRow?: number;
  readonly impossible?: ImpossiblePolicy;
  readonly softRelations?: boolean;
  readonly where?: string;
  readonly signal?: AbortSignal;
}

/** One draw of the noise that fills discrete cells. */
export interface ScoredDraw {
  readonly codes: TableCodes;
  /** rows x dims: the latent rows. */
  readonly z: Float64Array;
  /** Per row, nats: the log density of the latent row, and what the cells add to it. */
  readonly density: Float64Array;
  readonly logCorrection: Float64Array;
}

/**
 * The log density of each row in the table's own units, nats:
 *
 *   log p(row) ~ logsumexp_k(log p_flow(z_k) + logCorrection_k) - log K
 *
 * over K draws of the noise that fills discrete cells; the cells are read once.
 *
 * A row's score is a number or -Infinity.
 *
 * @param onDraw called with each draw and its scores, for another score of the same rows
 * @throws CoupletError for a table that does not fit the schema, and for rows of density 0 unless `impossible` is "zero"
 */
export async function scoreRows(
  flow: FlowModel,
  codec: TableCodec,
  rows: Table,
  options: RowScoring,
  onDraw?: (draw: ScoredDraw, nats: Float64Array) => void,
): Promise<Float64Array> {
  const { samples, seed = 0, firstRow = 0, impossible = "error", where = "table" } = options;
  const { softRelations = false } = options;
  const signal = options.signal === undefined ? {} : { signal: options.signal };
  const context = contextOf(codec, rows, where);
  const reading = codec.readInPieces(rows, { firstRow, impossible, softRelations, where });
  const codes = await betweenEvents(reading, options.signal);
  const draws: Float64Array[] = [];
  for (let epoch = 0; epoch < samples; epoch++) {
    const drawing = codec.drawInPieces(codes, { seed, epoch });
    const { z, logCorrection } = await betweenEvents(drawing, options.signal);
    const density = await flow.logProbOfPart(z, firstRow, { ...context, ...signal });
    const nats = density.map((value, i) => numberOrZeroDensity(value + logCorrection[i]!));
    onDraw?.({ codes, z, density, logCorrection }, nats);
    draws.push(nats);
  }
  const nats = draws.length === 1 ? draws[0]! : logMeanExp(draws);
  if (impossible === "error") {
    const row = nats.indexOf(-Infinity);
    if (row >= 0) throw tooFar(where, firstRow + row + 1);
  }
  return nats;
}

/**
 * Far beyond every training row the flow's single precision overflows, and infinity less infinity is no number. The density of such a row
 * is below what a double can hold: 0.
 */
export function numberOrZeroDensity(logDensity: number): number {
  return Number.isNaN(logDensity) || logDensity === Infinity ? -Infinity : logDensity;
}

function tooFar(where: string, row: number): CoupletError {
  return new CoupletError({
    code: "DATA_INVALID",
    where: `${where}: row ${row}`,
    expected: "a row with a density above 0",
    received: "one so far from the training rows that its density is 0 in double precision",
    hint: "Score such rows as impossible, drop them, or fit again with them.",
  });
}
