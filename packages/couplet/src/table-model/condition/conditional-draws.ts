/** Draws from a joint model given what some columns are, and the probability of that. */
import { philoxUniform } from "../../random/philox.ts";
import type { ConditionedFlow } from "./conditioned-flow.ts";
import type { ConditionalDraws } from "./condition-report.ts";
import { levelDraws } from "./level-draws.ts";

/** Rows to try first: what one in fifty of them meets is drawn by rejection. */
const TRIED = 8192;
const LEAST_SHARE = 1 / 50;
/** Where the rows that are wanted are among those tried, so many tell the share, too. */
const LEAST_HITS = 32;
/** Rows through the flow at once. */
const BATCH = 65_536;

/**
 * `count` latent rows that meet the conditions. Conditions that at least one row in fifty meets take rows as the model draws them and
 * leave out the others; rarer ones do where the first rows have enough of them. Else these, and values of continuous columns, {@link levelDraws}.
 *
 * @throws CoupletError NOT_CONVERGED when no row comes to meet the conditions
 */
export async function conditionalDraws(
  flow: ConditionedFlow,
  count: number,
  options: { readonly seed: number; readonly firstRow: number },
): Promise<ConditionalDraws> {
  const { conditions, codec } = flow;
  // A part of a longer draw has numbers of its own.
  const seed = Math.floor(
    philoxUniform({ seed: options.seed, row: options.firstRow, stream: 0x40000001 }) * 2 ** 48,
  );
  const first = await flow.trial(TRIED, seed);
  const distances = flow.distances(first);
  const { all } = distances;
  const isExact = conditions.some((condition) => condition.isExact);
  const hits = all.reduce((sum, off) => sum + Number(off === 0), 0);
  if (isExact || hits < Math.min(LEAST_SHARE * TRIED, Math.max(count, LEAST_HITS)))
    return levelDraws(flow, { z: first, distances }, count, seed);
  const { dims } = codec;
  const z = new Float64Array(count * dims);
  let [kept, met, drawn] = [0, 0, 0];
  let batch = first;
  let off = all;
  for (;;) {
    for (let row = 0; row < off.length; row++) {
      if (off[row] !== 0) continue;
      met++;
      if (kept < count) z.set(batch.subarray(row * dims, (row + 1) * dims), kept++ * dims);
    }
    drawn += off.length;
    if (kept === count) break;
    const more = Math.ceil((1.1 * (count - kept) * drawn) / met) + 64;
    batch = await flow.draw(Math.min(BATCH, more), seed, drawn);
    off = flow.distances(batch).all;
  }
  const share = met / drawn;
  return {
    z,
    share,
    report: {
      method: "rejection",
      evaluated: drawn,
      effective: count,
      logProbability: Math.log(share),
      standardError: Math.sqrt((1 - share) / met),
    },
  };
}
