/** Training steps of a task: the order of each epoch's rows, the schedule, and the state a checkpoint holds. */
import type {
  Diagnosis,
  TrainingBytes,
  TrainResult,
  TrainSession,
  StepUpdates,
  TrainStepOptions,
  TrainTensors,
} from "../engine/device/device.ts";
import { learningRate } from "../engine/device/learning-rate.ts";
import { philoxKey } from "../random/philox.ts";
import { shuffled } from "../random/shuffle.ts";
import type { TrainSettings } from "./settings.ts";
import type { Reducer } from "./reducer.ts";
import type { Feeds, Task, Trainee } from "./task.ts";

/** How long a job of steps runs before the host hears of it. */
const SLICE_MS = 200;

/** Non-finite steps in a row that end a run. */
const MOST_SKIPPED = 10;

/** Orders of a lane, apart from those of the next: more than epochs. */
const ROUNDS_OF_LANE = 2 ** 21;

/** The columns of each feed. */
function columnsOf(training: Task["training"]): Readonly<Record<string, number>> {
  const feeds = Object.entries(training.feeds(Int32Array.of(0)));
  return Object.fromEntries(feeds.map(([name, { length }]) => [name, length]));
}

export class Trainer {
  readonly stepsPerEpoch: number;
  readonly totalSteps: number;
  readonly #trainee: Trainee;
  readonly #settings: TrainSettings;
  readonly #rows: number;
  readonly #step: TrainStepOptions;
  readonly #session: TrainSession;
  readonly #feeds: Pick<Task, "training" | "feedsOfEpoch">;
  #preparedEpoch = -1;

