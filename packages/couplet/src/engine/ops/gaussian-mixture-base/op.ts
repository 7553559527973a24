/** The mixture-of-Gaussians base: its log-density, the VJP of that, and its draws. The mathematics is in reference.ts. */
import { columnWord } from "../../../random/column-words.ts";
import { internalError } from "../../../error.ts";
import { expectParam, expectRows } from "../../value.ts";
import type { Parameter, Shape } from "../../value.ts";
import type { OpDef, Tensor } from "../../op.ts";
import { logWeights, mixtureLogProb, mixtureLogProbVjp } from "./reference.ts";
import type { Mixture } from "./reference.ts";

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

const mixtureOf = ([logits, location, logScale]: readonly Tensor[]): Mixture => ({
  logits: logits!.data,
  location: location!.data,
  logScale: logScale!.data,
});

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
  reference: ([z, ...parameters]) => [mixtureLogProb(z!, mixtureOf(parameters))],
};

/** [z, logits, location, logScale, g] -> [gz]; accumulates the parameters. */
export const gaussianMixtureLogProbVjp: OpDef<MixtureAttrs> = {
  name: "gaussianMixtureLogProbVjp",
  infer([z, ...parameters], attrs) {
    expectRows("gaussianMixtureLogProbVjp", "z", z, attrs.variables);
    check("gaussianMixtureLogProbVjp", parameters, attrs);
    return [{ kind: "rows", cols: attrs.variables }];
  },
  reference: (
    [z, logits, location, logScale, g],
    _attrs,
    _run,
    [gLogits, gLocation, gLogScale],
  ) => [
    mixtureLogProbVjp(
      z!,
      mixtureOf([logits!, location!, logScale!]),
      g!,
      gLogits!,
      gLocation!,
      gLogScale!,
    ),
  ],
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
  reference([temperature, ...parameters], { variables, components }, { rows, row0, seed }) {
    const { logits, location, logScale } = mixtureOf(parameters);
    const weights = logWeights(logits).map(Math.exp);
    const data = new Float64Array(rows * variables);
    const unit = (row: number, column: number, stream: number) =>
      (columnWord(row, column, stream, 0, seed) + 0.5) / 2 ** 32;
    for (let r = 0; r < rows; r++) {
      let k = 0;
      let below = weights[0]!;
      const choice = unit(row0 + r, 0, CHOICE_STREAM);
      while (k < components - 1 && choice >= below) below += weights[++k]!;
      for (let j = 0; j < variables; j++) {
        const radius = Math.sqrt(-2 * Math.log(unit(row0 + r, j, 0)));
        const e = radius * Math.cos(2 * Math.PI * unit(row0 + r, j, 1));
        const at = k * variables + j;
        const scale = temperature!.data[r]! * Math.exp(logScale[at]!);
        data[r * variables + j] = location[at]! + scale * e;
      }
    }
    return [{ rows, cols: variables, data } satisfies Tensor];
  },
};
