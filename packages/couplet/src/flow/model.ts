/** A flow with parameters: densities, samples, and both directions of the map. */
import { CoupletError } from "../error.ts";
import type { CpuOptions, CpuReport } from "../engine/device/cpu/device.ts";
import { CpuDevice } from "../engine/device/cpu/device.ts";
import { layoutOf } from "../engine/graph.ts";
import type { Graph, Parameter, ParameterLayout } from "../engine/graph.ts";
import { philoxKey } from "../engine/random/philox.ts";
import { checkInverse } from "./check-inverse.ts";
import type { InverseReport } from "./check-inverse.ts";
import { describeFlow } from "./describe.ts";
import type { FlowDescription } from "./describe.ts";
import { initialParameters } from "./initial.ts";
import { lowerDecode, lowerEncode, lowerLogProb, lowerSample } from "./lower.ts";
import {
  identityStandardiser,
  standardise,
  standardiserLogDet,
  unstandardise,
} from "./preprocess.ts";
import type { Standardiser } from "./preprocess.ts";
import type { ModelView } from "./model-view.ts";
import { toBatch } from "./rows.ts";
import type { Batch, Rows } from "./rows.ts";
import { CpuRunner, ReferenceRunner } from "./runner.ts";
import type { Floats, Runner } from "./runner.ts";
import { orOutOfMemory } from "./out-of-memory.ts";
import { parseSpec } from "./spec/validate.ts";
import { saveModel } from "./write-model.ts";
import type { FlowSpec, JsonObject } from "./spec/types.ts";
import { checkWhole } from "./whole-number.ts";

/** Where a model computes. */
export interface DeviceOptions extends CpuOptions {
  /** `cpu` (float32, fast; the default) or `reference` (float64, slow). */
  readonly device?: "cpu" | "reference";
}

/** What every call on rows takes. A conditional model's calls need `context`: one row of it per row. */
export type CallOptions<Conditional extends boolean, Extra = object> = Extra & {
  readonly signal?: AbortSignal;
} & (Conditional extends true
    ? { readonly context: Rows }
    : Conditional extends false
      ? { readonly context?: never }
      : { readonly context?: Rows });

/** The options argument: required for conditional models, optional for others. */
export type CallArguments<Conditional extends boolean, Extra = object> = true extends Conditional
  ? false extends Conditional
    ? [options?: CallOptions<Conditional, Extra>]
    : [options: CallOptions<Conditional, Extra>]
  : [options?: CallOptions<Conditional, Extra>];

/** What to do when a call's rows do not fit into memory. */
const FEWER_ROWS = "Take fewer rows at a time.";

/** Options of {@link FlowModel.sample}. */
export interface SampleOptions {
  /** Same seed, same rows, for any number of threads. Defaults to a fresh one. */
  readonly seed?: number;
  /** Number of the first row: rows drawn in chunks are those of one call. Default 0. */
  readonly firstRow?: number;
  /**
   * Scales the base's spread; below 1 rows come from nearer to the middle of the latent space. Only 1,
   * the default, gives samples of the model.
   */
  readonly temperature?: number;
}

/** What a model is made from, as {@link createModel} and files give it. */
export interface ModelParts {
  readonly spec: FlowSpec;
  readonly parameters: Float32Array;
  readonly standardiser: Standardiser;
  readonly contextStandardiser: Standardiser;
  readonly columns: readonly string[] | undefined;
  /** Anything JSON about how the model came to be: the training card, the schema of its table. */
  readonly card: JsonObject;
}

/**
 * A model: log p(x) = log p_base(encode(x)) + logDet(x), in nats, of rows in the user's own units.
 *
 * Holds device memory and, once it has worked on large batches, threads: dispose it when done.
 */
export class FlowModel<Conditional extends boolean = boolean> implements ModelView {
  readonly spec: FlowSpec<Conditional>;
  readonly standardiser: Standardiser;
  readonly contextStandardiser: Standardiser;
  /** Column names, when the model knows them. */
  readonly columns: readonly string[] | undefined;
  /** How the model came to be. */
  readonly card: JsonObject;
  /** Names, shapes and places of the parameters. */
  readonly parameterList: readonly Parameter[];
  readonly layout: ParameterLayout;
  readonly runner: Runner;
  readonly #parameters: Float32Array<ArrayBuffer>;
  readonly #ownsDevice: boolean;
  #disposed = false;

  constructor(parts: ModelParts, graph: Graph, runner: Runner, ownsDevice: boolean) {
    this.spec = parts.spec as FlowSpec<Conditional>;
    this.standardiser = parts.standardiser;
    this.contextStandardiser = parts.contextStandardiser;
    this.columns = parts.columns;
    this.card = parts.card;
    this.parameterList = graph.parameters;
    this.layout = layoutOf(graph);
    this.runner = runner;
    this.#parameters = Float32Array.from(parts.parameters);
    this.#ownsDevice = ownsDevice;
  }

  /** The flat parameter buffer (a copy). */
  get parameters(): Float32Array<ArrayBuffer> {
    return this.#parameters.slice();
  }

