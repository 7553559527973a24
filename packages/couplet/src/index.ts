/** Couplet: exact-likelihood generative modelling with coupling flows. */
export { CoupletError } from "./error.ts";
export type { CoupletErrorCode, CoupletErrorParts } from "./error.ts";
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
} from "./flow/spec/factories.ts";
export type { FlowOptions } from "./flow/spec/factories.ts";
export { parseSpec } from "./flow/spec/validate.ts";
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
} from "./flow/spec/types.ts";
export { nice, neuralSpline, realNvp } from "./flow/presets.ts";
export { createModel, FlowModel } from "./flow/model.ts";
export type { CallArguments, CallOptions, DeviceOptions, SampleOptions } from "./flow/model.ts";
export type { ErrorSummary, InverseReport } from "./flow/check-inverse.ts";
export type { FlowDescription } from "./flow/describe.ts";
export type { Rows } from "./flow/rows.ts";
export type { Standardiser } from "./flow/preprocess.ts";
export { registerConditioner } from "./flow/conditioners/conditioner.ts";
export type { ConditionerBuilder } from "./flow/conditioners/conditioner.ts";
export { registerTransform } from "./flow/transforms/transform.ts";
export type { Transform, TransformBuilder, TransformedValue, TransformPlace } from "./flow/transforms/transform.ts";
export { fit, train } from "./train/fit.ts";
export type { FitArguments, FitOptions } from "./train/fit.ts";
export type { TrainEvent } from "./train/events.ts";
export type { TrainOptions, TrainSettings } from "./train/options.ts";
export { load, modelFromBytes } from "./flow/read-model.ts";
export { modelToBytes } from "./flow/write-model.ts";
export { version } from "./version.ts";
