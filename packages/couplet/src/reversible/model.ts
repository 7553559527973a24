/// <reference lib="esnext.disposable" preserve="true" />
/** A classifier of images with parameters. */
import { openBytes } from "../file/open-bytes.ts";
import type { BytesSource } from "../file/bytes-of.ts";
import { storage } from "#storage";
import { CoupletError } from "../error.ts";
import type { DeviceReport } from "../engine/device/device.ts";
import type { DeviceOptions } from "../engine/device/open.ts";
import { layoutOf } from "../engine/graph.ts";
import type { Graph, ParameterLayout } from "../engine/graph.ts";
import type { Parameter } from "../engine/value.ts";
import { deviceOptionNames } from "../flow/model/call-options.ts";
import { freshParameters } from "../flow/model/fresh-parameters.ts";
import type { TrainingRecord } from "../flow/model/metadata.ts";
import { openRunner } from "../flow/model/open-runner.ts";
import { orOutOfMemory } from "../flow/model/out-of-memory.ts";
import type { Rows } from "../flow/model/rows.ts";
import type { Runner } from "../flow/model/runner.ts";
import { showAs } from "../inspect.ts";
import { checkOptions } from "../options.ts";
import { describeNetwork } from "./describe.ts";
import type { NetworkDescription } from "./describe.ts";
import { readClassifier, writeClassifier } from "./file.ts";
import type { ClassifierDescription, ClassifierParts } from "./file.ts";
import { checkLabels, imageRows, inUnits } from "./image-rows.ts";
import type { ChannelUnits } from "./image-rows.ts";
import { lowerLogits } from "./lower.ts";
import { classificationMetrics, largest, logSoftmax } from "./metrics.ts";
import type { ClassificationMetrics } from "./metrics.ts";
import type { NetworkSpec } from "./spec.ts";

/** What {@link ClassifierModel.predict} gives. */
export interface Prediction {
  /** images x classes, row-major: each row sums to 1. */
  readonly probabilities: Float64Array<ArrayBuffer>;
  /** The most probable class of each image. */
  readonly classes: Int32Array<ArrayBuffer>;
}

/** Options of calls on images. */
export interface PredictOptions {
  readonly signal?: AbortSignal;
}

/** Images that go through at a time: a multiple of every tile, so that where they are cut changes nothing. */
const CHUNK = 3072;

/**
 * A classifier: p(class | image) = softmax of the network's logits. Holds device memory and, once it has worked on large batches, threads:
 * dispose it when done.
 */
export class ClassifierModel implements ClassifierDescription {
  readonly spec: NetworkSpec;
  readonly units: ChannelUnits;
  readonly classNames: readonly string[] | undefined;
  readonly training: TrainingRecord | undefined;
  readonly heldOut: ClassificationMetrics | undefined;
  /** @internal */
  readonly parameterList: readonly Parameter[];
  /** @internal */
  readonly layout: ParameterLayout;
  /** @internal */
  readonly runner: Runner;
  readonly #parameters: Float32Array<ArrayBuffer>;
  readonly #graph: Graph;
  readonly #ownsDevice: boolean;
  #disposed = false;

  private constructor(parts: ClassifierParts, graph: Graph, runner: Runner, ownsDevice: boolean) {
    this.spec = parts.spec;
    this.units = parts.units;
    this.classNames = parts.classNames;
    this.training = parts.training;
    this.heldOut = parts.heldOut;
    this.parameterList = graph.parameters;
    this.layout = layoutOf(graph);
    this.runner = runner;
    this.#parameters = Float32Array.from(parts.parameters);
    this.#graph = graph;
    this.#ownsDevice = ownsDevice;
    showAs(
      this,
      () => `ClassifierModel of ${this.spec.classes} classes, ${this.parameterCount} parameters`,
    );
  }

  /** @internal A model from its parts, with fresh parameters where it has none. */
  static async from(
    parts: ClassifierDescription & { readonly parameters: Float32Array | undefined },
    options: DeviceOptions & { readonly seed?: number } = {},
    graph: Graph = lowerLogits(parts.spec),
  ): Promise<ClassifierModel> {
    const { runner, parameters, own } = await openRunner(
      options,
      graph,
      (device) => parts.parameters ?? freshParameters(graph, options.seed ?? 0, device),
    );
    return new ClassifierModel({ ...parts, parameters }, graph, runner, own);
  }

  /** @internal The same model with the records of its training. The given one has no device afterwards. */
  static trained(
    model: ClassifierModel,
    training: TrainingRecord,
    heldOut: ClassificationMetrics,
  ): ClassifierModel {
    model.#disposed = true;
    const { spec, units, classNames, parameters } = model;
    return new ClassifierModel(
      { spec, units, classNames, parameters, training, heldOut },
      model.#graph,
      model.runner,
      model.#ownsDevice,
    );
  }

  /**
   * Reads a classifier's file. Node only; pages use {@link ClassifierModel.fromBytes}.
   *
   * @throws CoupletError FILE_NOT_FOUND, FILE_INVALID (also for a flow's file), SPEC_INVALID
   */
  static async load(path: string, options: DeviceOptions = {}): Promise<ClassifierModel> {
    checkOptions("ClassifierModel.load", options, deviceOptionNames);
    return ClassifierModel.fromBytes(await storage.read(path), { ...options, where: path });
  }

