/** Runs couplet sample: chunks of rows from the model to the output. */
import { withLeftOut, withMissingSpelled } from "couplet/table";
import type { ConditionReport, SampledTable, Table, TableModel } from "couplet/table";
import { CoupletError } from "couplet";
import type { InputFormat, InputOptions } from "../../input/input-options.ts";
import { openInput } from "../../input/open-input.ts";
import { isImageModel, openAnyModel } from "../../input/open-model.ts";
import { outputFormat } from "../../output/open-output.ts";
import type { OutputOptions } from "../../output/open-output.ts";
import { tellCondition, wholeReport } from "../../terminal/condition-lines.ts";
import { interruptSignal } from "../../terminal/interrupt.ts";
import { count, duration } from "../../terminal/quantities.ts";
import { openReporter } from "../../terminal/reporter.ts";
import type { GlobalFlags } from "../../terminal/flags.ts";
import { openRows } from "../../output/open-rows.ts";
import { writeAll } from "../../output/write-all.ts";
import { flowRows } from "./flow-rows.ts";

export interface SampleFlags extends GlobalFlags, OutputOptions {
  readonly rows: number;
  readonly seed?: number;
  readonly temperature: number;
  readonly given?: Readonly<Record<string, string>>;
  readonly givenRows?: string;
  readonly inputFormat?: InputFormat;
  readonly keys?: boolean;
  readonly threads?: number;
}

/** Rows at a time: a multiple of the engine's tiles, so that chunks give the bits of one call. */
const CHUNK_ROWS = 8192;

export async function runSample(file: string, flags: SampleFlags): Promise<void> {
  if (await isImageModel(file)) {
    const { runSampleImages } = await import("./sample-images.ts");
    return runSampleImages(file, flags);
  }
  const reporter = openReporter(flags);
  const started = performance.now();
  const opened = await openAnyModel(file, flags);
  const { kind, model } = opened;
  const schema = opened.kind === "table" ? opened.model.schema : undefined;
  if (kind === "flow" && flags.given !== undefined) throw noConditions(file);
  const seed = flags.seed ?? Math.floor(Math.random() * 2 ** 32);
  const signal = interruptSignal();
  const read = [file, ...(flags.givenRows === undefined ? [] : [flags.givenRows])];
  const reports: ConditionReport[] = [];
  const conditions = () => {
    const condition = wholeReport(reports);
    return condition === undefined ? {} : { condition };
  };
  const out = await openRows(flags, read, {
    key: "data",
    head: { schemaVersion: 1, model: file, seed, temperature: flags.temperature },
    tail: conditions,
    schema,
  });
  const rows = await writeAll(
    out.sink,
    opened.kind === "table"
      ? asInFile(drawn(opened.model, flags, seed, signal, reports), opened.model, flags, seed)
      : flowRows(opened.model, {
          ...flags,
          reading: format(flags),
          chunkRows: CHUNK_ROWS,
          seed,
          signal,
        }),
  );
  const trainingRows = opened.kind === "table" ? opened.model.source.rows : 0;
  model.dispose();
  const seconds = (performance.now() - started) / 1000;
  out.tell({ rows, ...conditions(), seconds });
  if (out.file !== undefined)
    reporter.say(`wrote ${count(rows)} rows to ${out.file} (${duration(seconds)}, seed ${seed})`);
  else if (flags.seed === undefined && process.stdout.isTTY)
    reporter.say(`--seed ${seed} gives these rows again`, "dim");
  const { condition } = conditions();
  if (condition !== undefined) tellCondition(condition, { trainingRows, drawn: rows }, reporter);
}

/** A flow of numbers has no columns to name in a condition. */
function noConditions(file: string): CoupletError {
  return new CoupletError({
    code: "USAGE",
    where: "--given",
    expected: "the model of a table, which knows columns by their names",
    received: `${file}, a flow of numbers`,
    hint: "--given-rows takes a table of the context's numbers.",
  });
}

/** The rows as the table's file has them: with its missing cells spelled, where the format has text alone, and with keys if asked for. */
async function* asInFile(
  chunks: AsyncIterable<Table>,
  { schema }: TableModel,
  flags: SampleFlags,
  seed: number,
): AsyncGenerator<Table> {
  const isText = flags.json !== true && ["csv", "tsv"].includes(outputFormat(flags));
  let firstRow = 0;
  for await (const chunk of chunks) {
    const whole = flags.keys === true ? withLeftOut(chunk, schema, { firstRow, seed }) : chunk;
    firstRow += chunk.rows;
    yield isText ? withMissingSpelled(whole, schema) : whole;
  }
}

/** How `--given-rows` is read. */
function format({ inputFormat }: SampleFlags): InputOptions {
  return inputFormat === undefined ? {} : { inputFormat };
}

async function* drawn(
  model: TableModel,
  flags: SampleFlags,
  seed: number,
  signal: AbortSignal,
  reports: ConditionReport[],
): AsyncGenerator<Table> {
  const { temperature, given, givenRows } = flags;
  const { contextNames } = model.codec;
  // A model of some columns given others takes its context alone; anything else is a condition on the joint model.
  const isContext =
    contextNames.length > 0 &&
    Object.keys(given ?? {}).every((name) => contextNames.includes(name));
  if (givenRows !== undefined) {
    const input = await openInput([givenRows], format(flags), () => undefined, { once: true });
    try {
      let firstRow = 0;
      for await (const context of input.chunks()) {
        yield await model.sample(context.rows, { seed, firstRow, temperature, context, signal });
        firstRow += context.rows;
      }
    } finally {
      await input.close();
    }
    return;
  }
  // One empty chunk when no rows are asked for: the header, and the complaints about conditions.
  for (let firstRow = 0; firstRow === 0 || firstRow < flags.rows; firstRow += CHUNK_ROWS) {
    const rows = Math.min(CHUNK_ROWS, flags.rows - firstRow);
    const sampled: SampledTable = await model.sample(rows, {
      seed,
      firstRow,
      temperature,
      signal,
      ...(given === undefined ? {} : isContext ? { context: given } : { given }),
    });
    if (sampled.condition !== undefined) reports.push(sampled.condition);
    yield sampled;
  }
}
