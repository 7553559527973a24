/** A model of images: a flow, and what its file says about them. */
import type { BytesSource } from "../file/bytes-of.ts";
import { openBytes } from "../file/open-bytes.ts";
import { CoupletError } from "../error.ts";
import { usageError } from "../usage-error.ts";
import { checkInteger } from "../check-integer.ts";
import { JsonFields } from "../file/json-fields.ts";
import type { DeviceOptions } from "../engine/device/open.ts";
import { FlowModel } from "../flow/model/model.ts";
import { modelToBytes, saveModel } from "../flow/model/write.ts";
import { toBatch } from "../flow/model/rows.ts";
import type { Rows } from "../flow/model/rows.ts";
import { levelsOf } from "../flow/model/levels.ts";
import { checkOptions } from "../options.ts";
import type { OptionNames } from "../options.ts";
import { bitsPerDim } from "./bits-per-dim.ts";
import type { BitsPerDim } from "./bits-per-dim.ts";
import { oneHot } from "./image-source.ts";

/** Bits per dimension of images that training never saw. */
export interface HeldOutImages {
  readonly images: number;
  readonly bits: number;
  readonly standardError: number;
  /** Noise samples of an image. */
  readonly samples: number;
}

/** Samples as they were while the training went on. */
export interface TrainingSamples {
  /** Images trained on by then, repeated ones too. */
  readonly images: number;
  /** Validation figure then, in bits per dimension. */
  readonly bits: number;
  /** Some images in base64, bytes of the model's levels, one after the other. */
  readonly data: string;
}

/** What the file of a model says about its images. */
export interface ImageRecord {
  readonly heldOut: HeldOutImages;
  /** Of p(image | class): their names. */
  readonly classes: readonly string[];
  readonly source: { readonly name: string; readonly images: number; readonly seed: number };
  readonly preset: string;
  readonly size: string;
  readonly history: readonly TrainingSamples[];
}

/** Options of {@link ImageModel.sample}. */
export interface ImageSampleOptions {
  /** Default 0. */
  readonly seed?: number;
  /** Spread of the draws; 1, the default, is the model's. */
  readonly temperature?: number;
  /** A class for each image, by its number; by default the classes in turn. Of conditional models. */
  readonly labels?: ArrayLike<number>;
  readonly signal?: AbortSignal;
}

const sampleNames: OptionNames<ImageSampleOptions> = {
  seed: 0,
  temperature: 0,
  labels: true,
  signal: "AbortSignal",
};

/** Options of {@link ImageModel.score}. */
export interface ImageScoreOptions {
  /** Noise samples of an image. Default 1. */
  readonly samples?: number;
  /** Of the noise. Default 0. */
  readonly seed?: number;
  readonly signal?: AbortSignal;
}

const scoreNames: OptionNames<ImageScoreOptions> = { samples: 0, seed: 0, signal: "AbortSignal" };

/** What {@link ImageModel.score} gives. */
export interface ImageScores {
  /** Bits per dimension of each image; of a conditional model under all classes alike, -log2 of the mean of p(x | y) over y. */
  readonly bits: Float64Array<ArrayBuffer>;
  /** Of a conditional model: the class with the greatest p(x | y), by its number. */
  readonly predicted: Int32Array<ArrayBuffer> | undefined;
  /** Of a conditional model: bits per dimension given each class, images x classes. */
  readonly perClass: Float64Array<ArrayBuffer> | undefined;
}

/** A flow of images with its record. Dispose it when done. */
export class ImageModel {
  readonly flow: FlowModel;
  readonly record: ImageRecord;

  constructor(flow: FlowModel, record: ImageRecord) {
    this.flow = flow;
    this.record = record;
  }

  /**
   * Reads a `.couplet` file. Node only.
   *
   * @throws CoupletError FILE_NOT_FOUND; FILE_INVALID for models of anything else
   */
  static async load(path: string, options: DeviceOptions = {}): Promise<ImageModel> {
    return modelOf(await FlowModel.load(path, options), path);
  }

  /** A model from a `.couplet` file: its bytes, a `Blob` or `File`, or a `Response`. */
  static async fromBytes(
    bytes: BytesSource,
    options: DeviceOptions & { readonly where?: string } = {},
  ): Promise<ImageModel> {
    const { bytes: read, where } = await openBytes(bytes, options.where);
    return modelOf(await FlowModel.fromBytes(read, { ...options, where }), where);
  }

  /** Height, width, channels. */
  get shape(): readonly number[] {
    return this.flow.spec.shape;
  }

  /** Values of a pixel: 256 for bytes. */
  get levels(): number {
    return levelsOf(this.flow.spec) ?? 256;
  }

  /**
   * Images as bytes of the model's levels.
   *
   * @throws CoupletError USAGE for a label outside the classes, or labels of a model without classes
   */
  async sample(count: number, options: ImageSampleOptions = {}): Promise<Uint8Array<ArrayBuffer>> {
    checkOptions("sample", options, sampleNames);
    checkInteger("sample: number of rows", count, 0);
    const { seed = 0, temperature = 1, labels, signal } = options;
    const classes = this.record.classes.length;
    if (labels !== undefined) this.#checkLabels("sample", labels, count);
    const given = (): ArrayLike<number> =>
      labels ?? Int32Array.from({ length: count }, (_, i) => i % classes);
    const rows = await this.flow.sample(count, {
      seed,
      temperature,
      ...(classes > 0 ? { context: oneHot(given(), classes) } : {}),
      ...(signal === undefined ? {} : { signal }),
    } as Parameters<FlowModel["sample"]>[1]);
    return Uint8Array.from(rows);
  }

