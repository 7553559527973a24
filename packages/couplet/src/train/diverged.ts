/** The end of a run whose steps give no finite numbers any more. */
import { CoupletError } from "../error.ts";
import type { Progress } from "./progress.ts";
import type { Reducer } from "./reducer.ts";
import { textOfLowest } from "./text-of-lowest.ts";
import type { Trainer } from "./trainer.ts";

/**
 * DIVERGED, with the layer of the step before that was the first to make a number that is not finite.
 *
 * @param reducer the other processes: each looks at its own lanes, and all name what the lowest rank has found
 */
export async function diverged(
  trainer: Trainer,
  { epoch, step, skippedInARow }: Progress,
  reducer: Reducer | undefined,
): Promise<CoupletError> {
  const found = await trainer.diagnose(epoch, Math.max(0, step - 1));
  const own = found === undefined ? undefined : `${found.op} in ${found.path}`;
  const culprit = reducer === undefined ? own : await textOfLowest(reducer, own);
  const rest =
    culprit === undefined ? "" : `; the first number that is not finite came from ${culprit}`;
  return new CoupletError({
    code: "DIVERGED",
    where: `fit: epoch ${epoch + 1}, step ${step}`,
    expected: "finite losses and gradients",
    received: `${skippedInARow} steps in a row without${rest}`,
    hint: "Try a smaller learningRate, a smaller clipNorm, or softClamp scales.",
  });
}
