/** Runs couplet fit. */
import { readFile } from "node:fs/promises";
import { CoupletError } from "couplet";
import { fitTable, parseRelation, parseSchema, planTable } from "couplet/table";
import type {
  FitTableOptions,
  InferSchemaOptions,
  PartitionedTable,
  Schema,
  Table,
  TableEvent,
  TableModel,
} from "couplet/table";
import type { ImagePreset, ImageSize } from "couplet/images";
import { areImages } from "../../input/images/image-kind.ts";
import { unknownColumn } from "../../input/chosen-columns.ts";
import { memoryOrParts } from "../../input/memory-or-parts.ts";
import type { OpenInput } from "../../input/open-input.ts";
import { openInput } from "../../input/open-input.ts";
import { checkDistinct, checkTarget } from "../../output/check-target.ts";
import { checkEnding } from "../../output/check-ending.ts";
import { eventLinePrinter } from "../../terminal/event-lines.ts";
import { interruptSignal } from "../../terminal/interrupt.ts";
import { count, duration } from "../../terminal/quantities.ts";
import { CheckpointFile, checkpointBytes, keepCheckpoint } from "./checkpoint-file.ts";
import { interruption } from "./interruption.ts";
import { baseName } from "./model-name.ts";
import { fitProgress } from "./fit-progress.ts";
import type { Reporter } from "../../terminal/reporter.ts";
import { openReporter } from "../../terminal/reporter.ts";
import type { SchemaFlags } from "../../terminal/flags.ts";
import { inferOptions } from "../../terminal/flags.ts";
import { planLines } from "./plan-lines.ts";
import { heldOutLines, isOwnLine } from "./held-out-lines.ts";
import { refuseProcesses, sharedFit, silentReporter } from "./processes.ts";
import type { SharedFit } from "./processes.ts";
import { schemaLines } from "../schema/schema-lines.ts";
import { aboutFile, firstRows } from "../../input/read-table.ts";

export interface FitFlags extends SchemaFlags {
  readonly output?: string;
  readonly seed: number;
  readonly threads?: number;
  readonly memory?: number;
  readonly epochs?: number;
  readonly batch?: number;
  readonly learningRate?: number;
  readonly patience?: number;
  readonly heldOut?: number;
  readonly contamination?: number;
  readonly smoothing?: number;
  readonly relations?: string;
  readonly checkpointEvery: number;
  readonly maxMinutes?: number;
  readonly given?: readonly string[];
  readonly anyCondition?: boolean;
  readonly schema?: string;
  readonly force?: boolean;
  readonly resume?: boolean;
  readonly dryRun?: boolean;
  readonly preset?: ImagePreset;
  readonly size?: ImageSize;
  readonly noise?: "uniform" | "variational";
  readonly bits?: number;
  readonly samples?: number;
  readonly classify?: string;
  readonly network?: "revnet" | "densenet";
  readonly units?: number;
  readonly rebuild?: boolean;
}

/** Rows that the closing check of the inverse takes. */
const INVERSE_ROWS = 1000;

export async function runFit(files: readonly string[], flags: FitFlags): Promise<void> {
  if (flags.classify !== undefined) {
    refuseProcesses("a fit of a classifier");
    const { runFitClassifier } = await import("./fit-classifier.ts");
    return runFitClassifier(files, flags);
  }
  checkNoClassifierFlags(flags);
  if (await areImages(files)) {
    refuseProcesses("a fit of images");
    const { runFitImages } = await import("./fit-images.ts");
    return runFitImages(files, flags);
  }
  checkNoImageFlags(flags);
  const shared = await sharedFit(files, flags);
  if (shared === undefined) return lead(files, flags);
  try {
    const ofThisRank = {
      ...flags,
      threads: flags.threads ?? shared.threads,
      checkpointEvery: Math.min(flags.checkpointEvery, shared.checkpointEvery),
    };
    await (shared.leads ? lead(files, ofThisRank, shared) : follow(files, ofThisRank, shared));
    await shared.reducer.close();
  } catch (error) {
    shared.reducer.leave(error instanceof Error ? error.message : String(error));
    throw error;
  }
}

