/**
 * Importance sampling in logarithms: with l_i = -u(x_i) - log q(x_i), x_i drawn from q, the weights w_i = exp(l_i)
 * estimate Z, the integral of exp(-u). All in nats and in float64.
 */
import { CoupletError } from "../error.ts";
import { philoxUniform } from "../random/philox.ts";
import { logMean, relativeWeights } from "./log-sum-exp.ts";
import { paretoShape } from "./pareto.ts";

/** Above this Pareto k, estimates from the weights are not reliable (Vehtari et al. 2024, section 3.2.4). */
export const MOST_PARETO_K = 0.7;

/** Below this effective sample size the error of log Z comes from the bootstrap: the formula assumes many weights. */
const BOOTSTRAP_BELOW = 100;

const BOOTSTRAP_DRAWS = 400;

/** What importance weights say. */
export interface ImportanceSummary {
  /** Rows, those of weight 0 too. */
  readonly rows: number;
  /** log of the mean weight: the estimate of log Z. Its expectation is below log Z, by about half its squared error. */
  readonly logZ: number;
  /** Standard error of `logZ`: sqrt(1/ess - 1/rows), or from 400 bootstrap draws where `ess` is below 100. */
  readonly logZError: number;
  /** Effective sample size (sum w)^2 / sum w^2 (Kish 1965), from 1 to `rows`. */
  readonly ess: number;
  /** `ess` as a share of the rows. */
  readonly essShare: number;
  /** Mean of the log-weights: a lower bound of log Z; -Infinity with a weight of 0. */
  readonly elbo: number;
  /** Shape of the largest weights' tail; see {@link paretoShape}. */
  readonly paretoK: number;
  /** Whether `paretoK` is at most 0.7: otherwise the error above is not to be trusted. */
  readonly reliable: boolean;
}

/**
 * What the log-weights of draws from the model say about log Z.
 *
 * @param logWeights -u(x_i) - log q(x_i) of rows drawn from q; -Infinity is a weight of 0
 * @throws CoupletError USAGE for no weights, NON_FINITE_INPUT for NaN or Infinity among them
 */
export function importanceSummary(logWeights: ArrayLike<number>): ImportanceSummary {
  const l = checkedLogWeights("importanceSummary", logWeights);
  const rows = l.length;
  const top = l.reduce((most, value) => Math.max(most, value), -Infinity);
  const paretoK = paretoShape(l);
  if (top === -Infinity) {
    const none = { logZ: -Infinity, logZError: NaN, ess: 0, essShare: 0, elbo: -Infinity };
    return { rows, ...none, paretoK, reliable: false };
  }
  const weights = relativeWeights(l);
  let sum = 0;
  let squares = 0;
  let mean = 0;
  for (let i = 0; i < rows; i++) {
    sum += weights[i]!;
    squares += weights[i]! ** 2;
    mean += l[i]! / rows;
  }
  const ess = (sum * sum) / squares;
  return {
    rows,
    logZ: top + Math.log(sum / rows),
    logZError:
      ess < BOOTSTRAP_BELOW ? bootstrapError(weights) : Math.sqrt(Math.max(0, 1 / ess - 1 / rows)),
    ess,
    essShare: ess / rows,
    elbo: mean,
    paretoK,
    // Fewer than 5 weights in the tail tell nothing.
    reliable: paretoK <= MOST_PARETO_K,
  };
}

/** Deviation of log mean w over rows drawn again with replacement. */
function bootstrapError(weights: Float64Array): number {
  const rows = weights.length;
  let mean = 0;
  let square = 0;
  for (let draw = 0; draw < BOOTSTRAP_DRAWS; draw++) {
    let sum = 0;
    for (let i = 0; i < rows; i++)
      sum += weights[Math.floor(rows * philoxUniform({ seed: 0, row: i, draw }))]!;
    const value = Math.log(sum / rows);
    const step = value - mean;
    mean += step / (draw + 1);
    square += step * (value - mean);
  }
  return Math.sqrt(square / (BOOTSTRAP_DRAWS - 1));
}

