/** A training from an energy: draws, energies and steps in turn, evaluations, checkpoints. */
import { CheckpointSaver } from "../train/checkpoint-saver.ts";
import { throwIfAborted } from "../abort.ts";
import { CoupletError } from "../error.ts";
import { learningRate } from "../engine/device/learning-rate.ts";
import { modelFrom } from "../flow/model/make.ts";
import { FlowModel } from "../flow/model/model.ts";
import type { FlowSpec } from "../flow/spec/types.ts";
import { maximumLikelihood } from "../train/objectives/maximum-likelihood.ts";
import { reverseKl } from "../train/objectives/reverse-kl.ts";
import { Pace } from "../train/pace.ts";
import type { RunEvent } from "../train/run.ts";
import { writeEnergyCheckpoint } from "./checkpoint.ts";
import type { EnergyProgress } from "./checkpoint.ts";
import { checkEnergyGradient } from "./check-gradient.ts";
import { clipEnergies } from "./clip.ts";
import type { Energy } from "./energy.ts";
import { EVALUATION_ROWS_FROM, evaluate, evaluationWarnings, logWeightsOf } from "./evaluation.ts";
import type { EnergyEvaluation, EnergyEvent } from "./events.ts";
import { NonFiniteWatch, tooManyNonFinite } from "./non-finite-rows.ts";
import type { EnergyOptions } from "./options.ts";
import { pick } from "./pool.ts";
import { prepareEnergyRun } from "./prepare.ts";
import type { PreparedEnergyRun } from "./prepare.ts";
import { draw } from "./proposal.ts";
import { resample } from "./resample.ts";
import { stagesOf } from "./schedule.ts";
import type { Stage } from "./schedule.ts";
import { StepSession } from "./step-session.ts";

/** Draws that are resampled come after those of training and of evaluations in the seed's 2^32 rows. */
const BUFFER_ROWS_FROM = 3 * 2 ** 30;

/** How long steps run before an event tells of them. */
const TELL_MS = 200;

type Reason = Extract<EnergyEvent, { readonly type: "end" }>["reason"];

/** Sums since the last progress event. */
interface Tally {
  rows: number;
  finite: number;
  reverseKl: number;
  clipped: number;
  nonFinite: number;
}

export class EnergyRun {
  #model: FlowModel;
  readonly #prepared: PreparedEnergyRun;
  readonly #stages: readonly Stage[];
  readonly #progress: EnergyProgress;
  #best: Float32Array<ArrayBuffer>;
  #session: StepSession | undefined;
  #buffer: Float32Array<ArrayBuffer> | undefined;
  #tally: Tally = emptyTally();
  #gradientNorm = 0;
  readonly #nonFinite = new NonFiniteWatch();
  #gradientChecked: boolean;
  #evaluation: EnergyEvaluation | undefined;
  readonly #history: EnergyEvaluation[] = [];
  readonly #pace = new Pace();
  readonly #started = performance.now();
  readonly #checkpoints: CheckpointSaver;

  /** Checks everything and makes the model; the caller has to {@link end} the run. */
  static async begin(
    start: FlowSpec | FlowModel,
    energy: Energy,
    options: EnergyOptions,
  ): Promise<EnergyRun> {
    return new EnergyRun(await prepareEnergyRun(start, energy, options));
  }

