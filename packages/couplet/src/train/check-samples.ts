/** What a fit must not return: a model whose samples are not finite. */
import { CoupletError } from "../error.ts";
import type { FlowModel } from "../flow/model/model.ts";
import { takeRows } from "../flow/model/rows.ts";
import type { Portion } from "./data.ts";

/** Draws that are looked at: one of them in a hundred not finite is seen with 92 %. */
const DRAWS = 256;

/**
 * Nothing, when draws of the model, with contexts of training rows (held-out ones may be wild), are finite.
 *
 * @throws CoupletError DIVERGED
 */
export async function checkSamples(model: FlowModel, { context }: Portion): Promise<void> {
  const count = context === undefined ? DRAWS : Math.min(DRAWS, context.rows);
  const given =
    context === undefined
      ? {}
      : {
          context: takeRows(
            context,
            Int32Array.from({ length: count }, (_, i) => i),
          ).data,
        };
  try {
    await (model as FlowModel<boolean>).sample(count, { seed: 0, ...given });
  } catch (error) {
    if (!(error instanceof CoupletError) || error.code !== "DIVERGED") throw error;
    throw new CoupletError({
      code: "DIVERGED",
      where: error.where.replace("sample:", "fit: samples of the trained model:"),
      expected: error.expected,
      received: error.received,
      hint: 'Try a smaller learningRate, or scales that are bounded: affine({ scale: "tanh" }).',
      cause: error,
    });
  }
}
