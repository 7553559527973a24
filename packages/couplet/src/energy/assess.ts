/** How good a model is for its target: importance weights from both sides, and whether modes are missing. */
import { CoupletError } from "../error.ts";
import { checkOptions } from "../options.ts";
import type { OptionNames } from "../options.ts";
import { contextInput } from "../flow/model/inputs.ts";
import type { FlowModel } from "../flow/model/model.ts";
import { toBatch } from "../flow/model/rows.ts";
import type { Rows } from "../flow/model/rows.ts";
import {
  acceptanceRatioLogZ,
  forwardEssShare,
  importanceSummary,
  MOST_PARETO_K,
} from "../statistics/importance.ts";
import type { ImportanceSummary } from "../statistics/importance.ts";
import { mean } from "../statistics/mean.ts";
import { EnergyCaller } from "./energy.ts";
import type { Energy, EnergyCallOptions } from "./energy.ts";
import { logWeightsOf } from "./evaluation.ts";
import { heatedChains } from "./heated-chains.ts";
import { draw } from "./proposal.ts";

/** Options of {@link assess}. */
export interface AssessOptions extends EnergyCallOptions {
  /** Rows drawn from the model. Default 2,000. */
  readonly rows?: number;
  /** Rows of the target, where some are known. */
  readonly target?: Rows;
  /** A conditional model: the one context to assess it at. */
  readonly context?: Rows;
  /**
   * Chains that look for mass that the model lacks: they begin at draws of the model, are heated to this temperature and cooled
   * again. Default 10; 1 leaves them out.
   */
  readonly heat?: number;
  /** Default 0. */
  readonly seed?: number;
  readonly signal?: AbortSignal;
}

const assessOptionNames: OptionNames<AssessOptions> = {
  rows: 0,
  target: true,
  context: true,
  heat: 0,
  rowsPerCall: 0,
  secondsPerCall: 0,
  seed: 0,
  signal: "AbortSignal",
};

/** What {@link assess} finds. */
export interface Assessment extends ImportanceSummary {
  /** Log-weights -u - log q of the draws; -Infinity for a weight of 0. */
  readonly logWeights: Float64Array;
  /** Draws without a finite energy. */
  readonly nonFinite: number;
  /** From rows of the target, where given. */
  readonly fromTarget:
    | {
        /** Effective sample size of the model's draws as a share, estimated at the target's rows. */
        readonly essShare: number;
        /** The same without the largest 0.5 % of the weights: what no few rows decide. */
        readonly essShareOfMost: number;
        /** Mean log-weight of the target's rows: an upper bound of log Z. */
        readonly eubo: number;
        /** KL(q || p) + KL(p || q) = eubo - elbo. */
        readonly divergence: number;
        /** KL(p || q) = the mean log-weight less log Z, without the largest 0.5 % of the weights; NaN where the model's density is 0. */
        readonly forwardKlOfMost: number;
        /** log Z from both sides (Bennett's acceptance ratio). */
        readonly logZ: number;
      }
    | undefined;
  /**
   * Share of the heated chains that end, still moving, where the model has far too little density; undefined without chains: with
   * `heat: 1`, or no draw of finite energy to begin from.
   */
  readonly lostShare: number | undefined;
  /** Whether the model leaves out a part of the target, by any of the signs. */
  readonly collapsed: boolean;
  /** The signs, in words, and whether the weights are reliable. */
  readonly warnings: readonly string[];
}

/** More than this share of chains (six of 200) in places that the model misses is no accident: good funnels have up to 1.5 %. */
const MOST_LOST = 0.03;

/** The largest weights that the target's rows may have without a word: fewer are no part of the target, but its furthest rows. */
const FURTHEST = 0.005;

/** KL(p || q) of the target's rows but the furthest, nats, above which parts of the target are left out. */
const MOST_FORWARD_KL = 1;

/**
 * Compares a model with the density exp(-u) / Z. A model that has left modes out looks perfect from its own draws, so the target's
 * side is asked too: rows of the target, and chains that leave the model's modes. The model is reported as collapsed
 *
 * - when the target's rows, without the 0.5 % of largest weight, see less than half of the effective sample size that the model's own
 *   see, or a KL(p || q) of more than a nat. The furthest rows of a long tail have weights that empty all others, and no mode is missing;
 * - when more than 3 % of the heated chains end where the weight is above all that the model has drawn, and still move there;
 * - when none of the model's draws has a finite energy.
 *
 * @throws CoupletError as `fitEnergy` for the energy; SHAPE_MISMATCH, CONTEXT_MISMATCH, USAGE
 * @example
 * import { assess } from "couplet/energy";
 * const { logZ, logZError, essShare, collapsed } = await assess(model, energy);
 */
