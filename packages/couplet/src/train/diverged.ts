/** The end of a run whose steps give no finite numbers any more. */
import { CoupletError } from "../error.ts";
import type { Progress } from "./progress.ts";
import type { Trainer } from "./trainer.ts";

/** DIVERGED, with the layer of the step before that was the first to make a number that is not finite. */
export async function diverged(
  trainer: Trainer,
  { epoch, step, skippedInARow }: Progress,
): Promise<CoupletError> {
  const culprit = await trainer.diagnose(epoch, Math.max(0, step - 1));
  const rest =
    culprit === undefined
      ? ""
      : `; the first number that is not finite came from ${culprit.op} in ${culprit.path}`;
  return new CoupletError({
    code: "DIVERGED",
    where: `fit: epoch ${epoch + 1}, step ${step}`,
    expected: "finite losses and gradients",
    received: `${skippedInARow} steps in a row without${rest}`,
    hint: "Try a smaller learningRate, a smaller clipNorm, or softClamp scales.",
  });
}
