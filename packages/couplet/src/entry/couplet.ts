/**
 * `couplet`: flows, exact-likelihood generative models of rows of numbers.
 *
 * Specs (`flow`, layers, masks, transforms, conditioners, bases; presets `nice`, `realNvp`, `neuralSpline`), models
 * (`FlowModel`: `logProb`, `sample`, `encode`, `decode`), training (`fit`) and model files. Tables of mixed types are in
 * `couplet/table`.
 */
export { CoupletError, nearest } from "../error.ts";
export type { CoupletErrorCode, CoupletErrorParts } from "../error.ts";
export {
  actNorm,
  additive,
  affine,
  alternating,
  coupling,
  explicitMask,
  flow,
  gaussian,
  half,
  lu,
  mlp,
  permutation,
  randomMask,
  rationalQuadratic,
  repeat,
  residualMlp,
  studentT,
  uniform,
} from "../flow/spec/factories.ts";
export type { FlowOptions } from "../flow/spec/factories.ts";
export { parseSpec } from "../flow/spec/validate.ts";
export type {
  ActivationKind,
  ActNormSpec,
  BaseSpec,
  ConditionerSpec,
  CouplingSpec,
  FlowSpec,
  JsonObject,
  JsonValue,
  LayerSpec,
  LuSpec,
  MaskSpec,
  PermutationSpec,
  ScaleKind,
  TransformSpec,
} from "../flow/spec/types.ts";
export { nice, neuralSpline, realNvp } from "../flow/presets/presets.ts";
export { createModel } from "../flow/model/make.ts";
export type { CreateModelOptions } from "../flow/model/make.ts";
export { FlowModel } from "../flow/model/model.ts";
export type {
  CallArguments,
  CallOptions,
  DeviceOptions,
  SampleOptions,
} from "../flow/model/call-options.ts";
export type { ErrorSummary, InverseReport } from "../flow/model/check-inverse.ts";
export type { FlowDescription } from "../flow/model/describe.ts";
export type { ModelDescription, ModelParts, ModelView } from "../flow/model/view.ts";
export type { Rows } from "../flow/model/rows.ts";
export type { Standardiser } from "../flow/model/preprocess.ts";
export { registerConditioner } from "../flow/parts/conditioner/conditioner.ts";
export type { ConditionerBuilder } from "../flow/parts/conditioner/conditioner.ts";
export { registerTransform, transformOf } from "../flow/parts/transform/transform.ts";
export type {
  Transform,
  TransformBuilder,
  TransformedValue,
  TransformPlace,
} from "../flow/parts/transform/transform.ts";
export { fit, train } from "../train/fit.ts";
export type { FitArguments, FitOptions } from "../train/fit.ts";
export type { TrainEvent } from "../train/events.ts";
export type { TrainOptions, TrainSettings } from "../train/options.ts";
export { load, modelFromBytes } from "../flow/model/read.ts";
export { modelToBytes } from "../flow/model/write.ts";
export { version } from "../version.ts";
export { logMeanExp } from "../statistics/log-sum-exp.ts";
