/// <reference lib="esnext.disposable" preserve="true" />
/** A flow with parameters: densities, samples, and both directions of the map. */
import { storage } from "#storage";
import { CoupletError } from "../../error.ts";
import type { DeviceReport } from "../../engine/device/device.ts";
import { beginDevice } from "../../engine/device/open.ts";
import type { DeviceOptions } from "../../engine/device/open.ts";
import { layoutOf } from "../../engine/graph.ts";
import type { Graph, ParameterLayout } from "../../engine/graph.ts";
import type { Parameter } from "../../engine/value.ts";
import { philoxKey } from "../../random/philox.ts";
import { showAs } from "../../inspect.ts";
import { checkOptions } from "../../options.ts";
import { checkSample, deviceOptionNames } from "./call-options.ts";
import type {
  CallArguments,
  CallOptions,
  Sample,
  SampleOptions,
  SyncArguments,
} from "./call-options.ts";
import type { InverseReport } from "./check-inverse.ts";
import { describeFlow } from "./describe.ts";
import type { FlowDescription } from "./describe.ts";
import { lowerDecode, lowerEncode, lowerLogProb, lowerSample } from "../lower.ts";
import { contextInput, modelInputs } from "./inputs.ts";
import type { OtherRecords, TrainingRecord } from "./metadata.ts";
import type { BytesSource } from "../../file/bytes-of.ts";
import { openBytes } from "../../file/open-bytes.ts";
import { openRunner } from "./open-runner.ts";
import { readModel } from "./read.ts";
import type { ModelParts, ModelView } from "./view.ts";
import type { LogProbGradient } from "./log-prob-gradient.ts";
import { orOutOfMemory } from "./out-of-memory.ts";
import { drawnRows, inOwnUnits, logDensities } from "./own-units.ts";
import { unstandardise, withDomains } from "./preprocess.ts";
import type { Standardiser } from "./preprocess.ts";
import type { Rows } from "./rows.ts";
import type { Runner } from "./runner.ts";
import type { Floats, RunPlace } from "./runner.ts";
import { domainsOf } from "../parts/base/base.ts";
import type { FlowSpec } from "../spec/types.ts";

/** Rows that keep the caller's thread for some tens of milliseconds at most on models of usual size. */
const MOST_SYNC_ROWS = 8192;

/** What to do when a call's rows do not fit into memory. */
const FEWER_ROWS = "Take fewer rows at a time.";

/**
 * A model: log p(x) = log p_base(encode(x)) + logDet(x), in nats, of rows in the user's own units.
 *
 * Holds device memory and, once it has worked on large batches, threads: dispose it when done.
 */
export class FlowModel<Conditional extends boolean = boolean> implements ModelView {
  readonly spec: FlowSpec<Conditional>;
  readonly standardiser: Standardiser;
  readonly contextStandardiser: Standardiser;
  readonly columns: readonly string[] | undefined;
  /** How the model was trained; `undefined` for one that was not. */
  readonly training: TrainingRecord | undefined;
  /** @internal Records of other kinds in the model's file. */
  readonly records: OtherRecords;
  /** @internal */
  readonly parameterList: readonly Parameter[];
  /** @internal */
  readonly layout: ParameterLayout;
  /** @internal */
  readonly runner: Runner;
  readonly #parameters: Float32Array<ArrayBuffer>;
  readonly #ownsDevice: boolean;
  readonly #graph: Graph;
  #disposed = false;

  private constructor(parts: ModelParts, graph: Graph, runner: Runner, ownsDevice: boolean) {
    this.spec = parts.spec as FlowSpec<Conditional>;
    this.standardiser = withDomains(parts.standardiser, domainsOf(parts.spec.base));
    this.contextStandardiser = parts.contextStandardiser;
    this.columns = parts.columns;
    this.training = parts.training;
    this.records = parts.records;
    this.parameterList = graph.parameters;
    this.layout = layoutOf(graph);
    this.runner = runner;
    this.#parameters = Float32Array.from(parts.parameters);
    this.#ownsDevice = ownsDevice;
    this.#graph = graph;
    showAs(this, () => `FlowModel: ${this.describe().text}`);
  }

  /** @internal A model on the device of `runner`; `createModel` and the readers of files make them. */
  static from(parts: ModelParts, graph: Graph, runner: Runner, ownsDevice: boolean): FlowModel {
    return new FlowModel(parts, graph, runner, ownsDevice);
  }

