/** Training on the CPU device: the regions of a run, and the jobs that its steps are. */
import type { Graph } from "../../graph.ts";
import type {
  Diagnosis,
  InstructionName,
  StepsRequest,
  TrainResult,
  TrainSession,
  TrainState,
  TrainingBytes,
  TrainTensors,
} from "../device.ts";
import { addressIn } from "./buffer.ts";
import type { CpuHost, LoadedProgram } from "./host.ts";
import { lanesOf, lanesOfRank } from "./lanes.ts";
import type { Lanes } from "./lanes.ts";
import type { TrainAddresses } from "./protocol.ts";
import { rangeOfLanes } from "./train-feeds.ts";
import { planTraining, trainingBytes } from "./tile.ts";

/** What a session of such a graph and batch takes. */
export function plannedBytes(host: CpuHost, graph: Graph, batch: number): TrainingBytes {
  const lanes = lanesOf(batch);
  return trainingBytes(planTraining(graph, lanes), graph.parameterCount, {
    threads: host.trainingThreads(lanes),
    lanes: lanes.count,
  });
}

export class CpuTrainSession implements TrainSession {
  readonly arenaBytes: number;
  readonly planned: TrainingBytes;
  readonly instructions: readonly InstructionName[];
  readonly #host: CpuHost;
  readonly #state: TrainState;
  readonly #count: number;
  readonly #addresses: TrainAddresses;
  readonly #regions: number[] = [];
  readonly #program: LoadedProgram;
  readonly #threads: number;
  readonly #allLanes: Lanes;
  /** Places in an epoch's order that this process computes; undefined: all. */
  readonly #ownPlaces: Int32Array | undefined;

  constructor(host: CpuHost, graph: Graph, state: TrainState) {
    this.#host = host;
    this.#state = state;
    this.#count = graph.parameterCount;
    const all = lanesOf(Math.min(state.step.batch, state.rows));
    const { rank, ranks } = state.reducer ?? { rank: 0, ranks: 1 };
    const lanes = lanesOfRank(all, rank, ranks);
    const program = planTraining(graph, all);
    this.#threads = host.trainingThreads(lanes);
    this.arenaBytes = program.arenaBytes;
    this.planned = trainingBytes(program, this.#count, {
      threads: this.#threads,
      lanes: lanes.count,
    });
    this.instructions = program.instructions;
    this.#allLanes = all;
    this.#ownPlaces = ranks === 1 ? undefined : this.#placesOf(lanes.first, lanes.count);
    const rows = this.#ownPlaces?.length ?? state.rows;
    const order = this.#zeros(state.rows * 4);
    this.#program = host.load(program, this.#threads);
    const bytes = this.#count * 4;
    const gradientStride = Math.ceil(bytes / 64) * 64;
    this.#addresses = {
      parameters: addressIn(state.parameters),
      parameterCount: this.#count,
      mean: this.#zeros(bytes),
      square: this.#zeros(bytes),
      average: state.average === undefined ? 0 : this.#filled(state.average),
      lanes,
      gradients: this.#zeros(gradientStride * lanes.count),
      gradientStride,
      feeds: Object.entries(state.feeds).map(([name, values]) => ({
        name,
        address: typeof values === "number" ? this.#zeros(rows * values * 4) : this.#filled(values),
      })),
      weights: state.weights === undefined ? 0 : this.#filled(state.weights),
      order,
      orderLength: state.rows,
      places: this.#ownPlaces === undefined ? order : this.#zeros(state.rows * 4),
    };
  }

  lanePlaces(): readonly Int32Array[] {
    return Array.from({ length: this.#allLanes.count }, (_, lane) => this.#placesOf(lane, 1));
  }

  setOrder(order: Int32Array): Int32Array | undefined {
    this.#host.write(this.#addresses.order, order);
    const own = this.#ownPlaces;
    if (own === undefined) return undefined;
    const numbers = own.map((place) => order[place]!).sort();
    const rowOf = new Int32Array(order.length);
    for (const [row, number] of numbers.entries()) rowOf[number] = row;
    this.#host.write(
      this.#addresses.places,
      order.map((number) => rowOf[number]!),
    );
    return numbers;
  }

  replaceFeeds(feeds: Readonly<Record<string, Float32Array>>): void {
    for (const { name, address } of this.#addresses.feeds) {
      const values = feeds[name];
      if (values !== undefined) this.#host.write(address, values);
    }
  }

  async steps({ profile = false, ...request }: StepsRequest): Promise<TrainResult> {
    return this.#host.train(
      {
        ...request,
        profile,
        program: this.#program.id,
        threads: this.#threads,
        state: this.#addresses,
        options: this.#state.step,
        seed: this.#state.seed,
      },
      this.#state.reducer,
    );
  }

  diagnose(step: number, epochStep: number): Promise<Diagnosis | undefined> {
    return this.#host.diagnose({
      program: this.#program.id,
      state: this.#addresses,
      batch: this.#state.step.batch,
      epochStep,
      seed: this.#state.seed,
      step,
    });
  }

  requestAbort(requested: boolean): void {
    this.#host.requestAbort(requested);
  }

  gradient(): Promise<Float32Array<ArrayBuffer>> {
    return this.#host.readFloat32(this.#addresses.gradients, this.#count);
  }

  candidate(): Promise<Float32Array<ArrayBuffer>> {
    const { average, parameters } = this.#addresses;
    return this.#host.readFloat32(average === 0 ? parameters : average, this.#count);
  }

  async snapshot(): Promise<TrainTensors> {
    const { parameters, mean, square, average } = this.#addresses;
    const read = (address: number) => this.#host.readFloat32(address, this.#count);
    return {
      parameters: await read(parameters),
      mean: await read(mean),
      square: await read(square),
      ...(average === 0 ? {} : { average: await read(average) }),
    };
  }

  restore(snapshot: Readonly<Record<string, Float32Array>>): void {
    const { parameters, mean, square, average } = this.#addresses;
    for (const [name, address] of Object.entries({ parameters, mean, square, average })) {
      const values = snapshot[name];
      if (address !== 0 && values !== undefined) this.#host.write(address, values);
    }
  }

  dispose(): void {
    this.#program.dispose();
    for (const address of this.#regions) this.#host.release(address);
    this.#regions.length = 0;
  }

  /** Places in an epoch's order that `count` lanes from `lane` on compute. */
  #placesOf(lane: number, count: number): Int32Array {
    const { rows, step } = this.#state;
    const places: number[] = [];
    for (let first = 0; first < rows; first += step.batch) {
      const end = Math.min(rows, first + step.batch);
      const [from, to] = rangeOfLanes([first, end], this.#allLanes.rows, lane, count);
      for (let place = from; place < to; place++) places.push(place);
    }
    return Int32Array.from(places);
  }

  #zeros(bytes: number): number {
    const address = this.#host.allocate(bytes);
    this.#regions.push(address);
    // Freed regions are used again and hold what was there.
    this.#host.write(address, new Uint8Array(bytes));
    return address;
  }

  #filled(values: Float32Array): number {
    const address = this.#host.allocate(values.byteLength);
    this.#regions.push(address);
    this.#host.write(address, values);
    return address;
  }
}
