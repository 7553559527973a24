/** Runs couplet score on a model of images: bits per dimension of each, and the class that fits best. */
import { CoupletError } from "couplet";
import { ImageModel, reduceBits } from "couplet/images";
import type { ImageSource } from "couplet/images";
import { column, selectRows, table } from "couplet/table";
import type { Column, Table } from "couplet/table";
import { checkShape } from "../../input/images/check-shape.ts";
import { imageChunks } from "../../input/images/image-chunks.ts";
import { imagesFor } from "../../input/images/images-for.ts";
import { openRows } from "../../output/open-rows.ts";
import { writeAll } from "../../output/write-all.ts";
import { interruptSignal } from "../../terminal/interrupt.ts";
import { count, duration } from "../../terminal/quantities.ts";
import type { Reporter } from "../../terminal/reporter.ts";
import { openReporter } from "../../terminal/reporter.ts";
import type { ScoreFlags } from "./run.ts";

/** Images at a time. */
const CHUNK = 2048;

/** What is known of all images at the end. */
interface Totals {
  images: number;
  bits: number;
  squares: number;
  labelled: number;
  right: number;
}

export async function runScoreImages(
  file: string,
  data: readonly string[],
  flags: ScoreFlags,
): Promise<void> {
  const reporter = openReporter(flags);
  const started = performance.now();
  checkFlags(flags);
  const source = await imagesFor(data, (text) => reporter.warn(text));
  const model = await ImageModel.load(
    file,
    flags.threads === undefined ? {} : { threads: flags.threads },
  );
  try {
    checkShape(model.shape, source);
    const totals: Totals = { images: 0, bits: 0, squares: 0, labelled: 0, right: 0 };
    const head = { schemaVersion: 1, model: file, data: source.name, samples: flags.samples };
    const tail = () => summary(totals);
    const out = await openRows(flags, [file, ...data], { key: "scores", head, tail });
    const chunks = scored(model, source, flags, totals);
    await writeAll(
      out.sink,
      flags.lowest === undefined ? chunks : leastLikely(chunks, flags.lowest),
    );
    const seconds = (performance.now() - started) / 1000;
    out.tell({ ...tail(), seconds });
    conclude(totals, flags, seconds, reporter);
  } finally {
    model.dispose();
  }
}

async function* scored(
  model: ImageModel,
  source: ImageSource,
  flags: ScoreFlags,
  totals: Totals,
): AsyncGenerator<Table> {
  const signal = interruptSignal();
  const nats = model.flow.spec.dims * Math.LN2;
  const { classes } = model.record;
  // Names of folders may come in another order than the model's.
  const named = source.classes?.map((name) => classes.indexOf(name));
  for await (const { first, images, numbers } of imageChunks(source, CHUNK)) {
    const reduced = reduceBits(images, Math.log2(model.levels));
    const { bits, predicted } = await model.score(reduced, {
      samples: flags.samples,
      seed: first,
      signal,
    });
    const columns: Column[] = [
      numbers,
      column(
        "bits_per_dim",
        bits.map((value) => Number(value.toFixed(6))),
      ),
      column(
        "nats",
        bits.map((value) => Number((-value * nats).toFixed(3))),
      ),
    ];
    totals.images += bits.length;
    for (const value of bits) {
      totals.bits += value;
      totals.squares += value * value;
    }
    if (predicted !== undefined) {
      columns.push(
        column(
          "class",
          Array.from(predicted, (label) => classes[label]!),
        ),
      );
      for (const [i, label] of predicted.entries()) {
        const truth = named?.[source.labels?.[first + i] ?? -1] ?? -1;
        if (truth < 0) continue;
        totals.labelled++;
        if (truth === label) totals.right++;
      }
    }
    yield table(columns);
  }
}

/** The images with the most bits, as one chunk. */
async function* leastLikely(chunks: AsyncIterable<Table>, most: number): AsyncGenerator<Table> {
  const { tableFromChunks, columnNamed } = await import("couplet/table");
  let kept: Table | undefined;
  for await (const chunk of chunks) {
    const all: Table = kept === undefined ? chunk : tableFromChunks([kept, chunk]);
    const bits = columnNamed(all, "bits_per_dim").values as Float64Array;
    const order = [...bits.keys()].sort((a, b) => bits[b]! - bits[a]!).slice(0, most);
    kept = selectRows(all, order);
  }
  if (kept !== undefined) yield kept;
}

function summary({ images, bits, squares, labelled, right }: Totals) {
  const mean = bits / images;
  const variance = images > 1 ? (squares - images * mean * mean) / (images - 1) : NaN;
  return {
    images,
    bitsPerDim: mean,
    standardError: images > 1 ? Math.sqrt(Math.max(0, variance) / images) : null,
    ...(labelled > 0 ? { accuracy: right / labelled } : {}),
  };
}

function conclude(totals: Totals, flags: ScoreFlags, seconds: number, reporter: Reporter): void {
  const { images, bitsPerDim, standardError, accuracy } = summary(totals);
  const classified =
    accuracy === undefined
      ? ""
      : `; ${(100 * accuracy).toFixed(2)} % have the class that fits best`;
  reporter.say(
    `${count(images)} images scored (${duration(seconds)})${classified}\n` +
      `${bitsPerDim.toFixed(3)} bits/dim (${flags.samples} ${flags.samples === 1 ? "sample" : "samples"})${standardError === null ? "" : ` +- ${standardError.toFixed(3)}`}`,
  );
}

function checkFlags(flags: ScoreFlags): void {
  const named = (
    [
      ["explain", "--explain"],
      ["withData", "--with-data"],
      ["softRelations", "--soft-relations"],
      ["standardised", "--standardised"],
      ["strict", "--strict"],
    ] as const
  ).find(([name]) => flags[name] !== undefined);
  if (named === undefined) return;
  throw new CoupletError({
    code: "USAGE",
    where: named[1],
    expected: "a model of a table",
    received: "one of images",
  });
}