/** Computes with rank 0, and writes nothing. */
async function follow(
  files: readonly string[],
  flags: FitFlags,
  { reducer }: SharedFit,
): Promise<void> {
  if (flags.dryRun === true) return;
  const resume =
    flags.resume === true
      ? await checkpointBytes(
          `${flags.output ?? `${await baseName(files[0]!)}.couplet`}.checkpoint`,
        )
      : undefined;
  const input = await openInput(files, flags, silentReporter.warn);
  try {
    const { source, base } = await prepare(input, flags, silentReporter);
    // Rank 0 decides on the end: a signal that reaches all ranks is its to answer.
    interruptSignal();
    const checkpoint = { everySeconds: flags.checkpointEvery, save: () => undefined };
    const given = { reducer, checkpoint, ...(resume === undefined ? {} : { resume }) };
    (await fitTable(source, { ...base, ...given })).dispose();
  } finally {
    await input.close();
  }
}

/** The rows, and what the library is told of them. */
async function prepare(
  input: OpenInput,
  flags: FitFlags,
  reporter: Reporter,
): Promise<{ readonly source: Table | PartitionedTable; readonly base: FitTableOptions }> {
  const declared = flags.schema === undefined ? undefined : await readSchema(flags.schema);
  checkGiven(flags, input);
  const infer = inferOptions(flags, input);
  const source = await memoryOrParts(input, flags, (text) =>
    reporter.say(`${text}; each epoch trains on the next part`),
  );
  for (const notice of await input.notices()) reporter.warn(notice);
  const relations = await readRelations(flags.relations);
  return { source, base: options(flags, input.name, infer, declared, relations) };
}

/** The fit of a process alone, or of rank 0. */
async function lead(files: readonly string[], flags: FitFlags, shared?: SharedFit): Promise<void> {
  const reporter = openReporter(flags);
  const output = flags.output ?? `${await baseName(files[0]!)}.couplet`;
  const checkpoint = `${output}.checkpoint`;
  if (flags.schema !== undefined && flags.type !== undefined)
    throw new CoupletError({
      code: "USAGE",
      where: "--type",
      expected: "either --schema or --type",
      received: "both",
      hint: `The types are in ${flags.schema}: edit them there.`,
    });
  reporter.live(`reading ${files.length === 1 ? files[0] : `${files.length} files`} ...`);
  const input = await openInput(files, flags, (text) => reporter.warn(text));
  try {
    // Whatever is wrong with the input is said first: an output that exists is the smaller matter.
    // An interrupted fit leaves a model beside its checkpoint, which the one that goes on from there replaces.
    if (flags.dryRun !== true)
      await checkTarget(output, flags.force === true || flags.resume === true);
    const resume = flags.resume === true ? await checkpointBytes(checkpoint) : undefined;
    if (flags.dryRun !== true && flags.resume !== true && flags.force !== true)
      await keepCheckpoint(checkpoint);
    if (flags.dryRun !== true) {
      const read = [...input.paths, ...(flags.schema === undefined ? [] : [flags.schema])];
      for (const file of [output, checkpoint]) await checkDistinct(file, read);
      checkEnding(output, "a model", [".couplet"]);
    }
    const prepared = await prepare(input, flags, reporter);
    const { source } = prepared;
    const base =
      shared === undefined ? prepared.base : { ...prepared.base, reducer: shared.reducer };
    if (shared !== undefined)
      reporter.say(
        `${shared.reducer.ranks} processes, ${flags.threads} threads each: ${shared.reducer.library}`,
      );
    reporter.live("inferring the types of columns and what holds between them ...");
    await aboutFile(input.name, async () => {
      if (flags.dryRun === true) await dryRun(source, base, flags, reporter);
      else await train(source, base, { input, output, checkpoint, resume, files, flags, reporter });
    });
  } finally {
    await input.close();
  }
}

