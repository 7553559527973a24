/** The kernel calls of an activation. */
import { onCpu } from "../../device/cpu/call.ts";
import type { CpuOp } from "../../device/cpu/call.ts";
import { colsOf } from "../../value.ts";
import { activationCode } from "../linear/cpu.ts";
import { activation, activationBackward } from "./op.ts";

export const activationCpu: readonly CpuOp[] = [
  onCpu(activation, ({ inputs: [z], outputs: [h], attrs: { activation: kind } }) => [
    {
      kernel: "biasActivate",
      args: [{ at: z! }, 0, { at: h! }, { run: "rows" }, colsOf(z!), activationCode[kind]],
    },
  ]),
  onCpu(
    activationBackward,
    ({ inputs: [gh, at, pending], outputs: [gz], attrs: { activation: kind } }) => {
      const cols = colsOf(at!);
      const rows = { run: "rows" } as const;
      const own = {
        kernel: "activateVjp",
        args: [{ at: gh! }, { at: at! }, { at: gz! }, 0, rows, cols, activationCode[kind]],
      };
      if (pending === undefined) return [own];
      return [
        own,
        { kernel: "addRows", args: [{ at: gz! }, { at: pending }, { at: gz! }, rows, cols] },
      ];
    },
  ),
];
