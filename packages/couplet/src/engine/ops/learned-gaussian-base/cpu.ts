/** The kernel calls of the learned normal base. */
import { onCpu } from "../../device/cpu/call.ts";
import type { CpuOp } from "../../device/cpu/call.ts";
import { HALF_LOG_TWO_PI } from "../gaussian-base/op.ts";
import { learnedGaussianLogProb, learnedGaussianLogProbVjp } from "./op.ts";

export const learnedGaussianBaseCpu: readonly CpuOp[] = [
  onCpu(
    learnedGaussianLogProb,
    ({ inputs: [z, loc, logScale], outputs: [out], attrs: { variables } }) => [
      {
        kernel: "learnedGaussianLogProb",
        args: [
          { at: z! },
          { at: loc! },
          { at: logScale! },
          { at: out! },
          { run: "rows" },
          variables,
          -variables * HALF_LOG_TWO_PI,
          { scratch: variables + 4 },
        ],
      },
    ],
  ),
  onCpu(
    learnedGaussianLogProbVjp,
    ({
      inputs: [z, loc, logScale, g],
      outputs: [gz],
      accumulates: [gLoc, gLogScale],
      attrs: { variables },
    }) => [
      {
        kernel: "learnedGaussianLogProbVjp",
        args: [
          { at: z! },
          { at: loc! },
          { at: logScale! },
          { at: g! },
          { at: gz! },
          { run: "rows" },
          variables,
          { gradOf: gLoc! },
          { gradOf: gLogScale! },
        ],
      },
    ],
  ),
];
