/** Steps of reverse KL with an energy of engine ops: many a call, and nothing comes back but sums. */
import type { TrainResult } from "../engine/device/device.ts";
import { standardiserLogDet } from "../flow/model/preprocess.ts";
import type { EnergyGraph } from "./graph-energy.ts";
import { isPlain, lowerPooledReverseKl, pooledFeeds } from "./pooled-graph.ts";
import { pick } from "./pool.ts";
import type { Stage } from "./schedule.ts";
import { contextsFrom } from "./stage-steps.ts";
import type { RunState, StageSteps } from "./stage-steps.ts";
import { StepSession } from "./step-session.ts";

/** Rows of the feeds, at most: they hold the temperatures, contexts and data of so many rows ahead. */
const MOST_ROWS = 16_384;

export class PooledSteps implements StageSteps {
  readonly session: StepSession;
  readonly buffer = undefined;
  readonly #run: RunState;
  readonly #stage: Stage;
  /** Steps that the feeds hold, and the first of them. */
  readonly #ahead: number;
  #first: number | undefined;

  constructor(run: RunState, stage: Stage, energy: EnergyGraph) {
    this.#run = run;
    this.#stage = stage;
    const { model, prepared } = run;
    const { batch, dataShare } = prepared.settings;
    const { dims, context } = model.spec as { dims: number; context: number };
    const task = { energy, units: model.standardiser, dataShare };
    this.#ahead = Math.max(1, Math.floor(MOST_ROWS / batch));
    const rows = this.#ahead * batch;
    const feeds: Record<string, Float32Array> = Object.fromEntries(
      Object.entries(pooledFeeds({ dims, context }, task)).map(([name, cols]) => [
        name,
        new Float32Array(rows * cols),
      ]),
    );
    feeds["one"]!.fill(1);
    if (!isPlain(task.units)) {
      const { scale, shift } = task.units;
      for (let i = 0; i < rows * dims; i++) {
        feeds["unitScale"]![i] = scale[i % dims]!;
        feeds["unitShift"]![i] = shift[i % dims]!;
      }
    }
    const graph = lowerPooledReverseKl(model.spec, model.layout, task);
    this.session = new StepSession(
      model,
      graph,
      { feeds, rows, shuffled: false },
      prepared.settings,
    );
  }

  async advance(most: number): Promise<TrainResult> {
    const run = this.#run;
    const { step, skippedInARow } = run.progress;
    if (this.#first === undefined || step >= this.#first + this.#ahead) this.#feed(step);
    const local = step - this.#first!;
    const wanted = Math.min(most, this.#ahead - local);
    const result = await this.session.steps(step, local, wanted, skippedInARow);
    // Densities of standardised rows, as the program has them, in the user's units.
    const offset = standardiserLogDet(run.model.standardiser);
    run.tally.add({
      rows: result.steps * run.prepared.settings.batch,
      reverseKl: result.weight > 0 ? [result.loss / result.weight + offset] : [],
    });
    return result;
  }

  /** Temperatures, contexts and data of the steps from `first` on. */
  #feed(first: number): void {
    const run = this.#run;
    const { data, settings } = run.prepared;
    const { batch, seed } = settings;
    const count = this.#ahead * batch;
    const beta = new Float32Array(count);
    for (let s = 0; s < this.#ahead; s++)
      beta.fill(1 / this.#stage.temperatureAt(first + s), s * batch, (s + 1) * batch);
    const { context, ownContext } = contextsFrom(run, first, count);
    const dataRows = data && pick(data, count, { seed, first: first * batch, of: "data" });
    this.session.replaceFeeds({
      beta,
      ...(context === undefined ? {} : { latentContext: context }),
      ...(ownContext === undefined ? {} : { ownContext: Float32Array.from(ownContext) }),
      ...(dataRows === undefined ? {} : { rows: dataRows.rows! }),
      ...(dataRows?.context === undefined ? {} : { context: dataRows.context }),
    });
    this.#first = first;
  }
}
