/** The model that a fit gives back is no worse than the simple models that it is compared with. */
import type { FlowModel } from "../../flow/model/model.ts";
import { clippedChange } from "../../train/compare-losses.ts";
import type { HeldOutReport } from "./held-out.ts";
import type { SimpleScores } from "./held-out-report.ts";
import type { TrainedRows } from "./train-rows.ts";
import type { SimpleFlow } from "./untrained-flow.ts";

/** Least gain in nats a row: a kept start scores what its simple model scores, but for rounding and the third digit of the report. */
const LEAST_GAIN = 5e-4;

/** A flow's report, with the log-densities of the held-out rows that it is made of. */
export interface Reported {
  readonly heldOut: HeldOutReport;
  readonly nats: Float64Array;
  readonly simple: readonly SimpleScores[];
}

const SIMPLE: readonly SimpleFlow[] = ["independent marginals", "Gaussian copula"];

/**
 * The trained flow with its report; where independent columns or the Gaussian copula are better on the held-out rows, the flow without
 * training that is one of these, if that is better, too. The report then has the score of the trained flow. Rows are compared as epochs are
 * (`clippedChange`): one that is odd given its other cells would decide alone.
 *
 * A column near normal is standardised in the flow's encoding and goes through quantiles in the simple models': they may still be a few
 * hundredths of a nat ahead.
 *
 * @param reported scores a flow on the held-out rows
 */
export async function notWorseThanSimple(
  { flow, simpler }: TrainedRows,
  reported: (flow: FlowModel) => Promise<Reported>,
): Promise<{ readonly flow: FlowModel; readonly heldOut: HeldOutReport }> {
  let best = { flow: flow as FlowModel, ...(await orDispose(flow, reported(flow))) };
  const { heldOut: trained, nats: ofTrained, simple } = best;
  for (const which of SIMPLE) {
    const wins = simple.some(({ name, nats }) => name === which && gain(nats, ofTrained) > 0);
    if (!wins || simpler === undefined) continue;
    const other = await orDispose(best.flow, simpler(which));
    const { heldOut, nats } = await orDispose(best.flow, orDispose(other, reported(other)));
    const better =
      (heldOut.impossible ?? 0) <= (trained.impossible ?? 0) && gain(nats, best.nats) > LEAST_GAIN;
    (better ? best.flow : other).dispose();
    if (better)
      best = { flow: other, heldOut: { ...heldOut, trained: trained.flow }, nats, simple };
  }
  return { flow: best.flow, heldOut: best.heldOut };
}

/** Nats a row by which the first log-densities are above the others. */
function gain(nats: Float64Array, before: Float64Array): number {
  const losses = (values: Float64Array): Float64Array => values.map((value) => -value);
  return -clippedChange(losses(nats), losses(before), undefined);
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