  /** Number of learned numbers. */
  get parameterCount(): number {
    return this.parameterList.reduce((sum, { size }) => sum + size, 0);
  }

  /**
   * log p(x) of each row, in nats, in float64.
   *
   * @param rows rows x dims
   * @throws CoupletError SHAPE_MISMATCH, NON_FINITE_INPUT, CONTEXT_MISMATCH, DISPOSED
   */
  async logProb(
    rows: Rows,
    ...[options]: CallArguments<Conditional>
  ): Promise<Float64Array<ArrayBuffer>> {
    return orOutOfMemory("logProb", FEWER_ROWS, async () => {
      const { batch, inputs } = this.#prepare("logProb", "x", rows, options);
      const make = () => lowerLogProb(this.spec, this.layout);
      const outputs = await this.#run("logProb", make, inputs, batch.rows, options);
      return this.#inOwnUnits(outputs.get("logProb")!);
    });
  }

  /**
   * Exact samples, rows x dims, row-major.
   *
   * @param count rows to draw; a conditional model draws one row per row of `context`, and `count`
   *   must agree with it
   */
  async sample(
    count: number,
    ...[options]: CallArguments<Conditional, SampleOptions>
  ): Promise<Float64Array<ArrayBuffer>> {
    if (!Number.isInteger(count) || count < 0) {
      throw new CoupletError({
        code: "USAGE",
        where: "sample",
        expected: "a number of rows",
        received: String(count),
      });
    }
    const temperature = options?.temperature ?? 1;
    if (!(temperature >= 0 && Number.isFinite(temperature))) {
      throw new CoupletError({
        code: "USAGE",
        where: "sample: temperature",
        expected: "a number from 0 up",
        received: String(temperature),
      });
    }
    checkWhole("sample: firstRow", options?.firstRow ?? 0, 0);
    checkWhole("sample: seed", options?.seed ?? 0, 0);
    const seed = philoxKey(options?.seed ?? Math.floor(Math.random() * 2 ** 48));
    return orOutOfMemory("sample", FEWER_ROWS, async () => {
      const inputs = {
        temperature: new Float64Array(count).fill(temperature),
        ...this.#contextInput("sample", options, count),
      };
      const make = () => lowerSample(this.spec, this.layout);
      const outputs = await this.#run("sample", make, inputs, count, { ...options, seed });
      return unstandardise(outputs.get("x")!, this.standardiser);
    });
  }

  /** Data to latent: z (rows x dims) and log abs det dz/dx per row. */
  async encode(
    rows: Rows,
    ...[options]: CallArguments<Conditional>
  ): Promise<{ z: Float64Array<ArrayBuffer>; logDet: Float64Array<ArrayBuffer> }> {
    const { batch, inputs } = this.#prepare("encode", "x", rows, options);
    const outputs = await this.#run(
      "encode",
      () => lowerEncode(this.spec, this.layout),
      inputs,
      batch.rows,
      options,
    );
    return {
      z: new Float64Array(outputs.get("z")!),
      logDet: this.#inOwnUnits(outputs.get("logDet")!),
    };
  }

  /** Latent to data: the exact inverse of {@link encode}; `logDet` is that of `encode` at the result. */
  async decode(
    latent: Rows,
    ...[options]: CallArguments<Conditional>
  ): Promise<{ x: Float64Array<ArrayBuffer>; logDet: Float64Array<ArrayBuffer> }> {
    const { batch, inputs } = this.#prepare("decode", "z", latent, options);
    const make = () => lowerDecode(this.spec, this.layout, { logDet: true });
    const outputs = await this.#run("decode", make, inputs, batch.rows, options);
    return {
      x: unstandardise(outputs.get("x")!, this.standardiser),
      logDet: this.#inOwnUnits(outputs.get("logDet")!),
    };
  }

  /** How exactly the model inverts on the user's own rows: per layer and as a whole. */
  async checkInverse(rows: Rows, ...[options]: CallArguments<Conditional>): Promise<InverseReport> {
    const { batch, inputs } = this.#prepare("checkInverse", "x", rows, options);
    this.#alive();
    return checkInverse(this, inputs, batch.rows, options?.signal);
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
   * then renamed, so no half file is ever left. `load` gives it back bit by bit.
   */
  async save(path: string): Promise<void> {
    await saveModel(this, path);
  }

  /** What the model computes with; starts the threads. `undefined` for the reference device. */
  async deviceReport(): Promise<CpuReport | undefined> {
    this.#alive();
    return this.runner instanceof CpuRunner ? this.runner.device.report() : undefined;
  }

  /** Frees memory and threads. Calls after it throw DISPOSED. */
  dispose(): void {
    if (this.#disposed) return;
    this.#disposed = true;
    this.runner.dispose();
    if (this.#ownsDevice && this.runner instanceof CpuRunner) this.runner.device.dispose();
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
      expected: "a live model",
      received: "a disposed one",
    });
  }

  /** log-densities (or log-determinants) per standardised unit become those per the user's own unit. */
  #inOwnUnits(values: Floats): Float64Array<ArrayBuffer> {
    const offset = standardiserLogDet(this.standardiser);
    const out = new Float64Array(values);
    for (let i = 0; i < out.length; i++) out[i]! += offset;
    return out;
  }

  #run(
    name: string,
    make: () => Graph,
    inputs: Readonly<Record<string, Floats>>,
    rows: number,
    options:
      | {
          readonly signal?: AbortSignal;
          readonly seed?: readonly [number, number];
          readonly firstRow?: number;
        }
      | undefined,
  ): Promise<ReadonlyMap<string, Floats>> {
    this.#alive();
    return this.runner.run(name, make, inputs, rows, {
      signal: options?.signal,
      ...(options?.seed === undefined ? {} : { seed: options.seed }),
      firstRow: options?.firstRow ?? 0,
    });
  }

  #prepare(
    where: string,
    input: "x" | "z",
    rows: Rows,
    options: { readonly context?: Rows } | undefined,
  ) {
    const batch = toBatch(where, rows, this.spec.dims, input === "x" ? this.columns : undefined);
    const values =
      input === "x"
        ? standardise(batch, this.standardiser, this.runner.floats(batch.data.length))
        : copyInto(batch, this.runner.floats(batch.data.length));
    return {
      batch,
      inputs: { [input]: values, ...this.#contextInput(where, options, batch.rows) },
    };
  }

  #contextInput(
    where: string,
    options: { readonly context?: Rows } | undefined,
    rows: number,
  ): Record<string, Floats> {
    const wanted = this.spec.context as number;
    const given = options?.context;
    if ((wanted === 0) !== (given === undefined)) {
      throw new CoupletError({
        code: "CONTEXT_MISMATCH",
        where,
        expected:
          wanted === 0
            ? "no context: the model is not conditional"
            : `options.context of ${wanted} columns, one row per row`,
        received: wanted === 0 ? "a context" : "none",
      });
    }
    if (given === undefined) return {};
    const batch = toBatch(`${where}: context`, given, wanted);
    if (batch.rows !== rows) {
      throw new CoupletError({
        code: "CONTEXT_MISMATCH",
        where: `${where}: context`,
        expected: `${rows} rows, one per row`,
        received: String(batch.rows),
      });
    }
    return {
      context: standardise(batch, this.contextStandardiser, this.runner.floats(batch.data.length)),
    };
  }
}

