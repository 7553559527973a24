/** What the steps of a stage have in common: a session, and what they are told of the run. */
import type { TrainResult } from "../engine/device/device.ts";
import type { FlowModel } from "../flow/model/model.ts";
import type { EnergyProgress } from "./checkpoint.ts";
import type { NonFiniteWatch } from "./non-finite-rows.ts";
import { pick } from "./pool.ts";
import type { Pool } from "./pool.ts";
import type { PreparedEnergyRun } from "./prepare.ts";
import type { StepSession } from "./step-session.ts";
import type { Tally } from "./tally.ts";

/** A training under way, as its stages share it. */
export interface RunState {
  readonly prepared: PreparedEnergyRun;
  /** The model in training. */
  readonly model: FlowModel;
  readonly progress: EnergyProgress;
  readonly tally: Tally;
  readonly nonFinite: NonFiniteWatch;
  /** Whether the energy's gradient has been compared with differences, or need not be. */
  gradientChecked: boolean;
}

/** Steps of one stage. */
export interface StageSteps {
  readonly session: StepSession;
  /** Rows that steps learn from, standardised, where a checkpoint has to keep them. */
  readonly buffer: Float32Array<ArrayBuffer> | undefined;
  /** The next steps: at least one, at most `most`. */
  advance(most: number): Promise<TrainResult>;
}

/** The contexts of rows from step `step` on: each a random one of the run's, the same for the same number. */
export function contextsFrom(
  { prepared }: RunState,
  step: number,
  count: number,
): Omit<Pool, "count"> {
  const { contexts, settings } = prepared;
  const first = step * settings.batch;
  return pick(contexts, count, { seed: settings.seed, first, of: "context" });
}