  /**
   * @param keepStateEvery in reversible mode: bijections between kept states
   * @param reducer the other processes of this training
   */
  constructor(
    task: Pick<Task, "trainee" | "objective" | "training" | "feedsOfEpoch">,
    settings: TrainSettings,
    keepStateEvery: number,
    reducer?: Reducer,
  ) {
    const { trainee, objective, training } = task;
    this.#feeds = task;
    this.#trainee = trainee;
    this.#settings = settings;
    this.#rows = training.rows;
    this.stepsPerEpoch = Math.ceil(this.#rows / settings.batch);
    this.totalSteps = this.stepsPerEpoch * settings.epochs;
    this.#step = this.#stepOptions();
    const { device, parameters } = trainee.runner;
    const graph = objective.trainingGraph({ memory: settings.memory, keepStateEvery });
    this.#session = device.trainSession(graph, {
      parameters,
      feeds: reducer === undefined || reducer.ranks === 1 ? training.feeds() : columnsOf(training),
      weights: training.weights === undefined ? undefined : Float32Array.from(training.weights),
      rows: this.#rows,
      average: settings.ema > 0 ? trainee.parameters : undefined,
      seed: philoxKey(settings.seed),
      step: this.#step,
      reducer,
    });
  }

  /** Peak bytes of everything that lives during a step on one thread. */
  get arenaBytes(): number {
    return this.#session.arenaBytes;
  }

  /** What a step takes, of all threads together. */
  get planned(): TrainingBytes {
    return this.#session.planned;
  }

  /** Steps `from` .. of epoch `epoch` (both from 0), until the epoch ends, `most` are done, or a slice of time is over. */
  async steps(
    epoch: number,
    from: number,
    skippedInARow: number,
    {
      profile = false,
      most = Infinity,
      updates,
    }: {
      readonly profile?: boolean;
      readonly most?: number;
      readonly updates?: StepUpdates | undefined;
    } = {},
  ): Promise<TrainResult> {
    await this.prepare(epoch);
    return this.#session.steps({
      step: epoch * this.stepsPerEpoch + from,
      epochStep: from,
      steps: Math.min(most, this.stepsPerEpoch - from),
      skippedInARow,
      sliceMs: SLICE_MS,
      profile,
      updates,
    });
  }

  /** See {@link TrainSession.gradient}. */
  gradient(): Promise<Float32Array<ArrayBuffer>> {
    return this.#session.gradient();
  }

  /** Puts the rows of an epoch in order, and their data in place: with other processes those of this one's lanes. */
  async prepare(epoch: number): Promise<void> {
    if (this.#preparedEpoch === epoch) return;
    const own = this.#session.setOrder(this.#orderOf(epoch));
    const fresh = await this.#feeds.feedsOfEpoch?.(epoch, own);
    if (own !== undefined) this.#session.replaceFeeds(this.#restOf(own, fresh));
    if (fresh !== undefined) this.#session.replaceFeeds(fresh);
    this.#preparedEpoch = epoch;
  }

  /** The first op of a step that wrote a number that is not finite. */
  async diagnose(epoch: number, epochStep: number): Promise<Diagnosis | undefined> {
    await this.prepare(epoch);
    return this.#session.diagnose(epoch * this.stepsPerEpoch + epochStep, epochStep);
  }

  /** Ends the steps under way after the present one, or (false) lets later ones run. */
  requestAbort(requested: boolean): void {
    this.#session.requestAbort(requested);
  }

  learningRateAt(step: number): number {
    return learningRate(step, this.#step);
  }

  /** The parameters that count: the moving average when there is one. */
  candidate(): Promise<Float32Array<ArrayBuffer>> {
    return this.#session.candidate();
  }

  /** Everything that the next step depends on, by name. */
  snapshot(): Promise<TrainTensors> {
    return this.#session.snapshot();
  }

  restore(snapshot: Readonly<Record<string, Float32Array>>): void {
    this.#session.restore(snapshot);
  }

  /** Per instruction: op, layer, and the milliseconds that `times` says. */
  profileRows(
    times: readonly number[],
  ): { op: string; path: string; kernel: string; ms: number }[] {
    return this.#session.instructions.map(({ op, path, kernel }, i) => ({
      op,
      path,
      kernel,
      ms: times[i] ?? 0,
    }));
  }

  dispose(): void {
    this.#session.dispose();
  }

  #orderOf(epoch: number): Int32Array {
    const { seed, order: kind } = this.#settings;
    // Round 0 of this seed was the split.
    if (kind !== "lanes") return shuffled(this.#rows, seed, epoch + 1);
    const order = new Int32Array(this.#rows);
    let first = 0;
    for (const [lane, places] of this.#session.lanePlaces().entries()) {
      const own = shuffled(places.length, seed, epoch + 1 + lane * ROUNDS_OF_LANE);
      for (const [i, place] of places.entries()) order[place] = first + own[i]!;
      first += places.length;
    }
    return order;
  }

  /** The data of feeds that do not change with the epoch. */
  #restOf(own: Int32Array, fresh: Feeds | undefined): Feeds {
    const { training } = this.#feeds;
    if (fresh !== undefined && Object.keys(columnsOf(training)).every((name) => name in fresh))
      return {};
    return training.feeds(own);
  }

  #stepOptions(): TrainStepOptions {
    const { batch, learningRate: peakRate, warmup, clipNorm, weightDecay, ema } = this.#settings;
    const { momentum, schedule } = this.#settings;
    return {
      batch,
      peakRate,
      warmupSteps: Math.max(1, Math.round(warmup * this.totalSteps)),
      totalSteps: this.totalSteps,
      ...(schedule === undefined ? {} : { drops: [0.5, 0.75].map((at) => at * this.totalSteps) }),
      decay: weightDecay,
      decayRanges: this.#trainee.parameterList
        .filter((p) => p.decay)
        .map((p) => [p.offset, p.offset + Math.ceil(p.size / 16) * 16]),
      clipNorm,
      // Kingma & Ba's own values.
      ...(momentum === undefined
        ? { beta1: 0.9, beta2: 0.999, epsilon: 1e-8 }
        : { beta1: momentum, beta2: 1, epsilon: 1 }),
      averageDecay: ema,
      mostSkipped: MOST_SKIPPED,
    };
  }
}
