/** Evaluations of a training from an energy: the parameters that are best so far, and what the model keeps of them. */
import type { FlowModel } from "../flow/model/model.ts";
import { evaluate } from "./evaluation.ts";
import type { EnergyEvaluation } from "./events.ts";
import type { RunState } from "./stage-steps.ts";
import type { StepSession } from "./step-session.ts";

export class RunEvaluations {
  readonly #run: RunState;
  readonly #history: EnergyEvaluation[] = [];
  #best: Float32Array<ArrayBuffer>;
  #last: EnergyEvaluation | undefined;

  /** @param best the parameters that are best so far */
  constructor(run: RunState, best: Float32Array<ArrayBuffer>) {
    this.#run = run;
    this.#best = best;
  }

  /** The parameters of the highest lower bound of log Z so far. */
  get best(): Float32Array<ArrayBuffer> {
    return this.#best;
  }

  /** The last evaluation. */
  get last(): EnergyEvaluation | undefined {
    return this.#last;
  }

  /** Evaluates the model as it is, always by the same draws: what is compared differs by the parameters alone. */
  async now(): Promise<EnergyEvaluation> {
    return this.#of(this.#run.progress.step, false);
  }

  /** Evaluates the model that comes back, by draws that had no part in choosing its parameters. */
  async ofChosen(step: number): Promise<EnergyEvaluation> {
    return this.#of(step, true);
  }

  async #of(step: number, fresh: boolean): Promise<EnergyEvaluation> {
    const { settings, options, caller, contexts } = this.#run.prepared;
    const { evaluationRows: rows, seed } = settings;
    const request = { step, rows, seed, contexts, fresh, signal: options.signal };
    const evaluation = await evaluate(this.#run.model, caller, request);
    this.#last = evaluation;
    this.#history.push(evaluation);
    return evaluation;
  }

  /** Evaluates the parameters that a session would hand out; those in training come back after. */
  async ofCandidate(session: StepSession | undefined): Promise<EnergyEvaluation> {
    const { model, prepared } = this.#run;
    if (session === undefined || prepared.settings.ema === 0) return this.now();
    const trained = await session.snapshot();
    model.runner.setParameters(await session.candidate());
    try {
      return await this.now();
    } finally {
      session.restore(trained);
    }
  }

  /** Keeps the candidate when its lower bound is the highest so far. */
  keepIfBest({ step, elbo }: EnergyEvaluation, candidate: Float32Array<ArrayBuffer>): void {
    const { progress } = this.#run;
    // -Infinity where a draw had no finite energy: of such evaluations the last is kept, which has been trained.
    const last = progress.best?.elbo ?? -Infinity;
    if (!(elbo > last || (elbo === -Infinity && last === -Infinity))) return;
    progress.best = { step, elbo };
    this.#best = candidate;
  }

  /** What the model's file says of its training. */
  record(evaluation: EnergyEvaluation, elapsedMs: number): Record<string, unknown> {
    const { step, nonFinite, skipped } = this.#run.progress;
    return {
      settings: { ...this.#run.prepared.settings },
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
      elapsedMs: Math.round(elapsedMs),
    };
  }
}

/** The parameters that a session would hand out, or the model's before the first. */
export async function candidateOf(
  model: FlowModel,
  session: StepSession | undefined,
): Promise<Float32Array<ArrayBuffer>> {
  return session === undefined ? model.parameters : session.candidate();
}
