/** The plan of a training: which flow, how many steps, in which parts the images come. */
import { fit } from "../train/fit.ts";
import type { FlowSpec } from "../flow/spec/types.ts";
import type { DeviceOptions } from "../engine/device/open.ts";
import type { JsonFields } from "../file/json-fields.ts";
import { shuffled } from "../random/shuffle.ts";
import { oneHot } from "./image-source.ts";
import type { ImageSource } from "./image-source.ts";
import { IMAGE_PRESETS, IMAGE_SIZES, imageSpec } from "./image-sizes.ts";
import type { ImagePreset, ImageSize } from "./image-sizes.ts";
import { chooseSteps } from "./image-steps.ts";

/** What a training does, decided before its first step; a resumed one keeps it. */
export interface ImagePlan {
  readonly preset: ImagePreset;
  readonly size: ImageSize;
  readonly noise: "uniform" | "variational";
  /** Values of a pixel: 2 to the number of bits. */
  readonly levels: number;
  /** Margin of the logit; 0 for none. */
  readonly logit: number;
  /** Classes of p(image | class); 0 without. */
  readonly classes: number;
  /** Epochs of `imagesPerEpoch` images: a part of all of them, so that validation comes often and memory stays small. */
  readonly epochs: number;
  readonly imagesPerEpoch: number;
  readonly batch: number;
  readonly learningRate: number;
  readonly seed: number;
  /** Images to train on, to choose the epoch by, and held out for the figure at the end. */
  readonly images: readonly [training: number, validation: number, heldOut: number];
}

/** What may be asked of a plan. */
export interface ImagePlanOptions {
  /** Undefined: {@link defaultPreset}. */
  readonly preset: ImagePreset | undefined;
  readonly size: ImageSize | undefined;
  readonly noise: "uniform" | "variational";
  readonly levels: number;
  readonly given: boolean;
  readonly passes: number | undefined;
  readonly minutes: number;
  readonly batch: number | undefined;
  readonly learningRate: number | undefined;
  readonly heldOut: number;
  readonly seed: number;
  readonly device: DeviceOptions;
  readonly signal: AbortSignal | undefined;
}

/** Most images of an epoch. */
const MOST_PER_EPOCH = 6000;

/** Most images that choose the epoch: they are looked at after every epoch. */
const MOST_VALIDATION = 1000;

/** Most images of the figure at the end; their standard error is a few thousandths of a bit. */
const MOST_HELD_OUT = 5000;

/** Part of the time that training may plan with: validation, the figure at the end and a slower machine take the rest. */
const PLANNED = 0.8;

/** Steps that are timed, and those before them. */
const TIMED = { warm: 2, steps: 4 };

/**
 * Where more of the values than this are the least or the greatest (a black ground), the logit is taken, with this margin: it gives the
 * noise of those a width like that of the others, which a flow without has to learn first. 2,000 digits of MNIST, six passes: 1.68 bits with it,
 * 3.47 without.
 */
const LOGIT = { saturated: 0.1, margin: 1e-3, images: 500 };

/** Greatest step sizes. */
const LEARNING_RATES: Record<ImagePreset, number> = {
  glow: 4e-3,
  pyramid: 2e-3,
  realNvpImage: 4e-3,
};

/** The flow of a plan. */
export function specOfPlan(plan: ImagePlan, shape: readonly number[]): FlowSpec {
  const { preset, size, noise, levels, logit, classes } = plan;
  return imageSpec(preset, size, { shape, noise, levels, logit, context: classes });
}

/** Numbers of the images to train on, to choose the epoch by, and held out. */
export function splitOf(
  { images: [training, validation, heldOut], seed }: ImagePlan,
  count: number,
): Record<"training" | "validation" | "heldOut", Int32Array> {
  const order = shuffled(count, seed, 1);
  return {
    heldOut: order.subarray(0, heldOut),
    validation: order.subarray(heldOut, heldOut + validation),
    training: order.subarray(count - training),
  };
}

/**
 * Plans a training: times steps of the medium flow, chooses the size and the batch, times those, and takes as many epochs as the time has, with a
 * learning rate that falls to 0 by the last.
 */
