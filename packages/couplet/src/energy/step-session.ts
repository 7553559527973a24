/** Steps of the optimiser on data that changes from step to step, or on a buffer of rows. */
import type { TrainResult, TrainSession, TrainTensors } from "../engine/device/device.ts";
import type { Graph } from "../engine/graph.ts";
import type { FlowModel } from "../flow/model/model.ts";
import { philoxKey } from "../random/philox.ts";
import { shuffled } from "../random/shuffle.ts";
import type { Feeds } from "../train/task.ts";
import type { EnergySettings } from "./options.ts";

/** Non-finite steps in a row that end a run. */
const MOST_SKIPPED = 10;

/** A session longer than any stage's slice: its caller counts the steps. */
const SLICE_MS = 200;

export class StepSession {
  readonly #session: TrainSession;
  readonly #seed: number;
  readonly #rows: number;
  readonly #stepsPerRound: number;
  readonly #shuffles: boolean;
  #round = -1;

  /**
   * @param graph feeds and `cotangent` to `loss`, and gradients
   * @param rows rows of the feeds: a batch of fresh draws, or more
   * @param shuffled whether they come in an order that is new each round, or as they are
   */
  constructor(
    model: FlowModel,
    graph: Graph,
    {
      feeds,
      rows,
      shuffled: shuffles,
    }: { readonly feeds: Feeds; readonly rows: number; readonly shuffled: boolean },
    settings: EnergySettings,
  ) {
    const { batch, learningRate, warmup, steps, weightDecay, clipNorm, ema, seed } = settings;
    this.#seed = seed;
    this.#rows = rows;
    this.#stepsPerRound = Math.ceil(rows / batch);
    this.#shuffles = shuffles;
    this.#session = model.runner.device.trainSession(graph, {
      parameters: model.runner.parameters,
      feeds,
      rows,
      average: ema > 0 ? model.parameters : undefined,
      seed: philoxKey(seed),
      step: {
        batch,
        peakRate: learningRate,
        warmupSteps: Math.max(1, Math.round(warmup * steps)),
        totalSteps: steps,
        decay: weightDecay,
        decayRanges: model.parameterList
          .filter((p) => p.decay)
          .map((p) => [p.offset, p.offset + Math.ceil(p.size / 16) * 16]),
        clipNorm,
        beta1: 0.9,
        beta2: 0.999,
        epsilon: 1e-8,
        averageDecay: ema,
        mostSkipped: MOST_SKIPPED,
      },
    });
  }

  /** Steps from `step` of the run on; `local` counts the steps of these feeds. As many as are wanted, or as fit a slice of time. */
  steps(step: number, local: number, steps: number, skippedInARow: number): Promise<TrainResult> {
    const round = Math.floor(local / this.#stepsPerRound);
    const epochStep = local % this.#stepsPerRound;
    if (this.#round === -1 || (round !== this.#round && this.#shuffles)) {
      this.#session.setOrder(
        this.#shuffles
          ? shuffled(this.#rows, this.#seed, round)
          : Int32Array.from({ length: this.#rows }, (_, i) => i),
      );
      this.#round = round;
    }
    return this.#session.steps({
      step,
      epochStep,
      steps: Math.min(steps, this.#stepsPerRound - epochStep),
      skippedInARow,
      sliceMs: SLICE_MS,
    });
  }

  replaceFeeds(feeds: Feeds): void {
    this.#session.replaceFeeds(feeds);
  }

  candidate(): Promise<Float32Array<ArrayBuffer>> {
    return this.#session.candidate();
  }

  snapshot(): Promise<TrainTensors> {
    return this.#session.snapshot();
  }

  restore(tensors: Readonly<Record<string, Float32Array>>): void {
    this.#session.restore(tensors);
  }

  dispose(): void {
    this.#session.dispose();
  }
}
