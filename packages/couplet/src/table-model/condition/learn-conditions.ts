/** What a fit learns under `anyCondition`, as text for the model's file. */
import type { FlowModel } from "../../flow/model/model.ts";
import type { TableCodec } from "../../table/encode/table-codec.ts";
import { conditionsToText } from "./proposal-of.ts";
import { learnProposal } from "./proposal.ts";
import { learnScreen } from "./screen.ts";

/** Learns a screen and a proposal from the model's draws; the model stays as it is. The same seed gives the same text. */
export async function learnConditions(
  model: { readonly flow: FlowModel; readonly codec: TableCodec },
  options: Parameters<typeof learnProposal>[1],
): Promise<string> {
  const screen = await learnScreen(model.flow, options);
  try {
    const proposal = await learnProposal(model, options);
    const text = conditionsToText(proposal, screen);
    proposal.flow.dispose();
    return text;
  } finally {
    screen?.flow.dispose();
  }
}
