/** Runs couplet fit --classify: a classifier of images. */
import { rm } from "node:fs/promises";
import { CoupletError } from "couplet";
import { shuffled } from "couplet/kit";
import type { ImageSource } from "couplet/images";
import { writeFileAtomically } from "couplet/node";
import { denseNet, describeNetwork, fitClassifier, revNet } from "couplet/reversible";
import type {
  ClassificationMetrics,
  ClassifierEvent,
  ClassifierModel,
  NetworkSpec,
} from "couplet/reversible";
import { areImages } from "../../input/images/image-kind.ts";
import { openImages } from "../../input/images/open-images.ts";
import { checkDistinct, checkTarget } from "../../output/check-target.ts";
import { eventLinePrinter } from "../../terminal/event-lines.ts";
import { progressPrinter } from "../../terminal/progress.ts";
import { count, duration } from "../../terminal/quantities.ts";
import type { Reporter } from "../../terminal/reporter.ts";
import { openReporter } from "../../terminal/reporter.ts";
import { checkpointBytes, keepCheckpoint } from "./checkpoint-file.ts";
import { checkNoTableFlags } from "./fit-images.ts";
import { ending, pace } from "./fit-progress.ts";
import { interruption } from "./interruption.ts";
import { metricsLine } from "./metrics-line.ts";
import { baseName } from "./model-name.ts";
import type { FitFlags } from "./run.ts";

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

export async function runFitClassifier(files: readonly string[], flags: FitFlags): Promise<void> {
  const reporter = openReporter(flags);
  checkFlags(flags);
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
  if (flags.dryRun === true) {
    const { text, ...plan } = await describeNetwork(spec);
    process.stdout.write(
      flags.json === true ? `${JSON.stringify({ schemaVersion: 1, ...plan })}\n` : `${text}\n`,
    );
    return;
  }
  const output = flags.output ?? `${await baseName(files[0]!.replace(/[/\\]+$/, ""))}.couplet`;
  const checkpoint = `${output}.checkpoint`;
  await checkTarget(output, flags.force === true || flags.resume === true);
  const resume = flags.resume === true ? await checkpointBytes(checkpoint) : undefined;
  if (flags.resume !== true && flags.force !== true) await keepCheckpoint(checkpoint);
  for (const file of [output, checkpoint]) await checkDistinct(file, [...files, flags.classify!]);
  const portions = await split(source, flags);
  await train(spec, portions, { output, checkpoint, resume, flags, reporter });
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

async function train(
  spec: NetworkSpec,
  { classes, training, validation, heldOut }: Portions,
  run: {
    readonly output: string;
    readonly checkpoint: string;
    readonly resume: Uint8Array | undefined;
    readonly flags: FitFlags;
    readonly reporter: Reporter;
  },
): Promise<void> {
  const { output, checkpoint, resume, flags, reporter } = run;
  const { seed, threads, epochs, batch, learningRate, patience, maxMinutes } = flags;
  const started = performance.now();
  let saved = resume !== undefined;
  let isTraining = false;
  let reason = "epochs" as Extract<ClassifierEvent, { type: "end" }>["reason"];
  const print =
    flags.json === true ? eventLinePrinter(flags.quiet === true) : classifierProgress(reporter);
  const { interrupt, signal, stop } = interruption(() => isTraining, reporter);
  const present = Object.fromEntries(
    Object.entries({ threads, epochs, batch, learningRate, patience, maxMinutes, resume }).filter(
      ([, value]) => value !== undefined,
    ),
  );
  try {
    const model = await fitClassifier(spec, training.images, training.labels, {
      ...present,
      seed,
      validation,
      classNames: classes,
      memory: flags.rebuild === true ? "reversible" : "store",
      labelSmoothing: 0.05,
      augment: { shift: Math.max(1, Math.round(spec.shape[0]! / 16)) },
      signal,
      stop,
      onEvent: (event) => {
        if (event.type === "start") isTraining = true;
        if (event.type === "end") reason = event.reason;
        print(event);
      },
      checkpoint: {
        everySeconds: flags.checkpointEvery,
        save: async (bytes) => {
          saved = false;
          await writeFileAtomically(checkpoint, bytes);
          saved = true;
        },
      },
    });
    await model.save(output);
    const metrics = await model.evaluate(heldOut.images, heldOut.labels);
    const early = reason === "stopped" || reason === "time";
    if (!early)
      await rm(checkpoint, { force: true }).catch((cause: unknown) =>
        reporter.warn(`${checkpoint} is not needed any more: ${(cause as Error).message}`),
      );
    else
      reporter.warn(
        `${reason === "stopped" ? "interrupted" : `${maxMinutes} minutes are over`}: ${output} is the best model so far` +
          (saved ? `; the same command with --resume continues from ${checkpoint}` : ""),
      );
    report(model, metrics, reason, (performance.now() - started) / 1000, run);
    model.dispose();
    if (interrupt.aborted) throw interrupt.reason;
  } catch (error) {
    if (saved && (signal.aborted || !interrupt.aborted))
      reporter.warn(`the last state is in ${checkpoint}; --resume continues from it`);
    throw error;
  }
}

function report(
  model: ClassifierModel,
  heldOut: ClassificationMetrics,
  ended: string,
  seconds: number,
  { output, flags, reporter }: { output: string; flags: FitFlags; reporter: Reporter },
): void {
  if (flags.json === true) {
    const { spec, classNames, training, parameterCount: parameters } = model;
    process.stdout.write(
      `${JSON.stringify({
        schemaVersion: 1,
        model: output,
        shape: spec.shape,
        classes: classNames,
        network: flags.network ?? "revnet",
        parameters,
        seed: flags.seed,
        epochs: training?.epochs,
        best: training?.best,
        ended,
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

/** Prints the events of a classifier's training. */
function classifierProgress(reporter: Reporter): (event: ClassifierEvent) => void {
  const show = progressPrinter(reporter);
  let epochLine = "";
  let epochs = 0;
  return (event) => {
    switch (event.type) {
      case "start":
        epochs = event.epochs;
        reporter.say(
          `${count(event.trainingRows)} images to train on, ${count(event.validationRows)} to choose the epoch by; ${count(event.parameters)} parameters`,
        );
        break;
      case "warning":
        reporter.warn(event.message);
        break;
      case "progress": {
        const part = `epoch ${event.epoch}/${event.epochs}, step ${count(event.step)} of ${count(event.steps)}`;
        const stage = epochLine === "" ? "" : "epochs";
        show({ stage, text: `${epochLine === "" ? part : epochLine}  ${pace(event, "images")}` });
        break;
      }
      case "epoch":
        epochLine =
          `epoch ${event.epoch}/${event.epochs}  train ${event.trainLoss.toFixed(3)}  validation ${event.validationLoss.toFixed(3)} nats/image` +
          `  accuracy ${(100 * event.accuracy).toFixed(2)} %`;
        show({
          stage: "epochs",
          fraction: event.epoch / event.epochs,
          text: `${epochLine}  ${pace(event, "images")}`,
        });
        break;
      case "end":
        reporter.say(ending(event.reason, event.best.epoch, epochs));
        break;
    }
  };
}

/** @throws CoupletError USAGE for options that classifiers do not have */
function checkFlags(flags: FitFlags): void {
  checkNoTableFlags(flags);
  const named = (["given", "preset", "size", "noise", "bits", "samples"] as const).find(
    (name) => flags[name] !== undefined,
  );
  if (named === undefined) return;
  throw new CoupletError({
    code: "USAGE",
    where: `--${named}`,
    expected: "a flow of images",
    received: "a classifier (--classify)",
  });
}