  /**
   * Bits per dimension of images, each given its label where the model is conditional.
   *
   * @throws CoupletError USAGE, SHAPE_MISMATCH, DATA_INVALID
   */
  bitsPerDim(
    images: Rows,
    options: ImageScoreOptions & { readonly labels?: ArrayLike<number> } = {},
  ): Promise<BitsPerDim> {
    const { labels, ...call } = options;
    const classes = this.record.classes.length;
    if (labels !== undefined)
      this.#checkLabels(
        "bitsPerDim",
        labels,
        toBatch("bitsPerDim", images, this.flow.spec.dims).rows,
      );
    return bitsPerDim(this.flow, images, {
      ...call,
      ...(classes > 0 && labels !== undefined ? { context: oneHot(labels, classes) } : {}),
    });
  }

  /**
   * Bits per dimension without labels: a conditional model is taken as the mean of its classes, and says which fits best,
   * argmax_y p(x | y).
   *
   * @throws CoupletError SHAPE_MISMATCH, DATA_INVALID, USAGE
   */
  async score(images: Rows, options: ImageScoreOptions = {}): Promise<ImageScores> {
    checkOptions("score", options, scoreNames);
    const classes = this.record.classes.length;
    if (classes === 0) {
      const { perImage } = await this.bitsPerDim(images, options);
      return { bits: perImage, predicted: undefined, perClass: undefined };
    }
    const { dims } = this.flow.spec;
    // The caller may go on writing into the images, which are read once for each class.
    const batch = toBatch("score", images, dims);
    const kept = batch.data.slice();
    const count = batch.rows;
    const perClass = new Float64Array(count * classes);
    for (let k = 0; k < classes; k++) {
      const labels = new Int32Array(count).fill(k);
      const { perImage } = await this.bitsPerDim(kept, { ...options, labels });
      for (const [i, bits] of perImage.entries()) perClass[i * classes + k] = bits;
    }
    const bits = new Float64Array(count);
    const predicted = new Int32Array(count);
    for (let i = 0; i < count; i++) {
      const own = perClass.subarray(i * classes, (i + 1) * classes);
      const least = own.reduce((most, value) => Math.min(most, value), Infinity);
      predicted[i] = own.indexOf(least);
      if (least === Infinity) {
        bits[i] = least;
        continue;
      }
      const sum = own.reduce((total, value) => total + 2 ** ((least - value) * dims), 0);
      bits[i] = least - Math.log2(sum / classes) / dims;
    }
    return { bits, predicted, perClass };
  }

  #checkLabels(where: string, labels: ArrayLike<number>, count: number): void {
    const classes = this.record.classes.length;
    const wrong = (expected: string, received: string) =>
      usageError(`${where}: labels`, expected, received);
    if (classes === 0) throw wrong("none: the model is not of images given a class", "labels");
    if (labels?.length !== count)
      throw wrong(`${count} labels, one per image`, String(labels?.length ?? labels));
    for (let i = 0; i < count; i++) {
      checkInteger(`${where}: labels`, labels[i]!, 0);
      if (labels[i]! >= classes)
        throw wrong(`classes from 0 to ${classes - 1}`, `${labels[i]} for image ${i}`);
    }
  }

  /** The model as the bytes of a `.couplet` file. */
  toBytes(): Uint8Array<ArrayBuffer> {
    return modelToBytes(this.flow, { images: this.record });
  }

  /** Writes a `.couplet` file. Node only. */
  save(path: string): Promise<void> {
    return saveModel(this.flow, path, { images: this.record });
  }

  /** Frees memory and threads. */
  dispose(): void {
    this.flow.dispose();
  }
}

/** The image model that a flow's file holds; the flow is disposed where it holds none. */
function modelOf(flow: FlowModel, where: string): ImageModel {
  try {
    const saved = flow.records["images"];
    if (saved === undefined || flow.spec.shape.length !== 3)
      throw new CoupletError({
        code: "FILE_INVALID",
        where,
        expected: "a model of images, as fitImages and couplet fit write it",
        received: "a model of other rows",
        hint: "FlowModel.load reads any flow.",
      });
    const record = parseImageRecord(saved, where);
    if (record.classes.length === flow.spec.context) return new ImageModel(flow, record);
    throw new CoupletError({
      code: "FILE_INVALID",
      where,
      expected: `${String(flow.spec.context)} classes`,
      received: String(record.classes.length),
    });
  } catch (error) {
    flow.dispose();
    throw error;
  }
}

/**
 * The record from a file, every field checked.
 *
 * @throws CoupletError FILE_INVALID naming the field
 */
function parseImageRecord(value: unknown, where: string): ImageRecord {
  const fields = new JsonFields(value, `${where}: images`);
  const heldOut = fields.object("heldOut");
  const source = fields.object("source");
  return {
    heldOut: {
      images: heldOut.count("images"),
      bits: heldOut.numberOr("bits", NaN),
      standardError: heldOut.numberOr("standardError", NaN),
      samples: heldOut.count("samples"),
    },
    classes: fields.list("classes").map(String),
    source: {
      name: source.text("name"),
      images: source.count("images"),
      seed: source.count("seed"),
    },
    preset: fields.text("preset"),
    size: fields.text("size"),
    history: fields.list("history").map((entry) => parseTrainingSamples(entry, where)),
  };
}

/** @throws CoupletError FILE_INVALID naming the field */
export function parseTrainingSamples(value: unknown, where: string): TrainingSamples {
  const fields = new JsonFields(value, `${where}: images: history`);
  return {
    images: fields.count("images"),
    bits: fields.numberOr("bits", NaN),
    data: fields.text("data"),
  };
}
