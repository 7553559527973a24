/** The proposal of a model: from its file, or learnt now. */
import type { ConditionedModel } from "./conditioned-model.ts";
import { type Proposal, learnProposal, proposalFromText } from "./proposal.ts";

/** One for each model: read or learnt once. */
const kept = new WeakMap<ConditionedModel, Promise<Proposal>>();

/** The proposal that the model was fitted with; `undefined` for a model without. */
export function fittedProposal(model: ConditionedModel): Promise<Proposal> | undefined {
  // One that was learnt in between changes no draws: the same seed, the same rows.
  if (model.anyCondition === undefined) return undefined;
  const found = kept.get(model);
  if (found !== undefined) return found;
  const { flow, codec, anyCondition } = model;
  return keep(model, proposalFromText(anyCondition, codec, { device: flow.runner.device }));
}

/**
 * The proposal of any model: that of its fit, or one that is learnt now from its draws.
 *
 * @param options.onLearn called after each pass of learning
 */
export function proposalOf(
  model: ConditionedModel,
  options: {
    readonly signal?: AbortSignal | undefined;
    readonly onLearn?: ((done: number, all: number) => void) | undefined;
  },
): Promise<Proposal> {
  const found = fittedProposal(model) ?? kept.get(model);
  if (found !== undefined) return found;
  const { signal, onLearn } = options;
  return keep(
    model,
    learnProposal(model, {
      seed: 0,
      signal,
      ...(onLearn === undefined ? {} : { onEpoch: onLearn }),
    }),
  );
}

function keep(model: ConditionedModel, proposal: Promise<Proposal>): Promise<Proposal> {
  kept.set(model, proposal);
  // One that failed or was aborted is no answer for the next call.
  proposal.catch(() => kept.delete(model));
  return proposal;
}
