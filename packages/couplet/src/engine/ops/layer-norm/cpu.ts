/** The kernel calls of layer normalisation. */
import { onCpu } from "../../device/cpu/call.ts";
import type { CpuOp } from "../../device/cpu/call.ts";
import { LAYER_NORM_EPS, layerNorm, layerNormVjp } from "./op.ts";

export const layerNormCpu: readonly CpuOp[] = [
  onCpu(layerNorm, ({ inputs: [x, gain, bias], outputs: [y], attrs: { columns, pixels = 1 } }) => [
    {
      kernel: "layerNorm",
      args: [
        { at: x! },
        { at: gain! },
        { at: bias! },
        { at: y! },
        { run: "rows", times: pixels },
        columns,
        LAYER_NORM_EPS,
      ],
    },
  ]),
  onCpu(
    layerNormVjp,
    ({
      inputs: [x, gain, g],
      outputs: [gx],
      accumulates: [gGain, gBias],
      attrs: { columns, pixels = 1 },
    }) => [
      {
        kernel: "layerNormVjp",
        args: [
          { at: x! },
          { at: gain! },
          { at: g! },
          { at: gx! },
          { run: "rows", times: pixels },
          columns,
          LAYER_NORM_EPS,
          { gradOf: gGain! },
          { gradOf: gBias! },
          { scratch: 2 * (columns + 4) },
        ],
      },
    ],
  ),
];