  /** @internal The same model with the record of its training. The given one has no device afterwards. */
  static trained(
    model: FlowModel,
    training: TrainingRecord | undefined,
    records: OtherRecords = model.records,
  ): FlowModel {
    model.#disposed = true;
    const { spec, standardiser, contextStandardiser, columns, parameters } = model;
    return new FlowModel(
      { spec, standardiser, contextStandardiser, columns, records, parameters, training },
      model.#graph,
      model.runner,
      model.#ownsDevice,
    );
  }

  /**
   * Reads a `.couplet` file. Node only; pages use {@link FlowModel.fromBytes}.
   *
   * @throws CoupletError FILE_NOT_FOUND, FILE_INVALID, SPEC_INVALID
   * @example
   * import { FlowModel } from "couplet";
   * using model = await FlowModel.load("moons.couplet");
   * const draws = await model.sample(1000, { seed: 1 });
   */
  static async load(path: string, options: DeviceOptions = {}): Promise<FlowModel> {
    checkOptions("FlowModel.load", options, deviceOptionNames);
    return FlowModel.fromBytes(await storage.read(path), { ...options, where: path });
  }

  /**
   * A model from a `.couplet` file: its bytes, a `Blob` or `File`, or a `Response` of `fetch`. Its parameters are those that
   * were saved, bit by bit.
   *
   * @param options the device, and `where`: the file's name, for messages
   * @throws CoupletError FILE_INVALID, SPEC_INVALID; FILE_NOT_FOUND for a response without the file; USAGE for what has no bytes
   * @example
   * import { FlowModel } from "couplet";
   * const model = await FlowModel.fromBytes(await fetch("moons.couplet"));
   */
  static async fromBytes(
    bytes: BytesSource,
    options: DeviceOptions & { readonly where?: string } = {},
  ): Promise<FlowModel> {
    checkOptions("FlowModel.fromBytes", options, { ...deviceOptionNames, where: "" });
    beginDevice(options);
    const opened = await openBytes(bytes, options.where);
    const { parts, graph } = await readModel(opened.bytes, opened.where);
    const { runner, own } = await openRunner(options, graph, () => parts.parameters);
    return new FlowModel(parts, graph, runner, own);
  }

  get parameters(): Float32Array<ArrayBuffer> {
    return this.#parameters.slice();
  }

  get parameterCount(): number {
    return this.parameterList.reduce((sum, { size }) => sum + size, 0);
  }

  /**
   * log p(x) of each row, in nats, in float64: a number or -Infinity, never NaN. A row so far from the data that numbers
   * overflow on its way to the base has density 0.
   *
   * @param rows rows x dims
   * @throws CoupletError SHAPE_MISMATCH, NON_FINITE_INPUT, CONTEXT_MISMATCH, DISPOSED
   */
  async logProb(
    rows: Rows,
    ...[options]: CallArguments<Conditional>
  ): Promise<Float64Array<ArrayBuffer>> {
    return this.#logProb(rows, options);
  }

