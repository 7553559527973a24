/** Options of training a classifier. */
import { deviceOptionNames } from "../flow/model/call-options.ts";
import type { Rows } from "../flow/model/rows.ts";
import type { Device } from "../engine/device/device.ts";
import type { DeviceOptions } from "../engine/device/open.ts";
import type { CoupletError } from "../error.ts";
import { usageError } from "../usage-error.ts";
import { checkOptions } from "../options.ts";
import type { OptionNames } from "../options.ts";
import { checkCheckpoint, checkMaxMinutes, checkStrategy, settingsFor } from "../train/options.ts";
import type { TrainOptions } from "../train/options.ts";
import type { TrainSettings } from "../train/settings.ts";
import { checkedAugmentation } from "./augment.ts";
import type { Augmentation } from "./augment.ts";
import type { ClassifierEvent } from "./events.ts";

/** What means the same as in `fit`. */
type SameAsFit = Pick<
  TrainOptions,
  | "clipNorm"
  | "ema"
  | "seed"
  | "dataDigest"
  | "driftTolerance"
  | "signal"
  | "stop"
  | "maxMinutes"
  | "checkpoint"
  | "reducer"
  | "strategy"
  | "resume"
  | "memory"
>;

/** Options of {@link fitClassifier}. */
export interface ClassifierOptions extends SameAsFit, DeviceOptions {
  /** Images held out to choose the best epoch: a fraction (default 0.1), or images and labels of one's own. */
  readonly validation?: number | { readonly images: Rows; readonly labels: ArrayLike<number> };
  /** Passes over the images at most. Default 20. */
  readonly epochs?: number;
  /** Images per step. Default 128, and fewer for fewer than 2,000 images. */
  readonly batch?: number;
  /** Adam, or stochastic gradient descent with momentum. Default `adam`. */
  readonly optimiser?: "adam" | "sgd";
  /** Of `sgd`: v = momentum v + g. Default 0.9. */
  readonly momentum?: number;
  /** Highest step size. Default 2e-3, with `sgd` 0.1. */
  readonly learningRate?: number;
  /**
   * After a linear warm-up: `cosine`, a half cosine to 0; `oneCycle`, the same after a warm-up of 30 % of the steps (Smith & Topin 2018, the
   * rate alone); `steps`, a tenth of the rate at half and at three quarters of the steps (the recipe of RevNets). Default `oneCycle`.
   */
  readonly schedule?: "cosine" | "oneCycle" | "steps";
  /** Part of the steps in which the rate rises from 0. Default 0.05, with `oneCycle` 0.3. */
  readonly warmup?: number;
  /** Decoupled weight decay, on weight matrices only. Default 0.02, with `sgd` 2e-4. */
  readonly weightDecay?: number;
  /** Epochs without a better held-out loss that end the training. Default: none, since the rate falls to the last. */
  readonly patience?: number;
  /** Share of the target that goes to all classes alike (Szegedy et al. 2016), in training alone. Default 0. */
  readonly labelSmoothing?: number;
  /** Moves and mirrors training images anew in each epoch. */
  readonly augment?: Augmentation;
  /** Names of the classes, kept in the model. */
  readonly classNames?: readonly string[];
  readonly device?: "cpu" | Device;
  /** Called after each epoch. */
  readonly onEpoch?: (event: Extract<ClassifierEvent, { type: "epoch" }>) => void;
  /** Called with every event. */
  readonly onEvent?: (event: ClassifierEvent) => void;
}

const optionNames: OptionNames<ClassifierOptions> = {
  ...deviceOptionNames,
  validation: true,
  epochs: 0,
  batch: 0,
  optimiser: ["adam", "sgd"],
  momentum: 0,
  learningRate: 0,
  schedule: ["cosine", "oneCycle", "steps"],
  warmup: 0,
  weightDecay: 0,
  patience: 0,
  labelSmoothing: 0,
  augment: true,
  classNames: true,
  clipNorm: 0,
  ema: 0,
  seed: 0,
  dataDigest: "",
  driftTolerance: 0,
  signal: "AbortSignal",
  stop: "AbortSignal",
  maxMinutes: 0,
  checkpoint: true,
  reducer: true,
  strategy: true,
  resume: true,
  memory: ["store", "reversible"],
  onEpoch: "function",
  onEvent: "function",
};

/** All that a run is made with; part of the checkpoint. */
export interface ClassifierSettings extends TrainSettings {
  readonly labelSmoothing: number;
  readonly flip: boolean;
  readonly shift: number;
}

const WHERE = "fitClassifier";

/**
 * Nothing, when the options have known names and values of their kinds.
 *
 * @throws CoupletError USAGE
 */
export function checkClassifierOptions(options: ClassifierOptions): void {
  checkOptions(WHERE, options, optionNames);
  if (typeof options.validation === "object")
    checkOptions(`${WHERE}: validation`, options.validation, { images: true, labels: true });
  checkCheckpoint(options as TrainOptions, WHERE);
  checkMaxMinutes(options as TrainOptions, WHERE);
  checkStrategy(options as TrainOptions);
  numberWithin("momentum", options.momentum, "from 0 up, below 1", (v) => v >= 0 && v < 1);
  numberWithin(
    "labelSmoothing",
    options.labelSmoothing,
    "from 0 up, below 1",
    (v) => v >= 0 && v < 1,
  );
  if (options.momentum !== undefined && options.optimiser !== "sgd")
    throw usage("momentum", 'optimiser: "sgd" beside it', options.optimiser ?? "adam");
}

/**
 * The settings of a run: what the options say, and defaults for the rest.
 *
 * @throws CoupletError USAGE on a value out of its range
 */
export function classifierSettings(
  options: ClassifierOptions,
  trainingImages: number,
): ClassifierSettings {
  const isSgd = options.optimiser === "sgd";
  const { schedule = "oneCycle", epochs = 20, labelSmoothing = 0, momentum = 0.9 } = options;
  const { flip, shift } = checkedAugmentation(WHERE, options.augment) ?? { flip: false, shift: 0 };
  const defaults = {
    epochs,
    batch: Math.max(1, Math.min(128, Math.floor(trainingImages / 16))),
    learningRate: isSgd ? 0.1 : 2e-3,
    warmup: schedule === "oneCycle" ? 0.3 : 0.05,
    weightDecay: isSgd ? 2e-4 : 0.02,
    patience: Math.max(1, epochs),
    clipNorm: 1,
  };
  const settings = settingsFor(
    { ...defaults, ...definedOf(options), standardise: true } as TrainOptions,
    trainingImages,
    false,
    WHERE,
  );
  return {
    ...settings,
    ...(isSgd ? { momentum } : {}),
    ...(schedule === "steps" ? { schedule } : {}),
    labelSmoothing,
    flip,
    shift,
  };
}

/** The options that are given: an undefined one has its default. */
function definedOf(options: ClassifierOptions): Partial<ClassifierOptions> {
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined));
}

function numberWithin(
  name: string,
  value: unknown,
  range: string,
  holds: (value: number) => boolean,
): void {
  if (value === undefined || (typeof value === "number" && holds(value))) return;
  throw usage(name, `a number ${range}`, JSON.stringify(value));
}

function usage(name: string, expected: string, received: string): CoupletError {
  return usageError(`${WHERE}: ${name}`, expected, received);
}
