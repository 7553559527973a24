/** Maximum likelihood: the loss of a row is -log p(row | context). */
import { scalePerRow } from "../../engine/ops/sum-per-row/op.ts";
import { logDensity } from "../../flow/lower.ts";
import type { FlowSpec } from "../../flow/spec/types.ts";
import type { Objective } from "../objective.ts";

/** Feeds `rows` and, for a conditional flow, `context`, both standardised; the loss is in nats per standardised unit. */
export const maximumLikelihood: Objective<FlowSpec> = {
  name: "maximumLikelihood",
  feeds: ({ dims, context }) => ({
    rows: dims,
    ...(context === 0 ? {} : { context }),
  }),
  loss: (b, spec, { rows, context }) =>
    b.emitOne(scalePerRow, [logDensity(b, spec, rows!, context)], { factor: -1 }),
};
