/** Training a flow of images with a plan of its own, within a time. */
import { CoupletError } from "../error.ts";
import { deviceOptionNames } from "../flow/model/call-options.ts";
import type { FlowModel } from "../flow/model/model.ts";
import { base64Of } from "../file/base64.ts";
import { JsonFields } from "../file/json-fields.ts";
import { parseJson } from "../file/parse-json.ts";
import type { DeviceOptions } from "../engine/device/open.ts";
import { checkOptions } from "../options.ts";
import type { OptionNames } from "../options.ts";
import { shuffled } from "../random/shuffle.ts";
import type { TrainEvent } from "../train/events.ts";
import { fit } from "../train/fit.ts";
import { missingClasses } from "../train/missing-classes.ts";
import { textOfFirst } from "../train/text-of-first.ts";
import { compareWithFirst } from "../train/reducer.ts";
import type { Reducer } from "../train/reducer.ts";
import type { RunEvent } from "../train/run.ts";
import { version } from "../version.ts";
import { readImageCheckpoint, withPlanAndHistory } from "./image-checkpoint.ts";
import { ImageModel } from "./image-model.ts";
import type { TrainingSamples } from "./image-model.ts";
import { parsePlan, planImages, specOfPlan, splitOf } from "./image-plan.ts";
import type { ImagePlan } from "./image-plan.ts";
import { IMAGE_PRESETS, IMAGE_SIZES } from "./image-sizes.ts";
import type { ImagePreset, ImageSize } from "./image-sizes.ts";
import { oneHot } from "./image-source.ts";
import type { ImageSource } from "./image-source.ts";
import { reduceBits } from "./read-images.ts";

/** Events of a training of images: its plan, then the events of `fit`. Losses are nats per image. */
export type ImageEvent =
  | { readonly type: "plan"; readonly plan: ImagePlan; readonly imagesPerSecond: number }
  | TrainEvent;

/** Options of {@link fitImages}; every one has a default. */
export interface FitImagesOptions extends DeviceOptions {
  /** Default `"pyramid"` for images of one channel, `"glow"` for others and, where sides are even, for `given` classes: it tells them apart better. */
  readonly preset?: ImagePreset;
  /** Default: by the time and the number of images. */
  readonly size?: ImageSize;
  /** Noise of dequantisation. Default `"uniform"`. */
  readonly noise?: "uniform" | "variational";
  /** Bits of a value, 1 to 8: images are taken with their upper bits. Default 8. */
  readonly bits?: number;
  /** Learn p(image | class): the source has labels. Default false. */
  readonly given?: boolean;
  /** Minutes that the plan is made for, and after which training ends in any case. Default 20, without an end. */
  readonly maxMinutes?: number;
  /** Passes over the images, instead of what the time has. */
  readonly passes?: number;
  /** Images of a step. Default: 16 to 128, by the number of images and by how many the time has. */
  readonly batch?: number;
  /** Greatest step size. Default 4e-3, and 2e-3 for `pyramid`; it falls to 0 by the end of the plan. */
  readonly learningRate?: number;
  /** Epochs without a better validation that end the training. */
  readonly patience?: number;
  /** Part of the images that is held out for the figure, and as many to choose the epoch (at most 5,000 and 1,000). Default 0.1. */
  readonly heldOut?: number;
  /** Noise samples of a held-out image. Default 8. */
  readonly samples?: number;
  /** Default 0. */
  readonly seed?: number;
  readonly signal?: AbortSignal;
  readonly stop?: AbortSignal;
  /** Called with every event. */
  readonly onEvent?: (event: ImageEvent) => void;
  /** As in `fit`. The bytes hold the plan too, which a resumed training keeps. */
  readonly checkpoint?: {
    readonly everySeconds?: number;
    /** Keeps the bytes of a checkpoint, in place of those before. */
    save(bytes: Uint8Array<ArrayBuffer>): void | Promise<void>;
  };
  /** As in `fit`: the other processes of this training. Rank 0 plans, the others take its plan. */
  readonly reducer?: Reducer;
  /** A checkpoint's bytes. */
  readonly resume?: Uint8Array;
}

const optionNames: OptionNames<FitImagesOptions> = {
  ...deviceOptionNames,
  preset: IMAGE_PRESETS,
  size: IMAGE_SIZES,
  noise: ["uniform", "variational"],
  bits: 0,
  given: false,
  maxMinutes: 0,
  passes: 0,
  batch: 0,
  learningRate: 0,
  patience: 0,
  heldOut: 0,
  samples: 0,
  seed: 0,
  signal: "AbortSignal",
  stop: "AbortSignal",
  onEvent: "function",
  checkpoint: true,
  reducer: true,
  resume: true,
};

