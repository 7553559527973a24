/** The state of a training from an energy as bytes. */
import { CoupletError } from "../error.ts";
import { invalidFile } from "../file/invalid-file.ts";
import { checksum } from "../file/checksum.ts";
import { parseJson } from "../file/parse-json.ts";
import { readSafetensors } from "../file/read-safetensors.ts";
import { writeSafetensors } from "../file/write-safetensors.ts";
import { specText } from "../flow/spec/text.ts";
import { checkNumbers } from "../train/checkpoint-numbers.ts";
import type { FlowModel } from "../flow/model/model.ts";
import type { EnergySettings } from "./options.ts";

/** Where a run stands. */
export interface EnergyProgress {
  /** Steps done. */
  step: number;
  skipped: number;
  skippedInARow: number;
  /** Rows of all steps without a finite energy. */
  nonFinite: number;
  /** The best evaluation's lower bound of log Z, and its step; null before the first. */
  best: { step: number; elbo: number } | null;
  elapsedMs: number;
}

/** A run between two steps. */
export interface EnergyCheckpoint {
  readonly progress: EnergyProgress;
  readonly tensors: Readonly<Record<string, Float32Array<ArrayBuffer>>>;
  readonly best: Float32Array<ArrayBuffer>;
  /** Rows of the stage under way, standardised, when it learns from resampled draws. */
  readonly buffer: Float32Array<ArrayBuffer> | undefined;
}

/** How many numbers the tensors of a checkpoint have. */
export interface EnergySizes {
  /** Of the flat parameter buffer. */
  readonly parameters: number;
  /** Of the resampled rows. */
  readonly bufferSize: number;
}

const FORMAT = "couplet-energy-checkpoint-1";

/** What must agree for a run to go on. The energy itself is a function: its author answers for it. */
export function energyFingerprint(
  { spec, standardiser }: FlowModel,
  settings: EnergySettings,
  inputs: readonly (Float32Array | Float64Array | undefined)[],
): string {
  return JSON.stringify({
    spec: checksum(new TextEncoder().encode(specText(spec))),
    // JSON has no infinity.
    settings: Object.entries(settings).map(([name, value]) => `${name} ${value}`),
    units: checksum(new TextEncoder().encode(JSON.stringify(standardiser))),
    data: inputs.map((data) =>
      data === undefined
        ? "none"
        : checksum(new Uint8Array(data.buffer, data.byteOffset, data.byteLength)),
    ),
  });
}

/** A checkpoint as bytes (safetensors). */
export function writeEnergyCheckpoint(
  { progress, tensors, best, buffer }: EnergyCheckpoint,
  fingerprint: string,
): Uint8Array<ArrayBuffer> {
  const all = { ...tensors, best, ...(buffer === undefined ? {} : { buffer }) };
  return writeSafetensors(
    new Map(Object.entries(all).map(([name, data]) => [name, { shape: [data.length], data }])),
    { format: FORMAT, fingerprint, progress: JSON.stringify(progress) },
  );
}

/**
 * A checkpoint from its bytes.
 *
 * @throws CoupletError FILE_INVALID when the bytes are no whole checkpoint; USAGE when it is of another run
 */
export function readEnergyCheckpoint(
  bytes: Uint8Array,
  expected: string,
  { parameters, bufferSize }: EnergySizes,
): EnergyCheckpoint {
  const { tensors, metadata } = readSafetensors(bytes, "fitEnergy: resume");
  if (metadata["format"] !== FORMAT)
    throw invalid(
      `a checkpoint of fitEnergy (${FORMAT})`,
      metadata["format"] ?? "a file of another kind",
    );
  if (metadata["fingerprint"] !== expected) {
    throw new CoupletError({
      code: "USAGE",
      where: "fitEnergy: resume",
      expected: "a checkpoint of this training",
      received: `one with other ${differing(metadata["fingerprint"], expected).join(", ")}`,
      hint: "Use the same spec, units, data and options, or start anew without resume.",
    });
  }
  const named: Record<string, Float32Array<ArrayBuffer>> = {};
  for (const [name, { data }] of tensors) {
    const size = name === "buffer" ? bufferSize : parameters;
    if (!(data instanceof Float32Array) || data.length !== size)
      throw invalid("a whole checkpoint", `one without ${size} float32 numbers of ${name}`);
    checkNumbers(name, data, "fitEnergy: resume");
    named[name] = data;
  }
  const { best, buffer, ...state } = named;
  const missing = ["parameters", "mean", "square"].find((name) => state[name] === undefined);
  if (best === undefined || missing !== undefined)
    throw invalid("a whole checkpoint", `one without ${missing ?? "its best parameters"}`);
  return { progress: progressOf(metadata["progress"]), tensors: state, best, buffer };
}

function progressOf(text: string | undefined): EnergyProgress {
  try {
    const value = parseJson(text ?? "null", "fitEnergy: resume") as EnergyProgress;
    const counts = [value.step, value.skipped, value.skippedInARow, value.nonFinite];
    const { best } = value;
    const bestFits =
      best === null ||
      (Number.isSafeInteger(best.step) &&
        best.step >= 0 &&
        (best.elbo === null || Number.isFinite(best.elbo)));
    if (counts.every((n) => Number.isSafeInteger(n) && n >= 0) && bestFits && value.elapsedMs >= 0)
      // JSON has null for -Infinity.
      return best === null ? value : { ...value, best: { ...best, elbo: best.elbo ?? -Infinity } };
  } catch {
    // Told below.
  }
  throw invalid("a whole checkpoint", "one without its progress");
}

function differing(saved: string | undefined, expected: string): string[] {
  try {
    const before = parseJson(saved ?? "{}", "fitEnergy: resume") as Record<string, unknown>;
    const now = JSON.parse(expected) as Record<string, unknown>;
    const text = (values: Record<string, unknown>, key: string) => JSON.stringify(values[key]);
    return Object.keys(now).filter((key) => text(before, key) !== text(now, key));
  } catch {
    return ["everything"];
  }
}

function invalid(expected: string, received: string): CoupletError {
  return invalidFile("fitEnergy: resume", expected, received);
}
