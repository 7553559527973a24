/** Draws given conditions from a flow that proposes them, weighed by the joint model. */
import { philoxUniform } from "../../random/philox.ts";
import { logMean } from "../../statistics/log-sum-exp.ts";
import { logNormalDensity } from "../../statistics/normal.ts";
import { type ConditionBox, conditionBox } from "./condition-box.ts";
import type { ConditionalDraws } from "./condition-report.ts";
import type { ConditionedFlow } from "./conditioned-flow.ts";
import { type Proposal, drawProposals } from "./proposal.ts";
import { byWeight, effectiveOf, joined, rowsOf } from "./resample.ts";

/** Proposals to begin with, for each row that is wanted; and at least. */
const FIRST = 1.25;
const LEAST = 512;
/** Draws that the weights have to be worth, for each row that is wanted. */
const WORTH = 0.75;
/** More proposals in all, for each row that is wanted, are not tried. */
const MOST = 16;
/** Proposals of the first trial. */
const TRIAL = 2048;
/** Passes of a flow for each proposal, and for each row that levels draw; rejection takes one for each row that it tries. */
const [PASSES, LEVELS_COST] = [1.7, 50];
/** Below this share of even weights the proposal is not trusted. */
const TOO_POOR = 0.01;

/**
 * `count` latent rows that meet the conditions: given coordinates drawn within the conditions' boxes, the others from q(. | mask, z_O), with the weights
 *
 *     w = p(z) N(noise) / (q(y | mask, z_O) r(z_O))    r: the law within the boxes,
 *
 * drawn again by weight. Conditions on columns that relations narrow or compute have no box: rows that do not meet them weigh nothing.
 * `undefined` where the weights are too uneven to be trusted.
 */
export async function proposedDraws(
  flow: ConditionedFlow,
  proposal: Proposal,
  count: number,
  options: { readonly seed: number; readonly firstRow: number },
): Promise<ConditionalDraws | undefined> {
  const { dims } = flow.codec;
  const boxes = flow.conditions.map((condition) => conditionBox(condition, flow.codec));
  const rest = flow.only(flow.conditions.filter((_, k) => boxes[k] === undefined));
  const own = boxes.filter((box) => box !== undefined);
  const seed = Math.floor(
    philoxUniform({ seed: options.seed, row: options.firstRow, stream: 0x44000001 }) * 2 ** 48,
  );
  const parts: { readonly z: Float64Array; readonly log: Float64Array }[] = [];
  let [tried, worth] = [0, 0];
  // A few first: where they are worth little, rejection or levels are quicker.
  let wanted = Math.min(TRIAL, Math.max(LEAST, Math.ceil(FIRST * count)));
  const isExact = flow.conditions.some((condition) => condition.isExact);
  while (wanted > 0) {
    parts.push(await batch(rest, proposal, own, wanted, { seed, first: tried }));
    tried += wanted;
    worth = effectiveOf(joined(parts.map(({ log }) => log)));
    if (worth >= WORTH * count) break;
    const share = isExact ? 0 : Math.exp(logMean(joined(parts.map(({ log }) => log))));
    if ((PASSES * tried) / worth > Math.min(1 / share, LEVELS_COST)) return undefined;
    const enough = worth === 0 ? 2 * tried : (1.2 * WORTH * count * tried) / worth;
    wanted = Math.floor(Math.min(enough, MOST * Math.max(LEAST, count))) - tried;
  }
  const log = joined(parts.map((part) => part.log));
  if (worth < Math.max(TOO_POOR * tried, Math.min(count, 32))) return undefined;
  const z = joined(parts.map((part) => part.z));
  const logProbability = logMean(log);
  const slopes = own.reduce((sum, { logSlope }) => sum + logSlope, 0);
  return {
    z: rowsOf(z, byWeight(log, count, seed), dims),
    share: Math.min(1, Math.exp(logProbability - slopes)),
    report: {
      method: "proposal",
      evaluated: 2 * tried,
      effective: Math.min(count, worth),
      logProbability,
      standardError: Math.sqrt(Math.max(0, 1 / worth - 1 / tried)),
    },
  };
}

/** Weighed proposals. */
async function batch(
  rest: ConditionedFlow,
  proposal: Proposal,
  boxes: readonly ConditionBox[],
  rows: number,
  { seed, first }: { readonly seed: number; readonly first: number },
): Promise<{ readonly z: Float64Array; readonly log: Float64Array }> {
  const { groups } = proposal;
  const { dims } = rest.codec;
  const width = groups.length + dims;
  const given = new Float64Array(rows * dims);
  const context = new Float64Array(rows * width);
  const log = new Float64Array(rows);
  for (const { group, draw } of boxes)
    for (let row = 0; row < rows; row++) {
      const uniform = (k: number): number =>
        philoxUniform({ seed, row: first + row, stream: 0x44000100 + 4 * group + k });
      log[row]! += draw(uniform, given, row * dims + groups[group]![0]!);
      context[row * width + group] = 1;
      for (const d of groups[group]!)
        context[row * width + groups.length + d] = given[row * dims + d]!;
    }
  const { y, logProb } = await drawProposals(proposal, context, { rows, seed, first });
  const z = Float64Array.from(y);
  for (const { group } of boxes)
    for (const d of groups[group]!)
      for (let row = 0; row < rows; row++) {
        const at = row * dims + d;
        // The coordinate that a given one replaces was noise.
        log[row]! += logNormalDensity(y[at]!);
        z[at] = given[at]!;
      }
  const density = await rest.logProb(z);
  const off = rest.conditions.length === 0 ? undefined : rest.distances(z).all;
  for (let row = 0; row < rows; row++) {
    const value = log[row]! + density[row]! - logProb[row]!;
    const isOut = off !== undefined && off[row] !== 0;
    log[row] = isOut || Number.isNaN(value) || value === Infinity ? -Infinity : value;
  }
  return { z, log };
}
