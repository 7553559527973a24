/** What the report of a model of images shows: numbers, and images as bytes. */
import { checkInteger } from "../../check-integer.ts";
import { CoupletError } from "../../error.ts";
import { bytesOfBase64 } from "../../file/base64.ts";
import { oneHot } from "../../images/image-source.ts";
import type { ImageSource } from "../../images/image-source.ts";
import type { ImageModel } from "../../images/image-model.ts";
import { reduceBits } from "../../images/read-images.ts";
import { receptiveField } from "../../images/receptive-field.ts";
import type { ReceptiveLevel } from "../../images/receptive-field.ts";
import { checkOptions } from "../../options.ts";
import { shuffled } from "../../random/shuffle.ts";

/** Options of {@link imageReport}. */
export interface ImageReportOptions {
  /** Of the data, for the page. Default: the source's. */
  readonly name?: string;
  /** What made the report, to be printed on it. */
  readonly command?: string;
  /** Images that are scored at most. Default 1000. */
  readonly images?: number;
  /** Noise samples of each. Default 8. */
  readonly samples?: number;
  /** Default 0. */
  readonly seed?: number;
  readonly signal?: AbortSignal;
  /** Called before each part of the work, with its name. */
  readonly onPart?: (part: string) => void;
}

/** Rows of images, each with a word beside it. */
export interface ImageRow {
  readonly label: string;
  /** Bytes, one image after the other. */
  readonly images: Uint8Array<ArrayBuffer>;
}

/** An image with its figure. */
export interface RankedImage {
  /** Its number in the source, from 1. */
  readonly number: number;
  readonly bits: number;
  readonly image: Uint8Array<ArrayBuffer>;
}

/** What {@link imageReport} gives. */
export interface ImageReport {
  readonly name: string;
  readonly command: string;
  readonly shape: readonly [height: number, width: number, channels: number];
  readonly model: {
    readonly preset: string;
    readonly size: string;
    readonly parameters: number;
    readonly trainedOn: string;
    readonly images: number;
    readonly classes: readonly string[];
  };
  /** Whether the images that are scored are those that training never saw, and how many of how many. */
  readonly evaluated: {
    readonly kind: "held-out" | "other";
    readonly images: number;
    readonly of: number;
  };
  /** Mean over them. */
  readonly score: {
    readonly bits: number;
    readonly standardError: number;
    readonly samples: number;
    /** Of which the right class has the fewest bits, where classes are known. */
    readonly accuracy: number | undefined;
  };
  /** Bits per dimension of each scored image, and of as many samples of the model. */
  readonly bits: { readonly real: readonly number[]; readonly sampled: readonly number[] };
  readonly real: Uint8Array<ArrayBuffer>;
  readonly sampled: Uint8Array<ArrayBuffer>;
  readonly temperatures: readonly ImageRow[];
  readonly interpolations: readonly ImageRow[];
  readonly leastLikely: readonly RankedImage[];
  readonly mostLikely: readonly RankedImage[];
  readonly history: readonly (ImageRow & { readonly seen: number; readonly bits: number })[];
  readonly losses: {
    readonly training: readonly number[];
    readonly validation: readonly number[];
    readonly best: number;
  };
  readonly receptiveField: readonly ReceptiveLevel[];
}

/** Images of a grid, of a row, steps of an interpolation, rows of them. */
const SHOWN = { grid: 60, row: 10, steps: 10, rows: 5 };

const TEMPERATURES = [0.25, 0.5, 0.7, 0.85, 1];

/**
 * Measures a model of images against images: of the file that it was trained on, those that training never saw are taken.
 *
 * @throws CoupletError SHAPE_MISMATCH for images of another size; DATA_INVALID for none
 */
