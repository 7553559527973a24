/** Steps of reverse KL with the energy on the caller's thread: draws, their energies, a step, in turn. */
import type { TrainResult } from "../engine/device/device.ts";
import { lowerObjective } from "../train/objective.ts";
import { reverseKl } from "../train/objectives/reverse-kl.ts";
import { checkEnergyGradient } from "./check-gradient.ts";
import { clipEnergies } from "./clip.ts";
import type { EvaluatedRows } from "./energy.ts";
import { EVALUATION_ROWS_FROM } from "./evaluation.ts";
import { pick } from "./pool.ts";
import { draw } from "./proposal.ts";
import type { Drawn } from "./proposal.ts";
import type { Stage } from "./schedule.ts";
import { contextsFrom } from "./stage-steps.ts";
import type { RunState, StageSteps } from "./stage-steps.ts";
import { StepSession } from "./step-session.ts";

export class DrawnSteps implements StageSteps {
  readonly session: StepSession;
  readonly buffer = undefined;
  readonly #run: RunState;
  readonly #stage: Stage;

  constructor(run: RunState, stage: Stage) {
    this.#run = run;
    this.#stage = stage;
    const { model, prepared } = run;
    const { batch, dataShare } = prepared.settings;
    const objective = reverseKl(dataShare);
    const feeds = Object.fromEntries(
      Object.entries(objective.feeds(model.spec)).map(([name, cols]) => [
        name,
        new Float32Array(batch * cols),
      ]),
    );
    const lowered = lowerObjective(objective, model.spec, model.layout);
    const graph = lowered.trainingGraph({ memory: "store" });
    const data = { feeds, rows: batch, shuffled: false };
    this.session = new StepSession(model, graph, data, prepared.settings);
  }

  async advance(): Promise<TrainResult> {
    const { step, skippedInARow } = this.#run.progress;
    await this.#feed(this.#stage.temperatureAt(step));
    return this.session.steps(step, step - this.#stage.from, 1, skippedInARow);
  }

  /** Draws a batch, asks for its energies, and gives the session latent values and forces. */
  async #feed(temperature: number): Promise<void> {
    const run = this.#run;
    const { settings, options, caller, data } = run.prepared;
    const { batch, seed, clip } = settings;
    const { step } = run.progress;
    const context = contextsFrom(run, step, batch);
    const drawn = await draw(run.model, {
      count: batch,
      seed,
      firstRow: (step * batch) % EVALUATION_ROWS_FROM,
      context: context.context,
      signal: options.signal,
    });
    const values = await caller.evaluate(drawn.rows, context.ownContext, options.signal);
    await this.#checkGradient(drawn, context.ownContext, values);
    run.progress.nonFinite += values.nonFinite;
    run.nonFinite.add(step, values.nonFinite, batch);
    const klOfRows = drawn.logProb.map((logProb, r) => logProb + values.u[r]! / temperature);
    const { dims } = run.model.spec;
    run.tally.add({
      rows: batch,
      reverseKl: klOfRows,
      nonFinite: values.nonFinite,
      clipped: clipEnergies(values.u, values.grad, dims, clip * temperature),
    });
    const dataRows = data && pick(data, batch, { seed, first: step * batch, of: "data" });
    this.session.replaceFeeds({
      latent: drawn.latent as Float32Array,
      force: forces(drawn, values, run.model.standardiser.scale, temperature),
      ...(context.context === undefined ? {} : { latentContext: context.context }),
      ...(dataRows === undefined ? {} : { rows: dataRows.rows! }),
      ...(dataRows?.context === undefined ? {} : { context: dataRows.context }),
    });
  }

  async #checkGradient(
    { rows }: Drawn,
    context: Float64Array | undefined,
    values: EvaluatedRows,
  ): Promise<void> {
    const run = this.#run;
    const { model, prepared } = run;
    const { settings, options, caller } = prepared;
    if (run.gradientChecked || values.nonFinite === settings.batch) return;
    const { scale } = model.standardiser;
    const at = { rows, context, values, scale, contextDims: model.spec.context as number };
    await checkEnergyGradient(caller, "fitEnergy", at, options.signal);
    run.gradientChecked = true;
  }
}

/** d (log q + u / T) / dx per standardised unit; a row without an energy pulls nowhere. */
function forces(
  { logProb, gradient }: Drawn,
  { u, grad }: EvaluatedRows,
  scale: readonly number[],
  temperature: number,
): Float32Array<ArrayBuffer> {
  const dims = scale.length;
  const force = new Float32Array(u.length * dims);
  for (let r = 0; r < u.length; r++) {
    if (!Number.isFinite(u[r]!) || !Number.isFinite(logProb[r]!)) continue;
    for (let j = 0; j < dims; j++) {
      const i = r * dims + j;
      force[i] = gradient[i]! + (grad[i]! * scale[j]!) / temperature;
    }
  }
  return force;
}
