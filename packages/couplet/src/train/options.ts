/** Options of training, and the defaults that depend on the data's size. */
import { CoupletError } from "../error.ts";
import { checkOptions } from "../options.ts";
import type { OptionNames } from "../options.ts";
import type { Rows } from "../flow/model/rows.ts";
import { checkInteger } from "../check-integer.ts";
import type { Reducer } from "./reducer.ts";
import type { TrainSettings } from "./settings.ts";
import type { Strategy } from "./strategy.ts";
import type { TrainEvent } from "./events.ts";

/** Options of training; every one has a default that works. */
export interface TrainOptions {
  /**
   * Rows held out to choose the best epoch: a fraction (default 0.1) or rows of one's own. Small
   * tables hold out at least 30 rows.
   */
  readonly validation?: number | { readonly rows: Rows; readonly context?: Rows };
  /** Weights of the rows, at least 0; default 1 each. */
  readonly weights?: ArrayLike<number>;
  /** Passes over the data at most. Default: about 12,000 steps, between 20 and 400 epochs. */
  readonly epochs?: number;
  /** Rows per step. Default: about a twentieth of the rows, between 32 and 512. */
  readonly batch?: number;
  /** Adam's highest step size; default 1e-3. */
  readonly learningRate?: number;
  /** Part of the steps in which the rate rises from 0; then it falls to 0 along a half cosine. Default 0.05. */
  readonly warmup?: number;
  /**
   * Epochs without a better validation loss that end the training. Default: a fifth of `epochs`, at least 10; with a context half
   * of them, at least 20.
   */
  readonly patience?: number;
  /** Gradients are scaled down to this global norm; 0 switches it off. Default 5. */
  readonly clipNorm?: number;
  /** Decoupled weight decay, on weight matrices only. Default 1e-5, with a context 0.3. */
  readonly weightDecay?: number;
  /** Decay of an exponential moving average of the parameters, which is then what is validated and kept. */
  readonly ema?: number;
  /** Fixes the split, the weights, the order and the dropout. Default 0. */
  readonly seed?: number;
  /** Standardise columns first (the density stays that of the original units). Default true. */
  readonly standardise?: boolean;
  /** Keep activations for the backward pass, or rebuild them from outputs. Default `store`. */
  readonly memory?: "store" | "reversible";
  /** Largest rebuilding error, in standard deviations, that reversible mode bears before it keeps checkpoints. Default 1e-3. */
  readonly driftTolerance?: number;
  /**
   * New training rows for each epoch (from 0), as many as `rows` and in their order: fresh noise on
   * discrete columns, say. Needs `validation` as rows. It must be a function of the epoch alone.
   *
   * With a {@link reducer} of several processes `numbers` are the rows of this process's lanes, ascending: it may give these alone,
   * in this order, and need not read the others. With `order: "lanes"` they are the same in every epoch, one after the other.
   */
  readonly rowsOfEpoch?: (epoch: number, numbers?: Int32Array) => Rows | Promise<Rows>;
  /** The context that goes with {@link rowsOfEpoch}, when it changes too: one row of it per row. */
  readonly contextOfEpoch?: (epoch: number, numbers?: Int32Array) => Rows | Promise<Rows>;
  /**
   * Which order an epoch has. `"all"`, the default: any row may come at any place. `"lanes"`: each lane of a batch takes its rows from
   * a part of its own, one row after the other in `rows` and the same in every epoch, so that a process of several reads one piece of
   * the rows. A batch then has rows of every part.
   */
  readonly order?: "all" | "lanes";
  /** Anything that tells one source of data from another; a checkpoint is refused when it changed. */
  readonly dataDigest?: string;
  /** Ends the call, when aborted, with what it was aborted with; a checkpoint is saved, and no model comes back. */
  readonly signal?: AbortSignal;
  /**
   * Ends the training, when aborted, after the step under way: a checkpoint is saved, and the best model so far comes back.
   * `Run.stop` does the same.
   */
  readonly stop?: AbortSignal;
  /** Ends the training likewise after this time. The time of an earlier run that is resumed does not count. */
  readonly maxMinutes?: number;
  /** Column names, kept in the model and used in messages. */
  readonly columns?: readonly string[];
  /** Called after each epoch. */
  readonly onEpoch?: (event: Extract<TrainEvent, { type: "epoch" }>) => void;
  /** Called with every event, progress within epochs and warnings too. */
  readonly onEvent?: (event: TrainEvent) => void;
  /**
   * Saves the whole training state about every `everySeconds`, and when aborted or stopped. Where that fails, a warning says so
   * and the training goes on.
   */
  readonly checkpoint?: {
    /** Default 60. */
    readonly everySeconds?: number;
    /** Gets the bytes of a checkpoint; a promise is waited for. */
    save(bytes: Uint8Array<ArrayBuffer>): void | Promise<void>;
  };
  /**
   * The other processes of this training: each computes its lanes of every batch, all update to the same bits as one process alone.
   * Time, `stop` and `signal` are rank 0's to decide. See {@link Reducer}.
   */
  readonly reducer?: Reducer;
  /** Which parameters a step updates, and in which order; by default all of them in each. See {@link Strategy}. */
  readonly strategy?: Strategy;
  /** A checkpoint's bytes: goes on from there, to the last bit. */
  readonly resume?: Uint8Array;
}

