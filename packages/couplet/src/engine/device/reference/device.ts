/** The exact device: every op's reference in float64, on the caller's thread. It does not train. */
import { threadHost } from "#threads";
import { throwIfAborted } from "../../../abort.ts";
import { CoupletError, internalError } from "../../../error.ts";
import type { WordPairs } from "../../../random/word-pairs.ts";
import type { Graph } from "../../graph.ts";
import type { Tensor } from "../../op.ts";
import type {
  CompiledGraph,
  Device,
  DeviceBuffer,
  DeviceReport,
  Floats,
  RunBatch,
  TrainSession,
  TrainingBytes,
} from "../device.ts";
import { runReference } from "./run.ts";

/** Rows that go through before others on the caller's thread have a turn. */
const CHUNK_ROWS = 256;

class ReferenceBuffer implements DeviceBuffer {
  readonly length: number;
  readonly values: Float64Array;

  constructor(values: Float32Array) {
    this.length = values.length;
    this.values = Float64Array.from(values);
  }

  write(values: Float32Array): void {
    this.values.set(values);
  }

  dispose(): void {
    // The garbage collector frees it.
  }
}

class ReferenceGraph implements CompiledGraph {
  readonly #graph: Graph;

  constructor(graph: Graph) {
    this.#graph = graph;
  }

  async run(batch: RunBatch): Promise<ReadonlyMap<string, Floats>> {
    const results = new Map<string, Float64Array>();
    for (let first = 0; first === 0 || first < batch.rows; first += CHUNK_ROWS) {
      throwIfAborted(batch.signal);
      this.#runChunk(batch, first, results);
      await new Promise((resolve) => setTimeout(resolve, 0));
    }
    return results;
  }

  runNow(batch: RunBatch): ReadonlyMap<string, Floats> {
    const results = new Map<string, Float64Array>();
    for (let first = 0; first === 0 || first < batch.rows; first += CHUNK_ROWS)
      this.#runChunk(batch, first, results);
    return results;
  }

  #runChunk(
    { parameters, inputs, rows, firstRow = 0, seed = [0, 0] }: RunBatch,
    first: number,
    results: Map<string, Float64Array>,
  ): void {
    if (!(parameters instanceof ReferenceBuffer)) throw internalError("a buffer of another device");
    const count = Math.min(CHUNK_ROWS, rows - first);
    const tensors: Record<string, Tensor> = {};
    for (const [input, value] of this.#graph.inputs) {
      const cols = value.shape.kind === "rows" ? value.shape.cols : 1;
      const data = Float64Array.from(inputs[input]!.subarray(first * cols, (first + count) * cols));
      tensors[input] = { rows: count, cols, data };
    }
    const run = { rows: count, row0: firstRow + first, seed, step: 0, training: false };
    const { outputs } = runReference(this.#graph, parameters.values, tensors, run);
    for (const [output, { cols, data }] of outputs) {
      let target = results.get(output);
      if (target === undefined) results.set(output, (target = new Float64Array(rows * cols)));
      target.set(data, first * cols);
    }
  }

  dispose(): void {
    // It holds nothing but the graph.
  }
}

class ReferenceDevice implements Device {
  readonly name = "reference";
  readonly trains = false;

  floats(length: number): Float64Array {
    return new Float64Array(length);
  }

  buffer(values: Float32Array): DeviceBuffer {
    return new ReferenceBuffer(values);
  }

  prepare(): Promise<void> {
    return Promise.resolve();
  }

  compile(graph: Graph): CompiledGraph {
    return new ReferenceGraph(graph);
  }

  prepareTraining(): Promise<void> {
    return Promise.resolve();
  }

  trainSession(): TrainSession {
    throw new CoupletError({
      code: "NOT_SUPPORTED",
      where: "trainSession",
      expected: "a device that trains",
      received: '"reference"',
    });
  }

  planTraining(): TrainingBytes {
    return { activations: 0, gradients: 0 };
  }

  wordPairs(): Promise<WordPairs | undefined> {
    return Promise.resolve(undefined);
  }

  onThisThread(): Device {
    return this;
  }

  report(): Promise<DeviceReport> {
    return Promise.resolve({
      device: this.name,
      platform: threadHost.name,
      cores: threadHost.cores,
      threads: 1,
      trainingThreads: [],
      threadsReason: "the reference device computes on the caller's thread",
      simd: "none",
      gemm: "float64",
      blasReason: "the reference device multiplies in float64",
    });
  }

  dispose(): void {
    // It holds nothing.
  }
}

/** The exact device. */
export function openReference(): Promise<Device> {
  return Promise.resolve(new ReferenceDevice());
}
