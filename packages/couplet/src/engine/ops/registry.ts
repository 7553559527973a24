/** Every op, with the cases that the generic suite runs it on. Adding an op is adding a line here. */
import { actNormCases } from "./act-norm/cases.ts";
import { activationCases } from "./activation/cases.ts";
import { addCases } from "./add/cases.ts";
import { additiveCases } from "./additive/cases.ts";
import { affineCases } from "./affine/cases.ts";
import { circleFeaturesCases } from "./circle-features/cases.ts";
import { circularShiftCases } from "./circular-shift/cases.ts";
import { conv2dCases } from "./conv2d/cases.ts";
import { crossEntropyCases } from "./cross-entropy/cases.ts";
import { dequantiseCases } from "./dequantise/cases.ts";
import { dropoutCases } from "./dropout/cases.ts";
import { elementwiseCases } from "./elementwise/cases.ts";
import { gatherColumnsCases } from "./gather-columns/cases.ts";
import { gaussianCases } from "./gaussian-base/cases.ts";
import { gaussianMixtureCases } from "./gaussian-mixture-base/cases.ts";
import { layerNormCases } from "./layer-norm/cases.ts";
import { learnedGaussianCases } from "./learned-gaussian-base/cases.ts";
import { linearCases } from "./linear/cases.ts";
import { logitCases } from "./logit/cases.ts";
import { luCases } from "./lu/cases.ts";
import { noiseCases } from "./noise/cases.ts";
import type { OpCase } from "./op-case.ts";
import { prefixLinearCases } from "./prefix-linear/cases.ts";
import { repartitionCases } from "./repartition/cases.ts";
import { rationalQuadraticCases } from "./rational-quadratic/cases.ts";
import { studentTCases } from "./student-t-base/cases.ts";
import { sumColumnsCases } from "./sum-columns/cases.ts";
import { sumPerRowCases } from "./sum-per-row/cases.ts";
import { sumPixelsCases } from "./sum-pixels/cases.ts";
import { uniformCases } from "./uniform-base/cases.ts";
import { zerosCases } from "./zeros/cases.ts";

export const registry: readonly OpCase[] = [
  ...actNormCases,
  ...activationCases,
  ...addCases,
  ...additiveCases,
  ...affineCases,
  ...circleFeaturesCases,
  ...circularShiftCases,
  ...conv2dCases,
  ...crossEntropyCases,
  ...dequantiseCases,
  ...dropoutCases,
  ...elementwiseCases,
  ...gatherColumnsCases,
  ...gaussianCases,
  ...gaussianMixtureCases,
  ...layerNormCases,
  ...learnedGaussianCases,
  ...linearCases,
  ...logitCases,
  ...luCases,
  ...noiseCases,
  ...prefixLinearCases,
  ...repartitionCases,
  ...rationalQuadraticCases,
  ...studentTCases,
  ...sumColumnsCases,
  ...sumPerRowCases,
  ...sumPixelsCases,
  ...uniformCases,
  ...zerosCases,
];