export async function imageReport(
  model: ImageModel,
  source: ImageSource,
  options: ImageReportOptions = {},
): Promise<ImageReport> {
  checkOptions("imageReport", options, {
    name: "",
    command: "",
    images: 0,
    samples: 0,
    seed: 0,
    signal: "AbortSignal",
    onPart: "function",
  });
  const { seed = 0, samples = 8, images: most = 1000, signal, onPart } = options;
  checkInteger("imageReport: images", most, 1);
  checkImages(model, source);
  const { record, flow } = model;
  const call = signal === undefined ? {} : { signal };
  onPart?.("bits per dimension");
  const { kind, numbers } = evaluatedImages(model, source, most, seed);
  const real = await upperBits(model, source, numbers);
  const scores = await model.score(real, { samples, ...call });
  const size = flow.spec.dims;
  const at = (i: number) => real.slice(i * size, (i + 1) * size);
  const order = [...scores.bits.keys()].sort((a, b) => scores.bits[b]! - scores.bits[a]!);
  const ranked = (list: readonly number[]) =>
    list.map((i) => ({ number: numbers[i]! + 1, bits: scores.bits[i]!, image: at(i) }));
  onPart?.("samples");
  const drawn = await model.sample(SHOWN.grid, { seed, ...call });
  const others = await model.sample(Math.min(200, numbers.length), { seed: seed + 1, ...call });
  const sampledScores = await model.score(others, { samples: 1, ...call });
  const temperatures: ImageRow[] = [];
  for (const temperature of TEMPERATURES)
    temperatures.push({
      label: String(temperature),
      images: await model.sample(SHOWN.row, { seed: seed + 2, temperature, ...call }),
    });
  onPart?.("interpolations");
  const interpolations = await interpolated(model, source, numbers, real);
  const { bits, standardError } = meanOf(scores.bits);
  const bitsOfLoss = (loss: number) => loss / (size * Math.LN2);
  const history = flow.training?.history ?? [];
  return {
    name: options.name ?? source.name,
    command: options.command ?? "imageReport(model, source)",
    shape: source.shape,
    model: {
      preset: record.preset,
      size: record.size,
      parameters: flow.parameterCount,
      trainedOn: record.source.name,
      images: record.source.images,
      classes: record.classes,
    },
    evaluated: { kind, images: numbers.length, of: source.count },
    score: { bits, standardError, samples, accuracy: accuracyOf(model, source, numbers, scores) },
    bits: { real: Array.from(scores.bits), sampled: Array.from(sampledScores.bits) },
    real: real.slice(0, SHOWN.grid * size),
    sampled: drawn,
    temperatures,
    interpolations,
    leastLikely: ranked(order.slice(0, SHOWN.row)),
    mostLikely: ranked(order.slice(-SHOWN.row).toReversed()),
    history: record.history.flatMap(({ images, bits: then, data }) => {
      const bytes = bytesOfBase64(data);
      return bytes === undefined || bytes.length % size !== 0 || bytes.length === 0
        ? []
        : [{ label: String(images), seen: images, bits: then, images: bytes }];
    }),
    losses: {
      training: history.map(([loss]) => bitsOfLoss(loss)),
      validation: history.map(([, loss]) => bitsOfLoss(loss)),
      best: flow.training?.best.epoch ?? 0,
    },
    receptiveField: receptiveField(flow.spec),
  };
}

/** @throws CoupletError SHAPE_MISMATCH, DATA_INVALID */
function checkImages(model: ImageModel, { name, shape, count }: ImageSource): void {
  const [wanted, given] = [model.shape.join(" x "), shape.join(" x ")];
  if (wanted !== given)
    throw new CoupletError({
      code: "SHAPE_MISMATCH",
      where: name,
      expected: `images of ${wanted} (height, width, channels)`,
      received: given,
    });
  if (count > 1) return;
  throw new CoupletError({
    code: "DATA_INVALID",
    where: name,
    expected: "two images or more",
    received: String(count),
  });
}

/** The images that training held out, of a source of the same name's size; any of another source. */
function evaluatedImages(
  { record }: ImageModel,
  source: ImageSource,
  most: number,
  seed: number,
): { readonly kind: "held-out" | "other"; readonly numbers: Int32Array } {
  const isSame = source.count === record.source.images && source.name === record.source.name;
  const all = isSame
    ? shuffled(source.count, record.source.seed, 1).subarray(0, record.heldOut.images)
    : shuffled(source.count, seed, 1);
  return { kind: isSame ? "held-out" : "other", numbers: all.slice(0, most) };
}

