/** A training from an energy: stages of steps, evaluations between them, checkpoints, events. */
import { CheckpointSaver } from "../train/checkpoint-saver.ts";
import { throwIfAborted } from "../abort.ts";
import { CoupletError } from "../error.ts";
import { modelFrom } from "../flow/model/make.ts";
import { FlowModel } from "../flow/model/model.ts";
import type { FlowSpec } from "../flow/spec/types.ts";
import { Pace } from "../train/pace.ts";
import { unmovedWarnings } from "../train/unmoved.ts";
import type { RunEvent } from "../train/run.ts";
import { writeEnergyCheckpoint } from "./checkpoint.ts";
import { DrawnSteps } from "./drawn-steps.ts";
import type { Energy } from "./energy.ts";
import { evaluationWarnings } from "./evaluation.ts";
import type { EnergyEvent } from "./events.ts";
import { NonFiniteWatch } from "./non-finite-rows.ts";
import type { EnergyOptions } from "./options.ts";
import { PooledSteps } from "./pooled-steps.ts";
import { prepareEnergyRun } from "./prepare.ts";
import type { PreparedEnergyRun } from "./prepare.ts";
import { resampledRows, ResampledSteps } from "./resampled-steps.ts";
import { candidateOf, RunEvaluations } from "./run-evaluations.ts";
import { stagesOf } from "./schedule.ts";
import type { Stage } from "./schedule.ts";
import type { RunState, StageSteps } from "./stage-steps.ts";
import { progressEvent, Tally } from "./tally.ts";

/** How long steps run before an event tells of them. */
const TELL_MS = 200;

type Reason = Extract<EnergyEvent, { readonly type: "end" }>["reason"];

