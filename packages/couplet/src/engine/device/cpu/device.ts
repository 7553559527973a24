/**
 * The fast device: WebAssembly SIMD kernels on a pool of threads over one memory, matrix products
 * by the system's BLAS where there is one. Float32, sums in float64.
 */
import { internalError } from "../../../error.ts";
import type { WordPairs } from "../../../random/word-pairs.ts";
import type { Graph } from "../../graph.ts";
import type {
  CompiledGraph,
  Device,
  DeviceBuffer,
  DeviceReport,
  TrainSession,
  TrainState,
  TrainingBytes,
} from "../device.ts";
import { CpuBuffer } from "./buffer.ts";
import { CpuGraph } from "./compiled-graph.ts";
import type { CpuOptions } from "../options.ts";
import { CpuHost } from "./host.ts";
import { EngineKernels, takesRelaxed } from "./kernels.ts";
import { callsOf, hasCalls, loadAllOps, loadOpsOf } from "./ops.ts";

/** Training sessions, once a program has asked for them. */
let training: typeof import("./train-session.ts") | undefined;

function loadedTraining(): typeof import("./train-session.ts") {
  if (training === undefined) throw internalError("prepareTraining comes before training");
  return training;
}

class CpuDevice implements Device {
  readonly name = "cpu";
  readonly trains = true;
  readonly #host: CpuHost;
  #onThisThread: Device | undefined;

  constructor(host: CpuHost) {
    this.#host = host;
  }

  floats(length: number): Float32Array {
    return new Float32Array(length);
  }

  buffer(values: Float32Array): DeviceBuffer {
    return new CpuBuffer(this.#host, values);
  }

  async prepare(graph: Graph): Promise<void> {
    await loadOpsOf(graph);
    await this.#host.haveKernels(graph.nodes.filter(hasCalls).flatMap(callsOf));
  }

  compile(graph: Graph): CompiledGraph {
    return new CpuGraph(this.#host, graph);
  }

  async prepareTraining(): Promise<void> {
    const [sessions] = await Promise.all([import("./train-session.ts"), loadAllOps()]);
    training = sessions;
  }

  trainSession(graph: Graph, state: TrainState): TrainSession {
    return new (loadedTraining().CpuTrainSession)(this.#host, graph, state);
  }

  planTraining(graph: Graph, batch: number): TrainingBytes {
    return loadedTraining().plannedBytes(this.#host, graph, batch);
  }

  wordPairs(): Promise<WordPairs | undefined> {
    return this.#host.wordPairs();
  }

  onThisThread(): Device {
    if (this.#host.reachesMemory) return this;
    this.#onThisThread ??= new CpuDevice(this.#host.onThisThread());
    return this.#onThisThread;
  }

  report(): Promise<DeviceReport> {
    return this.#host.report();
  }

  dispose(): void {
    this.#onThisThread?.dispose();
    this.#host.dispose();
  }
}

/** Begins to load what {@link openCpu} waits for. */
export function beginCpu(options: CpuOptions): void {
  EngineKernels.begin(takesRelaxed(options));
}

/** The fast device; its threads start with the first large job. Throws USAGE on a bad thread count. */
export async function openCpu(options: CpuOptions = {}): Promise<Device> {
  return new CpuDevice(await CpuHost.create(options));
}