/** What a run of training needs besides the rows and the options of the library. */
interface Run {
  readonly input: OpenInput;
  readonly output: string;
  readonly checkpoint: string;
  readonly resume: Uint8Array | undefined;
  readonly files: readonly string[];
  readonly flags: FitFlags;
  readonly reporter: Reporter;
}

/** @throws CoupletError USAGE for an option that only classifiers have */
function checkNoClassifierFlags(flags: FitFlags): void {
  const named = (["network", "units", "rebuild"] as const).find(
    (name) => flags[name] !== undefined,
  );
  if (named === undefined) return;
  throw new CoupletError({
    code: "USAGE",
    where: `--${named}`,
    expected: "--classify beside it",
    received: "none",
  });
}

/** @throws CoupletError USAGE for an option that only images have */
function checkNoImageFlags(flags: FitFlags): void {
  const named = (["preset", "size", "noise", "bits", "samples"] as const).find(
    (name) => flags[name] !== undefined,
  );
  if (named === undefined) return;
  throw new CoupletError({
    code: "USAGE",
    where: `--${named}`,
    expected:
      "images: an idx or CIFAR file, an array of three or four axes, or a folder of PNG files",
    received: "a table",
  });
}

async function train(
  source: Table | PartitionedTable,
  base: FitTableOptions,
  run: Run,
): Promise<void> {
  const { output, checkpoint, resume, flags, reporter } = run;
  const started = performance.now();
  const state = new CheckpointFile(checkpoint, reporter, resume !== undefined);
  let training = false;
  const print =
    flags.json === true ? eventLinePrinter(flags.quiet === true) : fitProgress(reporter);
  const { interrupt, signal, stop } = interruption(() => training, reporter);
  let rowsPerSecond = 0;
  let reason = "epochs" as Extract<TableEvent, { type: "end" }>["reason"];
  const onEvent = (event: TableEvent) => {
    if (event.type === "schema") {
      reporter.say(schemaLines(event.schema, event.dims));
      reporter.live("preparing the rows ...");
    }
    if (event.type === "start") training = true;
    if (event.type === "epoch") rowsPerSecond = event.rowsPerSecond;
    if (event.type === "end") reason = event.reason;
    print(event);
  };
  try {
    const model = await fitTable(source, {
      ...base,
      signal,
      stop,
      ...(flags.maxMinutes === undefined ? {} : { maxMinutes: flags.maxMinutes }),
      onEvent,
      checkpoint: {
        everySeconds: flags.checkpointEvery,
        save: (bytes) => state.save(bytes),
      },
      ...(resume === undefined ? {} : { resume }),
    });
    await model.save(output);
    const early = reason === "stopped" || reason === "time";
    if (!early) await state.remove();
    await report(model, source, {
      ...run,
      reason,
      rowsPerSecond,
      seconds: (performance.now() - started) / 1000,
    });
    model.dispose();
    if (early)
      state.warnOfEarlyEnd(
        output,
        reason === "stopped" ? "interrupted" : `${flags.maxMinutes} minutes are over`,
      );
    if (interrupt.aborted) throw interrupt.reason;
  } catch (error) {
    state.warnOfFailure({ aborted: signal.aborted, interrupted: interrupt.aborted });
    throw error;
  }
}

async function report(
  model: TableModel,
  source: Table | PartitionedTable,
  {
    input,
    output,
    flags,
    reporter,
    reason,
    rowsPerSecond,
    seconds,
  }: Run & { reason: string; rowsPerSecond: number; seconds: number },
): Promise<void> {
  const { heldOut, flow } = model;
  const first = "partition" in source ? await source.partition(0) : source;
  const some = firstRows(first, INVERSE_ROWS);
  const { error } = await model.checkInverse(some, { where: input.name });
  if (flags.json === true) {
    process.stdout.write(
      `${JSON.stringify({
        schemaVersion: 1,
        model: output,
        rows: model.source.rows,
        parts: model.source.partitions ?? 1,
        dims: flow.spec.dims,
        context: flow.spec.context,
        parameters: flow.parameterCount,
        seed: flags.seed,
        epochs: flow.training?.epochs,
        best: flow.training?.best,
        ended: reason,
        // The same keys, whichever model it is.
        heldOut: { ...heldOut, trained: heldOut.trained ?? null },
        inverse: error,
        rowsPerSecond: Math.round(rowsPerSecond),
        seconds,
        peakMemoryBytes: process.resourceUsage().maxRSS * 1024,
      })}\n`,
    );
    return;
  }
  reporter.say("");
  for (const line of heldOutLines(heldOut, model.schema.relations).split("\n"))
    reporter.say(line, isOwnLine(line) ? "bold" : undefined);
  reporter.say(
    `\ninverse error: 99.9th percentile ${error.p999.toExponential(1)}, maximum ${error.most.toExponential(1)} (latent units)` +
      `\nspeed: ${count(Math.round(rowsPerSecond))} rows/s; peak memory ${(process.resourceUsage().maxRSS / 1e6).toFixed(1)} GB`,
  );
  reporter.say(`\nwrote ${output} (${duration(seconds)})`);
}

