/** The state of a training run as bytes, so that it can go on where it was, to the last bit. */
import { CoupletError } from "../error.ts";
import { readSafetensors, writeSafetensors } from "../file/safetensors.ts";
import type { FlowSpec } from "../flow/spec/types.ts";
import type { Portion } from "./data.ts";
import type { TrainSettings } from "./options.ts";

/** Where a run stands. */
export interface Progress {
  /** Epochs done. */
  epoch: number;
  /** Steps done in the epoch under way. */
  step: number;
  /** Sums over the epoch under way. */
  loss: number;
  weight: number;
  skipped: number;
  skippedInARow: number;
  gradientNorm: number;
  best: { epoch: number; validationLoss: number };
  /** Training and validation loss of each epoch. */
  history: [number, number][];
  elapsedMs: number;
}

export interface Checkpoint {
  readonly fingerprint: string;
  readonly progress: Progress;
  readonly tensors: Readonly<Record<string, Float32Array<ArrayBuffer>>>;
  readonly best: Float32Array<ArrayBuffer>;
}

const FORMAT = "couplet-checkpoint-1";

export function writeCheckpoint({
  fingerprint: print,
  progress,
  tensors,
  best,
}: Checkpoint): Uint8Array<ArrayBuffer> {
  const all = { ...tensors, best };
  return writeSafetensors(
    new Map(Object.entries(all).map(([name, data]) => [name, { shape: [data.length], data }])),
    { format: FORMAT, fingerprint: print, progress: JSON.stringify(progress, infinities) },
  );
}

/**
 * @param expected the fingerprint of the run that wants to go on
 * @throws CoupletError FILE_INVALID when the bytes are no checkpoint; USAGE when it is of another run
 */
export function readCheckpoint(bytes: Uint8Array, expected: string): Checkpoint {
  const { tensors, metadata } = readSafetensors(bytes, "resume");
  if (metadata["format"] !== FORMAT) {
    throw new CoupletError({
      code: "FILE_INVALID",
      where: "resume",
      expected: `a checkpoint (${FORMAT})`,
      received: metadata["format"] ?? "a file of another kind",
    });
  }
  const differences = compare(metadata["fingerprint"] ?? "{}", expected);
  if (differences.length > 0) {
    throw new CoupletError({
      code: "USAGE",
      where: "resume",
      expected: "a checkpoint of this very training",
      received: `one with other ${differences.join(", ")}`,
      hint: "Use the same data, spec and options, or start afresh without resume.",
    });
  }
  const progress = JSON.parse(metadata["progress"] ?? "null", revive) as Progress | null;
  const best = tensors.get("best")?.data;
  if (progress === null || !(best instanceof Float32Array)) {
    throw new CoupletError({
      code: "FILE_INVALID",
      where: "resume",
      expected: "a whole checkpoint",
      received: "one without its progress",
    });
  }
  const named = [...tensors].flatMap(([name, { data }]) =>
    data instanceof Float32Array && name !== "best" ? [[name, data] as const] : [],
  );
  return { fingerprint: expected, progress, tensors: Object.fromEntries(named), best };
}

/** What must agree for a run to go on: spec, settings and data, each by its digest or value. */
export async function fingerprint(
  spec: FlowSpec,
  settings: TrainSettings,
  training: Portion,
  source = "none",
): Promise<string> {
  return JSON.stringify({
    spec: await digest(new TextEncoder().encode(JSON.stringify(spec))),
    settings,
    data: await digest(bytesOf(training.rows.data)),
    source,
    context: training.context === undefined ? "none" : await digest(bytesOf(training.context.data)),
    weights: training.weights === undefined ? "none" : await digest(bytesOf(training.weights)),
  });
}

function compare(saved: string, expected: string): string[] {
  const a = JSON.parse(saved) as Record<string, unknown>;
  const b = JSON.parse(expected) as Record<string, unknown>;
  return Object.keys(b).flatMap((key) => {
    if (JSON.stringify(a[key]) === JSON.stringify(b[key])) return [];
    if (key !== "settings") return [key];
    const before = (a[key] ?? {}) as Record<string, unknown>;
    const after = b[key] as Record<string, unknown>;
    return Object.keys(after)
      .filter((name) => before[name] !== after[name])
      .map((name) => `${name} (${String(before[name])}, now ${String(after[name])})`);
  });
}

function bytesOf(data: Float32Array | Float64Array): Uint8Array {
  return new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
}

async function digest(bytes: Uint8Array): Promise<string> {
  // Digests need memory of their own in pages; a copy is cheap beside training.
  const hash = await crypto.subtle.digest("SHA-256", bytes.slice());
  return [...new Uint8Array(hash)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** JSON has no infinities; a run that never had a finite validation loss has one. */
function infinities(_key: string, value: unknown): unknown {
  return typeof value === "number" && !Number.isFinite(value) ? { number: String(value) } : value;
}

function revive(_key: string, value: unknown): unknown {
  const wrapped = (value as { number?: unknown } | null)?.number;
  return typeof wrapped === "string" ? Number(wrapped) : value;
}