  /**
   * {@link logProb} on the caller's stack, without threads: the same numbers, to the last bit, at once. For servers,
   * callbacks and worklets, where a result is wanted before the function returns; other work waits meanwhile.
   *
   * @param rows rows x dims, at most 8,192 of them
   * @returns log p(x) of each row, in nats
   * @throws CoupletError SHAPE_MISMATCH, NON_FINITE_INPUT, CONTEXT_MISMATCH, DISPOSED; USAGE for more rows
   * @example
   * const [nats] = model.logProbSync([[0.3, -1.2]]);
   */
  logProbSync(rows: Rows, ...[options]: SyncArguments<Conditional>): Float64Array<ArrayBuffer> {
    checkOptions("logProbSync", options, { context: true });
    const { rows: count, inputs } = modelInputs(this, "logProbSync", "x", rows, options);
    if (count > MOST_SYNC_ROWS) {
      throw new CoupletError({
        code: "USAGE",
        where: "logProbSync",
        expected: `at most ${MOST_SYNC_ROWS} rows`,
        received: String(count),
        hint: "logProb takes any number of rows, and leaves the caller's thread free.",
      });
    }
    this.#alive();
    const make = () => lowerLogProb(this.spec, this.layout);
    const outputs = this.runner.runNow("logProb", make, inputs, count, this.#parameters);
    return logDensities(outputs.get("logProb")!, this.standardiser);
  }

  /**
   * @internal {@link logProb} of rows from number `firstRow` on of a longer run: a row's bits depend on its number
   * alone, however the run is cut.
   */
  async logProbOfPart(
    rows: Rows,
    firstRow: number,
    ...[options]: CallArguments<Conditional>
  ): Promise<Float64Array<ArrayBuffer>> {
    return this.#logProb(rows, options, { firstRow, anyCut: true });
  }

  /** @internal {@link logProb} with the noise of another seed, for flows that dequantise; rows are counted from `firstRow`. */
  async logProbWithNoise(
    rows: Rows,
    noise: { readonly seed: number; readonly firstRow: number },
    ...[options]: CallArguments<Conditional>
  ): Promise<Float64Array<ArrayBuffer>> {
    return this.#logProb(rows, options, {
      firstRow: noise.firstRow,
      seed: philoxKey(noise.seed),
    });
  }

  /**
   * Exact samples, rows x dims, row-major.
   *
   * @param count rows to draw; a conditional model draws one row per row of `context`, whose rows are `count`, or one that
   *   is repeated for all
   * @returns the rows, with the seed they were drawn with as `seed`
   * @throws CoupletError USAGE, CONTEXT_MISMATCH, NON_FINITE_INPUT, DISPOSED; DIVERGED for a draw that is not finite
   */
  async sample(
    count: number,
    ...[options]: CallArguments<Conditional, SampleOptions>
  ): Promise<Sample> {
    return this.#sample(count, options);
  }

  /**
   * {@link sample}, and the log-density of each row drawn, in nats, as {@link logProb} gives it. At another `temperature` than
   * 1 it is still the model's density, not that of the draws.
   *
   * @throws CoupletError USAGE, CONTEXT_MISMATCH, NON_FINITE_INPUT, DISPOSED; DIVERGED for a draw that is not finite
   */
  async sampleWithLogProb(
    count: number,
    ...[options]: CallArguments<Conditional, SampleOptions>
  ): Promise<{ readonly rows: Sample; readonly logProb: Float64Array<ArrayBuffer> }> {
    const rows = await this.#sample(count, options);
    const { context, signal } = (options ?? {}) as CallOptions<boolean>;
    const given = {
      ...(context === undefined ? {} : { context }),
      ...(signal === undefined ? {} : { signal }),
    } as CallOptions<boolean>;
    return { rows, logProb: await this.#logProb(rows, given, {}, true) };
  }

  /** @internal {@link sample} of a part of a longer draw: a row's bits depend on its number alone, however the draw is cut. */
  async samplePart(
    count: number,
    ...[options]: CallArguments<Conditional, SampleOptions>
  ): Promise<Sample> {
    return this.#sample(count, options, { anyCut: true });
  }

  async #logProb(
    rows: Rows,
    options: CallOptions<boolean> | undefined,
    place: RunPlace & { readonly seed?: readonly [number, number] } = {},
    oneForAll = false,
  ): Promise<Float64Array<ArrayBuffer>> {
    return orOutOfMemory("logProb", FEWER_ROWS, async () => {
      const { rows: count, inputs } = modelInputs(this, "logProb", "x", rows, options, oneForAll);
      const make = () => lowerLogProb(this.spec, this.layout);
      const outputs = await this.#run("logProb", make, inputs, count, { ...options, ...place });
      return logDensities(outputs.get("logProb")!, this.standardiser);
    });
  }

  async #sample(
    count: number,
    options: CallOptions<boolean, SampleOptions> | undefined,
    place: RunPlace = {},
  ): Promise<Sample> {
    checkSample(count, options, this.spec.base);
    const temperature = options?.temperature ?? 1;
    const seed = options?.seed ?? Math.floor(Math.random() * 2 ** 48);
    return orOutOfMemory("sample", FEWER_ROWS, async () => {
      const inputs = {
        temperature: new Float64Array(count).fill(temperature),
        ...contextInput(this, "sample", options, count, true),
      };
      const make = () => lowerSample(this.spec, this.layout);
      const outputs = await this.#run("sample", make, inputs, count, {
        ...options,
        ...place,
        seed: philoxKey(seed),
      });
      return drawnRows(this, outputs.get("x")!, seed);
    });
  }

  /**
   * log p(x | context) of each row, and its gradients with respect to the row and to its context: d log p / d x, in nats
   * per the user's own unit. Rows of density 0 have NaN.
   *
   * @param rows rows x dims
   * @throws CoupletError SHAPE_MISMATCH, NON_FINITE_INPUT, CONTEXT_MISMATCH, DISPOSED
   */
  async gradLogProb(
    rows: Rows,
    ...[options]: CallArguments<Conditional>
  ): Promise<LogProbGradient> {
    return orOutOfMemory("gradLogProb", FEWER_ROWS, async () => {
      const { rows: count, inputs } = modelInputs(this, "gradLogProb", "x", rows, options);
      // Loaded when something asks for gradients: who only scores starts sooner.
      const [{ lowerLogProbGradient }, { gradientsInOwnUnits }] = await Promise.all([
        import("../gradient.ts"),
        import("./log-prob-gradient.ts"),
      ]);
      const make = () => lowerLogProbGradient(this.spec, this.layout);
      const given = { ...inputs, cotangent: new Float64Array(count).fill(1) };
      const outputs = await this.#run("gradLogProb", make, given, count, options);
      return gradientsInOwnUnits(this, outputs);
    });
  }

  /** Data to latent: z (rows x dims) and log abs det dz/dx per row. */
  async encode(
    rows: Rows,
    ...[options]: CallArguments<Conditional>
  ): Promise<{ z: Float64Array<ArrayBuffer>; logDet: Float64Array<ArrayBuffer> }> {
    return orOutOfMemory("encode", FEWER_ROWS, async () => {
      const { rows: count, inputs } = modelInputs(this, "encode", "x", rows, options);
      const make = () => lowerEncode(this.spec, this.layout);
      const outputs = await this.#run("encode", make, inputs, count, options);
      return {
        z: new Float64Array(outputs.get("z")!),
        logDet: inOwnUnits(outputs.get("logDet")!, this.standardiser),
      };
    });
  }

  /** Latent to data: the exact inverse of {@link encode}; `logDet` is that of `encode` at the result. */
  async decode(
    latent: Rows,
    ...[options]: CallArguments<Conditional>
  ): Promise<{ x: Float64Array<ArrayBuffer>; logDet: Float64Array<ArrayBuffer> }> {
    return orOutOfMemory("decode", FEWER_ROWS, async () => {
      const { rows: count, inputs } = modelInputs(this, "decode", "z", latent, options);
      const make = () => lowerDecode(this.spec, this.layout, { logDet: true });
      const outputs = await this.#run("decode", make, inputs, count, options);
      return {
        x: unstandardise(outputs.get("x")!, this.standardiser),
        logDet: inOwnUnits(outputs.get("logDet")!, this.standardiser),
      };
    });
  }

  /** How exactly the model inverts on the user's own rows: per layer and as a whole. */
  async checkInverse(rows: Rows, ...[options]: CallArguments<Conditional>): Promise<InverseReport> {
    return orOutOfMemory("checkInverse", FEWER_ROWS, async () => {
      const { rows: count, inputs } = modelInputs(this, "checkInverse", "x", rows, options);
      this.#alive();
      const { checkInverse } = await import("./check-inverse.ts");
      return checkInverse(this, inputs, count, options?.signal);
    });
  }

  /** What the model is: layers, parameters, sizes. `text` is for people. */
  describe(): FlowDescription {
    return describeFlow(this);
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

  /**
   * Writes the model to a `.couplet` file (Node; pages use `modelToBytes`): to a temporary one first,
   * then renamed, so no half file is ever left. `FlowModel.load` gives it back bit by bit.
   */
  async save(path: string): Promise<void> {
    const { saveModel } = await import("./write.ts");
    await saveModel(this, path);
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

  /** Same as {@link dispose}, for `using`. */
  [Symbol.dispose](): void {
    this.dispose();
  }

  #alive(): void {
    if (!this.#disposed) return;
    throw new CoupletError({
      code: "DISPOSED",
      where: "model",
      problem: "the model is disposed",
      expected: "a model in use",
      received: "a disposed one",
      hint: "Call dispose after the last call, or load the model again.",
    });
  }

  #run(
    name: string,
    make: () => Graph,
    inputs: Readonly<Record<string, Floats>>,
    rows: number,
    options:
      | ({
          readonly signal?: AbortSignal;
          readonly seed?: readonly [number, number];
        } & RunPlace)
      | undefined,
  ): Promise<ReadonlyMap<string, Floats>> {
    this.#alive();
    return this.runner.run(name, make, inputs, rows, {
      signal: options?.signal,
      ...(options?.seed === undefined ? {} : { seed: options.seed }),
      firstRow: options?.firstRow ?? 0,
      anyCut: options?.anyCut ?? false,
    });
  }
}