async function dryRun(
  source: Table | PartitionedTable,
  base: FitTableOptions,
  flags: FitFlags,
  reporter: Reporter,
): Promise<void> {
  const plan = await planTable(source, {
    ...base,
    signal: interruptSignal(),
    onEvent: (event) => {
      if (event.type === "tableWarning" && flags.json !== true) fitProgress(reporter)(event);
    },
  });
  const parts = "partition" in source ? source.partitions : 1;
  const peakMemoryBytes = process.resourceUsage().maxRSS * 1024;
  process.stdout.write(
    flags.json === true
      ? `${JSON.stringify({ schemaVersion: 1, rows: source.rows, parts, ...plan, peakMemoryBytes })}\n`
      : planLines(plan, source.rows, parts, peakMemoryBytes),
  );
}

function options(
  flags: FitFlags,
  name: string,
  infer: InferSchemaOptions,
  declared: Schema | undefined,
  relations: FitTableOptions["relations"],
): FitTableOptions {
  const { seed, threads, epochs, batch, learningRate, patience, heldOut, given } = flags;
  const { contamination, smoothing, anyCondition } = flags;
  const present = Object.fromEntries(
    Object.entries({
      threads,
      epochs,
      batch,
      learningRate,
      patience,
      heldOut,
      contamination,
      anyCondition,
      smoothing,
      relations,
      context: given,
      schema: declared,
    }).filter(([, value]) => value !== undefined),
  );
  return { name, seed, infer, ...present };
}

function checkGiven(flags: FitFlags, input: OpenInput): void {
  const absent = flags.given?.find((name) => !input.names.includes(name));
  if (absent !== undefined) throw unknownColumn("--given", absent, input.names, input.name);
}

/** What --relations says: a word, or the relations of a file (a list, or a schema that has one). */
async function readRelations(flag: string | undefined): Promise<FitTableOptions["relations"]> {
  if (flag === undefined || flag === "auto" || flag === "none") return flag;
  const value = await readJson(flag, "a list of relations, or a schema with relations");
  const list =
    typeof value === "object" && value !== null && "relations" in value ? value.relations : value;
  if (!Array.isArray(list))
    throw new CoupletError({
      code: "FILE_INVALID",
      where: flag,
      expected: "a list of relations, or a schema with relations",
      received: "something else",
      hint: "couplet schema prints a schema with the relations that it finds.",
    });
  return list.map((relation, i) => parseRelation(relation, `${flag}[${i}]`));
}

async function readSchema(file: string): Promise<Schema> {
  return parseSchema(await readJson(file, "a schema as couplet schema prints it"));
}

async function readJson(file: string, expected: string): Promise<unknown> {
  const invalid = (received: string, cause: unknown) =>
    new CoupletError({
      code: "FILE_INVALID",
      where: file,
      expected,
      received,
      cause,
    });
  let text: string;
  try {
    text = await readFile(file, "utf8");
  } catch (cause) {
    throw new CoupletError({
      code: "FILE_NOT_FOUND",
      where: file,
      expected,
      received: (cause as Error).message,
      cause,
    });
  }
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw invalid((cause as Error).message, cause);
  }
}
