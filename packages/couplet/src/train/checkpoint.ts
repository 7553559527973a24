/** The state of a training run as bytes, so that it can go on where it was, to the last bit. */
import { CoupletError } from "../error.ts";
import { checksum } from "../file/checksum.ts";
import { checkJsonDepth } from "../file/parse-json.ts";
import { readSafetensors } from "../file/read-safetensors.ts";
import { writeSafetensors } from "../file/write-safetensors.ts";
import { specText } from "../flow/spec/text.ts";
import type { FlowSpec } from "../flow/spec/types.ts";
import type { Portion, SplitData } from "./data.ts";
import type { TrainSettings } from "./settings.ts";
import type { Progress } from "./progress.ts";
import { checkNumbers } from "./checkpoint-numbers.ts";
import type { Strategy, StrategyTensors } from "./strategy.ts";
import { joint } from "./strategies/joint.ts";

/** What the last digits of a step depend on besides the data and the settings. (Before version 0.3 the number of threads, too.) */
export interface Machine {
  readonly simd: string;
  /** Library of the matrix product. */
  readonly gemm: string;
}

/** Says that a resumed run cannot end with the same bits; `undefined` when it can. */
export function otherMachine(before: Machine, now: Machine): string | undefined {
  const [then, here] = [JSON.stringify(before), JSON.stringify(now)];
  if (then === here) return undefined;
  return `the checkpoint was made with ${then}, this run has ${here}: it goes on, but not to the same last digits`;
}

/** A run between two steps. */
export interface Checkpoint {
  readonly fingerprint: string;
  readonly machine: Machine;
  readonly progress: Progress;
  readonly tensors: Readonly<Record<string, Float32Array<ArrayBuffer>>>;
  readonly best: Float32Array<ArrayBuffer>;
  /** Of the strategy: see `StrategyRun.snapshot`. */
  readonly strategy: StrategyTensors;
}

/** Before the names of a strategy's tensors in the file. */
const STRATEGY = "strategy:";

const FORMAT = "couplet-checkpoint-1";

/** The start of a fit from a spec; checkpoints of older versions do not say it. */
const NO_START = "the spec";

/** The strategy of a fit that names none; checkpoints before version 0.4 do not say it. */
const JOINT = { name: joint.name, settings: joint.settings };

/** The unit of the weights in the sums of an epoch under way. */
const MEAN_WEIGHTS = "in units of the mean weight";

/** A checkpoint as bytes (safetensors). */
export function writeCheckpoint({
  fingerprint: print,
  machine,
  progress,
  tensors,
  best,
  strategy,
}: Checkpoint): Uint8Array<ArrayBuffer> {
  const all: Record<string, Float32Array | Float64Array> = { ...tensors, best };
  for (const [name, data] of Object.entries(strategy)) all[STRATEGY + name] = data;
  return writeSafetensors(
    new Map(Object.entries(all).map(([name, data]) => [name, { shape: [data.length], data }])),
    {
      format: FORMAT,
      fingerprint: print,
      machine: JSON.stringify(machine),
      progress: JSON.stringify(progress, infinities),
      sums: MEAN_WEIGHTS,
    },
  );
}

/**
 * A checkpoint from its bytes.
 *
 * @param expected the fingerprint of the run that wants to go on
 * @param parameters length of the flat parameter buffer: that of every tensor
 * @throws CoupletError FILE_INVALID when the bytes are no whole checkpoint; USAGE, naming what
 *   differs, when it is of another run
 */
export function readCheckpoint(
  bytes: Uint8Array,
  expected: string,
  parameters: number,
): Checkpoint {
  const { tensors, metadata } = readSafetensors(bytes, "resume");
  if (metadata["format"] !== FORMAT) {
    throw new CoupletError({
      code: "FILE_INVALID",
      where: "resume",
      expected: `a checkpoint (${FORMAT})`,
      received: metadata["format"] ?? "a file of another kind",
      hint: metadata["format"]?.startsWith("couplet-checkpoint-")
        ? "It is of another version of couplet: resume with that one, or start afresh."
        : "A model file cannot be resumed, only what `checkpoint.save` was given.",
    });
  }
  const differences = compare(record(metadata, "fingerprint"), JSON.parse(expected) as Json);
  if (differences.length > 0) {
    throw new CoupletError({
      code: "USAGE",
      where: "resume",
      expected: "a checkpoint of this training",
      received: `one with other ${differences.join(", ")}`,
      hint: "Use the same data, spec and options, or start anew without resume.",
    });
  }
  const progress = record(metadata, "progress");
  // Its name in checkpoints of version 0.1.
  const { densified } = progress;
  progress["timesDriftExceeded"] ??= densified;
  delete progress["densified"];
  const counts = ["epoch", "step", "skipped", "skippedInARow", "timesDriftExceeded"];
  const sums = ["loss", "weight", "gradientNorm", "elapsedMs", "drift"];
  if (
    !counts.every((name) => Number.isSafeInteger(progress[name]) && Number(progress[name]) >= 0) ||
    !sums.every((name) => typeof progress[name] === "number") ||
    !isBest(progress["best"], Number(progress["epoch"])) ||
    !Array.isArray(progress["history"]) ||
    progress["history"].length !== progress["epoch"] ||
    !progress["history"].every(isPairOfLosses)
  ) {
    throw incomplete("its progress");
  }
  if (metadata["sums"] !== MEAN_WEIGHTS) inMeanWeights(progress, JSON.parse(expected) as Json);
  const named: Record<string, Float32Array<ArrayBuffer>> = {};
  const strategy: Record<string, Float32Array | Float64Array> = {};
  for (const [name, { data }] of tensors) {
    if (name.startsWith(STRATEGY)) {
      strategy[name.slice(STRATEGY.length)] = data;
      continue;
    }
    if (!(data instanceof Float32Array) || data.length !== parameters) {
      throw incomplete(`${parameters} float32 numbers of ${name}`);
    }
    checkNumbers(name, data, "resume");
    named[name] = data;
  }
  const { best, ...state } = named;
  for (const name of ["parameters", "mean", "square"])
    if (state[name] === undefined) throw incomplete(name);
  if (best === undefined) throw incomplete("its best parameters");
  return {
    fingerprint: expected,
    machine: record(metadata, "machine") as unknown as Machine,
    progress: progress as unknown as Progress,
    tensors: state,
    best,
    strategy,
  };
}

