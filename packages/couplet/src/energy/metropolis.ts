/** Exact samples from a model that is near its target: independence Metropolis. */
import { checkOptions } from "../options.ts";
import type { OptionNames } from "../options.ts";
import { CoupletError } from "../error.ts";
import type { FlowModel } from "../flow/model/model.ts";
import { philoxUniform } from "../random/philox.ts";
import { checkInteger } from "../check-integer.ts";
import { EnergyCaller } from "./energy.ts";
import type { Energy, EnergyCallOptions } from "./energy.ts";
import { logWeightsOf } from "./evaluation.ts";
import { draw } from "./proposal.ts";

/** Options of {@link independenceMetropolis}. */
export interface MetropolisOptions extends EnergyCallOptions {
  /** Default 0. */
  readonly seed?: number;
  readonly signal?: AbortSignal;
}

const metropolisOptionNames: OptionNames<MetropolisOptions> = {
  rowsPerCall: 0,
  secondsPerCall: 0,
  seed: 0,
  signal: "AbortSignal",
};

/** A chain whose law is the target's. */
export interface MetropolisChain {
  /** States, rows x dims; a rejected draw repeats the state before. */
  readonly rows: Float64Array<ArrayBuffer>;
  /** Share of the draws that were accepted. */
  readonly acceptance: number;
  /** Rows in a row that the chain stood still, at most. */
  readonly longestStay: number;
}

/**
 * A Markov chain of `count` states with draws of the model as proposals, accepted with probability min(1, w' / w), w = exp(-u) / q
 * (Tierney 1994; Albergo et al. 2019, eq. 8): its law is exp(-u) / Z exactly wherever the model has density, whatever the model's
 * errors; the acceptance says how near it is.
 *
 * @param count states, the model's draws
 * @throws CoupletError as `fitEnergy` for the energy; NON_FINITE_INPUT when no draw has a finite energy; USAGE
 */
export async function independenceMetropolis(
  model: FlowModel<false>,
  energy: Energy,
  count: number,
  options: MetropolisOptions = {},
): Promise<MetropolisChain> {
  checkOptions("independenceMetropolis", options, metropolisOptionNames);
  checkInteger("independenceMetropolis: count", count, 1);
  const { seed = 0, signal } = options;
  const { dims } = model.spec;
  const names = { where: "independenceMetropolis", dims, contextDims: 0 };
  const caller = new EnergyCaller(energy, names, options);
  const drawn = await draw(model as FlowModel, { count, seed, firstRow: 0, signal });
  const { u } = await caller.evaluate(drawn.rows, undefined, signal);
  const { logWeights } = logWeightsOf(drawn, u);
  const { states, acceptance, longestStay } = metropolisWalk(
    "independenceMetropolis",
    logWeights,
    seed,
  );
  const rows = new Float64Array(count * dims);
  for (const [i, at] of states.entries())
    rows.set(drawn.rows.subarray(at * dims, (at + 1) * dims), i * dims);
  return { rows, acceptance, longestStay };
}

/** A walk over draws. */
export interface MetropolisWalk {
  /** Number of the draw at each time. */
  readonly states: Int32Array;
  readonly acceptance: number;
  readonly longestStay: number;
}

/**
 * The walk that takes draws one by one as proposals, from the first of finite weight on.
 *
 * @throws CoupletError NON_FINITE_INPUT when no weight is finite
 */
export function metropolisWalk(
  where: string,
  logWeights: Float64Array,
  seed: number,
): MetropolisWalk {
  const count = logWeights.length;
  let at = logWeights.findIndex(Number.isFinite);
  if (at === -1) {
    throw new CoupletError({
      code: "NON_FINITE_INPUT",
      where: `${where}: energy`,
      expected: "a draw with a finite energy",
      received: `none of ${count}`,
    });
  }
  const states = new Int32Array(count);
  let accepted = 0;
  let stay = 0;
  let longestStay = 0;
  for (let i = 0; i < count; i++) {
    const gain = logWeights[i]! - logWeights[at]!;
    if (Math.log(philoxUniform({ seed, row: i, stream: 0x3e7a })) < gain) {
      at = i;
      accepted++;
      stay = 0;
    } else {
      longestStay = Math.max(longestStay, ++stay);
    }
    states[i] = at;
  }
  return { states, acceptance: accepted / count, longestStay };
}
