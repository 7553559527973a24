/**
 * Runs a model's graphs on a device: programs are made when first used, and large batches go
 * through in chunks, so that memory stays bounded and an abort is heard.
 */
import type { CpuDevice } from "../../engine/device/cpu/device.ts";
import type { LoadedProgram } from "../../engine/device/cpu/device.ts";
import { runReference } from "../../engine/device/reference/run.ts";
import type { Graph } from "../../engine/graph.ts";
import type { Tensor } from "../../engine/op.ts";
import { plan } from "../../engine/device/cpu/planner.ts";
import { portBytes } from "../../engine/device/cpu/program.ts";
import type { Program } from "../../engine/device/cpu/program.ts";
import { TALL_TILE_ROWS, TILE_ROWS } from "../../engine/tile.ts";
import { throwIfAborted } from "../../abort.ts";

export type Floats = Float32Array | Float64Array;

export interface RunOptions {
  readonly signal?: AbortSignal | undefined;
  readonly seed?: readonly [number, number];
  /** Number of the first row in a longer run of rows: noise is addressed by row. Default 0. */
  readonly firstRow?: number;
}

export interface Runner {
  readonly kind: "cpu" | "reference";
  /** An array of the device's precision. */
  floats(length: number): Floats;
  /** Runs the graph called `name` (made by `make` the first time) over `rows` rows. */
  run(
    name: string,
    make: () => Graph,
    inputs: Readonly<Record<string, Floats>>,
    rows: number,
    options?: RunOptions,
  ): Promise<ReadonlyMap<string, Floats>>;
  setParameters(parameters: Float32Array): void;
  dispose(): void;
}

/**
 * Rows from which a call goes in tall tiles; below, lower ones share the rows out among more threads. Tiles are part of the
 * result's definition: they depend on the number of rows, never on the number of threads.
 */
const LARGE_ROWS = 4096;

/** Rows that go through at a time: bounds the memory, and the time until an abort is heard. */
const CHUNK_ROWS = 32_768;

export class CpuRunner implements Runner {
  readonly kind = "cpu";
  readonly device: CpuDevice;
  /** Address of the flat parameter buffer. */
  readonly parameters: number;
  readonly #programs = new Map<string, LoadedProgram>();
  #disposed = false;

  constructor(device: CpuDevice, parameters: Float32Array) {
    this.device = device;
    this.parameters = device.allocate(parameters.byteLength);
    this.setParameters(parameters);
  }

  floats(length: number): Float32Array {
    return new Float32Array(length);
  }

  setParameters(parameters: Float32Array): void {
    this.device.write(this.parameters, parameters);
  }

  async run(
    name: string,
    make: () => Graph,
    inputs: Readonly<Record<string, Floats>>,
    rows: number,
    { signal, seed, firstRow = 0 }: RunOptions = {},
  ): Promise<ReadonlyMap<string, Floats>> {
    const { device } = this;
    // A draw may be a part of a longer one, so its tiles do not depend on its length.
    const tall = seed === undefined && rows >= LARGE_ROWS;
    const { id, program } = this.#program(name, make, tall);
    const chunk = Math.min(rows, CHUNK_ROWS);
    const results = new Map<string, Floats>(
      program.outputs.map(({ name: port, cols }) => [
        port,
        cols === 0 ? new Float64Array(rows) : new Float32Array(rows * cols),
      ]),
    );
    const regions = new Map(
      [...program.inputs, ...program.outputs].map((port) => [
        port,
        device.allocate(portBytes(port, chunk)),
      ]),
    );
    try {
      for (let first = 0; first < rows; first += chunk) {
        throwIfAborted(signal);
        const count = Math.min(chunk, rows - first);
        for (const port of program.inputs) {
          const width = Math.max(1, port.cols);
          const source = inputs[port.name]!.subarray(first * width, (first + count) * width);
          device.write(regions.get(port)!, inPrecision(source, port.cols));
        }
        await device.forward({
          program: id,
          parameters: this.parameters,
          rows: count,
          row0: firstRow + first,
          seed: seed ?? [0, 0],
          inputs: program.inputs.map((port) => ({ name: port.name, address: regions.get(port)! })),
          outputs: program.outputs.map((port) => ({
            name: port.name,
            address: regions.get(port)!,
          })),
        });
        for (const port of program.outputs) {
          const target = results.get(port.name)!;
          const address = regions.get(port)!;
          if (port.cols === 0) target.set(await device.readFloat64(address, count), first);
          else target.set(await device.readFloat32(address, count * port.cols), first * port.cols);
        }
      }
    } finally {
      if (!this.#disposed) for (const address of regions.values()) device.release(address);
    }
    return results;
  }

  dispose(): void {
    this.#disposed = true;
    for (const program of this.#programs.values()) program.dispose();
    this.#programs.clear();
    this.device.release(this.parameters);
  }

  #program(name: string, make: () => Graph, tall: boolean): LoadedProgram {
    const key = tall ? `${name} in tall tiles` : name;
    const tile = tall ? TALL_TILE_ROWS : TILE_ROWS;
    return this.#programs.get(key) ?? this.#load(key, plan(make(), tile));
  }

  #load(name: string, program: Program): LoadedProgram {
    const loaded = this.device.load(program);
    this.#programs.set(name, loaded);
    return loaded;
  }
}

/** One number per row is float64 on the device, everything else float32. */
function inPrecision(source: Floats, cols: number): Floats {
  if (cols === 0) return source instanceof Float64Array ? source : Float64Array.from(source);
  return source instanceof Float32Array ? source : Float32Array.from(source);
}

/** Rows that the reference device takes before it lets others on the caller's thread have a turn. */
const REFERENCE_CHUNK_ROWS = 256;

export class ReferenceRunner implements Runner {
  readonly kind = "reference";
  readonly #graphs = new Map<string, Graph>();
  #parameters: Float64Array;

  constructor(parameters: Float32Array) {
    this.#parameters = Float64Array.from(parameters);
  }

  floats(length: number): Float64Array {
    return new Float64Array(length);
  }

  setParameters(parameters: Float32Array): void {
    this.#parameters = Float64Array.from(parameters);
  }

  async run(
    name: string,
    make: () => Graph,
    inputs: Readonly<Record<string, Floats>>,
    rows: number,
    { signal, seed = [0, 0], firstRow = 0 }: RunOptions = {},
  ): Promise<ReadonlyMap<string, Floats>> {
    let graph = this.#graphs.get(name);
    if (graph === undefined) this.#graphs.set(name, (graph = make()));
    const results = new Map<string, Float64Array>();
    for (let first = 0; first === 0 || first < rows; first += REFERENCE_CHUNK_ROWS) {
      throwIfAborted(signal);
      const count = Math.min(REFERENCE_CHUNK_ROWS, rows - first);
      const tensors: Record<string, Tensor> = {};
      for (const [input, value] of graph.inputs) {
        const cols = value.shape.kind === "rows" ? value.shape.cols : 1;
        const data = Float64Array.from(
          inputs[input]!.subarray(first * cols, (first + count) * cols),
        );
        tensors[input] = { rows: count, cols, data };
      }
      const run = { rows: count, row0: firstRow + first, seed, step: 0, training: false };
      const { outputs } = runReference(graph, this.#parameters, tensors, run);
      for (const [output, { cols, data }] of outputs) {
        let target = results.get(output);
        if (target === undefined) results.set(output, (target = new Float64Array(rows * cols)));
        target.set(data, first * cols);
      }
      await new Promise((resolve) => setTimeout(resolve, 0));
    }
    return results;
  }

  dispose(): void {
    this.#graphs.clear();
  }
}