export async function planImages(
  source: ImageSource,
  options: ImagePlanOptions,
): Promise<ImagePlan & { readonly imagesPerSecond: number }> {
  const { count } = source;
  const share = (most: number) => Math.min(most, Math.max(1, Math.round(count * options.heldOut)));
  const [heldOut, validation] = [share(MOST_HELD_OUT), share(MOST_VALIDATION)];
  const training = count - heldOut - validation;
  const parts = Math.max(1, Math.ceil(training / MOST_PER_EPOCH));
  const imagesPerEpoch = Math.ceil(training / parts);
  const seconds = 60 * options.minutes * PLANNED;
  const { noise, levels, seed } = options;
  const preset = options.preset ?? defaultPreset(source, options.given);
  const plan = {
    preset,
    noise,
    levels,
    logit: (await saturatedShare(source)) > LOGIT.saturated ? LOGIT.margin : 0,
    classes: options.given ? source.classes!.length : 0,
    imagesPerEpoch,
    learningRate: options.learningRate ?? LEARNING_RATES[preset],
    seed,
    images: [training, validation, heldOut] as const,
  };
  const steps = await chooseSteps(
    { ...options, training, imagesPerEpoch, seconds },
    (size, batch) => measured(source, { ...plan, size, batch, epochs: 1 }, options),
  );
  return { ...plan, ...steps };
}

/**
 * Grey images have the pyramid, which is the better density. Given classes they have Glow, which tells these apart better: given its neighbours a pixel says
 * little of the class, so that a network of the pyramid has little to gain by it. MNIST, 4,800 digits, small flows, two passes of about 30 s of processor
 * time: Glow names 84 % of the digits at 1.56 bits, the pyramid 69 % at 1.30. Glow asks for even sides.
 */
function defaultPreset({ shape: [height, width, channels] }: ImageSource, given: boolean) {
  const isEven = height % 2 === 0 && width % 2 === 0;
  return channels === 1 && !(given && isEven) ? "pyramid" : "glow";
}

/** The share of the values of some images that are 0 or 255. */
async function saturatedShare(source: ImageSource): Promise<number> {
  const count = Math.min(LOGIT.images, source.count);
  const bytes = await source.read(
    Int32Array.from({ length: count }, (_, i) => Math.floor((i * source.count) / count)),
  );
  return (
    bytes.reduce((sum, value) => sum + (value === 0 || value === 255 ? 1 : 0), 0) / bytes.length
  );
}

/** Images a second that the flow trains: a few steps, timed. */
async function measured(
  source: ImageSource,
  plan: ImagePlan,
  { device, signal }: ImagePlanOptions,
): Promise<number> {
  const numbers = Int32Array.from(
    { length: plan.batch * (TIMED.warm + TIMED.steps) },
    (_, i) => i % source.count,
  );
  const rows = await source.read(numbers);
  const few = 4;
  const size = rows.length / numbers.length;
  const spec = specOfPlan(plan, source.shape);
  const labels = Int32Array.from(numbers, (number) => source.labels?.[number] ?? 0);
  const context = oneHot(labels, plan.classes);
  const bits = 8 - Math.log2(plan.levels);
  const values = rows.map((value) => value >> bits);
  const run = fit(spec, values, {
    ...device,
    batch: plan.batch,
    epochs: 1,
    learningRate: 1e-6,
    validation: {
      rows: values.subarray(0, few * size),
      ...(plan.classes > 0 ? { context: context.subarray(0, few * plan.classes) } : {}),
    },
    ...(plan.classes > 0 ? { context } : {}),
    ...(signal === undefined ? {} : { signal }),
  } as Parameters<typeof fit>[2]);
  let rate = NaN;
  for await (const event of run) if (event.type === "epoch") rate = event.rowsPerSecond;
  (await run).dispose();
  return rate;
}

/**
 * A plan from a checkpoint, every field checked.
 *
 * @throws CoupletError FILE_INVALID naming the field
 */
export function parsePlan(fields: JsonFields): ImagePlan {
  const word = <T extends string>(name: string, words: readonly T[]): T => {
    const found = words.find((other) => other === fields.text(name));
    if (found === undefined) throw fields.wrong(name, words.join(" or "));
    return found;
  };
  const images = fields.counts("images");
  if (images.length !== 3) throw fields.wrong("images", "three counts");
  return {
    preset: word("preset", IMAGE_PRESETS),
    size: word("size", IMAGE_SIZES),
    noise: word("noise", ["uniform", "variational"]),
    levels: fields.count("levels"),
    logit: fields.number("logit"),
    classes: fields.count("classes"),
    epochs: fields.count("epochs"),
    imagesPerEpoch: fields.count("imagesPerEpoch"),
    batch: fields.count("batch"),
    learningRate: fields.number("learningRate"),
    seed: fields.count("seed"),
    images: [images[0]!, images[1]!, images[2]!],
  };
}
