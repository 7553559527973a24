/** Runs couplet fit --classify: a classifier of images. */
import { CoupletError } from "couplet";
import type { MpiReducer } from "couplet/node";
import { shuffled } from "couplet/kit";
import type { ImageSource } from "couplet/images";
import { denseNet, describeNetwork, fitClassifier, revNet } from "couplet/reversible";
import type {
  ClassificationMetrics,
  ClassifierEvent,
  ClassifierModel,
  ClassifierOptions,
  NetworkSpec,
} from "couplet/reversible";
import { areImages } from "../../input/images/image-kind.ts";
import { openImages } from "../../input/images/open-images.ts";
import { eventLinePrinter } from "../../terminal/event-lines.ts";
import { count, duration } from "../../terminal/quantities.ts";
import type { Reporter } from "../../terminal/reporter.ts";
import { openReporter } from "../../terminal/reporter.ts";
import { epochProgress } from "./epoch-progress.ts";
import { fitTarget } from "./fit-target.ts";
import type { FitTarget } from "./fit-target.ts";
import { checkNoFlowFlags, checkNoTableFlags } from "./flags-of-kinds.ts";
import type { FitFlags } from "./flags.ts";
import { metricsLine } from "./metrics-line.ts";
import { followersControl, sayProcesses, silentReporter } from "./processes.ts";
import { trainAndSave } from "./train-and-save.ts";
import type { Ended } from "./train-and-save.ts";
import { printableJson } from "../../terminal/printable.ts";

/** Images in memory, those to train on first, then those that choose the epoch, then those of the report. */
interface Portions {
  readonly shape: readonly [number, number, number];
  readonly classes: readonly string[];
  readonly training: Labelled;
  readonly validation: Labelled;
  readonly heldOut: Labelled;
}

interface Labelled {
  readonly images: Uint8Array<ArrayBuffer>;
  readonly labels: Int32Array<ArrayBuffer>;
}

/** Channels of the command's networks, and what fits two halvings of any image that has them. */
const CHANNELS = [16, 32, 64];

/** @param reducer the other processes of this fit, of which rank 0 prints and writes */
export async function runFitClassifier(
  files: readonly string[],
  flags: FitFlags,
  reducer?: MpiReducer,
): Promise<void> {
  const leads = reducer === undefined || reducer.rank === 0;
  const reporter = leads ? openReporter(flags) : silentReporter;
  checkNoTableFlags(flags);
  checkNoFlowFlags(flags);
  if (!(await areImages(files))) {
    throw new CoupletError({
      code: "USAGE",
      where: "--classify",
      expected:
        "images: an idx or CIFAR file, an array of three or four axes, or a folder of PNG files",
      received: "a table",
    });
  }
  const source = await openImages(
    files,
    flags.classify,
    (text) => reporter.warn(text),
    "--classify",
  );
  const spec = networkFor(source, flags);
  if (!leads) {
    if (flags.dryRun === true) return;
    const control = await followersControl(files, flags, reducer);
    const { training, ...portions } = await split(source, flags);
    const options = { ...optionsOf(spec, portions, flags), ...control };
    (await fitClassifier(spec, training.images, training.labels, options)).dispose();
    return;
  }
  if (flags.dryRun === true) {
    const { text, ...plan } = await describeNetwork(spec);
    process.stdout.write(
      flags.json === true ? `${printableJson({ schemaVersion: 1, ...plan })}\n` : `${text}\n`,
    );
    return;
  }
  const target = await fitTarget(files, flags, [...files, flags.classify!]);
  const portions = await split(source, flags);
  sayProcesses(reporter, reducer, flags);
  await train(spec, portions, { target, flags, reporter }, reducer);
}

/** A network of the images' size: as many stages as their sides halve, at most three. */
function networkFor(source: ImageSource, { network = "revnet", units = 3 }: FitFlags): NetworkSpec {
  const [height, width] = source.shape;
  const halves = (side: number): number => (side % 4 === 0 ? 2 : side % 2 === 0 ? 1 : 0);
  const stages = 1 + Math.min(halves(height), halves(width));
  const options = {
    shape: source.shape,
    classes: source.classes!.length,
    channels: CHANNELS.slice(0, stages),
    units,
  };
  return network === "densenet" ? denseNet(options) : revNet(options);
}

