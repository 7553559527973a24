/** Every op's kernel calls. Adding an op is adding a line here. */
import { internalError } from "../../../error.ts";
import { actNormCpu } from "../../ops/act-norm/cpu.ts";
import { activationCpu } from "../../ops/activation/cpu.ts";
import { addCpu } from "../../ops/add/cpu.ts";
import { additiveCpu } from "../../ops/additive/cpu.ts";
import { affineCpu } from "../../ops/affine/cpu.ts";
import { circleFeaturesCpu } from "../../ops/circle-features/cpu.ts";
import { circularShiftCpu } from "../../ops/circular-shift/cpu.ts";
import { conv2dCpu } from "../../ops/conv2d/cpu.ts";
import { dequantiseCpu } from "../../ops/dequantise/cpu.ts";
import { dropoutCpu } from "../../ops/dropout/cpu.ts";
import { elementwiseCpu } from "../../ops/elementwise/cpu.ts";
import { gatherColumnsCpu } from "../../ops/gather-columns/cpu.ts";
import { gaussianBaseCpu } from "../../ops/gaussian-base/cpu.ts";
import { gaussianMixtureBaseCpu } from "../../ops/gaussian-mixture-base/cpu.ts";
import { layerNormCpu } from "../../ops/layer-norm/cpu.ts";
import { learnedGaussianBaseCpu } from "../../ops/learned-gaussian-base/cpu.ts";
import { linearCpu } from "../../ops/linear/cpu.ts";
import { logitCpu } from "../../ops/logit/cpu.ts";
import { luCpu } from "../../ops/lu/cpu.ts";
import { noiseCpu } from "../../ops/noise/cpu.ts";
import { rationalQuadraticCpu } from "../../ops/rational-quadratic/cpu.ts";
import { repartitionCpu } from "../../ops/repartition/cpu.ts";
import { studentTBaseCpu } from "../../ops/student-t-base/cpu.ts";
import { sumColumnsCpu } from "../../ops/sum-columns/cpu.ts";
import { sumPerRowCpu } from "../../ops/sum-per-row/cpu.ts";
import { uniformBaseCpu } from "../../ops/uniform-base/cpu.ts";
import { zerosCpu } from "../../ops/zeros/cpu.ts";
import type { Node } from "../../graph.ts";
import type { Call, CpuOp } from "./call.ts";

/** The ops that this device runs for everyone; see {@link addCpuOps}. */
export const cpuOps: readonly CpuOp[] = [
  ...actNormCpu,
  ...activationCpu,
  ...addCpu,
  ...additiveCpu,
  ...affineCpu,
  ...circleFeaturesCpu,
  ...circularShiftCpu,
  ...conv2dCpu,
  ...dequantiseCpu,
  ...dropoutCpu,
  ...elementwiseCpu,
  ...gatherColumnsCpu,
  ...gaussianBaseCpu,
  ...gaussianMixtureBaseCpu,
  ...layerNormCpu,
  ...learnedGaussianBaseCpu,
  ...linearCpu,
  ...logitCpu,
  ...luCpu,
  ...noiseCpu,
  ...rationalQuadraticCpu,
  ...repartitionCpu,
  ...studentTBaseCpu,
  ...sumColumnsCpu,
  ...sumPerRowCpu,
  ...uniformBaseCpu,
  ...zerosCpu,
];

const byName: Map<string, CpuOp> = new Map(cpuOps.map((op) => [op.name, op]));

/** Ops of one room, added when it is used: who loads a model and scores rows does not load them. */
export function addCpuOps(ops: readonly CpuOp[]): void {
  for (const op of ops) byName.set(op.name, op);
}

/** A node's kernel calls. Throws INTERNAL where the op has no `cpu.ts`. */
export function callsOf(node: Node): Call[] {
  const op = byName.get(node.op.name);
  if (op === undefined) throw internalError(`op ${node.op.name} has no kernel calls`);
  return op.calls(node);
}
