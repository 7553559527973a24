/**
 * A rank that asks several models: how far down the training rows each would put a row, together.
 *
 *   consensus(x) = sum over models m of log ((1 + training rows that m finds less likely than x) / (1 + training rows))
 *
 * Fisher's combination of tail shares (1925, section 21.1), without its distribution, because the models are not independent: only ranks
 * are taken from it. The models are the flow (`nats`, or both its scores), independent normals with frequencies, and a Gaussian. The two simple ones cannot learn a
 * cluster; the flow alone sees what is odd among its like. Models weigh alike because tail shares have no scale.
 */

import { gaussianBaseline } from "couplet/table";

// The library's own first model of `contamination`, which no entry point exports.
import { independentDensity } from "../../packages/couplet/dist/table/baseline/baselines.js";

/** log of the share of `training` below each value, counted with one more row. */
function logTail(training, values) {
  const sorted = Float64Array.from(training).sort();
  return Array.from(values, (value) => {
    let [low, high] = [0, sorted.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (sorted[middle] < value) low = middle + 1;
      else high = middle;
    }
    return Math.log((1 + low) / (1 + sorted.length));
  });
}

/**
 * @param {{ training: import("couplet/table").Table, rows: import("couplet/table").Table, schema: import("couplet/table").Schema,
 *   nats: Scores, standardised: Scores }} given the flow's two scores of both
 * @typedef {{ training: ArrayLike<number>, rows: ArrayLike<number> }} Scores
 * @returns {Record<"consensus" | "consensus, both scores" | "independent" | "gaussian", Float64Array>} scores of `rows`, the least the oddest
 */
export function consensusOf({ training, rows, schema, nats, standardised }) {
  const models = [
    independentDensity(training, schema, "standard"),
    gaussianBaseline(training, schema, { samples: 4 }).logDensity,
  ];
  const simple = models.map((density) => ({ training: density(training), rows: density(rows) }));
  const together = (of) => {
    const tails = of.map((scores) => logTail(scores.training, scores.rows));
    return Float64Array.from(tails[0], (_, i) => tails.reduce((sum, tail) => sum + tail[i], 0));
  };
  return {
    consensus: together([nats, ...simple]),
    "consensus, both scores": together([nats, standardised, ...simple]),
    independent: Float64Array.from(simple[0].rows),
    gaussian: Float64Array.from(simple[1].rows),
  };
}
