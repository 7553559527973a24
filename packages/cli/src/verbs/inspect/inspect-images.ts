/** Runs couplet inspect on a model of images. */
import { CoupletError } from "couplet";
import { ImageModel, receptiveField } from "couplet/images";
import { count, duration } from "../../terminal/quantities.ts";
import { printable, printableJson } from "../../terminal/printable.ts";
import { imageFigure } from "../fit/image-figure.ts";
import type { InspectFlags } from "./run.ts";

/** Samples that the check of the inverse takes at most. */
const MOST_CHECKED = 100;

export async function runInspectImages(file: string, flags: InspectFlags): Promise<void> {
  if (flags.data !== undefined)
    throw new CoupletError({
      code: "USAGE",
      where: "--data",
      expected: "a model of a table",
      received: "one of images, whose inverse is checked on its samples",
    });
  const model = await ImageModel.load(file);
  try {
    const { flow, record, shape, levels } = model;
    const description = flow.describe();
    const levelsSeen = receptiveField(flow.spec);
    const checked = Math.min(MOST_CHECKED, flags.rows);
    const images = await model.sample(checked, { seed: 0 });
    const { training } = flow;
    const exact = await roundTrip(model, images);
    if (flags.json === true) {
      process.stdout.write(
        `${printableJson({
          schemaVersion: 1,
          model: file,
          source: record.source,
          shape,
          levels,
          classes: record.classes,
          preset: record.preset,
          size: record.size,
          receptiveField: levelsSeen,
          flow: { ...description, text: undefined },
          training: training ?? {},
          heldOut: record.heldOut,
          inverse: exact,
        })}\n`,
      );
      return;
    }
    const classes =
      record.classes.length === 0 ? "" : `, given one of ${record.classes.slice(0, 20).join(", ")}`;
    const trained =
      training === undefined
        ? "the file does not say how it was trained"
        : `trained on ${count(training.trainingRows)} images an epoch of ${count(record.source.images)} of ${record.source.name}, seed ${record.source.seed}: ` +
          `${training.epochs} epochs, the best was ${training.best.epoch}; ${duration(training.elapsedMs / 1000)} on ${training.threads} threads`;
    const fields = levelsSeen.map(
      ({ shape: at, scale, couplings, side }) =>
        `  ${at.join(" x ").padEnd(14)} ${String(couplings).padStart(3)} couplings, a pixel is ${scale} wide and sees ${side.join(" x ")}`,
    );
    process.stdout.write(
      printable(
        `images of ${shape.join(" x ")} in ${levels} levels${classes}: ${record.preset}, ${record.size}\n\n${description.text}\n\n` +
          `receptive field, level by level:\n${fields.join("\n")}\n\n${trained}\n` +
          `inverse on ${count(exact.images)} samples: ${exact.wrong} of ${count(exact.values)} values come back as others\n` +
          `${imageFigure(record.heldOut)}\n`,
      ),
    );
  } finally {
    model.dispose();
  }
}

/** Values of images that encode and decode do not give back. */
async function roundTrip({ flow, record }: ImageModel, images: Uint8Array) {
  const { dims } = flow.spec;
  const number = images.length / dims;
  const { oneHot } = await import("couplet/images");
  const classes = record.classes.length;
  const context =
    classes === 0
      ? {}
      : {
          context: oneHot(
            Int32Array.from({ length: number }, (_, i) => i % classes),
            classes,
          ),
        };
  const { z } = await flow.encode(images, context as Parameters<typeof flow.encode>[1]);
  const { x } = await flow.decode(z, context as Parameters<typeof flow.decode>[1]);
  const wrong = x.reduce((sum, value, i) => sum + (value === images[i] ? 0 : 1), 0);
  return { images: number, values: images.length, wrong };
}
