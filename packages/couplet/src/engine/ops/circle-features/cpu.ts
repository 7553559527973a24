/** The kernel calls of features of angles. */
import { onCpu } from "../../device/cpu/call.ts";
import type { CpuOp } from "../../device/cpu/call.ts";
import { circleFeatures, circleFeaturesVjp } from "./op.ts";

export const circleFeaturesCpu: readonly CpuOp[] = [
  onCpu(circleFeatures, ({ inputs: [x], outputs: [y], attrs: { variables } }) => [
    { kernel: "circleFeatures", args: [{ at: x! }, { at: y! }, { run: "rows" }, variables] },
  ]),
  onCpu(circleFeaturesVjp, ({ inputs: [features, g], outputs: [gx], attrs: { variables } }) => [
    {
      kernel: "circleFeaturesVjp",
      args: [{ at: features! }, { at: g! }, { at: gx! }, { run: "rows" }, variables],
    },
  ]),
];
