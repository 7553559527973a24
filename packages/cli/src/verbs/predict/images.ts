/** Runs couplet predict for images through a classifier to the output, a chunk at a time. */
import { CoupletError } from "couplet";
import type { ImageSource } from "couplet/images";
import { classificationMetrics, ClassifierModel } from "couplet/reversible";
import type { ClassificationMetrics } from "couplet/reversible";
import { column, table } from "couplet/table";
import type { Table } from "couplet/table";
import { checkShape } from "../../input/images/check-shape.ts";
import { imageChunks } from "../../input/images/image-chunks.ts";
import { areImages } from "../../input/images/image-kind.ts";
import { openImages } from "../../input/images/open-images.ts";
import { isClassifier } from "../../input/open-model.ts";
import type { OutputOptions } from "../../output/open-output.ts";
import { openRows } from "../../output/open-rows.ts";
import { writeAll } from "../../output/write-all.ts";
import type { GlobalFlags } from "../../terminal/flags.ts";
import { interruptSignal } from "../../terminal/interrupt.ts";
import { count, duration } from "../../terminal/quantities.ts";
import { openReporter } from "../../terminal/reporter.ts";
import { metricsLine } from "../fit/metrics-line.ts";

export interface ImageFlags extends GlobalFlags, OutputOptions {
  readonly labels?: string;
  readonly threads?: number;
}

/** Images at a time. */
const CHUNK = 3072;

export async function predictImages(
  file: string,
  data: readonly string[],
  flags: ImageFlags,
): Promise<void> {
  const reporter = openReporter(flags);
  const started = performance.now();
  if (!(await isClassifier(file))) throw noClassifier(file);
  if (!(await areImages(data))) throw noImages(data[0]!);
  const model = await ClassifierModel.load(
    file,
    flags.threads === undefined ? {} : { threads: flags.threads },
  );
  try {
    const source = await openImages(data, flags.labels, (text) => reporter.warn(text), "--labels");
    checkShape(model.spec.shape, source);
    const known = flags.labels === undefined ? undefined : knownLabels(model, source);
    const head = { schemaVersion: 1, model: file, data: source.name };
    const logs: Float64Array[] = [];
    let metrics: ClassificationMetrics | undefined;
    // Asked for when all images are through.
    const tail = () => {
      metrics ??= known && classificationMetrics(joined(logs), known, model.spec.classes);
      return metrics === undefined ? {} : { metrics };
    };
    const out = await openRows(flags, [file, ...data], { key: "predictions", head, tail });
    await writeAll(out.sink, predictions(model, source, known && logs));
    const seconds = (performance.now() - started) / 1000;
    out.tell({ rows: source.count, ...tail(), seconds });
    reporter.say(`${count(source.count)} images (${duration(seconds)})`);
    const found = tail().metrics;
    if (found !== undefined) reporter.say(metricsLine(found, "images with known classes"));
  } finally {
    model.dispose();
  }
}

async function* predictions(
  model: ClassifierModel,
  source: ImageSource,
  logs: Float64Array[] | undefined,
): AsyncGenerator<Table> {
  const signal = interruptSignal();
  const { classes } = model.spec;
  const names = namesOf(model);
  for await (const { images, numbers } of imageChunks(source, CHUNK)) {
    const predicted = await model.predict(images, { signal });
    logs?.push(predicted.probabilities.map(Math.log));
    yield table([
      numbers,
      column(
        "class",
        Array.from(predicted.classes, (label) => names[label]!),
      ),
      ...names.map((name, k) =>
        column(
          `p_${name}`,
          Float64Array.from(predicted.classes, (_, r) =>
            Number(predicted.probabilities[r * classes + k]!.toPrecision(6)),
          ),
        ),
      ),
    ]);
  }
}

function namesOf({ classNames, spec }: ClassifierModel): readonly string[] {
  return classNames ?? Array.from({ length: spec.classes }, (_, k) => String(k));
}

/** The known classes by the model's numbers; names of folders may come in another order than the model's. */
function knownLabels(model: ClassifierModel, { labels, classes, name }: ImageSource): number[] {
  const names = namesOf(model);
  return Array.from(labels!, (label) => {
    const known = classes![label]!;
    const number = names.indexOf(known);
    if (number >= 0) return number;
    throw new CoupletError({
      code: "DATA_INVALID",
      where: `--labels: ${name}`,
      expected: `one of the model's classes: ${names.slice(0, 12).join(", ")}`,
      received: known,
    });
  });
}

function joined(parts: readonly Float64Array[]): Float64Array {
  const out = new Float64Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    out.set(part, at);
    at += part.length;
  }
  return out;
}

function noClassifier(file: string): CoupletError {
  return new CoupletError({
    code: "FILE_INVALID",
    where: file,
    expected: "a classifier, as couplet fit --classify writes it",
    received: "another file",
    hint: "Flows have densities and samples: couplet score, couplet sample.",
  });
}

function noImages(file: string): CoupletError {
  return new CoupletError({
    code: "FILE_INVALID",
    where: file,
    expected: "images (idx, CIFAR, .npy of three or four axes, a folder of PNG files)",
    received: "another file, or none",
  });
}