export async function assess<C extends boolean>(
  of: FlowModel<C>,
  energy: Energy,
  options: AssessOptions = {},
): Promise<Assessment> {
  const model = of as unknown as FlowModel;
  checkOptions("assess", options, assessOptionNames);
  const { rows: count = 2000, heat = 10, seed = 0, signal } = options;
  if (!(heat >= 1)) {
    throw new CoupletError({
      code: "USAGE",
      where: "assess: heat",
      expected: "a temperature from 1 up",
      received: String(heat),
    });
  }
  const { dims, context: contextDims } = model.spec as { dims: number; context: number };
  const caller = new EnergyCaller(energy, { where: "assess", dims, contextDims }, options);
  const one = options.context && toBatch("assess: context", options.context, contextDims);
  const contextOf = (n: number) =>
    one && Float64Array.from({ length: n * contextDims }, (_, i) => one.data[i % contextDims]!);
  const given = contextInput(model, "assess", options, count, true)["context"];
  const drawn = await draw(model, { count, seed, firstRow: 0, context: given, signal });
  const { u } = await caller.evaluate(drawn.rows, contextOf(count), signal);
  const { logWeights, nonFinite } = logWeightsOf(drawn, u);
  const summary = importanceSummary(logWeights);
  const logProbOf = (rows: Float64Array) =>
    model.logProb(
      rows,
      (one === undefined ? {} : { context: contextOf(rows.length / dims) }) as never,
    );
  const weightsAt = async (rows: Float64Array) => {
    const values = await caller.evaluate(rows, contextOf(rows.length / dims), signal);
    const logProb = await logProbOf(rows);
    return values.u.map((value, r) => -value - logProb[r]!);
  };
  const fromTarget =
    options.target === undefined
      ? undefined
      : targetSide(
          await weightsAt(Float64Array.from(toBatch("assess: target", options.target, dims).data)),
          logWeights,
          summary.elbo,
        );
  const lostShare =
    heat === 1
      ? undefined
      : await lost(model, drawn.rows, logWeights, weightsAt, {
          caller,
          contextOf,
          heat,
          seed,
          signal,
        });
  const found =
    nonFinite === count
      ? [`none of the model's ${count} draws has a finite energy`]
      : signs(summary, fromTarget, lostShare);
  const warnings = [...found, ...unreliable(summary, count - nonFinite)];
  const collapsed = found.length > 0;
  return { ...summary, logWeights, nonFinite, fromTarget, lostShare, collapsed, warnings };
}

function targetSide(
  atTarget: Float64Array,
  fromModel: Float64Array,
  elbo: number,
): NonNullable<Assessment["fromTarget"]> {
  const eubo = mean(atTarget);
  const furthest = Math.max(1, Math.floor(FURTHEST * atTarget.length));
  const most = atTarget
    .slice()
    .sort()
    .subarray(0, Math.max(1, atTarget.length - furthest));
  // A row where the model's density is 0 leaves no ratio: the others have one.
  const finite = eubo === Infinity ? most : atTarget;
  const logZ = finite.at(-1) === Infinity ? NaN : acceptanceRatioLogZ(fromModel, finite);
  return {
    essShare: forwardEssShare(atTarget),
    essShareOfMost: forwardEssShare(most),
    eubo,
    divergence: eubo - elbo,
    forwardKlOfMost: mean(most) - logZ,
    logZ,
  };
}

function unreliable({ paretoK, reliable }: ImportanceSummary, finite: number): string[] {
  if (reliable || finite === 0) return [];
  const k = Number.isNaN(paretoK) ? "unknown" : `${paretoK.toFixed(2)}, above ${MOST_PARETO_K}`;
  return [`the weights' Pareto k is ${k}: log Z and its error are not reliable`];
}

function signs(
  { essShare }: ImportanceSummary,
  fromTarget: Assessment["fromTarget"],
  lostShare: number | undefined,
): string[] {
  const words: string[] = [];
  const percent = (share: number) => `${(100 * share).toFixed(1)} %`;
  if (fromTarget !== undefined && fromTarget.essShareOfMost < 0.5 * essShare)
    words.push(
      `the model's own draws show an effective sample size of ${percent(essShare)}, the target's rows but the furthest ${percent(fromTarget.essShareOfMost)}: parts of the target are left out`,
    );
  // NaN where the model's density is 0 at more rows of the target than the furthest.
  if (fromTarget !== undefined && !(fromTarget.forwardKlOfMost <= MOST_FORWARD_KL))
    words.push(
      `KL(p || q) of the target's rows is ${Number.isNaN(fromTarget.forwardKlOfMost) ? "infinite" : `${fromTarget.forwardKlOfMost.toFixed(2)} nats`}: parts of the target are left out`,
    );
  if (lostShare !== undefined && lostShare > MOST_LOST)
    words.push(
      `${percent(lostShare)} of the heated chains ended where the model has far too little density`,
    );
  return words;
}

async function lost(
  model: FlowModel,
  rows: Float64Array<ArrayBuffer>,
  logWeights: Float64Array,
  weightsAt: (rows: Float64Array) => Promise<Float64Array>,
  how: {
    readonly caller: EnergyCaller;
    readonly contextOf: (n: number) => Float64Array | undefined;
    readonly heat: number;
    readonly seed: number;
    readonly signal: AbortSignal | undefined;
  },
): Promise<number | undefined> {
  const { chains, rows: ends } = await heatedChains(
    model.standardiser.scale,
    rows,
    logWeights,
    how,
  );
  if (chains === 0) return undefined;
  const l = ends.length === 0 ? new Float64Array(0) : await weightsAt(ends);
  const sorted = logWeights.slice().sort();
  // A nat above all but a thousandth of the model's own weights.
  const most = sorted[Math.ceil(0.999 * sorted.length) - 1]! + 1;
  return l.filter((value) => value > most).length / chains;
}
