/** Runs couplet inspect on a classifier. */
import { CoupletError } from "couplet";
import { ClassifierModel } from "couplet/reversible";
import { count, duration } from "../../terminal/quantities.ts";
import { printable, printableJson } from "../../terminal/printable.ts";
import { metricsLine } from "../fit/metrics-line.ts";
import type { InspectFlags } from "./run.ts";

export async function runInspectClassifier(file: string, flags: InspectFlags): Promise<void> {
  if (flags.data !== undefined) {
    throw new CoupletError({
      code: "USAGE",
      where: "--data",
      expected: "a model of a table",
      received: "a classifier, which has no inverse to check",
    });
  }
  const model = await ClassifierModel.load(file);
  const { spec, classNames, training, heldOut } = model;
  const { text, ...network } = await model.describe();
  model.dispose();
  if (flags.json === true) {
    process.stdout.write(
      `${printableJson({ schemaVersion: 1, model: file, spec, classes: classNames ?? null, network, training: training ?? {}, heldOut: heldOut ?? null })}\n`,
    );
    return;
  }
  const lines = [
    text,
    ...(classNames === undefined ? [] : [`classes: ${classNames.join(", ")}`]),
    training === undefined
      ? "the file does not say how it was trained"
      : `trained on ${count(training.trainingRows)} images: ${training.epochs} epochs, the best was ${training.best.epoch}; ${duration(training.elapsedMs / 1000)} on ${training.threads} threads`,
    ...(heldOut === undefined ? [] : [metricsLine(heldOut, "images that chose the epoch")]),
  ];
  process.stdout.write(printable(`${lines.join("\n")}\n`));
}
