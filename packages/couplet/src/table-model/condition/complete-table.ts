/** Weighted completions of rows with gaps: what filling in and predictions are made of. */
import { logMean, relativeWeights } from "../../statistics/log-sum-exp.ts";
import type { TableCodec } from "../../table/encode/table-codec.ts";
import type { FlowModel } from "../../flow/model/model.ts";
import { type GivenRows, repeatedRows } from "./given-rows.ts";
import type { Proposal } from "./proposal.ts";
import { proposeRows } from "./propose.ts";
import { effectiveOf } from "./resample.ts";

/** Completions of one row. */
export interface RowCompletions {
  readonly row: number;
  /** Per modelled column: the code in each completion. */
  readonly codes: readonly Float64Array[];
  /** Sum to 1, unless none of the completions is possible: then all are 0. */
  readonly weights: Float64Array;
  /** Independent draws that the weights are worth. */
  readonly effective: number;
  /** log of the mean weight: the log probability of the given cells, nats, in the table's units. */
  readonly logGiven: number;
}

/** Completions through the flow at once. */
const BATCH = 16_384;
/** Rows whose weights are worth fewer draws get more completions: so many times as many, twice. */
const FEW = 8;
const MORE = 4;

/**
 * Completes rows, `copies` times each; rows whose weights are worth fewer than 8 draws 4 times and 16 times as often.
 *
 * @param isWanted whether a completion counts, by its codes: with a value in a cell that is to be filled, say
 */
export async function* completions(
  model: { readonly flow: FlowModel; readonly codec: TableCodec },
  proposal: Proposal,
  given: GivenRows,
  rows: Int32Array,
  options: {
    readonly copies: number;
    readonly seed: number;
    readonly signal?: AbortSignal | undefined;
    readonly isWanted?: (codes: readonly Float64Array[], k: number, row: number) => boolean;
  },
): AsyncGenerator<RowCompletions> {
  const { copies, seed, signal, isWanted = () => true } = options;
  let left: Int32Array = rows;
  for (let round = 0, times = copies; round < 3 && left.length > 0; round++, times *= MORE) {
    const poor: number[] = [];
    const step = Math.max(1, Math.floor(BATCH / times));
    for (let first = 0; first < left.length; first += step) {
      const some = left.subarray(first, first + step);
      const proposed = await proposeRows(model, proposal, repeatedRows(given, some, times), {
        // Rows of a table have their own noise wherever it is cut, as far as whole batches go.
        seed: seed + 1_000_003 * (some[0]! + 1) + round,
        signal,
      });
      for (const [i, row] of some.entries()) {
        const [from, to] = [i * times, (i + 1) * times];
        const log = proposed.log.slice(from, to);
        for (let k = 0; k < times; k++)
          if (log[k] !== -Infinity && !isWanted(proposed.codes, from + k, row)) log[k] = -Infinity;
        const effective = effectiveOf(log);
        if (effective < FEW && round < 2) {
          poor.push(row);
          continue;
        }
        yield {
          row,
          codes: proposed.codes.map((own) => own.slice(from, to)),
          ...normalised(log),
          effective,
        };
      }
    }
    left = Int32Array.from(poor);
  }
}

function normalised(log: Float64Array): {
  readonly weights: Float64Array;
  readonly logGiven: number;
} {
  const weights = relativeWeights(log);
  const sum = weights.reduce((total, weight) => total + weight, 0);
  return {
    weights: sum === 0 ? weights : weights.map((weight) => weight / sum),
    logGiven: logMean(log),
  };
}

/** The values at some shares of the weight, of numbers: the median is at 1/2. Missing ones do not count. */
export function weightedQuantiles(
  values: Float64Array,
  weights: Float64Array,
  shares: readonly number[],
): number[] {
  const order = Array.from(values.keys())
    .filter((k) => weights[k]! > 0 && !Number.isNaN(values[k]))
    .sort((a, b) => values[a]! - values[b]!);
  const total = order.reduce((sum, k) => sum + weights[k]!, 0);
  return shares.map((share) => {
    let below = 0;
    for (const k of order) {
      below += weights[k]!;
      if (below >= share * total) return values[k]!;
    }
    return order.length === 0 ? NaN : values[order[order.length - 1]!]!;
  });
}

/** The share of the weight of each code from 0 to `count` - 1. */
export function weightedShares(
  values: Float64Array,
  weights: Float64Array,
  count: number,
): Float64Array {
  const shares = new Float64Array(count);
  let total = 0;
  for (const [k, code] of values.entries()) {
    if (Number.isNaN(code)) continue;
    shares[code]! += weights[k]!;
    total += weights[k]!;
  }
  return total === 0 ? shares : shares.map((share) => share / total);
}
