/** The device's side of a training run: its regions, its steps, and the state a checkpoint holds. */
import type { CpuDevice, LoadedProgram } from "../engine/device/cpu/device.ts";
import { learningRate } from "../engine/device/cpu/train-loop.ts";
import type {
  Diagnosis,
  TrainAddresses,
  TrainResult,
  TrainStepOptions,
} from "../engine/device/cpu/protocol.ts";
import { plan } from "../engine/device/cpu/planner.ts";
import { TALL_TILE_ROWS } from "../engine/tile.ts";
import { philoxKey } from "../random/philox.ts";
import { shuffled } from "../random/shuffle.ts";
import type { CpuRunner } from "../flow/model/runner.ts";
import type { TrainSettings } from "./options.ts";
import type { Feeds, Task, Trainee } from "./task.ts";

/** How long a job of steps runs before the host hears of it. */
const SLICE_MS = 200;

/** Non-finite steps in a row that end a run. */
const MOST_SKIPPED = 10;

export class Trainer {
  readonly stepsPerEpoch: number;
  readonly totalSteps: number;
  /** Peak bytes of everything that lives during a step on one thread. */
  readonly arenaBytes: number;
  readonly #device: CpuDevice;
  readonly #trainee: Trainee;
  readonly #settings: TrainSettings;
  readonly #rows: number;
  readonly #count: number;
  readonly #addresses: TrainAddresses;
  readonly #regions: number[] = [];
  readonly #program: LoadedProgram;
  #preparedEpoch = -1;

  /** @param keepStateEvery in reversible mode: bijections between kept states */
  constructor(
    { trainee, objective, training }: Pick<Task, "trainee" | "objective" | "training">,
    settings: TrainSettings,
    keepStateEvery: number,
  ) {
    const { device, parameters } = trainee.runner as CpuRunner;
    this.#trainee = trainee;
    this.#device = device;
    this.#settings = settings;
    this.#rows = training.rows;
    this.#count = trainee.layout.count;
    this.stepsPerEpoch = Math.ceil(this.#rows / settings.batch);
    this.totalSteps = this.stepsPerEpoch * settings.epochs;
    const graph = objective.trainingGraph({ memory: settings.memory, keepStateEvery });
    const tile = tileRows(Math.min(settings.batch, this.#rows), device.threads, TALL_TILE_ROWS);
    const program = plan(graph, tile);
    this.arenaBytes = program.arenaBytes;
    this.#program = device.load(program);
    const bytes = this.#count * 4;
    const gradientStride = Math.ceil(bytes / 64) * 64;
    this.#addresses = {
      parameters,
      mean: this.#zeros(bytes),
      square: this.#zeros(bytes),
      average: settings.ema > 0 ? this.#filled(trainee.parameters) : 0,
      gradients: this.#zeros(gradientStride * device.threads),
      gradientStride,
      feeds: Object.entries(training.feeds()).map(([name, values]) => ({
        name,
        address: this.#filled(values),
      })),
      weights:
        training.weights === undefined ? 0 : this.#filled(Float32Array.from(training.weights)),
      order: this.#zeros(this.#rows * 4),
      orderLength: this.#rows,
    };
  }

  /** Steps `from` .. of epoch `epoch` (both from 0), until the epoch ends, `most` are done, or a slice of time is over. */
  async steps(
    epoch: number,
    from: number,
    skippedInARow: number,
    {
      profile = false,
      most = Infinity,
    }: { readonly profile?: boolean; readonly most?: number } = {},
  ): Promise<TrainResult> {
    this.#order(epoch);
    return this.#device.train({
      program: this.#program.id,
      state: this.#addresses,
      options: this.#stepOptions(skippedInARow),
      step: epoch * this.stepsPerEpoch + from,
      epochStep: from,
      steps: Math.min(most, this.stepsPerEpoch - from),
      seed: philoxKey(this.#settings.seed),
      sliceMs: SLICE_MS,
      profile,
    });
  }

  /** Puts other data in place of that of some feeds. */
  replaceFeeds(feeds: Feeds): void {
    for (const { name, address } of this.#addresses.feeds) {
      const values = feeds[name];
      if (values !== undefined) this.#device.write(address, values);
    }
  }

  /** The first op of a step that wrote a number that is not finite. */
  diagnose(epoch: number, epochStep: number): Promise<Diagnosis | undefined> {
    this.#order(epoch);
    return this.#device.diagnose({
      program: this.#program.id,
      state: this.#addresses,
      batch: this.#settings.batch,
      epochStep,
      seed: philoxKey(this.#settings.seed),
      step: epoch * this.stepsPerEpoch + epochStep,
    });
  }

