/** The kernel calls of ops that few graphs have: a page loads them with the first graph that has one. Adding an op is adding a line here or in `ops.ts`. */
import { circleFeaturesCpu } from "../../ops/circle-features/cpu.ts";
import { circularShiftCpu } from "../../ops/circular-shift/cpu.ts";
import { conv2dCpu } from "../../ops/conv2d/cpu.ts";
import { crossEntropyCpu } from "../../ops/cross-entropy/cpu.ts";
import { dequantiseCpu } from "../../ops/dequantise/cpu.ts";
import { dropoutCpu } from "../../ops/dropout/cpu.ts";
import { elementwiseCpu } from "../../ops/elementwise/cpu.ts";
import { gaussianMixtureBaseCpu } from "../../ops/gaussian-mixture-base/cpu.ts";
import { layerNormCpu } from "../../ops/layer-norm/cpu.ts";
import { learnedGaussianBaseCpu } from "../../ops/learned-gaussian-base/cpu.ts";
import { logitCpu } from "../../ops/logit/cpu.ts";
import { prefixLinearCpu } from "../../ops/prefix-linear/cpu.ts";
import { sumColumnsCpu } from "../../ops/sum-columns/cpu.ts";
import { sumPixelsCpu } from "../../ops/sum-pixels/cpu.ts";
import type { CpuOp } from "./call.ts";

/** The ops beyond those of `ops.ts`. */
export const moreCpuOps: readonly CpuOp[] = [
  ...circleFeaturesCpu,
  ...circularShiftCpu,
  ...conv2dCpu,
  ...crossEntropyCpu,
  ...dequantiseCpu,
  ...dropoutCpu,
  ...elementwiseCpu,
  ...gaussianMixtureBaseCpu,
  ...layerNormCpu,
  ...learnedGaussianBaseCpu,
  ...logitCpu,
  ...prefixLinearCpu,
  ...sumColumnsCpu,
  ...sumPixelsCpu,
];
