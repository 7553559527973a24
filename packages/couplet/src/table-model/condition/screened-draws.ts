/** Rows of a joint model that meet conditions, most of those that miss them screened out beforehand. */
import { philoxUniform } from "../../random/philox.ts";
import type { ConditionalDraws } from "./condition-report.ts";
import type { ConditionedFlow } from "./conditioned-flow.ts";
import { byWeight, effectiveOf, joined, rowsOf } from "./resample.ts";
import type { Screen } from "./screen.ts";
import { type Strata, stratumOf } from "./strata.ts";

/** Rows guessed at once. */
const BATCH = 65_536;
/** Draws that the weights have to be worth, for each row that is wanted; no more than twice as many rows as are wanted are kept. */
const WORTH = 0.75;
const MOST_KEPT = 2;
/** Passes through the flow for each independent draw, beyond which other ways are tried. */
const MOST_COST = 40;
/** Guesses for each row that the strata promise: more mean that they were wrong. */
const PATIENCE = 8;

/**
 * `count` latent rows that meet conditions. Noise u of the base gets a guess of the row z(u) that it becomes; by the guess's distance from the
 * conditions it falls into a stratum, of which a share g goes through the flow. Rows that meet the conditions weigh 1/g: whatever the guesses, these are
 * weighted draws of the model (two-phase sampling), and their mean weight is the conditions' probability. Good guesses waste few passes.
 * `undefined` where this costs too much.
 */
export async function screenedDraws(
  flow: ConditionedFlow,
  { screen, strata }: { readonly screen: Screen; readonly strata: Strata },
  count: number,
  options: { readonly seed: number; readonly firstRow: number },
): Promise<ConditionalDraws | undefined> {
  if (strata.cost > MOST_COST) return undefined;
  const { dims } = flow.codec;
  // A part of a longer draw has numbers of its own.
  const seed = Math.floor(
    philoxUniform({ seed: options.seed, row: options.firstRow, stream: 0x46000001 }) * 2 ** 48,
  );
  const kept: Float64Array[] = [];
  const weights: number[] = [];
  const due = new Float64Array(strata.share.length).fill(0.5);
  let [drawn, decoded, worth] = [0, 0, 0];
  for (;;) {
    const lacking = Math.max(count - weights.length, 0.1 * count);
    const rows = Math.min(BATCH, Math.ceil((1.05 * lacking) / strata.rate) + 64);
    const { u, off } = await flow.guess(screen, rows, seed, drawn);
    const chosen = chooseRows(off, strata, due);
    const { z } = await flow.fromBase(rowsOf(u, Int32Array.from(chosen), dims));
    const { all } = flow.distances(z);
    const met = chosen.flatMap((row, k) => (all[k] === 0 ? [{ row, k }] : []));
    kept.push(
      rowsOf(
        z,
        Int32Array.from(met, ({ k }) => k),
        dims,
      ),
    );
    for (const { row } of met) weights.push(-Math.log(strata.share[stratumOf(strata, off[row]!)]!));
    drawn += rows;
    decoded += chosen.length;
    if (weights.length < count) {
      if (drawn > (PATIENCE * count) / strata.rate) return undefined;
      continue;
    }
    worth = effectiveOf(Float64Array.from(weights));
    if (worth >= WORTH * count || weights.length >= MOST_KEPT * count) break;
  }
  const log = Float64Array.from(weights);
  const total = log.reduce((sum, value) => sum + Math.exp(value), 0);
  const probability = total / drawn;
  return {
    z: rowsOf(joined(kept), byWeight(log, count, seed), dims),
    share: probability,
    report: {
      method: "screened",
      evaluated: decoded,
      effective: Math.min(count, worth),
      logProbability: Math.log(probability),
      standardError: Math.sqrt(Math.max(0, 1 / worth - 1 / drawn)),
    },
  };
}

/** Rows that go through the flow: the share of each stratum, evenly spread. */
function chooseRows(off: Float64Array, strata: Strata, due: Float64Array): number[] {
  const chosen: number[] = [];
  for (const [row, distance] of off.entries()) {
    const stratum = stratumOf(strata, distance);
    due[stratum]! += strata.share[stratum]!;
    if (due[stratum]! < 1) continue;
    due[stratum]! -= 1;
    chosen.push(row);
  }
  return chosen;
}
