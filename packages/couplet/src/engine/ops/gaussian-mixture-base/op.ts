/** The mixture-of-Gaussians base: its log-density, the VJP of that, and its draws. The mathematics is in reference.ts. */
import { internalError } from "../../../error.ts";
import { expectParam, expectRows } from "../../value.ts";
import type { Parameter, Shape } from "../../value.ts";
import type { OpDef } from "../../op.ts";

export type MixtureAttrs = {
  /** n. */
  readonly variables: number;
  /** K. */
  readonly components: number;
};

function check(
  op: string,
  [logits, location, logScale]: readonly (Shape | undefined)[],
  { variables, components }: MixtureAttrs,
): void {
  expectParam(op, "logits", logits, 1, components);
  expectParam(op, "location", location, components, variables);
  expectParam(op, "logScale", logScale, components, variables);
}

/** [z, logits, location, logScale] -> [log p]. */
export const gaussianMixtureLogProb: OpDef<MixtureAttrs> = {
  name: "gaussianMixtureLogProb",
  infer([z, ...parameters], attrs) {
    expectRows("gaussianMixtureLogProb", "z", z, attrs.variables);
    check("gaussianMixtureLogProb", parameters, attrs);
    return [{ kind: "perRow" }];
  },
  vjp: ({ b, inputs, attrs, cotangents: [g] }) =>
    g === undefined
      ? []
      : b.emit(gaussianMixtureLogProbVjp, [...inputs, g], attrs, inputs.slice(1) as Parameter[]),
};

/** [z, logits, location, logScale, g] -> [gz]; accumulates the parameters. */
export const gaussianMixtureLogProbVjp: OpDef<MixtureAttrs> = {
  name: "gaussianMixtureLogProbVjp",
  infer([z, ...parameters], attrs) {
    expectRows("gaussianMixtureLogProbVjp", "z", z, attrs.variables);
    check("gaussianMixtureLogProbVjp", parameters, attrs);
    return [{ kind: "rows", cols: attrs.variables }];
  },
};

/** Third counter word of the words that choose components; those of the normal draws are 0 and 1, as in `noise`. */
export const CHOICE_STREAM = 2;

/**
 * [temperature (one per row), logits, location, logScale] -> [z]: a component chosen by its weight, then
 * z = m_k + temperature s_k e with e standard normal (Box & Muller 1958). Addressed by row and column as `noise` is.
 */
export const gaussianMixtureNoise: OpDef<MixtureAttrs> = {
  name: "gaussianMixtureNoise",
  infer([temperature, ...parameters], attrs) {
    if (temperature?.kind !== "perRow")
      throw internalError("gaussianMixtureNoise takes a temperature per row");
    check("gaussianMixtureNoise", parameters, attrs);
    return [{ kind: "rows", cols: attrs.variables }];
  },
};
