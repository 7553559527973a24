/** What a step of training takes in memory, in both ways of getting at activations, before the first step is done. */
import { CoupletError } from "../error.ts";
import type { TrainingBytes } from "../engine/device/device.ts";
import { keepStateEvery } from "./drift.ts";
import type { PlannedMemory } from "./events.ts";
import type { TrainSettings } from "./settings.ts";
import type { Task } from "./task.ts";

/**
 * What a step takes, and what it would take in the other mode. Rows go through in tiles, whose height falls where a
 * thread's activations would pass a bound: they grow with depth only up to it.
 *
 * @param planned of the mode that the settings ask for
 */
export function plannedMemory(
  { trainee, objective, training }: Pick<Task, "trainee" | "objective" | "training">,
  { batch, ema, memory }: Pick<TrainSettings, "batch" | "ema" | "memory">,
  planned: TrainingBytes,
): PlannedMemory {
  const parameters = 4 * trainee.layout.count;
  const other = memory === "store" ? "reversible" : "store";
  const otherPlan = trainee.runner.device.planTraining(
    objective.trainingGraph({ memory: other, keepStateEvery: keepStateEvery(0) }),
    Math.min(batch, training.rows),
  );
  const [mine, its] = [planned.activations, otherPlan.activations];
  const [store, reversible] = memory === "store" ? [mine, its] : [its, mine];
  return {
    activations: { store, reversible },
    parameters,
    gradients: planned.gradients,
    moments: parameters * (ema > 0 ? 3 : 2),
  };
}

/**
 * The error, with what both ways of getting at activations take where a step that stores them did not fit into memory.
 */
export function withSizes(
  error: unknown,
  { trainee, objective, training }: Pick<Task, "trainee" | "objective" | "training">,
  { batch, memory }: Pick<TrainSettings, "batch" | "memory">,
): unknown {
  if (!(error instanceof CoupletError) || error.code !== "OUT_OF_MEMORY" || memory !== "store")
    return error;
  const bytes = (mode: TrainSettings["memory"]): number =>
    trainee.runner.device.planTraining(
      objective.trainingGraph({ memory: mode, keepStateEvery: keepStateEvery(0) }),
      Math.min(batch, training.rows),
    ).activations;
  const [stored, rebuilt] = [bytes("store"), bytes("reversible")];
  // Data and parameters alone are too many.
  if (rebuilt > stored / 2) return error;
  return new CoupletError({
    code: "OUT_OF_MEMORY",
    where: "training: memory",
    expected: "activations, data and parameters within 4 GB of address space",
    received: `${inWords(stored)} of stored activations`,
    hint: `memory: "reversible" rebuilds them and takes ${inWords(rebuilt)}.`,
    cause: error,
  });
}

function inWords(bytes: number): string {
  return bytes < 1e9 ? `${Math.ceil(bytes / 1e6)} MB` : `${(bytes / 1e9).toFixed(1)} GB`;
}
