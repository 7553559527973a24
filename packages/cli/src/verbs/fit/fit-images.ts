/** Runs couplet fit on images. */
import { CoupletError } from "couplet";
import type { MpiReducer } from "couplet/node";
import { fitImages, planImageFit } from "couplet/images";
import type {
  FitImagesOptions,
  ImageEvent,
  ImageModel,
  ImagePlan,
  ImageSource,
} from "couplet/images";
import { openImages } from "../../input/images/open-images.ts";
import { eventLinePrinter } from "../../terminal/event-lines.ts";
import { interruptSignal } from "../../terminal/interrupt.ts";
import { count, duration } from "../../terminal/quantities.ts";
import type { Reporter } from "../../terminal/reporter.ts";
import { openReporter } from "../../terminal/reporter.ts";
import { epochProgress } from "./epoch-progress.ts";
import { fitTarget } from "./fit-target.ts";
import type { FitTarget } from "./fit-target.ts";
import { checkNoTableFlags } from "./flags-of-kinds.ts";
import type { FitFlags } from "./flags.ts";
import { imageFigure } from "./image-figure.ts";
import { followersControl, sayProcesses, silentReporter } from "./processes.ts";
import { trainAndSave } from "./train-and-save.ts";
import type { Ended } from "./train-and-save.ts";
import { printableJson } from "../../terminal/printable.ts";

/** @param reducer the other processes of this fit, of which rank 0 prints and writes */
export async function runFitImages(
  files: readonly string[],
  flags: FitFlags,
  reducer?: MpiReducer,
): Promise<void> {
  const leads = reducer === undefined || reducer.rank === 0;
  const reporter = leads ? openReporter(flags) : silentReporter;
  checkNoTableFlags(flags);
  const source = await openImages(files, givenOf(flags), (text) => reporter.warn(text));
  const options = optionsOf(flags);
  if (!leads) {
    if (flags.dryRun === true) return;
    const control = await followersControl(files, flags, reducer);
    (await fitImages(source, { ...options, ...control })).flow.dispose();
    return;
  }
  if (flags.dryRun === true) return printPlan(source, options, flags);
  const target = await fitTarget(files, flags, [...files, ...(flags.given ?? [])]);
  sayProcesses(reporter, reducer, flags);
  await train(source, { ...options, ...(reducer && { reducer }) }, { target, flags, reporter });
}

interface ImageRun {
  readonly target: FitTarget;
  readonly flags: FitFlags;
  readonly reporter: Reporter;
}

async function train(source: ImageSource, options: FitImagesOptions, run: ImageRun): Promise<void> {
  const { flags, reporter } = run;
  await trainAndSave<ImageEvent, ImageModel>({
    ...run,
    onEvent:
      flags.json === true
        ? eventLinePrinter(flags.quiet === true)
        : imageProgress(reporter, source.shape),
    train: (control) => fitImages(source, { ...options, ...control }),
    report: (model, ended) => report(model, ended, run),
  });
}

function report(
  model: ImageModel,
  { reason, seconds }: Ended,
  { target: { output }, flags, reporter }: ImageRun,
): void {
  const { record, flow, shape } = model;
  if (flags.json === true) {
    process.stdout.write(
      `${printableJson({
        schemaVersion: 1,
        model: output,
        images: record.source.images,
        shape,
        classes: record.classes,
        preset: record.preset,
        size: record.size,
        parameters: flow.parameterCount,
        seed: flags.seed,
        epochs: flow.training?.epochs,
        best: flow.training?.best,
        ended: reason,
        heldOut: record.heldOut,
        seconds,
        peakMemoryBytes: process.resourceUsage().maxRSS * 1024,
      })}\n`,
    );
    return;
  }
  reporter.say(`\nwrote ${output} (${duration(seconds)})`);
  reporter.say(imageFigure(record.heldOut));
}

async function printPlan(
  source: ImageSource,
  options: FitImagesOptions,
  flags: FitFlags,
): Promise<void> {
  const { plan, imagesPerSecond } = await planImageFit(source, {
    ...options,
    signal: interruptSignal(),
  });
  process.stdout.write(
    flags.json === true
      ? `${printableJson({ schemaVersion: 1, shape: source.shape, ...plan, imagesPerSecond })}\n`
      : `${planLine(plan, imagesPerSecond)}\n`,
  );
}

function planLine(plan: ImagePlan, imagesPerSecond: number): string {
  const { images, epochs, imagesPerEpoch, classes } = plan;
  const [training, validation, heldOut] = images;
  const passes = ((epochs * imagesPerEpoch) / training).toFixed(1);
  const of = classes > 0 ? `, given one of ${classes} classes` : "";
  const time = Number.isNaN(imagesPerSecond)
    ? ""
    : `; about ${duration((epochs * imagesPerEpoch) / imagesPerSecond)} at ${count(Math.round(imagesPerSecond))} images/s`;
  return (
    `${plan.preset}, ${plan.size}${of}: ${count(training)} images to train on, ${count(validation)} to choose the epoch by, ` +
    `${count(heldOut)} held out; ${passes} passes in ${epochs} epochs of ${count(imagesPerEpoch)}${time}`
  );
}

/** Prints the events of a training of images; losses in bits per dimension. */
function imageProgress(reporter: Reporter, shape: readonly number[]): (event: ImageEvent) => void {
  const nats = shape.reduce((product, side) => product * side, 1) * Math.LN2;
  const bits = (loss: number) => (loss / nats).toFixed(3);
  const epochs = epochProgress(
    reporter,
    ({ trainLoss, validationLoss, best }) =>
      `train ${bits(trainLoss)}  validation ${bits(validationLoss)} bits/dim` +
      `  best ${bits(best.validationLoss)} (epoch ${best.epoch})`,
  );
  return (event) => {
    if (event.type === "plan") reporter.say(planLine(event.plan, event.imagesPerSecond));
    else if (event.type === "start") reporter.say(`${count(event.parameters)} parameters`);
    else epochs(event);
  };
}

function optionsOf(flags: FitFlags): FitImagesOptions {
  const { seed, threads, batch, learningRate, patience, heldOut, maxMinutes } = flags;
  const { preset, size, noise, bits, samples, epochs: passes } = flags;
  const present = Object.fromEntries(
    Object.entries({
      threads,
      batch,
      learningRate,
      patience,
      heldOut,
      maxMinutes,
      preset,
      size,
      noise,
      bits,
      samples,
      passes,
    }).filter(([, value]) => value !== undefined),
  );
  return { seed, given: flags.given !== undefined, ...present };
}

function givenOf({ given }: FitFlags): string | undefined {
  if (given === undefined || given.length === 1) return given?.[0];
  throw new CoupletError({
    code: "USAGE",
    where: "--given",
    expected: "one file of labels, or class",
    received: given.join(", "),
  });
}
