/** The kernel calls of a repartition. */
import { onCpu } from "../../device/cpu/call.ts";
import type { CpuOp } from "../../device/cpu/call.ts";
import { selectionCalls } from "../gather-columns/cpu.ts";
import { repartition } from "./op.ts";

export const repartitionCpu: readonly CpuOp[] = [
  onCpu(repartition, ({ inputs, outputs, attrs: { sources, columns } }) =>
    outputs.flatMap((output, o) => selectionCalls(inputs, output, sources[o]!, columns[o]!)),
  ),
];