/** Fewer images than this say nothing. */
const LEAST_IMAGES = 40;

/** Parts of the training after which samples are kept, and how many images of at most so many bytes in all. */
const SAMPLED_AT = [1 / 32, 1 / 8, 1 / 4, 1 / 2, 1];
const SAMPLED = { images: 10, bytes: 2 ** 16 };

/** Moving average of the parameters: of the last two hundred steps, and of fewer in short trainings. */
const AVERAGED_STEPS = 200;

/**
 * Fits a flow of images: plans size and length by the time and the machine's speed, trains on parts of the images with flows of
 * integers (`dequantise` first), and measures bits per dimension on images held out.
 *
 * @throws CoupletError DATA_INVALID for too few images or labels that are missing; SPEC_INVALID for sides that cannot be squeezed; what `fit`
 *   throws
 * @example
 * import { fitImages, imageSource } from "couplet/images";
 * const source = imageSource(digits, "digits");
 * const model = await fitImages(source, { maxMinutes: 5, size: "small" });
 * const { bits } = await model.score(digits.data); // of each image
 */
export async function fitImages(
  source: ImageSource,
  options: FitImagesOptions = {},
): Promise<ImageModel> {
  checkOptions("fitImages", options, optionNames);
  try {
    return await planAndFit(source, options);
  } catch (error) {
    // The other processes would wait for this one for ever.
    options.reducer?.leave(error instanceof Error ? error.message : String(error));
    throw error;
  }
}

async function planAndFit(source: ImageSource, options: FitImagesOptions): Promise<ImageModel> {
  checkSource(source, options.given === true);
  const { onEvent, samples = 8, checkpoint, signal } = options;
  const { reducer, resume } = options;
  // Rank 0 plans for all unless they go on: a rank that differs would take other numbers for the plan.
  if (reducer !== undefined)
    await compareWithFirst(reducer, "fitImages", {
      version,
      "checkpoint to go on from": resume === undefined ? "none" : "one",
    });
  const saved = resume === undefined ? undefined : readImageCheckpoint(resume);
  const { imagesPerSecond = NaN, ...plan } =
    saved === undefined
      ? await planOfAll(source, options)
      : { ...resumedPlan(saved.words.plan, source, options), imagesPerSecond: NaN };
  onEvent?.({ type: "plan", plan, imagesPerSecond });
  const history = saved?.words.history ?? [];
  const parts = partsOf(source, plan);
  for (const message of parts.missingClasses()) onEvent?.({ type: "warning", message });
  const spec = specOfPlan(plan, source.shape);
  const [steps, conditional] = [
    plan.epochs * Math.ceil(plan.imagesPerEpoch / plan.batch),
    plan.classes > 0,
  ];
  const run = fit(spec, await parts.rows(0), {
    ...deviceOf(options),
    epochs: plan.epochs,
    batch: plan.batch,
    learningRate: plan.learningRate,
    seed: plan.seed,
    weightDecay: 1e-5,
    ema: 1 - 1 / Math.max(2, Math.min(AVERAGED_STEPS, steps / 20)),
    patience: options.patience ?? Math.max(10, Math.ceil(plan.epochs / 4)),
    rowsOfEpoch: parts.rows,
    validation: await parts.validation(),
    ...(conditional ? { context: parts.context(0), contextOfEpoch: parts.context } : {}),
    dataDigest: `${source.name} ${source.count}`,
    ...given({
      signal,
      stop: options.stop,
      maxMinutes: options.maxMinutes,
      resume: saved?.bytes,
      reducer,
    }),
    ...(checkpoint === undefined
      ? {}
      : {
          checkpoint: {
            ...given({ everySeconds: checkpoint.everySeconds }),
            save: (bytes: Uint8Array<ArrayBuffer>) =>
              checkpoint.save(withPlanAndHistory(bytes, { plan, history })),
          },
        }),
  } as Parameters<typeof fit>[2]);
  for await (const event of run) {
    if (event.type === "epoch") await keepSamples(event, plan, source.shape, history);
    onEvent?.(event);
  }
  const flow = await run;
  return measuredModel(flow, source, plan, history, samples, parts, signal);
}

/** The plan of this process; with others the one that rank 0 makes: machines differ in the time of a step. */
async function planOfAll(
  source: ImageSource,
  options: FitImagesOptions,
): Promise<ImagePlan & { readonly imagesPerSecond?: number }> {
  const { reducer } = options;
  const wanted = planOptions(options);
  if (reducer === undefined) return planImages(source, wanted);
  let own: { readonly imagesPerSecond?: number } = {};
  const text = await textOfFirst(reducer, async () => {
    const { imagesPerSecond, ...plan } = await planImages(source, wanted);
    own = { imagesPerSecond };
    return JSON.stringify(plan);
  });
  return { ...parsePlan(new JsonFields(parseJson(text, "reducer"), "reducer")), ...own };
}

