/** The kernel calls of dequantisation. */
import { onCpu } from "../../device/cpu/call.ts";
import type { CpuOp } from "../../device/cpu/call.ts";
import { dequantise, quantise } from "./op.ts";

export const dequantiseCpu: readonly CpuOp[] = [
  onCpu(
    dequantise,
    ({ inputs: [x, u], outputs: [v, logDet], attrs: { variables, scale, offset } }) => [
      {
        kernel: "dequantise",
        args: [
          { at: x! },
          { at: u! },
          { at: v! },
          { at: logDet! },
          { run: "rows" },
          variables,
          scale,
          offset,
          variables * Math.log(scale),
        ],
      },
    ],
  ),
  onCpu(quantise, ({ inputs: [v], outputs: [x], attrs: { variables, scale, offset, most } }) => [
    {
      kernel: "quantise",
      args: [{ at: v! }, { at: x! }, { run: "rows" }, variables, 1 / scale, offset, most],
    },
  ]),
];