  learningRateAt(step: number): number {
    return learningRate(step, this.#stepOptions(0));
  }

  /** The parameters that count: the moving average when there is one. */
  async candidate(): Promise<Float32Array<ArrayBuffer>> {
    const { average, parameters } = this.#addresses;
    return this.#device.readFloat32(average === 0 ? parameters : average, this.#count);
  }

  /** Everything that the next step depends on, by name. */
  async snapshot(): Promise<Record<string, Float32Array<ArrayBuffer>>> {
    const { parameters, mean, square, average } = this.#addresses;
    const read = (address: number) => this.#device.readFloat32(address, this.#count);
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
      if (address !== 0 && values !== undefined) this.#device.write(address, values);
    }
  }

  /** Per instruction: op, layer, and the milliseconds that `times` says. */
  profileRows(
    times: readonly number[],
  ): { op: string; path: string; kernel: string; ms: number }[] {
    return this.#program.program.instructions.map(({ op, path, kernel }, i) => ({
      op,
      path,
      kernel,
      ms: times[i] ?? 0,
    }));
  }

  dispose(): void {
    this.#program.dispose();
    for (const address of this.#regions) this.#device.release(address);
    this.#regions.length = 0;
  }

  #order(epoch: number): void {
    if (this.#preparedEpoch === epoch) return;
    this.#preparedEpoch = epoch;
    // Round 0 of this seed was the split.
    this.#device.write(this.#addresses.order, shuffled(this.#rows, this.#settings.seed, epoch + 1));
  }

  #stepOptions(skippedInARow: number): TrainStepOptions {
    const { batch, learningRate: peakRate, warmup, clipNorm, weightDecay, ema } = this.#settings;
    return {
      batch,
      peakRate,
      warmupSteps: Math.max(1, Math.round(warmup * this.totalSteps)),
      totalSteps: this.totalSteps,
      decay: weightDecay,
      decayRanges: this.#trainee.parameterList
        .filter((p) => p.decay)
        .map((p) => [p.offset, p.offset + Math.ceil(p.size / 16) * 16]),
      clipNorm,
      // Kingma & Ba's own values.
      beta1: 0.9,
      beta2: 0.999,
      epsilon: 1e-8,
      averageDecay: ema,
      mostSkipped: MOST_SKIPPED,
      skippedInARow,
    };
  }

  #zeros(bytes: number): number {
    const address = this.#device.allocate(bytes);
    this.#regions.push(address);
    // Freed regions are used again and hold what was there.
    this.#device.write(address, new Uint8Array(bytes));
    return address;
  }

  #filled(values: Float32Array): number {
    const address = this.#device.allocate(values.byteLength);
    this.#regions.push(address);
    this.#device.write(address, values);
    return address;
  }
}

/** A tile's rows: all threads get the same number of tiles, of at most `most` rows each. */
function tileRows(batch: number, threads: number, most: number): number {
  const perThread = Math.ceil(batch / threads);
  const tiles = Math.ceil(perThread / most);
  // Matrix products like row counts that are multiples of 8.
  return Math.max(8, Math.ceil(perThread / tiles / 8) * 8);
}
