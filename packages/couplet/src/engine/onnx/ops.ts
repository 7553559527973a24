/** Every op that inference uses, as ONNX nodes. Adding an op is adding a line here. */
import { actNormOnnx } from "../ops/act-norm/onnx.ts";
import { activationOnnx } from "../ops/activation/onnx.ts";
import { addOnnx } from "../ops/add/onnx.ts";
import { additiveOnnx } from "../ops/additive/onnx.ts";
import { affineOnnx } from "../ops/affine/onnx.ts";
import { circleFeaturesOnnx } from "../ops/circle-features/onnx.ts";
import { circularShiftOnnx } from "../ops/circular-shift/onnx.ts";
import { conv2dOnnx } from "../ops/conv2d/onnx.ts";
import { dropoutOnnx } from "../ops/dropout/onnx.ts";
import { elementwiseOnnx } from "../ops/elementwise/onnx.ts";
import { gatherColumnsOnnx } from "../ops/gather-columns/onnx.ts";
import { gaussianBaseOnnx } from "../ops/gaussian-base/onnx.ts";
import { gaussianMixtureBaseOnnx } from "../ops/gaussian-mixture-base/onnx.ts";
import { layerNormOnnx } from "../ops/layer-norm/onnx.ts";
import { learnedGaussianBaseOnnx } from "../ops/learned-gaussian-base/onnx.ts";
import { linearOnnx } from "../ops/linear/onnx.ts";
import { luOnnx } from "../ops/lu/onnx.ts";
import { prefixLinearOnnx } from "../ops/prefix-linear/onnx.ts";
import { rationalQuadraticOnnx } from "../ops/rational-quadratic/onnx.ts";
import { repartitionOnnx } from "../ops/repartition/onnx.ts";
import { studentTBaseOnnx } from "../ops/student-t-base/onnx.ts";
import { sumColumnsOnnx } from "../ops/sum-columns/onnx.ts";
import { sumPerRowOnnx } from "../ops/sum-per-row/onnx.ts";
import { uniformBaseOnnx } from "../ops/uniform-base/onnx.ts";
import { zerosOnnx } from "../ops/zeros/onnx.ts";
import type { OnnxOp } from "./onnx-op.ts";

/** All ops that graphs without gradients have. */
export const onnxOps: readonly OnnxOp[] = [
  ...actNormOnnx,
  ...activationOnnx,
  ...addOnnx,
  ...additiveOnnx,
  ...affineOnnx,
  ...circleFeaturesOnnx,
  ...circularShiftOnnx,
  ...conv2dOnnx,
  ...dropoutOnnx,
  ...elementwiseOnnx,
  ...gatherColumnsOnnx,
  ...gaussianBaseOnnx,
  ...gaussianMixtureBaseOnnx,
  ...layerNormOnnx,
  ...learnedGaussianBaseOnnx,
  ...linearOnnx,
  ...luOnnx,
  ...prefixLinearOnnx,
  ...rationalQuadraticOnnx,
  ...repartitionOnnx,
  ...studentTBaseOnnx,
  ...sumColumnsOnnx,
  ...sumPerRowOnnx,
  ...uniformBaseOnnx,
  ...zerosOnnx,
];