function copyInto(batch: Batch, target: Floats): Floats {
  target.set(batch.data);
  return target;
}

/**
 * A model with fresh parameters: the identity, up to fixed permutations.
 *
 * @param options `seed` of the hidden layers' weights (default 0), and the device
 * @throws CoupletError SPEC_INVALID, USAGE; SHAPE_MISMATCH when `columns` are not as many as the spec's variables
 */
export async function createModel<C extends boolean>(
  spec: FlowSpec<C>,
  options: DeviceOptions & { readonly seed?: number; readonly columns?: readonly string[] } = {},
): Promise<FlowModel<C>> {
  const checked = parseSpec(spec);
  return modelFrom(
    {
      spec: checked,
      parameters: undefined,
      standardiser: identityStandardiser(checked.dims),
      contextStandardiser: identityStandardiser(checked.context),
      columns: options.columns,
      card: {},
    },
    options,
  ) as Promise<FlowModel<C>>;
}

/** What would otherwise be taken silently for something else. */
function checkOptions(
  { spec, columns }: { readonly spec: FlowSpec; readonly columns: readonly string[] | undefined },
  { device, seed = 0 }: { readonly device?: unknown; readonly seed?: number },
): void {
  checkWhole("model: seed", seed, 0);
  if (columns !== undefined && columns.length !== spec.dims) {
    throw new CoupletError({
      code: "SHAPE_MISMATCH",
      where: "model: columns",
      expected: `${spec.dims} names, one per variable`,
      received: String(columns.length),
    });
  }
  if (device !== undefined && device !== "cpu" && device !== "reference") {
    throw new CoupletError({
      code: "USAGE",
      where: "model: device",
      expected: '"cpu" or "reference"',
      received: JSON.stringify(device),
    });
  }
}

/** A model from its parts; without parameters it gets fresh ones. `device` shares another model's. */
export async function modelFrom(
  parts: Omit<ModelParts, "parameters"> & { readonly parameters: Float32Array | undefined },
  options: DeviceOptions & { readonly seed?: number; readonly shared?: CpuDevice } = {},
): Promise<FlowModel> {
  checkOptions(parts, options);
  const graph = lowerLogProb(parts.spec);
  const parameters =
    parts.parameters ??
    (await orOutOfMemory(
      "model",
      `The spec has ${graph.parameterCount.toLocaleString("en")} parameters: make it smaller.`,
      () => initialParameters(graph, options.seed ?? 0),
    ));
  const whole = { ...parts, parameters };
  if (options.device === "reference")
    return new FlowModel(whole, graph, new ReferenceRunner(parameters), false);
  const device = options.shared ?? (await CpuDevice.create(options));
  const own = options.shared === undefined;
  try {
    return new FlowModel(whole, graph, new CpuRunner(device, parameters), own);
  } catch (error) {
    // The parameters did not fit.
    if (own) device.dispose();
    throw error;
  }
}
