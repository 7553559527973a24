/** The kernel calls of a sum. */
import { onCpu } from "../../device/cpu/call.ts";
import type { CpuOp } from "../../device/cpu/call.ts";
import { internalError } from "../../../error.ts";
import { add } from "./op.ts";

export const addCpu: readonly CpuOp[] = [
  onCpu(add, ({ inputs: [a, b], outputs: [sum] }) => {
    const shape = sum!.shape;
    if (shape.kind === "param") throw internalError("add of parameters");
    return shape.kind === "rows"
      ? [
          {
            kernel: "addRows",
            args: [{ at: a! }, { at: b! }, { at: sum! }, { run: "rows" }, shape.cols],
          },
        ]
      : [
          {
            kernel: "addPerRow",
            args: [{ at: a! }, { at: b! }, { at: sum! }, { run: "rows" }],
          },
        ];
  }),
];
