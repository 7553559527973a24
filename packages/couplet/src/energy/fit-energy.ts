/** Training a flow from an energy. */
import type { FlowModel } from "../flow/model/model.ts";
import type { FlowSpec } from "../flow/spec/types.ts";
import { Run } from "../train/run.ts";
import type { RunEvent } from "../train/run.ts";
import { EnergyRun } from "./energy-run.ts";
import type { Energy } from "./energy.ts";
import type { EnergyEvent } from "./events.ts";
import type { EnergyOptions } from "./options.ts";

/**
 * Trains a flow q to sample the density p = exp(-u) / Z of an energy u, without rows of it: minimises reverse KL,
 *
 *     KL(q || p) = E_q [ log q(x) + u(x) ] + log Z,
 *
 * by the path gradient (Roeder et al. 2017, Sticking the landing; Vaitl et al. 2022): each step draws `batch` rows, asks for their
 * energies on the caller's thread, and pulls d (log q + u) / dx back through decode. Its variance is 0 where q = p. Reverse KL
 * prefers to leave modes out: begin at a higher temperature where the target has several, and look at `assess`.
 *
 * A step gives the energy `batch` rows at a time, an evaluation `evaluationRows`; the first batch compares its gradient with
 * differences (six more calls of eight rows).
 *
 * @param start a spec, or a model to go on from
 * @param energy u and du/dx on a batch
 * @returns a {@link Run}: await it for the trained model (dispose it when done), or iterate over its events
 * @throws CoupletError USAGE for options, and for a gradient that is not that of the energy; SHAPE_MISMATCH for answers of
 *   another length; NON_FINITE_INPUT when more than 5 % of the rows have no finite energy; NOT_CONVERGED for an energy that
 *   does not answer; NOT_SUPPORTED for dropout and for a base with learned parameters; CONTEXT_MISMATCH; DIVERGED; what
 *   `options.signal` was aborted with
 * @example
 * import { neuralSpline } from "couplet";
 * import { fitEnergy } from "couplet/energy";
 * const normal = (x: Float64Array) => ({ u: x.map((v) => v ** 2 / 2), grad: x }); // of one variable
 * const model = await fitEnergy(neuralSpline({ dims: 1 }), normal, { steps: 500, seed: 1 });
 */
export function fitEnergy<C extends boolean>(
  start: FlowSpec<C> | FlowModel<C>,
  energy: Energy,
  options: EnergyOptions = {},
): Run<EnergyEvent, FlowModel<C>> {
  return new Run((stop) => events(start, energy, options, stop));
}

async function* events<C extends boolean>(
  start: FlowSpec<C> | FlowModel<C>,
  energy: Energy,
  options: EnergyOptions,
  stop: AbortSignal,
): AsyncGenerator<RunEvent<EnergyEvent, FlowModel<C>>, FlowModel<C>, void> {
  const run = await EnergyRun.begin(start as FlowSpec | FlowModel, energy, {
    ...options,
    stop: options.stop === undefined ? stop : AbortSignal.any([options.stop, stop]),
  });
  let finished = false;
  try {
    for await (const event of run.events()) {
      options.onEvent?.(event);
      yield event as unknown as RunEvent<EnergyEvent, FlowModel<C>>;
    }
    finished = true;
    return run.model as FlowModel<C>;
  } finally {
    run.end(finished);
  }
}
