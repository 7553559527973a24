/**
 * `couplet/layerwise`: training block by block, as partitioned solvers couple physical systems.
 *
 * `layerwise` is a strategy of `fit`: `fit(spec, rows, { strategy: layerwise({ steps: 5 }) })`. `convergence` says how fast such sweeps
 * converge near the minimum, `blockConvergence` the same of any smooth function.
 */
export { layerwise } from "../train/strategies/layerwise/layerwise.ts";
export type {
  LayerwiseOptions,
  LayerwiseRule,
  LayerwiseScheme,
} from "../train/strategies/layerwise/options.ts";
export type { SweepRecord } from "../train/strategies/layerwise/sweep-record.ts";
export { blockConvergence } from "../train/strategies/layerwise/convergence/block-convergence.ts";
export type { ConvergenceOptions } from "../train/strategies/layerwise/convergence/block-convergence.ts";
export type { Convergence } from "../train/strategies/layerwise/convergence/convergence-result.ts";
export { convergence } from "../train/strategies/layerwise/convergence/convergence.ts";
export type { FlowConvergenceOptions } from "../train/strategies/layerwise/convergence/convergence.ts";
export type {
  BlockProblem,
  ProblemBlock,
  Visit,
} from "../train/strategies/layerwise/convergence/block-problem.ts";
export type { Rate } from "../train/strategies/layerwise/convergence/rate.ts";
