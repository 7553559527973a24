/** The kernel calls of the mixture-of-Gaussians base. */
import { onCpu } from "../../device/cpu/call.ts";
import type { CpuOp } from "../../device/cpu/call.ts";
import { HALF_LOG_TWO_PI } from "../gaussian-base/op.ts";
import { gaussianMixtureLogProb, gaussianMixtureLogProbVjp, gaussianMixtureNoise } from "./op.ts";
import type { MixtureAttrs } from "./op.ts";

/** Floats of scratch: three float64 a component, and 1 / s of each. */
const scratchOf = ({ variables, components }: MixtureAttrs): number =>
  6 * components + components * variables + 4;

export const gaussianMixtureBaseCpu: readonly CpuOp[] = [
  onCpu(
    gaussianMixtureLogProb,
    ({ inputs: [z, logits, location, logScale], outputs: [out], attrs }) => [
      {
        kernel: "gaussianMixtureLogProb",
        args: [
          { at: z! },
          { at: logits! },
          { at: location! },
          { at: logScale! },
          { at: out! },
          { run: "rows" },
          attrs.variables,
          attrs.components,
          -attrs.variables * HALF_LOG_TWO_PI,
          { scratch: scratchOf(attrs) },
        ],
      },
    ],
  ),
  onCpu(
    gaussianMixtureLogProbVjp,
    ({
      inputs: [z, logits, location, logScale, g],
      outputs: [gz],
      accumulates: [gLogits, gLocation, gLogScale],
      attrs,
    }) => [
      {
        kernel: "gaussianMixtureLogProbVjp",
        args: [
          { at: z! },
          { at: logits! },
          { at: location! },
          { at: logScale! },
          { at: g! },
          { at: gz! },
          { run: "rows" },
          attrs.variables,
          attrs.components,
          -attrs.variables * HALF_LOG_TWO_PI,
          { gradOf: gLogits! },
          { gradOf: gLocation! },
          { gradOf: gLogScale! },
          { scratch: scratchOf(attrs) },
        ],
      },
    ],
  ),
  onCpu(
    gaussianMixtureNoise,
    ({ inputs: [temperature, logits, location, logScale], outputs: [z], attrs }) => [
      {
        kernel: "gaussianMixtureNoise",
        args: [
          { at: temperature! },
          { at: logits! },
          { at: location! },
          { at: logScale! },
          { at: z! },
          { run: "rows" },
          attrs.variables,
          attrs.components,
          { run: "row0" },
          { run: "seedLow" },
          { run: "seedHigh" },
          { scratch: 32 + 2 * attrs.components },
        ],
      },
    ],
  ),
];
