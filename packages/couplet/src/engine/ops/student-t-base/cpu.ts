/** The kernel calls of the Student-t base. */
import { addressOf, onCpu } from "../../device/cpu/call.ts";
import type { Arg, CpuOp } from "../../device/cpu/call.ts";
import { studentTLogProb, studentTLogProbVjp } from "./op.ts";
import type { Value } from "../../value.ts";

/** Addresses of loc, logScale and logDf; 0 for what is not there. */
function addresses(parameters: readonly Value[]): Arg[] {
  return [0, 1, 2].map((k) => addressOf(parameters[k]));
}

export const studentTBaseCpu: readonly CpuOp[] = [
  onCpu(
    studentTLogProb,
    ({ inputs: [z, ...parameters], outputs: [out], attrs: { variables, df } }) => [
      {
        kernel: "studentTLogProb",
        args: [
          { at: z! },
          ...addresses(parameters),
          { at: out! },
          { run: "rows" },
          variables,
          df,
          { scratch: 2 * (variables + 4) },
        ],
      },
    ],
  ),
  onCpu(
    studentTLogProbVjp,
    ({ inputs: [z, g, ...parameters], outputs: [gz], accumulates, attrs: { variables, df } }) => [
      {
        kernel: "studentTLogProbVjp",
        args: [
          { at: z! },
          ...addresses(parameters),
          { at: g! },
          { at: gz! },
          { run: "rows" },
          variables,
          df,
          ...[0, 1, 2].map((k): Arg =>
            accumulates[k] === undefined ? 0 : { gradOf: accumulates[k] },
          ),
          { scratch: 8 },
        ],
      },
    ],
  ),
];
