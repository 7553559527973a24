/** What a run ends with: the best epoch's parameters, or the Gaussian where training ended worse. */
import { boundOf, standardNormality } from "../flow/parts/base/base.ts";
import type { FlowModel } from "../flow/model/model.ts";
import type { SplitData } from "./data.ts";
import { becomeGaussian } from "./initialise.ts";

/** Losses this near are equal: the flow computes in float32, the Gaussian in float64. */
const ROUNDING = 1e-3;

/** Parameters to choose from. */
export interface Candidates {
  readonly best: Float32Array;
  /** Held-out loss of `best`. */
  readonly bestLoss: number;
  /** The parameters of the identity. */
  readonly untrained: Float32Array;
  /** Held-out loss of the full-covariance Gaussian. */
  readonly gaussianLoss: number;
}

/** What was put into the model. */
export interface Choice {
  /** The loss of the untrained flow that took the trained one's place; `undefined` when none did. */
  readonly untrainedLoss: number | undefined;
  readonly warning: string | undefined;
}

/**
 * Puts the best parameters into the model. Where training ended worse than the Gaussian, the untrained
 * flow that is the Gaussian takes their place, and the warning says so.
 *
 * @param validationLoss the held-out loss under the parameters that the model has
 */
export async function putBestParameters(
  model: FlowModel,
  data: SplitData,
  { best, bestLoss, untrained, gaussianLoss }: Candidates,
  validationLoss: () => Promise<number>,
): Promise<Choice> {
  model.setParameters(best);
  if (bestLoss <= gaussianLoss + ROUNDING) return { untrainedLoss: undefined, warning: undefined };
  const worse = `training ended worse than a full-covariance Gaussian on held-out rows, by ${(bestLoss - gaussianLoss).toFixed(3)} nats a row`;
  const { base, context } = model.spec;
  model.setParameters(untrained);
  const became = await becomeGaussian(model, data);
  const loss = became ? await validationLoss() : Infinity;
  if (loss >= bestLoss) {
    model.setParameters(best);
    return {
      untrainedLoss: undefined,
      warning:
        became || boundOf(base) !== undefined
          ? worse
          : `${worse}: an lu layer would keep it from that`,
    };
  }
  // With a context or another base the flow without training is near the Gaussian only.
  const outcome =
    standardNormality(base) !== "never" && context === 0
      ? "the model is the Gaussian, which the first lu layer holds"
      : `the model is untrained but for its first lu layer, which makes the variables uncorrelated: better than training, and ${(loss - gaussianLoss).toFixed(3)} nats a row from the Gaussian`;
  return {
    untrainedLoss: loss,
    warning: `${worse}; ${outcome}. More rows or a smaller flow may help`,
  };
}
