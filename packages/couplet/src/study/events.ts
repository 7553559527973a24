import type { Cell } from "./cell.ts";
import type { Job } from "./job.ts";

/** What a study tells while it runs. */
export type StudyEvent =
  | {
      readonly type: "start";
      readonly cells: readonly Cell[];
      /** Trainings to do, and those that an earlier run did. */
      readonly jobs: number;
      readonly done: number;
    }
  | {
      readonly type: "job";
      readonly job: Job;
      readonly status: "trained" | "diverged";
      /** Mean log-density of the validation rows, nats; undefined for a run that diverged. */
      readonly validation: number | undefined;
      readonly done: number;
      readonly jobs: number;
      /** Share of the work that is done, by epochs. */
      readonly fraction: number;
      /** At the speed so far. */
      readonly secondsLeft: number;
    };
