/**
 * `couplet/reversible`: classifiers of images that run backwards, so that a deep network trains in the memory of a shallow one.
 *
 * Networks (`revNet`, `denseNet`), training (`fitClassifier`), the trained model (`ClassifierModel`: `predict`, `evaluate`, files), and the
 * memory of a training step against depth (`describeNetwork`).
 */
export { denseNet, revNet } from "../reversible/presets.ts";
export type { DenseNetOptions, NetworkOptions } from "../reversible/presets.ts";
export { parseNetwork } from "../reversible/spec.ts";
export type { DenseBlock, NetworkSpec, ResidualBlock, StageSpec } from "../reversible/spec.ts";
export { fitClassifier } from "../reversible/fit-classifier.ts";
export type { ClassifierOptions } from "../reversible/options.ts";
export type { Augmentation } from "../reversible/augment.ts";
export type { ClassifierEvent } from "../reversible/events.ts";
export { ClassifierModel } from "../reversible/model.ts";
export type { Prediction, PredictOptions } from "../reversible/model.ts";
export type { ClassifierDescription } from "../reversible/file.ts";
export type { ChannelUnits } from "../reversible/image-rows.ts";
export { classificationMetrics } from "../reversible/metrics.ts";
export type { ClassificationMetrics } from "../reversible/metrics.ts";
export { describeNetwork } from "../reversible/describe.ts";
export type { DepthMemory, NetworkDescription } from "../reversible/describe.ts";
