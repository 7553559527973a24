/** Options of a study and their defaults. */
import { checkInteger } from "../check-integer.ts";
import type { CoupletError } from "../error.ts";
import { usageError } from "../usage-error.ts";
import { checkOptions } from "../options.ts";
import type { OptionNames } from "../options.ts";
import { shown } from "../shown.ts";
import type { StudyEvent } from "./events.ts";
import type { StudyJournal } from "./journal.ts";

/** Options of `study`. */
export interface StudyOptions {
  /** Columns of a row, where the rows are a flat array. */
  readonly dims?: number;
  /** Parameters of every flow. Default 50,000. */
  readonly budget?: number;
  /** The cells: every number of couplings with every depth. Default 2, 4, 8, 16 couplings with 1, 2, 4 hidden layers. */
  readonly grid?: { readonly couplings?: readonly number[]; readonly depth?: readonly number[] };
  /** Default `"spline"` (rational-quadratic, 8 bins). */
  readonly transform?: "affine" | "spline";
  /** Runs of each cell at full length. Default 3. */
  readonly seeds?: number;
  /** All are tried for a ninth of the epochs, the better half for a third; each cell takes the best on validation rows. Default 3e-4, 1e-3, 3e-3. */
  readonly learningRates?: readonly number[];
  /** Epochs of a run at full length. Default: about 6,000 steps. */
  readonly epochs?: number;
  /** Rows per step. Default 512, at most a twentieth of the training rows. */
  readonly batch?: number;
  /** Ends the study after this time; what was not run is named. */
  readonly maxMinutes?: number;
  /** Of the split and of the first runs. Default 0. */
  readonly seed?: number;
  /** Runs at a time, each on one thread. Default: the cores. */
  readonly threads?: number;
  /** Keeps each result; a study that was killed goes on from it. */
  readonly journal?: StudyJournal;
  /** Called at the start and after each run. */
  readonly onEvent?: (event: StudyEvent) => void;
  readonly signal?: AbortSignal;
}

export const studyOptionNames: OptionNames<StudyOptions> = {
  dims: 0,
  budget: 0,
  grid: true,
  transform: ["affine", "spline"],
  seeds: 0,
  learningRates: true,
  epochs: 0,
  batch: 0,
  maxMinutes: 0,
  seed: 0,
  threads: 0,
  journal: true,
  onEvent: "function",
  signal: "AbortSignal",
};

/** All that the results depend on, besides the rows. */
export interface StudySettings {
  readonly budget: number;
  readonly couplings: readonly number[];
  readonly depth: readonly number[];
  readonly transform: "affine" | "spline";
  readonly seeds: number;
  readonly learningRates: readonly number[];
  readonly epochs: number;
  readonly batch: number;
  readonly seed: number;
}

const STEPS = 6000;

/** @throws CoupletError USAGE */
export function studySettings(options: StudyOptions, trainingRows: number): StudySettings {
  checkOptions("study", options, studyOptionNames);
  const { grid = {}, transform = "spline", budget = 50_000, seeds = 3, seed = 0 } = options;
  checkOptions("study: grid", grid, { couplings: true, depth: true });
  const { couplings = [2, 4, 8, 16], depth = [1, 2, 4] } = grid;
  const { learningRates = [3e-4, 1e-3, 3e-3] } = options;
  checkInteger("study: budget", budget, 1);
  checkInteger("study: seeds", seeds, 1);
  checkInteger("study: seed", seed, 0);
  checkList("grid.couplings", couplings, (value) => Number.isInteger(value) && value >= 1);
  checkList("grid.depth", depth, (value) => Number.isInteger(value) && value >= 1);
  checkList("learningRates", learningRates, (value) => value > 0 && value <= 10);
  const batch = options.batch ?? Math.max(32, Math.min(512, Math.floor(trainingRows / 20)));
  checkInteger("study: batch", batch, 1);
  const epochs = options.epochs ?? Math.max(9, Math.round(STEPS / Math.ceil(trainingRows / batch)));
  checkInteger("study: epochs", epochs, 1);
  if (options.threads !== undefined) checkInteger("study: threads", options.threads, 1);
  const minutes = options.maxMinutes;
  if (minutes !== undefined && !(typeof minutes === "number" && minutes > 0))
    throw wrong("maxMinutes", "a number of minutes above 0", String(minutes));
  return { budget, couplings, depth, transform, seeds, learningRates, epochs, batch, seed };
}

function checkList(
  name: string,
  values: readonly number[],
  fits: (value: number) => boolean,
): void {
  if (!Array.isArray(values)) throw wrong(name, "a list of numbers", shown(values));
  const at = values.findIndex((value) => !(typeof value === "number" && fits(value)));
  if (at !== -1) throw wrong(name, "numbers in range", shown(values[at]));
  if (values.length === 0) throw wrong(name, "at least one number", "none");
  if (new Set(values).size < values.length)
    throw wrong(name, "each number once", values.join(", "));
}

function wrong(name: string, expected: string, received: string): CoupletError {
  return usageError(`study: ${name}`, expected, received);
}