/**
 * The effective sample size, as a share, that the model's draws would have, estimated at draws of the target itself (a mode that
 * the model misses shows here, and not in the model's own draws):
 *
 *     1 / ( mean_p(w) mean_p(1/w) ),  because mean_p(w) = E_q w^2 / Z and mean_p(1/w) = 1 / Z.
 *
 * @param logWeights -u(x_j) - log q(x_j) of rows drawn from the target; Infinity where the model's density is 0
 * @throws CoupletError USAGE for no weights, NON_FINITE_INPUT for NaN
 */
export function forwardEssShare(logWeights: ArrayLike<number>): number {
  const l = Float64Array.from(logWeights);
  if (l.some((value) => value === Infinity)) return 0;
  const checked = checkedLogWeights("forwardEssShare", l);
  return Math.exp(-logMean(checked) - logMean(checked.map((value) => -value)));
}

/**
 * log Z from draws of both sides (Bennett 1976, Efficient estimation of free energy differences): the root c of
 *
 *     sum_q sigma(l_i - c) = sum_p sigma(c - l_j),   log Z = c - ln(n_q / n_p).
 *
 * @param fromModel log-weights of rows drawn from the model
 * @param fromTarget log-weights of rows drawn from the target
 */
export function acceptanceRatioLogZ(
  fromModel: ArrayLike<number>,
  fromTarget: ArrayLike<number>,
): number {
  const q = checkedLogWeights("acceptanceRatioLogZ", fromModel);
  const p = checkedLogWeights("acceptanceRatioLogZ", fromTarget);
  const sigma = (value: number) => 1 / (1 + Math.exp(-value));
  const excess = (c: number) =>
    q.reduce((sum, l) => sum + sigma(l - c), 0) - p.reduce((sum, l) => sum + sigma(c - l), 0);
  const finite = [...q, ...p].filter(Number.isFinite);
  let low = finite.reduce((least, l) => Math.min(least, l), Infinity) - 50;
  let high = finite.reduce((most, l) => Math.max(most, l), -Infinity) + 50;
  // The excess falls in c; 200 halvings reach neighbouring doubles.
  for (let i = 0; i < 200 && high > low; i++) {
    const middle = low + (high - low) / 2;
    if (middle === low || middle === high) break;
    if (excess(middle) > 0) low = middle;
    else high = middle;
  }
  return low + (high - low) / 2 - Math.log(q.length / p.length);
}

/**
 * -ln( sum w 1_A / sum w 1_B ): the difference F_A - F_B of the free energies of two states, in units of kT, and its standard
 * error from 400 bootstrap draws.
 *
 * @param inA 1 where row i is in state A, else 0
 * @param inB the same of state B
 */
export function freeEnergyDifference(
  logWeights: ArrayLike<number>,
  inA: ArrayLike<number>,
  inB: ArrayLike<number>,
): { readonly difference: number; readonly error: number } {
  const l = checkedLogWeights("freeEnergyDifference", logWeights);
  const weights = relativeWeights(l);
  const of = (pick: (i: number) => number) => {
    let [a, b] = [0, 0];
    for (let i = 0; i < l.length; i++) {
      const row = pick(i);
      a += weights[row]! * inA[row]!;
      b += weights[row]! * inB[row]!;
    }
    return Math.log(b) - Math.log(a);
  };
  const draws = Array.from({ length: BOOTSTRAP_DRAWS }, (_, draw) =>
    of((i) => Math.floor(l.length * philoxUniform({ seed: 0, row: i, draw }))),
  );
  const mean = draws.reduce((sum, value) => sum + value / draws.length, 0);
  const variance = draws.reduce((sum, value) => sum + (value - mean) ** 2 / draws.length, 0);
  return { difference: of((i) => i), error: Math.sqrt(variance) };
}

function checkedLogWeights(where: string, logWeights: ArrayLike<number>): Float64Array {
  const l = Float64Array.from(logWeights);
  if (l.length === 0) {
    throw new CoupletError({
      code: "USAGE",
      where,
      expected: "at least one log-weight",
      received: "none",
    });
  }
  const row = l.findIndex((value) => Number.isNaN(value) || value === Infinity);
  if (row === -1) return l;
  throw new CoupletError({
    code: "NON_FINITE_INPUT",
    where: `${where}: row ${row}`,
    expected: "a finite log-weight, or -Infinity for a weight of 0",
    received: String(l[row]),
  });
}
