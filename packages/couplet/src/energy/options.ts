/** Options of training from an energy. */
import type { CoupletError } from "../error.ts";
import { usageError } from "../usage-error.ts";
import { checkOptions } from "../options.ts";
import type { OptionNames } from "../options.ts";
import type { DeviceOptions } from "../engine/device/open.ts";
import { deviceOptionNames } from "../flow/model/call-options.ts";
import type { Rows } from "../flow/model/rows.ts";
import type { TrainOptions } from "../train/options.ts";
import { checkInteger } from "../check-integer.ts";
import type { EnergyCallOptions } from "./energy.ts";
import type { EnergyEvent } from "./events.ts";
import type { TemperatureOptions } from "./schedule.ts";

/** Options of `fitEnergy`; every one has a default. Those that `fit` has too mean the same. */
export interface EnergyOptions
  extends
    EnergyCallOptions,
    Pick<
      TrainOptions,
      | "learningRate"
      | "warmup"
      | "clipNorm"
      | "weightDecay"
      | "ema"
      | "seed"
      | "signal"
      | "stop"
      | "maxMinutes"
      | "columns"
      | "checkpoint"
      | "resume"
    >,
    DeviceOptions {
  /** Steps of the optimiser. Default 5,000. */
  readonly steps?: number;
  /** Rows drawn a step: what the energy gets at a time. Default 512. */
  readonly batch?: number;
  /** Begin at a higher temperature. Default: at 1. */
  readonly temperature?: TemperatureOptions;
  /**
   * Energies further above the batch's median than this, in nats, are compressed to c + ln(1 + u - c). Default 1,000; Infinity
   * switches it off, and an energy of engine ops (`graphEnergy`) has none. Weights and estimates of log Z take energies as they are.
   */
  readonly clip?: number;
  /** Rows of the target that are known, and the share of the objective that forward KL on them has. Default: none. */
  readonly data?: {
    readonly rows: Rows;
    readonly context?: Rows;
    /** From above 0 to below 1. Default 0.5. */
    readonly share?: number;
  };
  /**
   * Units of the columns: the model works on (x - shift) / scale, so that the target's bulk should be about +-1 to 3 of it. Default:
   * the mean and deviation of `data`, or 0 and 1. A model to go on from has units of its own, and takes none.
   */
  readonly units?: {
    readonly shift?: number | readonly number[];
    readonly scale?: number | readonly number[];
  };
  /** Contexts of a conditional model: each step draws among these rows. */
  readonly context?: Rows;
  /** Whether the first batch's gradient is compared with differences of the energy. Default true. */
  readonly checkGradient?: boolean;
  /** Draws of each evaluation. Default 2,000. */
  readonly evaluationRows?: number;
  /** Steps from one evaluation to the next. Default: a twentieth of the steps. */
  readonly evaluateEvery?: number;
  /** Called with every event. */
  readonly onEvent?: (event: EnergyEvent) => void;
}

const energyOptionNames: OptionNames<EnergyOptions> = {
  ...deviceOptionNames,
  steps: 0,
  batch: 0,
  temperature: true,
  clip: 0,
  data: true,
  units: true,
  context: true,
  rowsPerCall: 0,
  secondsPerCall: 0,
  checkGradient: false,
  evaluationRows: 0,
  evaluateEvery: 0,
  learningRate: 0,
  warmup: 0,
  clipNorm: 0,
  weightDecay: 0,
  ema: 0,
  seed: 0,
  signal: "AbortSignal",
  stop: "AbortSignal",
  maxMinutes: 0,
  columns: true,
  onEvent: "function",
  checkpoint: true,
  resume: true,
};

/** All numbers that a run is made with; part of the checkpoint and of the model's record. */
export type EnergySettings = Readonly<{
  steps: number;
  batch: number;
  learningRate: number;
  warmup: number;
  clipNorm: number;
  weightDecay: number;
  ema: number;
  seed: number;
  clip: number;
  dataShare: number;
  startTemperature: number;
  temperatureBy: string;
  temperatureFactor: number;
  bufferRows: number;
  evaluationRows: number;
  evaluateEvery: number;
}>;

/**
 * The settings of a run.
 *
 * @throws CoupletError USAGE on an unknown option or a value out of its range
 */
export function energySettings(options: EnergyOptions): EnergySettings {
  checkOptions("fitEnergy", options, energyOptionNames);
  const { temperature, data } = options;
  checkOptions("fitEnergy: temperature", temperature, {
    start: 0,
    by: ["annealing", "resampling"],
    factor: 0,
    bufferRows: 0,
  });
  checkOptions("fitEnergy: data", data, { rows: true, context: true, share: 0 });
  checkOptions("fitEnergy: units", options.units, { shift: true, scale: true });
  checkOptions("fitEnergy: checkpoint", options.checkpoint, { everySeconds: 0, save: "function" });
  const by = temperature?.by ?? "annealing";
  if (options.checkpoint !== undefined && typeof options.checkpoint.save !== "function")
    throw usage(
      "checkpoint: save",
      "a function that takes the bytes of a checkpoint",
      typeof options.checkpoint.save,
    );
  if (options.maxMinutes !== undefined && !(options.maxMinutes > 0))
    throw usage("maxMinutes", "a number of minutes above 0", String(options.maxMinutes));
  const steps = count("steps", options.steps ?? 5000);
  const batch = count("batch", options.batch ?? 512);
  checkInteger("fitEnergy: seed", options.seed ?? 0, 0);
  return {
    steps,
    batch,
    learningRate: within("learningRate", options.learningRate ?? 1e-3, 0, 10),
    warmup: within("warmup", options.warmup ?? 0.05, 0, 1),
    clipNorm: within("clipNorm", options.clipNorm ?? 5, 0, Infinity),
    weightDecay: within("weightDecay", options.weightDecay ?? 0, 0, 10),
    ema: within("ema", options.ema ?? 0, 0, 1),
    seed: options.seed ?? 0,
    clip: within("clip", options.clip ?? 1000, 0, Infinity),
    dataShare: data === undefined ? 0 : inside("data: share", data.share ?? 0.5, 0, 1),
    startTemperature: within(
      "temperature: start",
      temperature === undefined ? 1 : temperature.start,
      1,
      1e6,
    ),
    temperatureBy: by,
    temperatureFactor: inside("temperature: factor", temperature?.factor ?? 0.8, 0, 1),
    bufferRows: count(
      "temperature: bufferRows",
      temperature?.bufferRows ?? Math.min(1e6, 16 * batch),
    ),
    evaluationRows: count("evaluationRows", options.evaluationRows ?? 2000),
    evaluateEvery: count(
      "evaluateEvery",
      options.evaluateEvery ?? Math.max(1, Math.ceil(steps / 20)),
    ),
  };
}

function usage(name: string, expected: string, received: string): CoupletError {
  return usageError(`fitEnergy: ${name}`, expected, received);
}

function shown(value: unknown): string {
  return typeof value === "number" ? String(value) : JSON.stringify(value);
}

function count(name: string, value: number): number {
  if (Number.isInteger(value) && value >= 1 && value <= 1e6) return value;
  throw usage(name, "an integer from 1 to 1000000", shown(value));
}

function within(name: string, value: number, least: number, most: number): number {
  if (typeof value === "number" && value >= least && value <= most) return value;
  throw usage(name, `a number from ${least} to ${most}`, shown(value));
}

function inside(name: string, value: number, least: number, most: number): number {
  if (typeof value === "number" && value > least && value < most) return value;
  throw usage(name, `a number between ${least} and ${most}`, shown(value));
}