export const trainOptionNames: OptionNames<TrainOptions> = {
  validation: true,
  weights: true,
  epochs: 0,
  batch: 0,
  learningRate: 0,
  warmup: 0,
  patience: 0,
  clipNorm: 0,
  weightDecay: 0,
  ema: 0,
  seed: 0,
  standardise: false,
  memory: ["store", "reversible"],
  driftTolerance: 0,
  rowsOfEpoch: "function",
  contextOfEpoch: "function",
  order: ["all", "lanes"],
  dataDigest: "",
  signal: "AbortSignal",
  stop: "AbortSignal",
  maxMinutes: 0,
  columns: true,
  onEpoch: "function",
  onEvent: "function",
  checkpoint: true,
  reducer: true,
  strategy: true,
  resume: true,
};

/**
 * The settings of a run: what the options say, and defaults by the number of rows for the rest.
 *
 * @param conditional whether the flow has a context
 * @param where the call, for messages
 * @throws CoupletError USAGE on a value out of its range
 */
export function settingsFor(
  options: TrainOptions,
  trainingRows: number,
  conditional = false,
  where = "fit",
): TrainSettings {
  const { within, countWithin } = checksOf(where);
  const batch = countWithin("batch", options.batch) ?? defaultBatch(trainingRows);
  const stepsPerEpoch = Math.ceil(trainingRows / batch);
  const epochs = countWithin("epochs", options.epochs) ?? defaultEpochs(stepsPerEpoch);
  return {
    epochs,
    batch,
    learningRate: within("learningRate", options.learningRate, 0, 10) ?? 1e-3,
    warmup: within("warmup", options.warmup, 0, 1) ?? 0.05,
    patience: within("patience", options.patience, 1, 1e6) ?? defaultPatience(epochs, conditional),
    clipNorm: within("clipNorm", options.clipNorm, 0, Infinity) ?? 5,
    weightDecay:
      within("weightDecay", options.weightDecay, 0, 10) ?? (conditional ? CONDITIONAL_DECAY : 1e-5),
    ema: within("ema", options.ema, 0, 1) ?? 0,
    seed: seedOf(where, options.seed),
    standardise: options.standardise ?? true,
    memory: options.memory ?? "store",
    driftTolerance: within("driftTolerance", options.driftTolerance, 0, Infinity) ?? 1e-3,
    ...(options.order === "lanes" ? { order: "lanes" } : {}),
  };
}

/**
 * Nothing, when checkpoints can be saved as the options say: a minute of training would be lost otherwise.
 *
 * @throws CoupletError USAGE
 */
