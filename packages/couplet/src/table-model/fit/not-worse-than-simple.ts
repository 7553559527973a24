/** The model that a fit gives back is no worse than the simple models that it is compared with. */
import type { FlowModel } from "../../flow/model/model.ts";
import type { HeldOutReport } from "./held-out.ts";
import type { TrainedRows } from "./train-rows.ts";
import type { SimpleFlow } from "./untrained-flow.ts";

/** Least gain in nats a row: a kept start scores what its simple model scores, but for rounding and the third digit of the report. */
const LEAST_GAIN = 5e-4;

const SIMPLE: readonly SimpleFlow[] = ["independent marginals", "Gaussian copula"];

/**
 * The trained flow with its report; where independent columns or the Gaussian copula are better on the held-out rows, the flow without
 * training that is one of these, if that is better, too. The report then has the score of the trained flow.
 *
 * A column near normal is standardised in the flow's encoding and goes through quantiles in the simple models': they may still be a few
 * hundredths of a nat ahead.
 *
 * @param reported scores a flow on the held-out rows
 */
export async function notWorseThanSimple(
  { flow, simpler }: TrainedRows,
  reported: (flow: FlowModel) => Promise<HeldOutReport>,
): Promise<{ readonly flow: FlowModel; readonly heldOut: HeldOutReport }> {
  let best = { flow: flow as FlowModel, heldOut: await orDispose(flow, reported(flow)) };
  const trained = best.heldOut;
  for (const which of SIMPLE) {
    const wins = trained.baselines.some(({ name, advantage }) => name === which && advantage < 0);
    if (!wins || simpler === undefined) continue;
    const other = await orDispose(best.flow, simpler(which));
    const heldOut = await orDispose(best.flow, orDispose(other, reported(other)));
    const better =
      (heldOut.impossible ?? 0) <= (trained.impossible ?? 0) &&
      heldOut.flow.nats > best.heldOut.flow.nats + LEAST_GAIN;
    (better ? best.flow : other).dispose();
    if (better) best = { flow: other, heldOut: { ...heldOut, trained: trained.flow } };
  }
  return best;
}

/** Frees a flow if the work that needs it fails. */
async function orDispose<T>(flow: FlowModel, work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    flow.dispose();
    throw error;
  }
}
