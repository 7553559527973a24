/** The kernel calls of the elementwise products. */
import { onCpu } from "../../device/cpu/call.ts";
import type { CpuOp } from "../../device/cpu/call.ts";
import { colsOf } from "../../value.ts";
import { multiply, scale, sigmoidGate, sigmoidGateVjp } from "./op.ts";

export const elementwiseCpu: readonly CpuOp[] = [
  onCpu(multiply, ({ inputs: [a, b], outputs: [out] }) => [
    {
      kernel: "multiplyRows",
      args: [{ at: a! }, { at: b! }, { at: out! }, { run: "rows" }, colsOf(out!)],
    },
  ]),
  onCpu(scale, ({ inputs: [a], outputs: [out], attrs: { factor } }) => [
    {
      kernel: "scaleRows",
      args: [{ at: a! }, { at: out! }, { run: "rows" }, colsOf(out!), factor],
    },
  ]),
  onCpu(sigmoidGate, ({ inputs: [a, b], outputs: [out] }) => [
    {
      kernel: "sigmoidGate",
      args: [{ at: a! }, { at: b! }, { at: out! }, { run: "rows" }, colsOf(out!)],
    },
  ]),
  onCpu(sigmoidGateVjp, ({ inputs: [a, b, g], outputs: [ga, gb] }) => [
    {
      kernel: "sigmoidGateVjp",
      args: [
        { at: a! },
        { at: b! },
        { at: g! },
        { at: ga! },
        { at: gb! },
        { run: "rows" },
        colsOf(ga!),
      ],
    },
  ]),
];