export function checkCheckpoint({ checkpoint }: TrainOptions, where = "fit"): void {
  if (checkpoint === undefined) return;
  checkOptions(`${where}: checkpoint`, checkpoint, { everySeconds: 0, save: "function" });
  checksOf(where).within("checkpoint: everySeconds", checkpoint.everySeconds, 0, Infinity);
  if (typeof checkpoint.save === "function") return;
  throw new CoupletError({
    code: "USAGE",
    where: `${where}: checkpoint: save`,
    expected: "a function that takes the bytes of a checkpoint",
    received: typeof checkpoint.save,
  });
}

/** @throws CoupletError USAGE for a strategy that is no object with a name, settings and `begin` */
export function checkStrategy({ strategy }: TrainOptions): void {
  if (strategy === undefined) return;
  const parts: unknown = strategy;
  const isObject = typeof parts === "object" && parts !== null;
  const { name, settings, begin } = isObject ? (parts as Partial<Strategy>) : {};
  if (typeof name === "string" && typeof settings === "object" && typeof begin === "function")
    return;
  throw new CoupletError({
    code: "USAGE",
    where: "fit: strategy",
    expected: "a strategy: { name, settings, begin }",
    received: isObject ? `{ ${Object.keys(parts).join(", ")} }` : JSON.stringify(parts),
  });
}

/** @throws CoupletError USAGE for a time that is no number of minutes above 0 */
export function checkMaxMinutes({ maxMinutes }: TrainOptions, where = "fit"): void {
  if (maxMinutes === undefined || (typeof maxMinutes === "number" && maxMinutes > 0)) return;
  throw new CoupletError({
    code: "USAGE",
    where: `${where}: maxMinutes`,
    expected: "a number of minutes above 0",
    received: String(maxMinutes),
  });
}

/** A power of two near a twentieth of the rows: enough steps on small data, full tiles on large. */
function defaultBatch(rows: number): number {
  const wish = 2 ** Math.round(Math.log2(Math.max(1, rows / 20)));
  return Math.min(rows, Math.max(32, Math.min(512, wish)));
}

/**
 * With a context. Few rows are near any one context, and networks bend to each of them: theta given x = theta + 0.05 e in two
 * variables had deviations up to 10 % off and draws 9 deviations out, with this decay 7 % and 6, in five seeds each.
 */
const CONDITIONAL_DECAY = 0.3;

/**
 * With a context twice as long: the held-out loss hardly shows how wide a posterior is, and a training that ends before its rate has
 * fallen leaves the networks as rough as they were then.
 */
function defaultPatience(epochs: number, conditional: boolean): number {
  return conditional ? Math.max(20, Math.round(epochs / 2)) : Math.max(10, Math.round(epochs / 5));
}

/** About 12,000 steps: where held-out likelihood levels off on the tables that the defaults were chosen on. */
function defaultEpochs(stepsPerEpoch: number): number {
  return Math.max(20, Math.min(400, Math.round(12_000 / stepsPerEpoch)));
}

function seedOf(where: string, seed = 0): number {
  checkInteger(`${where}: seed`, seed, 0);
  return seed;
}

/** Checks of numbers among the options of a call. */
function checksOf(where: string) {
  const wrong = (name: string, expected: string, value: unknown) =>
    new CoupletError({
      code: "USAGE",
      where: `${where}: ${name}`,
      expected,
      received: typeof value === "number" ? String(value) : JSON.stringify(value),
    });
  return {
    /** An integer: of 2.5 epochs nobody knows whether two or three were meant. */
    countWithin(name: string, value: number | undefined): number | undefined {
      if (value === undefined || (Number.isInteger(value) && value >= 1 && value <= 1e6))
        return value;
      throw wrong(name, "an integer from 1 to 1000000", value);
    },
    within(
      name: string,
      value: number | undefined,
      least: number,
      most: number,
    ): number | undefined {
      // A string that looks like a number would pass as one, and be concatenated later.
      if (value === undefined || (typeof value === "number" && value >= least && value <= most))
        return value;
      throw wrong(name, `a number from ${least} to ${most}`, value);
    },
  };
}
