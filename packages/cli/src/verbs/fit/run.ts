/** Runs couplet fit. */
import { CoupletError } from "couplet";
import type { MpiReducer } from "couplet/node";
import { fitTable, planTable } from "couplet/table";
import type {
  FitTableOptions,
  InferSchemaOptions,
  PartitionedTable,
  Schema,
  Table,
  TableModel,
} from "couplet/table";
import { unknownColumn } from "../../input/chosen-columns.ts";
import { areImages } from "../../input/images/image-kind.ts";
import { memoryOrParts } from "../../input/memory-or-parts.ts";
import type { OpenInput } from "../../input/open-input.ts";
import { openInput } from "../../input/open-input.ts";
import { openModel } from "../../input/open-model.ts";
import { aboutFile } from "../../input/read-table.ts";
import { inferOptions } from "../../terminal/flags.ts";
import { interruptSignal } from "../../terminal/interrupt.ts";
import type { Reporter } from "../../terminal/reporter.ts";
import { openReporter } from "../../terminal/reporter.ts";
import { readRelations, readSchema } from "./declared.ts";
import { fitProgress } from "./fit-progress.ts";
import { fitTarget } from "./fit-target.ts";
import { checkNoClassifierFlags, checkNoImageFlags } from "./flags-of-kinds.ts";
import type { FitFlags } from "./flags.ts";
import { planLines } from "./plan-lines.ts";
import { followersControl, sayProcesses, sharedFit, silentReporter } from "./processes.ts";
import { trainTable } from "./train-table.ts";
import { printableJson } from "../../terminal/printable.ts";

export async function runFit(files: readonly string[], flags: FitFlags): Promise<void> {
  const run = await fitOf(files, flags);
  const shared = await sharedFit(files, flags);
  if (shared === undefined) return run(files, flags);
  try {
    await run(files, shared.flags, shared.reducer);
    await shared.reducer.close();
  } catch (error) {
    shared.reducer.leave(error instanceof Error ? error.message : String(error));
    throw error;
  }
}

/** The fit of a process: alone, as rank 0, or as one of the others. */
type Fit = (files: readonly string[], flags: FitFlags, reducer?: MpiReducer) => Promise<void>;

/** What the files and flags ask to be fitted; refuses flags of other models. */
async function fitOf(files: readonly string[], flags: FitFlags): Promise<Fit> {
  if (flags.classify !== undefined) return (await import("./fit-classifier.ts")).runFitClassifier;
  checkNoClassifierFlags(flags);
  if (await areImages(files)) return (await import("./fit-images.ts")).runFitImages;
  checkNoImageFlags(flags);
  return async (these, own, reducer) =>
    reducer === undefined || reducer.rank === 0
      ? lead(these, own, reducer)
      : follow(these, own, reducer);
}

/** Computes with rank 0, and writes nothing. */
async function follow(
  files: readonly string[],
  flags: FitFlags,
  reducer: MpiReducer,
): Promise<void> {
  if (flags.dryRun === true) return;
  const given = await followersControl(files, flags, reducer);
  const input = await openInput(files, flags, silentReporter.warn);
  try {
    const { source, base } = await prepare(input, flags, silentReporter);
    (await fitTable(source, { ...base, ...given })).dispose();
  } finally {
    await input.close();
  }
}

/** The rows, and the options of the library for them. */
async function prepare(
  input: OpenInput,
  flags: FitFlags,
  reporter: Reporter,
): Promise<{ readonly source: Table | PartitionedTable; readonly base: FitTableOptions }> {
  const declared = flags.schema === undefined ? undefined : await readSchema(flags.schema);
  const from = flags.from === undefined ? undefined : await openModel(flags.from, flags);
  checkGiven(flags, input);
  const infer = inferOptions(flags, input);
  const source = await memoryOrParts(input, flags, (text) =>
    reporter.say(`${text}; each epoch trains on the next part`),
  );
  for (const notice of await input.notices()) reporter.warn(notice);
  const relations = await readRelations(flags.relations);
  const base = options(flags, input.name, from === undefined ? infer : undefined, {
    from,
    relations,
    schema: declared,
  });
  return { source, base };
}

/** The fit of a process alone, or of rank 0. */
async function lead(
  files: readonly string[],
  flags: FitFlags,
  reducer?: MpiReducer,
): Promise<void> {
  const reporter = openReporter(flags);
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
    // Faults of the input come first: an output that exists matters less.
    const read = [...input.paths, ...[flags.schema, flags.from].flatMap((file) => file ?? [])];
    const target = flags.dryRun === true ? undefined : await fitTarget(files, flags, read);
    const prepared = await prepare(input, flags, reporter);
    const { source } = prepared;
    const base = reducer === undefined ? prepared.base : { ...prepared.base, reducer };
    sayProcesses(reporter, reducer, flags);
    reporter.live("inferring the types of columns and what holds between them ...");
    await aboutFile(input.name, async () => {
      if (target === undefined) await dryRun(source, base, flags, reporter);
      else await trainTable(source, base, { input, target, flags, reporter });
    });
  } finally {
    await input.close();
  }
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
      ? `${printableJson({ schemaVersion: 1, rows: source.rows, parts, ...plan, peakMemoryBytes })}\n`
      : planLines(plan, source.rows, parts, peakMemoryBytes),
  );
}

function options(
  flags: FitFlags,
  name: string,
  infer: InferSchemaOptions | undefined,
  read: {
    readonly from: TableModel | undefined;
    readonly relations: FitTableOptions["relations"];
    readonly schema: Schema | undefined;
  },
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
      context: given,
      infer,
      ...read,
    }).filter(([, value]) => value !== undefined),
  );
  return { name, seed, ...present };
}

function checkGiven(flags: FitFlags, input: OpenInput): void {
  const absent = flags.given?.find((name) => !input.names.includes(name));
  if (absent !== undefined) throw unknownColumn("--given", absent, input.names, input.name);
}
