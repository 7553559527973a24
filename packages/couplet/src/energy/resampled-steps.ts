/** Steps of maximum likelihood on the model's own draws, weighted to a lower temperature and drawn again. */
import type { TrainResult } from "../engine/device/device.ts";
import { lowerObjective } from "../train/objective.ts";
import { maximumLikelihood } from "../train/objectives/maximum-likelihood.ts";
import { logWeightsOf } from "./evaluation.ts";
import { tooManyNonFinite } from "./non-finite-rows.ts";
import { draw } from "./proposal.ts";
import { resample } from "./resample.ts";
import type { Stage } from "./schedule.ts";
import { contextsFrom } from "./stage-steps.ts";
import type { RunState, StageSteps } from "./stage-steps.ts";
import { StepSession } from "./step-session.ts";

/** Draws that are resampled come after those of training and of evaluations in the seed's 2^32 rows. */
const BUFFER_ROWS_FROM = 3 * 2 ** 30;

/** Rows to learn from. */
export interface ResampledRows {
  /** Standardised. */
  readonly rows: Float32Array<ArrayBuffer>;
  /** How many of them are different ones; undefined for those of a checkpoint. */
  readonly distinct: number | undefined;
}

/**
 * Draws of the model, drawn again by their weights at the stage's temperature.
 *
 * @throws CoupletError NON_FINITE_INPUT when no draw has a finite energy
 */
export async function resampledRows(run: RunState, stage: Stage): Promise<ResampledRows> {
  const { settings, options, caller } = run.prepared;
  const { bufferRows, seed, batch } = settings;
  const { dims } = run.model.spec;
  const context = contextsFrom(run, stage.from, bufferRows);
  const drawn = await draw(run.model, {
    count: bufferRows,
    seed,
    firstRow: BUFFER_ROWS_FROM + ((stage.from * batch) % 2 ** 29),
    context: context.context,
    signal: options.signal,
  });
  const { u, nonFinite } = await caller.evaluate(drawn.rows, context.ownContext, options.signal);
  run.progress.nonFinite += nonFinite;
  const { logWeights } = logWeightsOf(drawn, u, stage.temperatureAt(stage.from));
  const picked = resample(logWeights, bufferRows, seed + stage.from);
  if (picked.length === 0) throw tooManyNonFinite(run.progress.step, bufferRows, bufferRows);
  const rows = new Float32Array(bufferRows * dims);
  for (const [i, row] of picked.entries())
    rows.set(drawn.standardised.subarray(row * dims, (row + 1) * dims), i * dims);
  return { rows, distinct: new Set(picked).size };
}

export class ResampledSteps implements StageSteps {
  readonly session: StepSession;
  readonly buffer: Float32Array<ArrayBuffer>;
  readonly #run: RunState;
  readonly #stage: Stage;

  /** @param buffer rows of {@link resampledRows}, or of a checkpoint within the stage */
  constructor(run: RunState, stage: Stage, buffer: Float32Array<ArrayBuffer>) {
    this.#run = run;
    this.#stage = stage;
    this.buffer = buffer;
    const { model, prepared } = run;
    const { context, dims } = model.spec;
    const rows = buffer.length / dims;
    const feeds = {
      rows: buffer,
      ...(context === 0 ? {} : { context: contextsFrom(run, stage.from, rows).context! }),
    };
    const lowered = lowerObjective(maximumLikelihood, model.spec, model.layout);
    const graph = lowered.trainingGraph({ memory: "store" });
    // A buffer of a single batch has no order to change.
    const data = { feeds, rows, shuffled: rows > prepared.settings.batch };
    this.session = new StepSession(model, graph, data, prepared.settings);
  }

  async advance(most: number): Promise<TrainResult> {
    const { step, skippedInARow } = this.#run.progress;
    const result = await this.session.steps(step, step - this.#stage.from, most, skippedInARow);
    this.#run.tally.add({ rows: result.steps * this.#run.prepared.settings.batch });
    return result;
  }
}
