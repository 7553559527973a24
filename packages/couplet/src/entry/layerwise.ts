/**
 * `couplet/layerwise`: training block by block, as partitioned solvers couple physical systems.
 *
 * `layerwise` is a strategy of `fit`: `fit(spec, rows, { strategy: layerwise({ steps: 5 }) })`.
 */
export { layerwise } from "../train/strategies/layerwise/layerwise.ts";
export type {
  LayerwiseOptions,
  LayerwiseRule,
  LayerwiseScheme,
} from "../train/strategies/layerwise/options.ts";
export type { SweepRecord } from "../train/strategies/layerwise/sweep-record.ts";
