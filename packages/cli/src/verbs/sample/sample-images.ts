/** Runs couplet sample on a model of images: a grid in one PNG, a PNG for each image, or an array. */
import { mkdir, stat } from "node:fs/promises";
import path from "node:path";
import { CoupletError } from "couplet";
import { encodePng, imageGrid, ImageModel } from "couplet/images";
import { writeFileAtomically } from "couplet/node";
import { checkDistinct, checkTarget } from "../../output/check-target.ts";
import { npyBytes } from "../../output/formats/npy-bytes.ts";
import { interruptSignal } from "../../terminal/interrupt.ts";
import { count, duration } from "../../terminal/quantities.ts";
import { openReporter } from "../../terminal/reporter.ts";
import type { SampleFlags } from "./run.ts";
import { printableJson } from "../../terminal/printable.ts";

type Shape = readonly [number, number, number];

export async function runSampleImages(file: string, flags: SampleFlags): Promise<void> {
  const reporter = openReporter(flags);
  const started = performance.now();
  checkFlags(flags);
  const place = await placeOf(flags, file);
  const model = await ImageModel.load(
    file,
    flags.threads === undefined ? {} : { threads: flags.threads },
  );
  try {
    const seed = flags.seed ?? Math.floor(Math.random() * 2 ** 32);
    const labels = labelsOf(model, flags);
    const images = await model.sample(flags.rows, {
      seed,
      temperature: flags.temperature,
      signal: interruptSignal(),
      ...(labels === undefined ? {} : { labels }),
    });
    await write(inBytes(images, model.levels), model.shape as Shape, place);
    const seconds = (performance.now() - started) / 1000;
    if (flags.json === true)
      process.stdout.write(
        `${printableJson({ schemaVersion: 1, model: file, seed, temperature: flags.temperature, images: flags.rows, shape: model.shape, output: flags.output, seconds })}\n`,
      );
    else if (place.path !== undefined)
      reporter.say(
        `wrote ${count(flags.rows)} images to ${flags.output} (${duration(seconds)}, seed ${seed})`,
      );
  } finally {
    model.dispose();
  }
}

/** Where the images go: standard output without a path. */
interface Place {
  readonly kind: "grid" | "files" | "array";
  readonly path: string | undefined;
}

/** @throws CoupletError USAGE, FILE_EXISTS, FILE_INVALID */
async function placeOf({ output, force, json }: SampleFlags, model: string): Promise<Place> {
  if (output === undefined || output === "-") {
    if (process.stdout.isTTY || json === true)
      throw new CoupletError({
        code: "USAGE",
        where: "--output",
        expected: "a file for the images",
        received: "none",
        hint: "-o samples.png is a grid, -o samples/ a file for each image, -o samples.npy an array.",
      });
    return { kind: "grid", path: undefined };
  }
  const isFolder =
    /[/\\]$/.test(output) || (await stat(output).catch(() => undefined))?.isDirectory();
  if (isFolder === true) return { kind: "files", path: output };
  const ending = path.extname(output).toLowerCase();
  if (ending !== ".png" && ending !== ".npy")
    throw new CoupletError({
      code: "USAGE",
      where: "--output",
      expected:
        "a name that ends in .png (a grid) or .npy (an array), or a folder (a file for each image)",
      received: output,
    });
  await checkDistinct(output, [model]);
  await checkTarget(output, force === true);
  return { kind: ending === ".png" ? "grid" : "array", path: output };
}

async function write(images: Uint8Array, shape: Shape, place: Place): Promise<void> {
  const size = shape.reduce((product, side) => product * side, 1);
  const number = images.length / size;
  if (place.kind === "files") {
    const folder = place.path!;
    await mkdir(folder, { recursive: true });
    const digits = Math.max(4, String(number).length);
    for (let i = 0; i < number; i++) {
      const name = path.join(folder, `${String(i + 1).padStart(digits, "0")}.png`);
      await checkTarget(name, false);
      await writeFileAtomically(
        name,
        await encodePng(images.subarray(i * size, (i + 1) * size), shape),
      );
    }
    return;
  }
  const grid = imageGrid(images, shape, Math.max(1, Math.ceil(Math.sqrt(number))));
  const bytes =
    place.kind === "array"
      ? npyBytes(images, [number, ...shape])
      : await encodePng(grid.data, grid.shape);
  if (place.path === undefined) process.stdout.write(bytes);
  else await writeFileAtomically(place.path, bytes);
}

/** Values of fewer levels spread over 0 to 255. */
function inBytes(images: Uint8Array, levels: number): Uint8Array {
  return levels === 256 ? images : images.map((value) => Math.round((value * 255) / (levels - 1)));
}

/** The class that --given names for all images; by default the classes take turns. */
function labelsOf(model: ImageModel, { given, rows }: SampleFlags): Int32Array | undefined {
  if (given === undefined) return undefined;
  const { classes } = model.record;
  const [[name, value] = ["", ""], ...more] = Object.entries(given);
  const label = classes.indexOf(value);
  if (classes.length > 0 && name === "class" && more.length === 0 && label >= 0)
    return new Int32Array(rows).fill(label);
  throw new CoupletError({
    code: "USAGE",
    where: "--given",
    expected:
      classes.length === 0
        ? "nothing: the model is not of images given a class"
        : `class=NAME with one of ${classes.slice(0, 20).join(", ")}`,
    received: Object.entries(given)
      .map(([key, word]) => `${key}=${word}`)
      .join(", "),
  });
}

function checkFlags(flags: SampleFlags): void {
  const named = flags.givenRows !== undefined ? "--given-rows" : flags.format && "--format";
  if (named === undefined) return;
  throw new CoupletError({
    code: "USAGE",
    where: named,
    expected: "a model of a table",
    received: "one of images",
  });
}