/**
 * The plan of a training, without the training: it takes the time of a few steps.
 *
 * @throws CoupletError as {@link fitImages}
 */
export async function planImageFit(
  source: ImageSource,
  options: FitImagesOptions = {},
): Promise<{ readonly plan: ImagePlan; readonly imagesPerSecond: number }> {
  checkOptions("planImageFit", options, optionNames);
  checkSource(source, options.given === true);
  const { imagesPerSecond, ...plan } = await planImages(source, planOptions(options));
  return { plan, imagesPerSecond };
}

function given<T extends object>(options: T): Partial<T> {
  return Object.fromEntries(
    Object.entries(options).filter(([, value]) => value !== undefined),
  ) as Partial<T>;
}

function deviceOf(options: FitImagesOptions): DeviceOptions {
  const { device, threads, blas, relaxedSimd } = options;
  return given({ device, threads, blas, relaxedSimd }) as DeviceOptions;
}

function planOptions(options: FitImagesOptions) {
  const { preset, noise = "uniform", bits = 8, heldOut = 0.1, seed = 0 } = options;
  const wrong = (where: string, expected: string, received: unknown) =>
    new CoupletError({
      code: "USAGE",
      where: `fitImages: ${where}`,
      expected,
      received: JSON.stringify(received) ?? "undefined",
    });
  if (!Number.isInteger(bits) || bits < 1 || bits > 8)
    throw wrong("bits", "an integer from 1 to 8", bits);
  if (!(heldOut > 0 && heldOut < 0.5)) throw wrong("heldOut", "a fraction below 0.5", heldOut);
  return {
    preset,
    size: options.size,
    noise,
    levels: 2 ** bits,
    given: options.given === true,
    passes: options.passes,
    minutes: options.maxMinutes ?? 20,
    batch: options.batch,
    learningRate: options.learningRate,
    heldOut,
    seed,
    device: deviceOf(options),
    signal: options.signal,
  };
}

/** @throws CoupletError DATA_INVALID */
function checkSource({ name, count, labels, classes }: ImageSource, isGiven: boolean): void {
  const wrong = (expected: string, received: string, hint?: string) =>
    new CoupletError({
      code: "DATA_INVALID",
      where: name,
      expected,
      received,
      ...(hint === undefined ? {} : { hint }),
    });
  if (count < LEAST_IMAGES) throw wrong(`at least ${LEAST_IMAGES} images`, String(count));
  if (!isGiven) return;
  if (labels === undefined || classes === undefined) throw wrong("labels of the images", "none");
  if (labels.length !== count) throw wrong(`${count} labels, one per image`, String(labels.length));
  if (classes.length < 2) throw wrong("two classes or more", String(classes.length));
  for (let i = 0; i < count; i++)
    if (!(Number.isInteger(labels[i]) && labels[i]! >= 0 && labels[i]! < classes.length))
      throw wrong(`labels from 0 to ${classes.length - 1}`, `${labels[i]} for image ${i}`);
}

/** The parts of the images that training reads, one after the other. */
function partsOf(source: ImageSource, plan: ImagePlan) {
  const { training, validation, heldOut } = splitOf(plan, source.count);
  const { imagesPerEpoch, seed, levels, classes } = plan;
  const orders = new Map<number, Int32Array>();
  const orderOf = (pass: number): Int32Array => {
    let order = orders.get(pass);
    if (order === undefined) {
      if (orders.size > 2) orders.clear();
      orders.set(pass, (order = shuffled(training.length, seed, pass + 2)));
    }
    return order;
  };
  /** Images of an epoch by number, or those at some of its places: the passes lie end to end, and each epoch takes the next piece. */
  const numbersOf = (epoch: number, own?: Int32Array): Int32Array =>
    Int32Array.from({ length: own?.length ?? imagesPerEpoch }, (_, i) => {
      const at = epoch * imagesPerEpoch + (own === undefined ? i : own[i]!);
      return training[orderOf(Math.floor(at / training.length))[at % training.length]!]!;
    });
  const read = async (numbers: Int32Array) =>
    reduceBits(await source.read(numbers), Math.log2(levels));
  const contextOf = (numbers: Int32Array) =>
    oneHot(
      Int32Array.from(numbers, (number) => source.labels![number]!),
      classes,
    );
  return {
    missingClasses: () =>
      classes === 0
        ? []
        : missingClasses(
            Int32Array.from(training, (number) => source.labels![number]!),
            classes,
            ["its samples and densities are a guess", "their samples and densities are a guess"],
          ),
    rows: (epoch: number, own?: Int32Array) => read(numbersOf(epoch, own)),
    context: (epoch: number, own?: Int32Array) => contextOf(numbersOf(epoch, own)),
    validation: async () => ({
      rows: await read(validation),
      ...(classes > 0 ? { context: contextOf(validation) } : {}),
    }),
    heldOut: {
      numbers: heldOut,
      read: () => read(heldOut),
    },
  };
}

