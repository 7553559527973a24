import { checkInteger } from "../check-integer.ts";
import type { FlowModel } from "../flow/model/model.ts";
import type { Rows } from "../flow/model/rows.ts";
import { checkOptions } from "../options.ts";
import { judgedRows } from "./density.ts";

/** Options of {@link worstRows}. */
export interface WorstRowsOptions {
  /** One row of context per row, for conditional models. */
  readonly context?: Rows;
  /** How many rows. Default 10. */
  readonly count?: number;
  readonly signal?: AbortSignal;
}

/** A row of low log-density. */
export interface WorstRow {
  /** Its number, from 0. */
  readonly row: number;
  /** Nats. */
  readonly logProb: number;
  /** Share of the rows given with a log-density of at most this one's. */
  readonly percentile: number;
  readonly values: readonly number[];
  /** The latent variable farthest from the base's middle: its number, from 0, and value. */
  readonly latent: { readonly variable: number; readonly value: number };
}

/**
 * The rows with the lowest log-densities, lowest first: what the model finds hardest to believe.
 *
 * @throws CoupletError USAGE, SHAPE_MISMATCH, CONTEXT_MISMATCH, NON_FINITE_INPUT, DATA_INVALID
 */
export async function worstRows(
  model: FlowModel,
  rows: Rows,
  options: WorstRowsOptions = {},
): Promise<WorstRow[]> {
  checkOptions("worstRows", options, { context: true, count: 0, signal: "AbortSignal" });
  const { context, count = 10, signal } = options;
  checkInteger("worstRows: count", count, 1);
  const { rows: given, dims, x } = judgedRows("worstRows", model, rows, context);
  const call = {
    ...(context === undefined ? {} : { context }),
    ...(signal === undefined ? {} : { signal }),
  };
  const logProb = await model.logProb(rows, call);
  const { z } = await model.encode(rows, call);
  const order = Array.from({ length: given }, (_, i) => i).sort(
    (a, b) => logProb[a]! - logProb[b]! || a - b,
  );
  return order.slice(0, count).map((row, place) => {
    let variable = 0;
    for (let j = 1; j < dims; j++)
      if (Math.abs(z[row * dims + j]!) > Math.abs(z[row * dims + variable]!)) variable = j;
    return {
      row,
      logProb: logProb[row]!,
      percentile: (place + 1) / given,
      values: Array.from(x.data.subarray(row * dims, (row + 1) * dims)),
      latent: { variable, value: z[row * dims + variable]! },
    };
  });
}
