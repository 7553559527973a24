/** What the report of a model of an energy shows. */
import { toBatch } from "../../flow/model/rows.ts";
import type { Rows } from "../../flow/model/rows.ts";
import type { FlowModel } from "../../flow/model/model.ts";
import { assess } from "../../energy/assess.ts";
import type { Assessment } from "../../energy/assess.ts";
import type { Energy, EnergyCallOptions } from "../../energy/energy.ts";
import { metropolisWalk } from "../../energy/metropolis.ts";
import { checkOptions } from "../../options.ts";
import { relativeWeights } from "../../statistics/log-sum-exp.ts";

/** Options of {@link energyReport}. */
export interface EnergyReportOptions extends EnergyCallOptions {
  /** Of the energy, for the page. Default "an energy". */
  readonly name?: string;
  /** What made the report, to be printed on it. */
  readonly command?: string;
  /** Rows drawn from the model. Default 2,000. */
  readonly rows?: number;
  /** Rows of the target, where some are known. */
  readonly target?: Rows;
  /** A conditional model: the one context that is looked at. */
  readonly context?: Rows;
  /** log Z, where it is known. */
  readonly logZ?: number;
  /** Default 0. */
  readonly seed?: number;
  readonly signal?: AbortSignal;
}

/** One variable: shares of its values by bin. */
export interface EnergyMarginal {
  readonly column: string;
  /** One more than bins. */
  readonly edges: readonly number[];
  /** Of the model's draws. */
  readonly model: readonly number[];
  /** Of the same draws by their weights: the target, as far as the draws reach. */
  readonly weighted: readonly number[];
  /** Standard error of each weighted share. */
  readonly weightedError: readonly number[];
  /** Of the rows of the target, where given. */
  readonly target: readonly number[] | undefined;
  /** Half the sum of |model - weighted|: from 0 to 1. */
  readonly distance: number;
}

/** What {@link energyReport} gives. */
export interface EnergyReport {
  readonly name: string;
  readonly command: string;
  readonly dims: number;
  readonly parameters: number;
  readonly assessment: Assessment;
  readonly knownLogZ: number | undefined;
  /** Of independence Metropolis with the same draws as proposals. */
  readonly acceptance: number;
  readonly longestStay: number;
  /** Share of the whole weight that the heaviest hundredth of the draws has. */
  readonly heaviestShare: number;
  /** All variables, those first whose marginals differ most. */
  readonly marginals: readonly EnergyMarginal[];
  /** Evaluations of the training, in order. */
  readonly history: readonly EnergyHistoryEntry[];
}

/** An evaluation of the training. */
export interface EnergyHistoryEntry {
  readonly step: number;
  readonly elbo: number;
  readonly logZ: number;
  readonly essShare: number;
}

const BINS = 40;

/**
 * A model against the density exp(-u) / Z: log Z with its error, effective sample sizes, the Pareto k, signs of collapse (all by `assess`),
 * the acceptance of independence Metropolis, marginals of the draws beside those of the weighted draws, and how training went.
 *
 * @throws CoupletError as `assess`
 */
export async function energyReport<C extends boolean>(
  model: FlowModel<C>,
  energy: Energy,
  options: EnergyReportOptions = {},
): Promise<EnergyReport> {
  checkOptions("energyReport", options, {
    name: "",
    command: "",
    rows: 0,
    target: true,
    context: true,
    logZ: 0,
    rowsPerCall: 0,
    secondsPerCall: 0,
    seed: 0,
    signal: "AbortSignal",
  });
  const { name = "an energy", command = "energyReport(model, energy)", logZ, ...asked } = options;
  const { rows = 2000, seed = 0, context, signal } = asked;
  const assessment = await assess(model, energy, asked);
  const { dims } = model.spec;
  const { logWeights } = assessment;
  const given = {
    seed,
    ...(context === undefined ? {} : { context }),
    ...(signal === undefined ? {} : { signal }),
  };
  // `assess` draws the same rows from the same seed.
  const draws = await model.sample(rows, given as never);
  const target =
    asked.target && Float64Array.from(toBatch("energyReport: target", asked.target, dims).data);
  const weights = relativeWeights(logWeights);
  const total = weights.reduce((sum, w) => sum + w, 0);
  const shares = weights.map((w) => w / total);
  const heaviest = shares.slice().sort().reverse();
  const { columns } = model;
  const marginals = Array.from({ length: dims }, (_, j) =>
    marginalOf(columns?.[j] ?? `variable ${j + 1}`, {
      draws: everyOf(draws, dims, j),
      shares,
      target: target && everyOf(target, dims, j),
    }),
  );
  const { acceptance, longestStay } = metropolisWalk("energyReport", logWeights, seed);
  return {
    name,
    command,
    dims,
    parameters: model.parameterCount,
    assessment,
    knownLogZ: logZ,
    acceptance,
    longestStay,
    heaviestShare: heaviest.slice(0, Math.ceil(rows / 100)).reduce((sum, w) => sum + w, 0),
    marginals: marginals.sort((a, b) => b.distance - a.distance),
    history: historyOf(model.records["energy"]),
  };
}

function everyOf(rows: ArrayLike<number>, dims: number, j: number): Float64Array {
  return Float64Array.from({ length: rows.length / dims }, (_, r) => rows[r * dims + j]!);
}

function marginalOf(
  column: string,
  {
    draws,
    shares,
    target,
  }: {
    readonly draws: Float64Array;
    readonly shares: Float64Array;
    readonly target: Float64Array | undefined;
  },
): EnergyMarginal {
  const all = [...draws, ...(target ?? [])].filter(Number.isFinite).sort((a, b) => a - b);
  // A few far draws would leave the others a single bin: a thousandth on each side goes to the last bins.
  const cut = Math.floor(all.length / 1000);
  const [low, high] = [all[cut] ?? 0, all[all.length - 1 - cut] ?? 1];
  const width = (high - low || 1) / BINS;
  const binOf = (x: number) => Math.min(BINS - 1, Math.max(0, Math.floor((x - low) / width)));
  const histogram = (values: Float64Array, weightOf: (r: number) => number) => {
    const sums = Array.from({ length: BINS }, () => 0);
    for (const [r, x] of values.entries()) if (Number.isFinite(x)) sums[binOf(x)]! += weightOf(r);
    return sums;
  };
  const model = histogram(draws, () => 1 / draws.length);
  const weighted = histogram(draws, (r) => shares[r]!);
  // Delta method of a ratio: sum of w^2 (1_bin - share)^2.
  const squares = shares.reduce((sum, w) => sum + w * w, 0);
  const squaresIn = histogram(draws, (r) => shares[r]! ** 2);
  return {
    column,
    edges: Array.from({ length: BINS + 1 }, (_, i) => low + i * width),
    model,
    weighted,
    weightedError: weighted.map((p, i) => Math.sqrt(squaresIn[i]! * (1 - 2 * p) + p * p * squares)),
    target: target && histogram(target, () => 1 / target.length),
    distance: model.reduce((sum, p, i) => sum + Math.abs(p - weighted[i]!) / 2, 0),
  };
}

/** The evaluations that `fitEnergy` kept in the model; none of a model from elsewhere. */
function historyOf(record: unknown): EnergyHistoryEntry[] {
  const history = (record as { history?: unknown } | undefined)?.history;
  if (!Array.isArray(history)) return [];
  return (history as Record<string, unknown>[]).flatMap(({ step, elbo, logZ, essShare }) =>
    [step, elbo, logZ, essShare].every((value) => typeof value === "number")
      ? [{ step, elbo, logZ, essShare } as EnergyHistoryEntry]
      : [],
  );
}
