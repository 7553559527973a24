/** Layer-wise training: blocks in turn, as a partitioned solver takes its domains. */
import type { Strategy } from "../../strategy.ts";
import { blocksOf } from "./blocks.ts";
import { LayerwiseRun } from "./layerwise-run.ts";
import { usageError } from "../../../usage-error.ts";
import { layerwiseSettings, visitsOf } from "./options.ts";
import type { LayerwiseOptions, LayerwiseSettings } from "./options.ts";

/**
 * Trains a flow block by block: one coupling (with the layers beside it) is updated while the others are held, sweep after sweep.
 *
 *   await fit(spec, rows, { strategy: layerwise({ order: "forward", steps: 5 }) });
 *
 * A sweep is a map H of the parameters, and training looks for x = H(x) by the iteration that couples physical systems: block
 * Gauss-Seidel, Jacobi, SOR, or either accelerated by Anderson's method. A sweep takes `steps` batches, and each block is visited
 * with those; where an epoch has fewer left, a visit goes round them, so that with `batch` at all rows an epoch is a sweep. Near a
 * minimum the moves of exact or plain gradient visits fall by a factor per sweep that `convergence` predicts.
 *
 * Validation, patience and checkpoints are those of `fit`; a resumed training ends with the same bits.
 *
 * @throws CoupletError USAGE for options that cannot be; when the training begins, for an order that leaves out a block, or with
 *   `ema` where the parameters move otherwise than by the training's own steps; DIVERGED where sweeps of gradient steps run away
 * @example
 * import { fit } from "couplet";
 * import { layerwise } from "couplet/layerwise";
 * const model = await fit(spec, rows, { strategy: layerwise({ order: "forward", steps: 5 }) });
 */
export function layerwise(options: LayerwiseOptions = {}): Strategy {
  const settings = layerwiseSettings(options);
  const { order, steps, scheme, rule, greedy } = settings;
  return {
    name: "layerwise",
    settings: { order, steps, scheme, rule, greedy },
    begin(driver, saved) {
      checkAverage(settings, driver.settings.ema);
      const blocks = blocksOf(driver.parameters);
      const names = blocks.map(({ name }) => name);
      const visits = visitsOf(order, names, scheme.sweep);
      return new LayerwiseRun(
        { driver, settings, blocks, visits, onSweep: options.onSweep },
        saved,
      );
    },
  };
}

/** The moving average is the steps' own: it would not see what a sweep moves after them. */
function checkAverage({ rule, scheme }: LayerwiseSettings, ema: number): void {
  if (ema === 0 || (rule.kind === "adam" && scheme.kind === "gaussSeidel")) return;
  throw usageError(
    "fit: ema",
    "0 with this layer-wise training",
    String(ema),
    "A moving average goes with Gauss-Seidel sweeps of Adam's steps.",
  );
}
