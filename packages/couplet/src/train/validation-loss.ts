/** The loss of held-out rows, which chooses the best epoch. */
import { bearable } from "./compare-losses.ts";
import type { Feeds, Task } from "./task.ts";

/**
 * The objective's loss of each held-out row under the parameters that the trainee has, in its own units.
 *
 * @param feeds of the held-out rows
 */
export async function rowLosses(
  task: Task,
  feeds: Feeds,
  signal: AbortSignal | undefined,
): Promise<Float64Array> {
  const { trainee, objective, validation } = task;
  const outputs = await trainee.runner.run(
    `loss (${objective.name})`,
    () => objective.lossGraph(),
    feeds,
    validation.rows,
    { signal },
  );
  task.validated?.(outputs);
  return outputs.get("loss") as Float64Array;
}

/**
 * Weighted mean of losses, each with `offset` added. A few rows without a finite loss (1 %, at least one) are left out, more
 * make the mean infinite.
 */
export function meanLoss(
  losses: Float64Array,
  weights: Float64Array | undefined,
  offset: number,
): number {
  let sum = 0;
  let total = 0;
  let wild = 0;
  for (let i = 0; i < losses.length; i++) {
    const weight = weights?.[i] ?? 1;
    if (weight === 0) continue;
    if (!Number.isFinite(losses[i]!)) {
      wild++;
      continue;
    }
    sum += weight * (losses[i]! + offset);
    total += weight;
  }
  return wild > bearable(losses.length) || total === 0 ? Infinity : sum / total;
}