export class EnergyRun {
  readonly #run: RunState;
  readonly #evaluations: RunEvaluations;
  readonly #stages: readonly Stage[];
  #steps: StageSteps | undefined;
  #trained: FlowModel | undefined;
  #gradientNorm = 0;
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
    this.#run = {
      prepared,
      model,
      progress: saved?.progress ?? {
        step: 0,
        skipped: 0,
        skippedInARow: 0,
        nonFinite: 0,
        best: null,
        elapsedMs: 0,
      },
      tally: new Tally(),
      nonFinite: new NonFiniteWatch(),
      gradientChecked: options.checkGradient === false || saved !== undefined,
    };
    this.#evaluations = new RunEvaluations(this.#run, saved?.best ?? model.parameters);
    this.#checkpoints = new CheckpointSaver(options.checkpoint);
    this.#stages = stagesOf(steps, {
      start: startTemperature,
      by: options.temperature?.by ?? "annealing",
      factor: temperatureFactor,
    });
  }

  /** The model in training; when `events` have ended, the trained one. */
  get model(): FlowModel {
    return this.#trained ?? this.#run.model;
  }

  async *events(): AsyncGenerator<RunEvent<EnergyEvent, FlowModel>, void, void> {
    for await (const event of this.#all()) yield this.#told(event);
  }

  /** Frees the run; a model that was not finished goes with it. */
  end(finished: boolean): void {
    this.#steps?.session.dispose();
    if (!finished) this.model.dispose();
  }

  #told(event: EnergyEvent): RunEvent<EnergyEvent, FlowModel> {
    const { settings, options } = this.#run.prepared;
    const { maxMinutes = Infinity } = options;
    const time = (performance.now() - this.#started) / (60_000 * maxMinutes);
    const share = Math.max(this.#run.progress.step / settings.steps, time);
    const fraction = event.type === "end" ? 1 : Math.min(1, share);
    return { ...event, fraction, snapshot: () => this.#snapshot() };
  }

  async *#all(): AsyncGenerator<EnergyEvent, void, void> {
    const { model, prepared, progress } = this.#run;
    const { steps, batch, dataShare } = prepared.settings;
    const saved = prepared.saved?.tensors["parameters"];
    if (saved !== undefined) model.setParameters(saved);
    const first = await this.#evaluations.now();
    if (progress.best === null) progress.best = { step: 0, elbo: first.elbo };
    yield { type: "start", steps, batch, parameters: model.parameterCount, evaluation: first };
    for (const message of unmovedWarnings(model.spec, model.columns))
      yield { type: "warning", message };
    const reason = yield* this.#train();
    const last =
      this.#evaluations.last?.step === progress.step
        ? this.#evaluations.last
        : await this.#evaluations.ofCandidate(this.#steps?.session);
    const candidate = await candidateOf(model, this.#steps?.session);
    this.#evaluations.keepIfBest(last, candidate);
    this.#steps?.session.dispose();
    this.#steps = undefined;
    // Of a mixed objective the lower bound is one half only: its last parameters are what it asks for.
    model.setParameters(dataShare > 0 ? candidate : this.#evaluations.best);
    const chosen = dataShare > 0 ? progress.step : progress.best.step;
    const evaluation = await this.#evaluations.ofChosen(chosen);
    for (const message of evaluationWarnings(evaluation, progress.skipped))
      yield { type: "warning", message };
    this.#trained = FlowModel.trained(model, undefined, {
      ...model.records,
      energy: this.#evaluations.record(evaluation, this.#elapsed()),
    });
    const { nonFinite } = progress;
    yield { type: "end", reason, evaluation, nonFinite, elapsedMs: this.#elapsed() };
  }

  async *#train(): AsyncGenerator<EnergyEvent, Reason, void> {
    const { model, prepared, progress } = this.#run;
    const { steps, evaluateEvery } = prepared.settings;
    const { signal } = prepared.options;
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
        await this.#advance(Math.min(stage.to, nextMark) - progress.step);
        this.#pace.mark(progress.step, performance.now());
        yield* this.#maybeCheckpoint(signal?.aborted === true);
        throwIfAborted(signal);
        const evaluates = progress.step % evaluateEvery === 0 || progress.step === steps;
        if (evaluates || performance.now() - told > TELL_MS) {
          yield this.#progressEvent(stage);
          told = performance.now();
        }
        if (!evaluates) continue;
        const evaluation = await this.#evaluations.ofCandidate(this.#steps?.session);
        const candidate = await candidateOf(model, this.#steps?.session);
        this.#evaluations.keepIfBest(evaluation, candidate);
        yield { type: "evaluation", evaluation };
      }
    }
    return "steps";
  }

  /** Makes the steps of a stage; the optimiser goes on where it was. */
  async *#enter(stage: Stage): AsyncGenerator<EnergyEvent, void, void> {
    const { model, prepared, progress } = this.#run;
    const before = this.#steps?.session;
    const state = before === undefined ? prepared.saved?.tensors : await before.snapshot();
    before?.dispose();
    this.#steps = undefined;
    if (state !== undefined) model.setParameters(state["parameters"]!);
    const { graph } = prepared;
    if (stage.kind === "reverseKl")
      this.#steps =
        graph === undefined
          ? new DrawnSteps(this.#run, stage)
          : new PooledSteps(this.#run, stage, graph);
    else {
      // A checkpoint within the stage has its rows.
      const kept = progress.step > stage.from ? prepared.saved?.buffer : undefined;
      const { rows, distinct } =
        kept === undefined
          ? await resampledRows(this.#run, stage)
          : { rows: kept, distinct: undefined };
      if (distinct !== undefined)
        yield {
          type: "warning",
          message: `temperature ${Number(stage.temperatureAt(stage.from).toPrecision(3))}: ${distinct} of ${rows.length / model.spec.dims} resampled rows are different ones`,
        };
      this.#steps = new ResampledSteps(this.#run, stage, rows);
    }
    if (state !== undefined) this.#steps.session.restore(state);
  }

  async #advance(most: number): Promise<void> {
    const { progress } = this.#run;
    const result = await this.#steps!.advance(most);
    progress.step += result.steps;
    progress.skipped += result.skipped;
    progress.skippedInARow = result.skippedInARow;
    this.#gradientNorm = result.lastNorm;
    if (result.stopped !== "diverged") return;
    throw new CoupletError({
      code: "DIVERGED",
      where: `fitEnergy: step ${progress.step}`,
      expected: "finite gradients",
      received: `${progress.skippedInARow} steps in a row without`,
      hint: "Lower learningRate or clip, begin at a higher temperature, or put the target's bulk near +-1 with units.",
    });
  }

  #progressEvent(stage: Stage): EnergyEvent {
    const { prepared, progress, tally } = this.#run;
    const { step } = progress;
    return progressEvent(prepared.settings, tally, {
      step,
      temperature: stage.temperatureAt(Math.max(0, step - 1)),
      gradientNorm: this.#gradientNorm,
      msPerStep: this.#pace.msPerStep(1) ?? this.#elapsed() / Math.max(1, step),
      elapsedMs: this.#elapsed(),
    });
  }

  #early(): Reason | undefined {
    const { stop, maxMinutes = Infinity } = this.#run.prepared.options;
    if (stop?.aborted === true) return "stopped";
    return performance.now() - this.#started > 60_000 * maxMinutes ? "time" : undefined;
  }

  #elapsed(): number {
    const before = this.#run.prepared.saved?.progress.elapsedMs ?? 0;
    return before + performance.now() - this.#started;
  }

  /** A model of its own with the best parameters so far. */
  async #snapshot(): Promise<FlowModel> {
    const { spec, standardiser, contextStandardiser, columns } = this.model;
    const { last, best: parameters } = this.#evaluations;
    const records =
      last === undefined ? {} : { energy: this.#evaluations.record(last, this.#elapsed()) };
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
      this.#run.prepared.options,
    );
  }

  async *#maybeCheckpoint(now: boolean): AsyncGenerator<EnergyEvent, void, void> {
    const steps = this.#steps;
    if (steps === undefined) return;
    const warning = await this.#checkpoints.save(now, async () =>
      writeEnergyCheckpoint(
        {
          progress: { ...this.#run.progress, elapsedMs: this.#elapsed() },
          tensors: await steps.session.snapshot(),
          best: this.#evaluations.best,
          buffer: steps.buffer,
        },
        this.#run.prepared.fingerprint,
      ),
    );
    if (warning !== undefined) yield warning;
  }
}