  /**
   * A classifier from the bytes of its file; its parameters are those that were saved, bit by bit.
   *
   * @param options the device, and `where`: the file's name, for messages
   * @throws CoupletError FILE_INVALID (also for a flow's file), SPEC_INVALID
   */
  static async fromBytes(
    bytes: BytesSource,
    options: DeviceOptions & { readonly where?: string } = {},
  ): Promise<ClassifierModel> {
    const { where: given, ...device } = options;
    checkOptions("ClassifierModel.fromBytes", device, deviceOptionNames);
    const opened = await openBytes(bytes, given);
    const { parts, graph } = readClassifier(opened.bytes, opened.where);
    return ClassifierModel.from(parts, device, graph);
  }

  get parameters(): Float32Array<ArrayBuffer> {
    return this.#parameters.slice();
  }

  /** Number of learned numbers. */
  get parameterCount(): number {
    return this.parameterList.reduce((sum, { size }) => sum + size, 0);
  }

  /**
   * Probabilities of the classes, in float64.
   *
   * @param images images x (height x width x channels), channels last, in the units of the training images
   * @throws CoupletError SHAPE_MISMATCH, NON_FINITE_INPUT, DISPOSED
   */
  async predict(images: Rows, options: PredictOptions = {}): Promise<Prediction> {
    const { classes } = this.spec;
    const logProbabilities = await this.#logProbabilities("predict", images, options);
    const count = logProbabilities.length / classes;
    return {
      probabilities: logProbabilities.map(Math.exp),
      classes: Int32Array.from({ length: count }, (_, r) =>
        largest(logProbabilities.subarray(r * classes, (r + 1) * classes)),
      ),
    };
  }

  /**
   * Accuracy, negative log-likelihood and calibration error on images with known labels.
   *
   * @throws CoupletError SHAPE_MISMATCH, NON_FINITE_INPUT, DATA_INVALID for a label out of range, DISPOSED
   */
  async evaluate(
    images: Rows,
    labels: ArrayLike<number>,
    options: PredictOptions = {},
  ): Promise<ClassificationMetrics> {
    const { classes } = this.spec;
    const logProbabilities = await this.#logProbabilities("evaluate", images, options);
    const count = logProbabilities.length / classes;
    if (count === 0) {
      throw new CoupletError({
        code: "DATA_INVALID",
        where: "evaluate",
        expected: "at least one image",
        received: "none",
      });
    }
    checkLabels("evaluate", labels, count, classes);
    return classificationMetrics(logProbabilities, labels, classes);
  }

  /** What the network is, and what its training takes in memory against depth. `text` is for people. */
  describe(): Promise<NetworkDescription> {
    return describeNetwork(this.spec);
  }

  /** Puts other parameters in (same layout). */
  setParameters(parameters: Float32Array): void {
    if (parameters.length !== this.#parameters.length) {
      throw new CoupletError({
        code: "SHAPE_MISMATCH",
        where: "setParameters",
        expected: `${this.#parameters.length} numbers`,
        received: String(parameters.length),
      });
    }
    this.#alive();
    this.#parameters.set(parameters);
    this.runner.setParameters(this.#parameters);
  }

  /** The classifier as the bytes of its file. */
  toBytes(): Uint8Array<ArrayBuffer> {
    return writeClassifier(this, this.parameterList);
  }

  /** Writes the classifier to a file: to a temporary one first, then renamed, so no half file is ever left. Node only. */
  async save(path: string): Promise<void> {
    await storage.write(path, this.toBytes());
  }

  /** What the model computes with; starts the threads. */
  async deviceReport(): Promise<DeviceReport> {
    this.#alive();
    return this.runner.device.report();
  }

  /** Frees memory and threads. Calls after it throw DISPOSED. */
  dispose(): void {
    if (this.#disposed) return;
    this.#disposed = true;
    this.runner.dispose();
    if (this.#ownsDevice) this.runner.device.dispose();
  }

  /** {@link dispose}, for `using`. */
  [Symbol.dispose](): void {
    this.dispose();
  }

  async #logProbabilities(
    where: string,
    images: Rows,
    options: PredictOptions,
  ): Promise<Float64Array<ArrayBuffer>> {
    checkOptions(where, options, { signal: "AbortSignal" });
    this.#alive();
    const { classes } = this.spec;
    const rows = imageRows(where, images, this.spec);
    const make = () => lowerLogits(this.spec, this.layout);
    return orOutOfMemory(where, "Take fewer images at a time.", async () => {
      const out = new Float64Array(rows.count * classes);
      for (let first = 0; first < rows.count; first += CHUNK) {
        const count = Math.min(CHUNK, rows.count - first);
        const numbers = Int32Array.from({ length: count }, (_, i) => first + i);
        const given = this.runner.floats(count * rows.size);
        given.set(inUnits(rows, numbers, this.units));
        const outputs = await this.runner.run("logits", make, { images: given }, count, {
          signal: options.signal,
          firstRow: first,
          anyCut: true,
        });
        out.set(logSoftmax(outputs.get("logits")!, classes), first * classes);
      }
      return out;
    });
  }

  #alive(): void {
    if (!this.#disposed) return;
    throw new CoupletError({
      code: "DISPOSED",
      where: "classifier",
      expected: "a live model",
      received: "a disposed one",
    });
  }
}