  private constructor(prepared: PreparedEnergyRun) {
    const { model, settings, options, saved } = prepared;
    const { steps, startTemperature, temperatureFactor } = settings;
    this.#model = model;
    this.#prepared = prepared;
    this.#checkpoints = new CheckpointSaver(this.#prepared.options.checkpoint);
    this.#stages = stagesOf(steps, {
      start: startTemperature,
      by: options.temperature?.by ?? "annealing",
      factor: temperatureFactor,
    });
    this.#progress = saved?.progress ?? {
      step: 0,
      skipped: 0,
      skippedInARow: 0,
      nonFinite: 0,
      best: null,
      elapsedMs: 0,
    };
    this.#best = saved?.best ?? model.parameters;
    this.#buffer = saved?.buffer;
    this.#gradientChecked = options.checkGradient === false || saved !== undefined;
  }

  /** The model in training; when `events` have ended, the trained one. */
  get model(): FlowModel {
    return this.#model;
  }

  async *events(): AsyncGenerator<RunEvent<EnergyEvent, FlowModel>, void, void> {
    for await (const event of this.#all()) yield this.#told(event);
  }

  /** Frees the run; a model that was not finished goes with it. */
  end(finished: boolean): void {
    this.#session?.dispose();
    if (!finished) this.#model.dispose();
  }

  #told(event: EnergyEvent): RunEvent<EnergyEvent, FlowModel> {
    const { steps } = this.#prepared.settings;
    const { maxMinutes = Infinity } = this.#prepared.options;
    const time = (performance.now() - this.#started) / (60_000 * maxMinutes);
    const fraction =
      event.type === "end" ? 1 : Math.min(1, Math.max(this.#progress.step / steps, time));
    return { ...event, fraction, snapshot: () => this.#snapshot() };
  }

  async *#all(): AsyncGenerator<EnergyEvent, void, void> {
    const { settings } = this.#prepared;
    const { steps, batch } = settings;
    const saved = this.#prepared.saved?.tensors["parameters"];
    if (saved !== undefined) this.#model.setParameters(saved);
    const first = await this.#evaluate();
    if (this.#progress.best === null) this.#progress.best = { step: 0, elbo: first.elbo };
    const parameters = this.#model.parameterCount;
    yield { type: "start", steps, batch, parameters, evaluation: first };
    const reason = yield* this.#train();
    const last =
      this.#evaluation?.step === this.#progress.step
        ? this.#evaluation
        : await this.#evaluateCandidate();
    this.#keepIfBest(last, await this.#candidate());
    // Of a mixed objective the lower bound is one half only: its last parameters are what it asks for.
    const chosen = settings.dataShare > 0 ? await this.#candidate() : this.#best;
    this.#session?.dispose();
    this.#session = undefined;
    this.#model.setParameters(chosen);
    const evaluation = await this.#evaluate(
      settings.dataShare > 0 ? this.#progress.step : this.#progress.best.step,
    );
    for (const message of evaluationWarnings(evaluation, this.#progress.skipped))
      yield { type: "warning", message };
    this.#model = FlowModel.trained(this.#model, undefined, {
      ...this.#model.records,
      energy: this.#record(evaluation),
    });
    const { nonFinite } = this.#progress;
    yield { type: "end", reason, evaluation, nonFinite, elapsedMs: this.#elapsed() };
  }

  async *#train(): AsyncGenerator<EnergyEvent, Reason, void> {
    const progress = this.#progress;
    const { steps, evaluateEvery } = this.#prepared.settings;
    const { signal } = this.#prepared.options;
    for (const stage of this.#stages) {
      if (progress.step >= stage.to) continue;
      yield* this.#enter(stage);
      let told = performance.now();
      while (progress.step < stage.to) {
        const early = this.#early();
        if (early !== undefined) {
          yield* this.#maybeCheckpoint(true);
          return early;
        }
        const nextMark = (Math.floor(progress.step / evaluateEvery) + 1) * evaluateEvery;
        await this.#steps(stage, Math.min(stage.to, nextMark) - progress.step);
        this.#pace.mark(progress.step, performance.now());
        yield* this.#maybeCheckpoint(signal?.aborted === true);
        throwIfAborted(signal);
        const evaluates = progress.step % evaluateEvery === 0 || progress.step === steps;
        if (evaluates || performance.now() - told > TELL_MS) {
          yield this.#progressEvent(stage);
          told = performance.now();
        }
        if (!evaluates) continue;
        const evaluation = await this.#evaluateCandidate();
        this.#keepIfBest(evaluation, await this.#candidate());
        yield { type: "evaluation", evaluation };
      }
    }
    return "steps";
  }

  /** Makes the session of a stage; the optimiser goes on where it was. */
  async *#enter(stage: Stage): AsyncGenerator<EnergyEvent, void, void> {
    const { settings, saved } = this.#prepared;
    const state = this.#session === undefined ? saved?.tensors : await this.#session.snapshot();
    this.#session?.dispose();
    this.#session = undefined;
    if (state !== undefined) this.#model.setParameters(state["parameters"]!);
    let feeds: Record<string, Float32Array>;
    let objective = reverseKl(settings.dataShare);
    let rows = settings.batch;
    if (stage.kind === "reverseKl") {
      this.#buffer = undefined;
      feeds = Object.fromEntries(
        Object.entries(objective.feeds(this.#model.spec)).map(([name, cols]) => [
          name,
          new Float32Array(rows * cols),
        ]),
      );
    } else {
      // A checkpoint within the stage has its rows.
      const resumed = this.#progress.step > stage.from ? this.#buffer : undefined;
      this.#buffer = resumed ?? (await this.#resampled(stage));
      rows = this.#buffer.length / this.#model.spec.dims;
      objective = maximumLikelihood;
      feeds = { rows: this.#buffer };
      if (this.#model.spec.context !== 0)
        feeds["context"] = this.#contextFor(stage.from, rows).context!;
      yield {
        type: "warning",
        message: `temperature ${Number(stage.temperatureAt(stage.from).toPrecision(3))}: ${this.#distinct} of ${rows} resampled rows are different ones`,
      };
    }
    this.#session = new StepSession(this.#model, objective, feeds, rows, settings);
    if (state !== undefined) this.#session.restore(state);
  }

  #distinct = 0;

  /** Draws of the model, drawn again by their weights at the stage's temperature. */
  async #resampled(stage: Stage): Promise<Float32Array<ArrayBuffer>> {
    const { settings, options, caller } = this.#prepared;
    const { bufferRows, seed } = settings;
    const { dims } = this.#model.spec;
    const context = this.#contextFor(stage.from, bufferRows);
    const drawn = await draw(this.#model, {
      count: bufferRows,
      seed,
      firstRow: BUFFER_ROWS_FROM + ((stage.from * settings.batch) % 2 ** 29),
      context: context.context,
      signal: options.signal,
    });
    const { u, nonFinite } = await caller.evaluate(drawn.rows, context.ownContext, options.signal);
    this.#progress.nonFinite += nonFinite;
    const temperature = stage.temperatureAt(stage.from);
    const { logWeights } = logWeightsOf(drawn, u, temperature);
    const picked = resample(logWeights, bufferRows, seed + stage.from);
    if (picked.length === 0) throw tooManyNonFinite(this.#progress.step, bufferRows, bufferRows);
    this.#distinct = new Set(picked).size;
    const rows = new Float32Array(bufferRows * dims);
    for (const [i, row] of picked.entries())
      rows.set(drawn.standardised.subarray(row * dims, (row + 1) * dims), i * dims);
    return rows;
  }

  async #steps(stage: Stage, most: number): Promise<void> {
    const progress = this.#progress;
    if (stage.kind === "reverseKl") await this.#feedDraws(stage.temperatureAt(progress.step));
    const wanted = stage.kind === "reverseKl" ? 1 : most;
    const local = progress.step - stage.from;
    const result = await this.#session!.steps(progress.step, local, wanted, progress.skippedInARow);
    progress.step += result.steps;
    progress.skipped += result.skipped;
    progress.skippedInARow = result.skippedInARow;
    this.#gradientNorm = result.lastNorm;
    if (stage.kind === "resampled")
      this.#tally.rows += result.steps * this.#prepared.settings.batch;
    if (result.stopped !== "diverged") return;
    throw new CoupletError({
      code: "DIVERGED",
      where: `fitEnergy: step ${progress.step}`,
      expected: "finite gradients",
      received: `${progress.skippedInARow} steps in a row without`,
      hint: "Lower learningRate or clip, begin at a higher temperature, or put the target's bulk near +-1 with units.",
    });
  }

  /** Draws a batch, asks for its energies, and gives the session latent values and forces. */
  async #feedDraws(temperature: number): Promise<void> {
    const { settings, options, caller, data } = this.#prepared;
    const { batch, seed, clip } = settings;
    const { spec, standardiser } = this.#model;
    const { dims } = spec;
    const { step } = this.#progress;
    const context = this.#contextFor(step, batch);
    const drawn = await draw(this.#model, {
      count: batch,
      seed,
      firstRow: (step * batch) % EVALUATION_ROWS_FROM,
      context: context.context,
      signal: options.signal,
    });
    const values = await caller.evaluate(drawn.rows, context.ownContext, options.signal);
    if (!this.#gradientChecked && values.nonFinite < batch) {
      const { scale } = standardiser;
      const at = {
        rows: drawn.rows,
        context: context.ownContext,
        values,
        scale,
        contextDims: spec.context as number,
      };
      await checkEnergyGradient(caller, "fitEnergy", at, options.signal);
      this.#gradientChecked = true;
    }
    const tally = this.#tally;
    tally.rows += batch;
    this.#countNonFinite(values.nonFinite);
    for (let r = 0; r < batch; r++) {
      const value = drawn.logProb[r]! + values.u[r]! / temperature;
      if (!Number.isFinite(value)) continue;
      tally.finite++;
      tally.reverseKl += value;
    }
    tally.clipped += clipEnergies(values.u, values.grad, dims, clip * temperature);
    const force = new Float32Array(batch * dims);
    for (let r = 0; r < batch; r++) {
      // A row without an energy pulls nowhere.
      if (!Number.isFinite(values.u[r]!) || !Number.isFinite(drawn.logProb[r]!)) continue;
      for (let j = 0; j < dims; j++) {
        const i = r * dims + j;
        force[i] = drawn.gradient[i]! + (values.grad[i]! * standardiser.scale[j]!) / temperature;
      }
    }
    const dataRows = data && pick(data, batch, { seed, first: step * batch, of: "data" });
    this.#session!.replaceFeeds({
      latent: drawn.latent as Float32Array,
      force,
      ...(context.context === undefined ? {} : { latentContext: context.context }),
      ...(dataRows === undefined ? {} : { rows: dataRows.rows! }),
      ...(dataRows?.context === undefined ? {} : { context: dataRows.context }),
    });
  }

  #countNonFinite(nonFinite: number): void {
    const { batch } = this.#prepared.settings;
    this.#progress.nonFinite += nonFinite;
    this.#tally.nonFinite += nonFinite;
    this.#nonFinite.add(this.#progress.step, nonFinite, batch);
  }

  /** The contexts of rows: each a random one of the pool, the same for the same number. */
  #contextFor(step: number, count: number) {
    const { contexts, settings } = this.#prepared;
    const first = step * settings.batch;
    return pick(contexts, count, { seed: settings.seed, first, of: "context" });
  }

  async #candidate(): Promise<Float32Array<ArrayBuffer>> {
    return this.#session === undefined ? this.#model.parameters : this.#session.candidate();
  }

  /** Evaluates the parameters that count; those in training come back after. */
  async #evaluateCandidate(): Promise<EnergyEvaluation> {
    const session = this.#session;
    if (session === undefined || this.#prepared.settings.ema === 0) return this.#evaluate();
    const trained = await session.snapshot();
    this.#model.runner.setParameters(await session.candidate());
    try {
      return await this.#evaluate();
    } finally {
      session.restore(trained);
    }
  }

  async #evaluate(step = this.#progress.step): Promise<EnergyEvaluation> {
    const { settings, options, caller, contexts } = this.#prepared;
    const { evaluationRows: rows, seed } = settings;
    const request = { step, rows, seed, contexts, signal: options.signal };
    const evaluation = await evaluate(this.#model, caller, request);
    this.#evaluation = evaluation;
    this.#history.push(evaluation);
    return evaluation;
  }

  #keepIfBest({ step, elbo }: EnergyEvaluation, candidate: Float32Array<ArrayBuffer>): void {
    const { best } = this.#progress;
    if (best !== null && !(elbo > best.elbo)) return;
    this.#progress.best = { step, elbo };
    this.#best = candidate;
  }

  #record(evaluation: EnergyEvaluation): Record<string, unknown> {
    const { settings } = this.#prepared;
    const { step, nonFinite, skipped } = this.#progress;
    return {
      settings: { ...settings },
      steps: step,
      nonFinite,
      skippedSteps: skipped,
      evaluation,
      history: this.#history.map(({ step: at, elbo, logZ, logZError, essShare, paretoK }) => ({
        step: at,
        elbo,
        logZ,
        logZError,
        essShare,
        paretoK,
      })),
      elapsedMs: Math.round(this.#elapsed()),
    };
  }

  #progressEvent(stage: Stage): EnergyEvent {
    const { settings } = this.#prepared;
    const { rows, finite, reverseKl: sum, clipped, nonFinite } = this.#tally;
    this.#tally = emptyTally();
    const { step } = this.#progress;
    const { steps, batch, learningRate: peakRate, warmup } = settings;
    const msPerStep = this.#pace.msPerStep ?? this.#elapsed() / Math.max(1, step);
    const warmupSteps = Math.max(1, Math.round(warmup * steps));
    return {
      type: "progress",
      step,
      steps,
      temperature: stage.temperatureAt(Math.max(0, step - 1)),
      reverseKl: finite > 0 && rows > 0 ? sum / finite : NaN,
      clipped,
      nonFinite,
      learningRate: learningRate(Math.max(0, step - 1), {
        peakRate,
        warmupSteps,
        totalSteps: steps,
      }),
      gradientNorm: this.#gradientNorm,
      rowsPerSecond: (1000 * batch) / msPerStep,
      elapsedMs: this.#elapsed(),
      etaMs: msPerStep * (steps - step),
    };
  }

  #early(): Reason | undefined {
    const { stop, maxMinutes = Infinity } = this.#prepared.options;
    if (stop?.aborted === true) return "stopped";
    return performance.now() - this.#started > 60_000 * maxMinutes ? "time" : undefined;
  }

  #elapsed(): number {
    return (this.#prepared.saved?.progress.elapsedMs ?? 0) + performance.now() - this.#started;
  }

  /** A model of its own with the best parameters so far. */
  async #snapshot(): Promise<FlowModel> {
    const { spec, standardiser, contextStandardiser, columns } = this.#model;
    const records =
      this.#evaluation === undefined ? {} : { energy: this.#record(this.#evaluation) };
    const parameters = this.#best;
    return modelFrom(
      {
        spec,
        standardiser,
        contextStandardiser,
        columns,
        records,
        training: undefined,
        parameters,
      },
      this.#prepared.options,
    );
  }

  async *#maybeCheckpoint(now: boolean): AsyncGenerator<EnergyEvent, void, void> {
    const session = this.#session;
    if (session === undefined) return;
    const warning = await this.#checkpoints.save(now, async () =>
      writeEnergyCheckpoint(
        {
          progress: { ...this.#progress, elapsedMs: this.#elapsed() },
          tensors: await session.snapshot(),
          best: this.#best,
          buffer: this.#buffer,
        },
        this.#prepared.fingerprint,
      ),
    );
    if (warning !== undefined) yield warning;
  }
}

function emptyTally(): Tally {
  return { rows: 0, finite: 0, reverseKl: 0, clipped: 0, nonFinite: 0 };
}