async function upperBits(model: ImageModel, source: ImageSource, numbers: Int32Array) {
  return reduceBits(await source.read(numbers), Math.log2(model.levels));
}

function meanOf(values: Float64Array): { readonly bits: number; readonly standardError: number } {
  const count = values.length;
  const bits = values.reduce((sum, value) => sum + value, 0) / count;
  const variance = values.reduce((sum, value) => sum + (value - bits) ** 2, 0) / (count - 1);
  return { bits, standardError: Math.sqrt(variance / count) };
}

function accuracyOf(
  { record: { classes } }: ImageModel,
  source: ImageSource,
  numbers: Int32Array,
  { predicted }: { readonly predicted: Int32Array | undefined },
): number | undefined {
  if (predicted === undefined || source.labels === undefined) return undefined;
  let right = 0;
  for (const [i, number] of numbers.entries()) {
    const name = source.classes?.[source.labels[number]!];
    if (name === classes[predicted[i]!]) right++;
  }
  return right / numbers.length;
}

/** Pairs of images, and what lies between them on the great circle of their latent rows; each with the class of the first. */
async function interpolated(
  model: ImageModel,
  source: ImageSource,
  numbers: Int32Array,
  real: Uint8Array,
): Promise<ImageRow[]> {
  const { flow, record } = model;
  const { dims } = flow.spec;
  const classes = record.classes.length;
  const rows = Math.min(SHOWN.rows, Math.floor(numbers.length / 2));
  const labelOf = (i: number): number => {
    const name = source.classes?.[source.labels?.[numbers[i]!] ?? -1];
    return Math.max(0, record.classes.indexOf(name ?? ""));
  };
  const given = (labels: readonly number[]) =>
    (classes === 0 ? {} : { context: oneHot(labels, classes) }) as Parameters<
      typeof flow.encode
    >[1];
  const pairs = Array.from({ length: 2 * rows }, (_, i) => i);
  const { z } = await flow.encode(real.slice(0, 2 * rows * dims), given(pairs.map(labelOf)));
  const between = new Float64Array(rows * SHOWN.steps * dims);
  const labels: number[] = [];
  for (let r = 0; r < rows; r++) {
    const [a, b] = [2 * r, 2 * r + 1].map((i) => z.subarray(i * dims, (i + 1) * dims));
    for (let s = 0; s < SHOWN.steps; s++) {
      labels.push(labelOf(2 * r));
      between.set(onCircle(a!, b!, s / (SHOWN.steps - 1)), (r * SHOWN.steps + s) * dims);
    }
  }
  const { x } = await flow.decode(between, given(labels) as Parameters<typeof flow.decode>[1]);
  return Array.from({ length: rows }, (_, r) => ({
    label: `${numbers[2 * r]! + 1} to ${numbers[2 * r + 1]! + 1}`,
    images: Uint8Array.from(x.subarray(r * SHOWN.steps * dims, (r + 1) * SHOWN.steps * dims)),
  }));
}

/** The point a share t of the way from a to b, at an even angle; a straight line where they are parallel. */
function onCircle(a: Float64Array, b: Float64Array, t: number): Float64Array {
  const dot = (p: Float64Array, q: Float64Array) =>
    p.reduce((sum, value, i) => sum + value * q[i]!, 0);
  const cosine = dot(a, b) / Math.sqrt(dot(a, a) * dot(b, b));
  const angle = Math.acos(Math.max(-1, Math.min(1, cosine)));
  const sine = Math.sin(angle);
  const [p, q] =
    sine < 1e-6 ? [1 - t, t] : [Math.sin((1 - t) * angle) / sine, Math.sin(t * angle) / sine];
  return a.map((value, i) => p * value + q * b[i]!);
}
