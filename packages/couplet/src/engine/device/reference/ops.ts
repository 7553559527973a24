/** Every op's mathematics in float64. Adding an op is adding a line here. */
import { internalError } from "../../../error.ts";
import { actNormReference } from "../../ops/act-norm/reference.ts";
import { activationReference } from "../../ops/activation/reference.ts";
import { addReference } from "../../ops/add/reference.ts";
import { additiveReference } from "../../ops/additive/reference.ts";
import { affineReference } from "../../ops/affine/reference.ts";
import { circleFeaturesReference } from "../../ops/circle-features/reference.ts";
import { circularShiftReference } from "../../ops/circular-shift/reference.ts";
import { conv2dReference } from "../../ops/conv2d/reference.ts";
import { crossEntropyReference } from "../../ops/cross-entropy/reference.ts";
import { dequantiseReference } from "../../ops/dequantise/reference.ts";
import { dropoutReference } from "../../ops/dropout/reference.ts";
import { elementwiseReference } from "../../ops/elementwise/reference.ts";
import { gatherColumnsReference } from "../../ops/gather-columns/reference.ts";
import { gaussianBaseReference } from "../../ops/gaussian-base/reference.ts";
import { gaussianMixtureBaseReference } from "../../ops/gaussian-mixture-base/reference.ts";
import { layerNormReference } from "../../ops/layer-norm/reference.ts";
import { learnedGaussianBaseReference } from "../../ops/learned-gaussian-base/reference.ts";
import { linearReference } from "../../ops/linear/reference.ts";
import { logitReference } from "../../ops/logit/reference.ts";
import { luReference } from "../../ops/lu/reference.ts";
import { noiseReference } from "../../ops/noise/reference.ts";
import { prefixLinearReference } from "../../ops/prefix-linear/reference.ts";
import { rationalQuadraticReference } from "../../ops/rational-quadratic/reference.ts";
import { repartitionReference } from "../../ops/repartition/reference.ts";
import { studentTBaseReference } from "../../ops/student-t-base/reference.ts";
import { sumColumnsReference } from "../../ops/sum-columns/reference.ts";
import { sumPerRowReference } from "../../ops/sum-per-row/reference.ts";
import { sumPixelsReference } from "../../ops/sum-pixels/reference.ts";
import { uniformBaseReference } from "../../ops/uniform-base/reference.ts";
import { zerosReference } from "../../ops/zeros/reference.ts";
import type { ReferenceOp } from "./reference-op.ts";

/** All ops that this device runs. */
export const referenceOps: readonly ReferenceOp[] = [
  ...actNormReference,
  ...activationReference,
  ...addReference,
  ...additiveReference,
  ...affineReference,
  ...circleFeaturesReference,
  ...circularShiftReference,
  ...conv2dReference,
  ...crossEntropyReference,
  ...dequantiseReference,
  ...dropoutReference,
  ...elementwiseReference,
  ...gatherColumnsReference,
  ...gaussianBaseReference,
  ...gaussianMixtureBaseReference,
  ...layerNormReference,
  ...learnedGaussianBaseReference,
  ...linearReference,
  ...logitReference,
  ...luReference,
  ...noiseReference,
  ...prefixLinearReference,
  ...rationalQuadraticReference,
  ...repartitionReference,
  ...studentTBaseReference,
  ...sumColumnsReference,
  ...sumPerRowReference,
  ...sumPixelsReference,
  ...uniformBaseReference,
  ...zerosReference,
];

const byName: ReadonlyMap<string, ReferenceOp> = new Map(referenceOps.map((op) => [op.name, op]));

/** The mathematics of the op of this name. Throws INTERNAL where the op has no `reference.ts`. */
export function referenceOf(name: string): ReferenceOp {
  const op = byName.get(name);
  if (op === undefined) throw internalError(`op ${name} has no reference`);
  return op;
}
