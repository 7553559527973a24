/** What a model learnt under `anyCondition`: from its file, or learnt now. */
import type { ConditionedModel } from "./conditioned-model.ts";
import { flowFromText, flowToText } from "./flow-text.ts";
import { type Proposal, learnProposal, variableGroups } from "./proposal.ts";
import type { Screen } from "./screen.ts";

/** One of each for each model: read or learnt once. */
const proposals = new WeakMap<ConditionedModel, Promise<Proposal>>();
const screens = new WeakMap<ConditionedModel, Promise<Screen>>();

/** Neither is in base 64. */
const BETWEEN = ".";

/** A proposal and a screen as text, for a model's file. */
export function conditionsToText(proposal: Proposal, screen: Screen | undefined): string {
  return [proposal, ...(screen === undefined ? [] : [screen])]
    .map(({ flow }) => flowToText(flow))
    .join(BETWEEN);
}

/**
 * The proposal that the model was fitted with; `undefined` for a model without.
 *
 * @throws CoupletError FILE_INVALID for text that is not a flow of the codec's rows
 */
export function fittedProposal(model: ConditionedModel): Promise<Proposal> | undefined {
  // One that was learnt in between changes no draws: the same seed, the same rows.
  if (model.anyCondition === undefined) return undefined;
  const [text] = model.anyCondition.split(BETWEEN);
  const { flow, codec } = model;
  return (
    proposals.get(model) ??
    keep(proposals, model, async () => {
      const groups = variableGroups(codec);
      const size = { dims: codec.dims, context: groups.length + codec.dims };
      return { flow: await flowFromText(text!, size, { device: flow.runner.device }), groups };
    })
  );
}

/** The screen that the model was fitted with; `undefined` for a model without. */
export function fittedScreen(model: ConditionedModel): Promise<Screen> | undefined {
  const text = model.anyCondition?.split(BETWEEN)[1];
  if (text === undefined) return undefined;
  const { flow, codec } = model;
  const size = { dims: codec.dims, context: codec.dims };
  return (
    screens.get(model) ??
    keep(screens, model, async () => ({
      flow: await flowFromText(text, size, { device: flow.runner.device }),
    }))
  );
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
  const found = fittedProposal(model) ?? proposals.get(model);
  if (found !== undefined) return found;
  const { signal, onLearn } = options;
  return keep(proposals, model, () =>
    learnProposal(model, {
      seed: 0,
      signal,
      ...(onLearn === undefined ? {} : { onEpoch: onLearn }),
    }),
  );
}

function keep<T>(
  kept: WeakMap<ConditionedModel, Promise<T>>,
  model: ConditionedModel,
  make: () => Promise<T>,
): Promise<T> {
  const made = make();
  kept.set(model, made);
  // One that failed or was aborted is no answer for the next call.
  made.catch(() => kept.delete(model));
  return made;
}