async function split(source: ImageSource, { seed, heldOut = 0.1 }: FitFlags): Promise<Portions> {
  const order = shuffled(source.count, seed, 1);
  const part = Math.max(1, Math.round(source.count * heldOut));
  const take = async (numbers: Int32Array): Promise<Labelled> => ({
    images: await source.read(numbers),
    labels: Int32Array.from(numbers, (number) => source.labels![number]!),
  });
  return {
    shape: source.shape,
    classes: source.classes!,
    heldOut: await take(order.subarray(0, part)),
    validation: await take(order.subarray(part, 2 * part)),
    training: await take(order.subarray(2 * part)),
  };
}

interface ClassifierRun {
  readonly target: FitTarget;
  readonly flags: FitFlags;
  readonly reporter: Reporter;
}

async function train(
  spec: NetworkSpec,
  { training, heldOut, ...portions }: Portions,
  run: ClassifierRun,
  reducer: MpiReducer | undefined,
): Promise<void> {
  const { flags, reporter } = run;
  await trainAndSave<ClassifierEvent, ClassifierModel>({
    ...run,
    onEvent:
      flags.json === true ? eventLinePrinter(flags.quiet === true) : classifierProgress(reporter),
    train: (control) =>
      fitClassifier(spec, training.images, training.labels, {
        ...optionsOf(spec, portions, flags),
        ...control,
        ...(reducer && { reducer }),
      }),
    report: async (model, ended) =>
      report(model, await model.evaluate(heldOut.images, heldOut.labels), ended, run),
  });
}

function optionsOf(
  spec: NetworkSpec,
  { classes, validation }: Pick<Portions, "classes" | "validation">,
  flags: FitFlags,
): ClassifierOptions {
  const { seed, threads, epochs, batch, learningRate, patience, maxMinutes } = flags;
  const present = Object.fromEntries(
    Object.entries({ threads, epochs, batch, learningRate, patience, maxMinutes }).filter(
      ([, value]) => value !== undefined,
    ),
  );
  return {
    ...present,
    seed,
    validation,
    classNames: classes,
    memory: flags.rebuild === true ? "reversible" : "store",
    labelSmoothing: 0.05,
    augment: { shift: Math.max(1, Math.round(spec.shape[0]! / 16)) },
  };
}

function report(
  model: ClassifierModel,
  heldOut: ClassificationMetrics,
  { reason, seconds }: Ended,
  { target: { output }, flags, reporter }: ClassifierRun,
): void {
  if (flags.json === true) {
    const { spec, classNames, training, parameterCount: parameters } = model;
    process.stdout.write(
      `${printableJson({
        schemaVersion: 1,
        model: output,
        shape: spec.shape,
        classes: classNames,
        network: flags.network ?? "revnet",
        parameters,
        seed: flags.seed,
        epochs: training?.epochs,
        best: training?.best,
        ended: reason,
        heldOut,
        seconds,
        peakMemoryBytes: process.resourceUsage().maxRSS * 1024,
      })}\n`,
    );
    return;
  }
  reporter.say(`\nwrote ${output} (${duration(seconds)})`);
  reporter.say(metricsLine(heldOut, "held-out images"));
}

/** Prints the events of a classifier's training; losses in nats an image. */
function classifierProgress(reporter: Reporter): (event: ClassifierEvent) => void {
  const epochs = epochProgress<Extract<ClassifierEvent, { type: "epoch" }>>(
    reporter,
    ({ trainLoss, validationLoss, accuracy }) =>
      `train ${trainLoss.toFixed(3)}  validation ${validationLoss.toFixed(3)} nats/image` +
      `  accuracy ${(100 * accuracy).toFixed(2)} %`,
  );
  return (event) => {
    if (event.type === "start")
      reporter.say(
        `${count(event.trainingRows)} images to train on, ${count(event.validationRows)} to choose the epoch by; ${count(event.parameters)} parameters`,
      );
    else epochs(event);
  };
}
