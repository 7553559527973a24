/** The kernel calls that draw from a base. */
import { addressOf, onCpu } from "../../device/cpu/call.ts";
import type { CpuOp } from "../../device/cpu/call.ts";
import { noise } from "./op.ts";
import type { NoiseAttrs } from "./op.ts";

/** Codes shared with kernel.as.ts. */
const kindCode: Record<NoiseAttrs["kind"], number> = {
  gaussian: 0,
  studentT: 1,
  uniform: 2,
  bins: 3,
};

export const noiseCpu: readonly CpuOp[] = [
  onCpu(
    noise,
    ({
      inputs: [temperature, ...parameters],
      outputs: [z],
      attrs: { variables, kind, bound, df, learnedDf },
    }) => {
      const logDf = learnedDf ? parameters.at(-1) : undefined;
      const [loc, logScale] = parameters.length >= 2 ? parameters : [];
      return [
        {
          kernel: "noise",
          args: [
            addressOf(temperature),
            addressOf(loc),
            addressOf(logScale),
            addressOf(logDf),
            { at: z! },
            { run: "rows" },
            variables,
            kindCode[kind],
            kind === "uniform" || kind === "bins" ? bound : df,
            { run: "row0" },
            { run: "seedLow" },
            { run: "seedHigh" },
            { run: "step" },
            { scratch: 32 },
          ],
        },
      ];
    },
  ),
];
