/**
 * `couplet`: flows, exact-likelihood generative models of rows of numbers.
 *
 * Specs (`flow`, layers, masks, transforms, conditioners, bases; presets `nice`, `realNvp`, `neuralSpline`), models
 * (`FlowModel`: `logProb`, `sample`, `encode`, `decode`), training (`fit`) and model files. Tables of mixed types are in
 * `couplet/table`.
 */
export { CoupletError, nearest } from "../error.ts";
export type { BytesReader, BytesSource } from "../file/bytes-of.ts";
export { configure } from "../threads/locations.ts";
export type { ConfigureOptions, Location } from "../threads/locations.ts";
export type { CoupletErrorCode, CoupletErrorParts, Remedy } from "../error.ts";
export * from "../flow/parts/layer/index.ts";
export * from "../flow/parts/mask/index.ts";
export * from "../flow/parts/transform/index.ts";
export * from "../flow/parts/conditioner/index.ts";
export * from "../flow/parts/base/index.ts";
export type { RegisterConditionerOptions } from "../flow/parts/conditioner/registered.ts";
export type { Grid } from "../engine/build.ts";
export type {
  ActivationKind,
  NetworkOptions,
  NetworkSpec,
} from "../flow/parts/conditioner/network.ts";
export type { BaseSpec } from "../flow/parts/base/base.ts";
export type { ConditionerSpec } from "../flow/parts/conditioner/conditioner.ts";
export type { LayerSpec } from "../flow/parts/layer/layer.ts";
export type { MaskSpec } from "../flow/parts/mask/mask.ts";
export type { TransformSpec } from "../flow/parts/transform/transform.ts";
export type { JsonObject, JsonValue } from "../flow/parts/json.ts";
export type { ConditionerPlace } from "../flow/parts/conditioner/conditioner-part.ts";
export type { RegisteredSpec } from "../flow/parts/registered.ts";
export { box, circle, real } from "../flow/parts/domain.ts";
export type { Domain } from "../flow/parts/domain.ts";
export { flow, repeat } from "../flow/spec/flow.ts";
export type { FlowOptions, RowShape } from "../flow/spec/flow.ts";
export { parseSpec } from "../flow/spec/parse.ts";
export type { FlowSpec } from "../flow/spec/types.ts";
export { nice, neuralSpline, realNvp } from "../flow/presets/presets.ts";
export type { PresetOptions, PresetSpec, SplinePresetOptions } from "../flow/presets/presets.ts";
export { createModel } from "../flow/model/make.ts";
export type { CreateModelOptions } from "../flow/model/make.ts";
export { FlowModel } from "../flow/model/model.ts";
export type { LogProbGradient } from "../flow/model/log-prob-gradient.ts";
export type {
  CallArguments,
  SyncArguments,
  CallOptions,
  Sample,
  SampleOptions,
} from "../flow/model/call-options.ts";
export type { Device, DeviceReport } from "../engine/device/device.ts";
export type { DeviceName, DeviceOptions } from "../engine/device/open.ts";
export type { ErrorSummary, InverseReport } from "../flow/model/check-inverse.ts";
export type { FlowDescription } from "../flow/model/describe.ts";
export type { ModelDescription, ModelParts, ModelView } from "../flow/model/view.ts";
export type { Rows } from "../flow/model/rows.ts";
export type { Standardiser } from "../flow/model/preprocess.ts";
export { registerConditioner } from "../flow/parts/conditioner/registered.ts";
export type { ConditionerBuilder } from "../flow/parts/conditioner/registered.ts";
export { registerTransform } from "../flow/parts/transform/registered.ts";
export type { TransformBuilder } from "../flow/parts/transform/registered.ts";
export { transformOf } from "../flow/parts/transform/transform.ts";
export type {
  Transform,
  TransformedValue,
  TransformPlace,
} from "../flow/parts/transform/transform-part.ts";
export { fit } from "../train/fit.ts";
export { Run } from "../train/run.ts";
export type { RunEvent, RunSource } from "../train/run.ts";
export type { FitArguments, FitOptions } from "../train/fit.ts";
export type { PlannedMemory, TrainEvent } from "../train/events.ts";
export type { TrainOptions } from "../train/options.ts";
export type { TrainSettings } from "../train/settings.ts";
export type { Reducer } from "../train/reducer.ts";
export type {
  StepReducer,
  StepSums,
  StepUpdates,
  TrainResult,
  TrainTensors,
} from "../engine/device/device.ts";
export type {
  ParameterRange,
  StepDriver,
  StepPlace,
  Strategy,
  StrategyRun,
  StrategyTensors,
} from "../train/strategy.ts";
export type { TrainingRecord } from "../flow/model/metadata.ts";
export { modelToBytes } from "../flow/model/write.ts";
export { version } from "../version.ts";
export { logMeanExp } from "../statistics/log-sum-exp.ts";
export type { Declared, SpecOf } from "../flow/parts/part.ts";
export type { LayerFactory } from "../flow/parts/layer/layer-part.ts";
export type { TransformFactory } from "../flow/parts/transform/transform-part.ts";
export type { MaskFactory } from "../flow/parts/mask/mask-part.ts";
export type { BaseFactory } from "../flow/parts/base/base-part.ts";
export type { ConditionerFactory } from "../flow/parts/conditioner/conditioner-part.ts";
export type { SplineTails } from "../engine/ops/rational-quadratic/op.ts";
export type { WordPairs } from "../random/word-pairs.ts";
export type { PhiloxKey } from "../random/philox.ts";
