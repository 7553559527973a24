/** The loss that chooses the best epoch. */
import type { FlowModel } from "../flow/model/model.ts";
import type { Portion } from "./data.ts";

/**
 * Mean negative log-density of held-out rows (weighted), nats per row in the user's units, under the
 * parameters that the model has. Not a number counts as infinitely bad.
 */
export async function heldOutLoss(
  model: FlowModel,
  { rows, context, weights }: Portion,
  signal: AbortSignal | undefined,
): Promise<number> {
  const logProb = await model.logProb(rows.data, {
    ...(context === undefined ? {} : { context: context.data }),
    ...(signal === undefined ? {} : { signal }),
  });
  let sum = 0;
  let total = 0;
  for (let i = 0; i < logProb.length; i++) {
    const weight = weights?.[i] ?? 1;
    sum -= weight * logProb[i]!;
    total += weight;
  }
  const loss = sum / total;
  return Number.isNaN(loss) ? Infinity : loss;
}
