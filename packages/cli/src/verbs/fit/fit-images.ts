/** Runs couplet fit on images. */
import { CoupletError } from "couplet";
import { fitImages, planImageFit } from "couplet/images";
import type {
  FitImagesOptions,
  ImageEvent,
  ImageModel,
  ImagePlan,
  ImageSource,
} from "couplet/images";
import { openImages } from "../../input/images/open-images.ts";
import { checkDistinct, checkTarget } from "../../output/check-target.ts";
import { eventLinePrinter } from "../../terminal/event-lines.ts";
import { interruptSignal } from "../../terminal/interrupt.ts";
import { progressPrinter } from "../../terminal/progress.ts";
import { count, duration } from "../../terminal/quantities.ts";
import type { Reporter } from "../../terminal/reporter.ts";
import { openReporter } from "../../terminal/reporter.ts";
import { CheckpointFile, checkpointBytes, keepCheckpoint } from "./checkpoint-file.ts";
import { ending, pace } from "./fit-progress.ts";
import { imageFigure } from "./image-figure.ts";
import { interruption } from "./interruption.ts";
import { baseName } from "./model-name.ts";
import type { FitFlags } from "./run.ts";

/** Options of tables alone, by their names in the flags and on the command line. */
const TABLE_FLAGS = {
  schema: "--schema",
  nullValues: "--null-values",
  mixedAsCategory: "--mixed-as-category",
  type: "--type",
  relations: "--relations",
  smoothing: "--smoothing",
  contamination: "--contamination",
  memory: "--memory",
  inputFormat: "--input-format",
  delimiter: "--delimiter",
  encoding: "--encoding",
  columns: "--columns",
  drop: "--drop",
  array: "--array",
  skipBadRows: "--skip-bad-rows",
} as const;

export async function runFitImages(files: readonly string[], flags: FitFlags): Promise<void> {
  const reporter = openReporter(flags);
  checkNoTableFlags(flags);
  const source = await openImages(files, givenOf(flags), (text) => reporter.warn(text));
  const options = optionsOf(flags);
  if (flags.dryRun === true) return printPlan(source, options, flags);
  const output = flags.output ?? `${await baseName(files[0]!.replace(/[/\\]+$/, ""))}.couplet`;
  const checkpoint = `${output}.checkpoint`;
  await checkTarget(output, flags.force === true || flags.resume === true);
  const resume = flags.resume === true ? await checkpointBytes(checkpoint) : undefined;
  if (flags.resume !== true && flags.force !== true) await keepCheckpoint(checkpoint);
  for (const file of [output, checkpoint])
    await checkDistinct(file, [...files, ...(flags.given ?? [])]);
  await train(source, options, { output, checkpoint, resume, flags, reporter });
}

async function train(
  source: ImageSource,
  options: FitImagesOptions,
  run: {
    readonly output: string;
    readonly checkpoint: string;
    readonly resume: Uint8Array | undefined;
    readonly flags: FitFlags;
    readonly reporter: Reporter;
  },
): Promise<void> {
  const { output, checkpoint, resume, flags, reporter } = run;
  const started = performance.now();
  const state = new CheckpointFile(checkpoint, reporter, resume !== undefined);
  let training = false;
  let reason = "epochs" as Extract<ImageEvent, { type: "end" }>["reason"];
  const print =
    flags.json === true
      ? eventLinePrinter(flags.quiet === true)
      : imageProgress(reporter, source.shape);
  const { interrupt, signal, stop } = interruption(() => training, reporter);
  try {
    const model = await fitImages(source, {
      ...options,
      signal,
      stop,
      onEvent: (event) => {
        if (event.type === "start") training = true;
        if (event.type === "end") reason = event.reason;
        print(event);
      },
      checkpoint: {
        everySeconds: flags.checkpointEvery,
        save: (bytes) => state.save(bytes),
      },
      ...(resume === undefined ? {} : { resume }),
    });
    await model.save(output);
    const early = reason === "stopped" || reason === "time";
    if (!early) await state.remove();
    if (early)
      state.warnOfEarlyEnd(
        output,
        reason === "stopped" ? "interrupted" : `${flags.maxMinutes} minutes are over`,
      );
    report(model, reason, (performance.now() - started) / 1000, run);
    model.dispose();
    if (interrupt.aborted) throw interrupt.reason;
  } catch (error) {
    state.warnOfFailure({ aborted: signal.aborted, interrupted: interrupt.aborted });
    throw error;
  }
}

function report(
  model: ImageModel,
  reason: string,
  seconds: number,
  {
    output,
    flags,
    reporter,
  }: { readonly output: string; readonly flags: FitFlags; readonly reporter: Reporter },
): void {
  const { record, flow, shape } = model;
  if (flags.json === true) {
    process.stdout.write(
      `${JSON.stringify({
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
      ? `${JSON.stringify({ schemaVersion: 1, shape: source.shape, ...plan, imagesPerSecond })}\n`
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
  const show = progressPrinter(reporter);
  const nats = shape.reduce((product, side) => product * side, 1) * Math.LN2;
  const bits = (loss: number) => (loss / nats).toFixed(3);
  let epochLine = "";
  let epochs = 0;
  return (event) => {
    switch (event.type) {
      case "plan":
        epochs = event.plan.epochs;
        reporter.say(planLine(event.plan, event.imagesPerSecond));
        break;
      case "start":
        reporter.say(`${count(event.parameters)} parameters`);
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
          `epoch ${event.epoch}/${event.epochs}  train ${bits(event.trainLoss)}  validation ${bits(event.validationLoss)} bits/dim` +
          `  best ${bits(event.best.validationLoss)} (epoch ${event.best.epoch})`;
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

/** @throws CoupletError USAGE for an option that only tables have */
export function checkNoTableFlags(flags: FitFlags): void {
  for (const [name, option] of Object.entries(TABLE_FLAGS)) {
    if (flags[name as keyof typeof TABLE_FLAGS] === undefined) continue;
    throw new CoupletError({
      code: "USAGE",
      where: option,
      expected: "a table",
      received: "images, which have no such option",
    });
  }
}
