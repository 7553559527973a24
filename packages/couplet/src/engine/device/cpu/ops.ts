/** The kernel calls of every op: those that most flows have are here, the others in `more-ops.ts`. Adding an op is adding a line to one of the two. */
import { internalError } from "../../../error.ts";
import { actNormCpu } from "../../ops/act-norm/cpu.ts";
import { activationCpu } from "../../ops/activation/cpu.ts";
import { addCpu } from "../../ops/add/cpu.ts";
import { additiveCpu } from "../../ops/additive/cpu.ts";
import { affineCpu } from "../../ops/affine/cpu.ts";
import { gatherColumnsCpu } from "../../ops/gather-columns/cpu.ts";
import { gaussianBaseCpu } from "../../ops/gaussian-base/cpu.ts";
import { linearCpu } from "../../ops/linear/cpu.ts";
import { luCpu } from "../../ops/lu/cpu.ts";
import { noiseCpu } from "../../ops/noise/cpu.ts";
import { rationalQuadraticCpu } from "../../ops/rational-quadratic/cpu.ts";
import { repartitionCpu } from "../../ops/repartition/cpu.ts";
import { studentTBaseCpu } from "../../ops/student-t-base/cpu.ts";
import { sumPerRowCpu } from "../../ops/sum-per-row/cpu.ts";
import { uniformBaseCpu } from "../../ops/uniform-base/cpu.ts";
import { zerosCpu } from "../../ops/zeros/cpu.ts";
import type { Graph, Node } from "../../graph.ts";
import type { Call, CpuOp } from "./call.ts";

/** The ops that a page loads with the device; see {@link loadOpsOf} for the others. */
export const cpuOps: readonly CpuOp[] = [
  ...actNormCpu,
  ...activationCpu,
  ...addCpu,
  ...additiveCpu,
  ...affineCpu,
  ...gatherColumnsCpu,
  ...gaussianBaseCpu,
  ...linearCpu,
  ...luCpu,
  ...noiseCpu,
  ...rationalQuadraticCpu,
  ...repartitionCpu,
  ...studentTBaseCpu,
  ...sumPerRowCpu,
  ...uniformBaseCpu,
  ...zerosCpu,
];

const byName: Map<string, CpuOp> = new Map(cpuOps.map((op) => [op.name, op]));

/** Loads the kernel calls of ops that few graphs have, where the graph has one that is not known. */
export async function loadOpsOf({ nodes }: Graph): Promise<void> {
  if (!nodes.every(({ op }) => byName.has(op.name))) await loadAllOps();
}

/** Loads the kernel calls of every op. */
export async function loadAllOps(): Promise<void> {
  const { moreCpuOps } = await import("./more-ops.ts");
  for (const op of moreCpuOps) byName.set(op.name, op);
}

/** Whether a node's kernel calls are known: those of an op of the user's own may be missing until one runs it. */
export function hasCalls({ op }: Node): boolean {
  return byName.has(op.name);
}

/** A node's kernel calls. Throws INTERNAL where the op has no `cpu.ts`, or it has not been loaded. */
export function callsOf(node: Node): Call[] {
  const op = byName.get(node.op.name);
  if (op === undefined) throw internalError(`op ${node.op.name} has no kernel calls`);
  return op.calls(node);
}
