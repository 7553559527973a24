/** Training a flow by maximum likelihood. */
import { checkOptions } from "../options.ts";
import type { OptionNames } from "../options.ts";
import { deviceOptionNames } from "../flow/model/call-options.ts";
import type { Device } from "../engine/device/device.ts";
import type { DeviceOptions } from "../engine/device/open.ts";
import type { FlowModel } from "../flow/model/model.ts";
import type { Rows } from "../flow/model/rows.ts";
import type { FlowSpec } from "../flow/spec/types.ts";
import type { TrainEvent } from "./events.ts";
import { checkCheckpoint, checkMaxMinutes, checkStrategy, trainOptionNames } from "./options.ts";
import type { TrainOptions } from "./options.ts";
import type { LikelihoodRun } from "./likelihood-run.ts";
import { Run } from "./run.ts";
import type { RunEvent } from "./run.ts";

/** Options of {@link fit}: conditional specs need `context`, one row of it per row. */
export type FitOptions<Conditional extends boolean> = TrainOptions &
  DeviceOptions & { readonly device?: "cpu" | Device } & (Conditional extends true
    ? { readonly context: Rows }
    : Conditional extends false
      ? { readonly context?: never }
      : { readonly context?: Rows });

const fitOptionNames: OptionNames<FitOptions<boolean>> = {
  ...trainOptionNames,
  ...deviceOptionNames,
  context: true,
};

/** The options argument: required where a context is. */
export type FitArguments<Conditional extends boolean> = true extends Conditional
  ? false extends Conditional
    ? [options?: FitOptions<Conditional>]
    : [options: FitOptions<Conditional>]
  : [options?: FitOptions<Conditional>];

/**
 * Fits a flow by maximum likelihood: minimises the mean of -log p(x) (or -log p(x | context)).
 *
 * Adam with warm-up and cosine decay, global-norm clipping, early stopping on held-out rows; the
 * parameters of the best epoch are kept. The same seed gives the same bits, for any number of threads.
 *
 * @param start a spec, or a model to go on from: the new model has its spec, its standardisation and, before the first
 *   step, its parameters; the given one stays as it is
 * @param rows rows x dims, in the user's own units
 * @returns a {@link Run}: await it for the trained model (dispose it when done), or iterate over its events
 * @throws CoupletError SHAPE_MISMATCH, NON_FINITE_INPUT, CONTEXT_MISMATCH, DATA_INVALID, USAGE;
 *   DIVERGED after ten steps in a row without a finite gradient, naming the layer; what
 *   `options.signal` was aborted with
 * @example
 * import { fit, realNvp } from "couplet";
 * const model = await fit(realNvp({ dims: 2 }), rows, { epochs: 20, seed: 1 });
 * const logDensity = await model.logProb(rows); // nats
 */
export function fit<C extends boolean>(
  start: FlowSpec<C> | FlowModel<C>,
  rows: Rows,
  ...[options]: FitArguments<C>
): Run<TrainEvent, FlowModel<C>> {
  const given = (options ?? {}) as TrainOptions & DeviceOptions & { readonly context?: Rows };
  return new Run((stop) => fitEvents(start, rows, given, stop));
}

async function* fitEvents<C extends boolean>(
  start: FlowSpec<C> | FlowModel<C>,
  rows: Rows,
  given: TrainOptions & DeviceOptions & { readonly context?: Rows },
  stop: AbortSignal,
): AsyncGenerator<RunEvent<TrainEvent, FlowModel<C>>, FlowModel<C>, void> {
  checkOptions("fit", given as FitOptions<boolean>, fitOptionNames);
  if (typeof given.validation === "object")
    checkOptions("fit: validation", given.validation, { rows: true, context: true });
  checkCheckpoint(given);
  checkMaxMinutes(given);
  checkStrategy(given);
  // Loaded when something trains: who only scores starts sooner.
  const likelihood = await import("./likelihood-run.ts");
  let run: LikelihoodRun | undefined;
  let finished = false;
  try {
    run = await likelihood.LikelihoodRun.begin(start as FlowSpec | FlowModel, rows, given, stop);
    for await (const event of run.events()) {
      given.onEvent?.(event);
      if (event.type === "epoch") given.onEpoch?.(event);
      yield event as unknown as RunEvent<TrainEvent, FlowModel<C>>;
    }
    finished = true;
    return run.model as FlowModel<C>;
  } finally {
    run?.end(finished);
    // The other processes would wait for this one for ever.
    if (!finished) given.reducer?.leave("its training ended before the others'");
  }
}