type Json = Record<string, unknown>;

/** The best epoch so far (0 is the start) and its loss, Infinity before the first validation. */
function isBest(value: unknown, epochs: number): boolean {
  const { epoch, validationLoss } = (value ?? {}) as Json;
  return (
    Number.isSafeInteger(epoch) &&
    Number(epoch) >= 0 &&
    Number(epoch) <= epochs &&
    typeof validationLoss === "number" &&
    !Number.isNaN(validationLoss)
  );
}

/** An epoch of the history: its training and its validation loss. */
function isPairOfLosses(value: unknown): boolean {
  return Array.isArray(value) && value.length === 2 && value.every((v) => typeof v === "number");
}

/** Sums of an older version are in the weights as they were given: the rows so far have mean 1 nearly. */
function inMeanWeights(progress: Json, { weights, settings }: Json): void {
  const { step, loss, weight } = progress as { step: number; loss: number; weight: number };
  if (weights === "none" || !(weight > 0)) return;
  const rows = step * (settings as { readonly batch: number }).batch;
  progress["loss"] = (loss / weight) * rows;
  progress["weight"] = rows;
}

function record(metadata: Readonly<Record<string, string>>, key: string): Json {
  const text = metadata[key] ?? "null";
  checkJsonDepth(text, `resume: ${key}`);
  try {
    const value: unknown = JSON.parse(text, revive);
    if (typeof value === "object" && value !== null) return value as Json;
  } catch {
    // Told below, as for any other value that is not an object.
  }
  throw incomplete(`its ${key}`);
}

function incomplete(part: string): CoupletError {
  return new CoupletError({
    code: "FILE_INVALID",
    where: "resume",
    expected: "a whole checkpoint",
    received: `one without ${part}`,
  });
}

/** What a run is made from besides its spec and its data. */
export interface RunMakeup {
  readonly settings: TrainSettings;
  readonly strategy: Pick<Strategy, "name" | "settings">;
  /** The parameters of the model that the run goes on from. */
  readonly start: Float32Array | undefined;
  /** See `TrainOptions.dataDigest`. */
  readonly source: string | undefined;
}

/** What must agree for a run to go on: spec, settings and data, each by its value or its checksum. */
export function fingerprint(
  spec: FlowSpec,
  { training, validation, weightDigest }: SplitData,
  { settings, strategy, start, source = "none" }: RunMakeup,
): string {
  return JSON.stringify({
    spec: checksum(new TextEncoder().encode(specText(spec))),
    settings,
    data: checksum(bytesOf(training.rows.data)),
    source,
    strategy: { name: strategy.name, settings: strategy.settings },
    start: start === undefined ? NO_START : checksum(bytesOf(start)),
    context: contextSum(training),
    weights: weightDigest,
    validation: `${checksum(bytesOf(validation.rows.data))} ${contextSum(validation)}`,
  });
}

function contextSum({ context }: Portion): string {
  return context === undefined ? "none" : checksum(bytesOf(context.data));
}

/** Names of what differs, with the values where they are short. */
function compare(saved: Json, expected: Json): string[] {
  const before: Json = { start: NO_START, strategy: JOINT, ...saved };
  return Object.keys(expected).flatMap((key) => {
    if (JSON.stringify(before[key]) === JSON.stringify(expected[key])) return [];
    if (key !== "settings") return [key];
    const then = (saved[key] ?? {}) as Json;
    const after = expected[key] as Json;
    return Object.keys(after)
      .filter((name) => then[name] !== after[name])
      .map((name) => `${name} (${shown(then[name])}, now ${shown(after[name])})`);
  });
}

function shown(value: unknown): string {
  return typeof value === "object" ? JSON.stringify(value) : String(value);
}

function bytesOf(data: Float32Array | Float64Array): Uint8Array {
  return new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
}

/** JSON has no infinities; a run that never had a finite validation loss has one. */
function infinities(_key: string, value: unknown): unknown {
  return typeof value === "number" && !Number.isFinite(value) ? { number: String(value) } : value;
}

function revive(_key: string, value: unknown): unknown {
  const wrapped = (value as { number?: unknown } | null)?.number;
  return typeof wrapped === "string" ? Number(wrapped) : value;
}
