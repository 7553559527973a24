/** Runs a model's graphs on its device: graphs are made and compiled when first used. */
import type {
  CompiledGraph,
  Device,
  DeviceBuffer,
  Floats,
  RunBatch,
} from "../../engine/device/device.ts";
import type { Graph } from "../../engine/graph.ts";

export type { Floats } from "../../engine/device/device.ts";

/** The place of a run's rows in a longer run. */
export type RunPlace = Pick<RunBatch, "firstRow" | "anyCut">;

/** What a run depends on besides rows. */
export type RunOptions = RunPlace & Pick<RunBatch, "signal" | "seed">;

/** A device with a model's parameters on it. */
export class Runner {
  readonly device: Device;
  readonly parameters: DeviceBuffer;
  readonly #graphs = new Map<string, CompiledGraph>();
  #onThisThread: Runner | undefined;

  constructor(device: Device, parameters: Float32Array) {
    this.device = device;
    this.parameters = device.buffer(parameters);
  }

  /** An array of the device's precision. */
  floats(length: number): Floats {
    return this.device.floats(length);
  }

  setParameters(parameters: Float32Array): void {
    this.parameters.write(parameters);
    this.#onThisThread?.setParameters(parameters);
  }

  /** Runs the graph called `name` (made by `make` the first time) over `rows` rows. */
  run(
    name: string,
    make: () => Graph,
    inputs: Readonly<Record<string, Floats>>,
    rows: number,
    options: RunOptions = {},
  ): Promise<ReadonlyMap<string, Floats>> {
    const graph = this.#compiled(name, make);
    return graph.run({ ...options, parameters: this.parameters, inputs, rows });
  }

  /** {@link run} on the caller's stack: the same bits. `parameters` are the model's, for a device beside this one. */
  runNow(
    name: string,
    make: () => Graph,
    inputs: Readonly<Record<string, Floats>>,
    rows: number,
    parameters: Float32Array,
  ): ReadonlyMap<string, Floats> {
    const device = this.device.onThisThread();
    if (device !== this.device) {
      this.#onThisThread ??= new Runner(device, parameters);
      return this.#onThisThread.runNow(name, make, inputs, rows, parameters);
    }
    return this.#compiled(name, make).runNow({ parameters: this.parameters, inputs, rows });
  }

  #compiled(name: string, make: () => Graph): CompiledGraph {
    let graph = this.#graphs.get(name);
    if (graph === undefined) this.#graphs.set(name, (graph = this.device.compile(make())));
    return graph;
  }

  dispose(): void {
    this.#onThisThread?.dispose();
    for (const graph of this.#graphs.values()) graph.dispose();
    this.#graphs.clear();
    this.parameters.dispose();
  }
}
