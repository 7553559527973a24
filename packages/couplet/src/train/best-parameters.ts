/** What a run ends with: the best epoch's parameters, or the Gaussian where training ended worse. */
import { standardNormality } from "../flow/parts/base/base.ts";
import type { FlowModel } from "../flow/model/model.ts";
import type { SplitData } from "./data.ts";
import { clippedChange } from "./compare-losses.ts";
import { becomeGaussian } from "./initialise.ts";
import { meanLoss } from "./validation-loss.ts";

/** Losses this near are equal: the flow computes in float32, the Gaussian in float64. */
const ROUNDING = 1e-3;

/** Parameters to choose from, with the losses of the held-out rows under each, in the user's units. */
export interface Candidates {
  readonly best: Float32Array;
  readonly bestLosses: Float64Array;
  /** The parameters of the identity. */
  readonly untrained: Float32Array;
  /** Losses of the full-covariance Gaussian. */
  readonly gaussianLosses: Float64Array;
}

/** What was put into the model. */
export interface Choice {
  /** The loss of the untrained flow that took the trained one's place; `undefined` when none did. */
  readonly untrainedLoss: number | undefined;
  readonly warning: string | undefined;
}

/**
 * Puts the best parameters into the model. Where training ended worse than the Gaussian (by the rule that chooses epochs,
 * `clippedChange`), the untrained flow that is the Gaussian takes their place, and the warning says so.
 *
 * @param losses the losses of the held-out rows under the parameters that the model has
 */
export async function putBestParameters(
  model: FlowModel,
  data: SplitData,
  { best, bestLosses, untrained, gaussianLosses }: Candidates,
  losses: () => Promise<Float64Array>,
): Promise<Choice> {
  model.setParameters(best);
  const { weights } = data.validation;
  const excess = clippedChange(bestLosses, gaussianLosses, weights);
  if (!(excess > ROUNDING)) return { untrainedLoss: undefined, warning: undefined };
  const worse = `training ended worse than a full-covariance Gaussian on the validation rows, by ${excess.toFixed(3)} nats a row`;
  const { base, context, dims } = model.spec;
  const isGaussian = standardNormality(base) !== "never" && context === 0;
  model.setParameters(untrained);
  const became = await becomeGaussian(model, data);
  const others = became ? await losses() : undefined;
  if (others === undefined || !(clippedChange(others, bestLosses, weights) < 0)) {
    model.setParameters(best);
    // Only there an untrained LU map is the Gaussian; one variable is standardised already.
    const helps = !became && isGaussian && dims > 1;
    return {
      untrainedLoss: undefined,
      warning: helps ? `${worse}: an lu layer would keep it from that` : worse,
    };
  }
  // With a context or another base the flow without training is near the Gaussian only.
  const distance = clippedChange(others, gaussianLosses, weights);
  const outcome = isGaussian
    ? "the model is that Gaussian (for a table: of its encoded columns, as a Gaussian copula), which the first lu layer holds"
    : `the model is untrained but for its first lu layer, which makes the variables uncorrelated: better than training, and ${distance.toFixed(3)} nats a row from the Gaussian`;
  return {
    untrainedLoss: meanLoss(others, weights, 0),
    warning: `${worse}; ${outcome}. More rows or a smaller flow may help`,
  };
}