async function measuredModel(
  flow: FlowModel,
  source: ImageSource,
  plan: ImagePlan,
  history: readonly TrainingSamples[],
  samples: number,
  { heldOut }: ReturnType<typeof partsOf>,
  signal: AbortSignal | undefined,
): Promise<ImageModel> {
  const record = {
    heldOut: { images: heldOut.numbers.length, bits: NaN, standardError: NaN, samples },
    classes: plan.classes > 0 ? source.classes! : [],
    source: { name: source.name, images: source.count, seed: plan.seed },
    preset: plan.preset,
    size: plan.size,
    history,
  };
  try {
    const labels = Int32Array.from(heldOut.numbers, (number) => source.labels?.[number] ?? 0);
    const { bits, standardError } = await new ImageModel(flow, record).bitsPerDim(
      await heldOut.read(),
      {
        samples,
        ...(plan.classes > 0 ? { labels } : {}),
        ...(signal === undefined ? {} : { signal }),
      },
    );
    return new ImageModel(flow, { ...record, heldOut: { ...record.heldOut, bits, standardError } });
  } catch (error) {
    flow.dispose();
    throw error;
  }
}

/** Adds samples of the best model so far to the history, at a few points of the training. */
async function keepSamples(
  event: Extract<RunEvent<TrainEvent, FlowModel>, { type: "epoch" }>,
  plan: ImagePlan,
  shape: readonly number[],
  history: TrainingSamples[],
): Promise<void> {
  const size = shape.reduce((product, side) => product * side, 1);
  const count = Math.min(SAMPLED.images, Math.floor(SAMPLED.bytes / size));
  const done = SAMPLED_AT.filter((part) => event.epoch / plan.epochs >= part).length;
  const kept = SAMPLED_AT.filter(
    (part) => (history.at(-1)?.images ?? 0) / plan.imagesPerEpoch / plan.epochs >= part,
  ).length;
  if (count === 0 || done <= kept) return;
  const snapshot = await event.snapshot();
  try {
    const context = oneHot(
      Int32Array.from({ length: count }, (_, i) => i % Math.max(1, plan.classes)),
      plan.classes,
    );
    const rows = await snapshot.sample(count, {
      seed: 1,
      ...(plan.classes > 0 ? { context } : {}),
    } as Parameters<FlowModel["sample"]>[1]);
    history.push({
      images: event.epoch * plan.imagesPerEpoch,
      bits: event.best.validationLoss / (size * Math.LN2),
      data: base64Of(Uint8Array.from(rows)),
    });
  } finally {
    snapshot.dispose();
  }
}

/**
 * The plan of a checkpoint, where the options ask for no other.
 *
 * @throws CoupletError USAGE naming what differs
 */
function resumedPlan(plan: ImagePlan, source: ImageSource, options: FitImagesOptions): ImagePlan {
  const { size, batch, learningRate, passes } = options;
  const { preset, noise, levels, seed } = planOptions(options);
  const [training, validation, heldOut] = plan.images;
  const classes = options.given === true ? source.classes!.length : 0;
  const differ = Object.entries({
    preset: preset !== undefined && preset !== plan.preset,
    size: size !== undefined && size !== plan.size,
    noise: noise !== plan.noise,
    bits: levels !== plan.levels,
    seed: seed !== plan.seed,
    batch: batch !== undefined && batch !== plan.batch,
    learningRate: learningRate !== undefined && learningRate !== plan.learningRate,
    passes:
      passes !== undefined &&
      Math.max(1, Math.round((passes * training) / plan.imagesPerEpoch)) !== plan.epochs,
    classes: classes !== plan.classes,
    images: training + validation + heldOut !== source.count,
  }).flatMap(([name, differs]) => (differs ? [name] : []));
  if (differ.length === 0) return plan;
  throw new CoupletError({
    code: "USAGE",
    where: "resume",
    expected: "the images and options of the interrupted training",
    received: `other ${differ.join(", ")}`,
    hint: "Use the same images and options, or start anew without resume.",
  });
}
