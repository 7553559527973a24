/** A model against its target, from draws of the model. */
import type { FlowModel } from "../flow/model/model.ts";
import { importanceSummary } from "../statistics/importance.ts";
import type { EnergyCaller } from "./energy.ts";
import type { EnergyEvaluation } from "./events.ts";
import { pick } from "./pool.ts";
import type { Pool } from "./pool.ts";
import { draw } from "./proposal.ts";
import type { Drawn } from "./proposal.ts";

/** Where the draws of evaluations during the training begin in the seed's 2^32 rows: after those of training. */
export const EVALUATION_ROWS_FROM: number = 2 ** 31;

/** Where those of the last evaluation begin: the draws that chose the parameters would flatter them. */
const FRESH_ROWS_FROM = 3 * 2 ** 30;

/** log-weights -u - log q of draws; -Infinity, and counted, where energy or density is not finite. */
export function logWeightsOf(
  { logProb }: Pick<Drawn, "logProb">,
  u: Float64Array,
  temperature = 1,
): { readonly logWeights: Float64Array; readonly nonFinite: number } {
  let nonFinite = 0;
  const logWeights = u.map((value, i) => {
    const l = -value / temperature - logProb[i]!;
    if (Number.isFinite(l)) return l;
    nonFinite++;
    return -Infinity;
  });
  return { logWeights, nonFinite };
}

/** The importance weights of `rows` draws, at temperature 1. */
export async function evaluate(
  model: FlowModel,
  caller: EnergyCaller,
  {
    step,
    rows,
    seed,
    contexts,
    fresh = false,
    signal,
  }: {
    readonly step: number;
    readonly rows: number;
    readonly seed: number;
    readonly contexts: Pool;
    /** Draws that no other evaluation has. */
    readonly fresh?: boolean;
    readonly signal: AbortSignal | undefined;
  },
): Promise<EnergyEvaluation> {
  const first = fresh ? FRESH_ROWS_FROM : EVALUATION_ROWS_FROM;
  const { context, ownContext } = pick(contexts, rows, { seed, first, of: "context" });
  const drawn = await draw(model, { count: rows, seed, firstRow: first, context, signal });
  const { u } = await caller.evaluate(drawn.rows, ownContext, signal);
  const { logWeights, nonFinite } = logWeightsOf(drawn, u);
  return { step, nonFinite, ...importanceSummary(logWeights) };
}

/** What whoever gets the model has to know. */
export function evaluationWarnings(
  { paretoK, essShare, nonFinite, rows }: EnergyEvaluation,
  skipped: number,
): string[] {
  const warnings: string[] = [];
  if (!(paretoK <= 0.7))
    warnings.push(
      `the weights' Pareto k is ${Number.isNaN(paretoK) ? "unknown" : paretoK.toFixed(2)}, above 0.7: log Z and its error are not reliable (effective sample size ${(100 * essShare).toFixed(1)} %)`,
    );
  if (nonFinite > 0)
    warnings.push(`${nonFinite} of ${rows} rows of the evaluation had no finite energy: weight 0`);
  if (skipped > 0) warnings.push(`${skipped} steps without a finite gradient were skipped`);
  return warnings;
}
