/** Opens the place that rows go to, in the format that its name or the user says. */
import { statSync } from "node:fs";
import path from "node:path";
import { CoupletError } from "couplet";
import { isDescriptor } from "couplet/node";
import type { Schema } from "couplet/table";
import { widthOf } from "../terminal/wrap.ts";
import { checkDistinct, checkTarget } from "./check-target.ts";
import { fileDestination, standardOutput } from "./write-file.ts";
import type { OutputFormat, RowSink } from "./formats/row-sink.ts";
import { alignedTable } from "./formats/aligned-table.ts";
import type { Look } from "./formats/aligned-table.ts";
import { delimited, jsonLines } from "./formats/text-formats.ts";
import type { TextFormat } from "./formats/text-formats.ts";

export interface OutputOptions {
  /** A file; standard output when left out or "-". */
  readonly output?: string;
  readonly format?: OutputFormat;
  readonly force?: boolean;
  /** Whether the rows follow others in the same text: it has their header. */
  readonly continued?: boolean;
}

const ENDINGS: Readonly<Record<string, OutputFormat>> = {
  ".csv": "csv",
  ".tsv": "tsv",
  ".jsonl": "jsonl",
  ".ndjson": "jsonl",
  ".json": "jsonl",
  ".parquet": "parquet",
  ".arrow": "arrow",
  ".arrows": "arrow",
};

/**
 * @param inputs files that are read while the output is written
 * @param look how columns may be shortened for people
 * @throws CoupletError FILE_EXISTS, FILE_INVALID; USAGE for an output that is an input
 */
export async function openOutput(
  options: OutputOptions,
  inputs: readonly string[],
  schema?: Schema,
  look?: Look,
): Promise<RowSink> {
  const target = targetOf(options);
  await checkDistinct(target, inputs);
  const format = outputFormat(options);
  if (target !== undefined) await checkTarget(target, options.force === true);
  if (format === "parquet") {
    const { parquetSink } = await import("./formats/parquet-sink.ts");
    return parquetSink(target, schema);
  }
  const destination = target === undefined ? standardOutput() : await fileDestination(target);
  if (format === "arrow") {
    const { arrowSink } = await import("./formats/arrow-sink.ts");
    return arrowSink(destination, target ?? "standard output", schema);
  }
  const width = target === undefined ? widthOf(process.stdout) : undefined;
  const write = format === "table" ? alignedTable(schema, width, look) : textFormat(format, schema);
  // People see the names above each part; files that are put together have them once.
  let first = options.continued !== true || format === "table";
  return {
    async write(rows) {
      await destination.write(write(rows, first));
      first = false;
    },
    finish: () => destination.finish(),
    abandon: () => destination.abandon(),
  };
}

/** The file; undefined for standard output. */
export function targetOf({ output }: OutputOptions): string | undefined {
  return output === "-" ? undefined : output;
}

/**
 * The format that is asked for; a file's ending; a table for people on a terminal; CSV.
 *
 * @throws CoupletError USAGE for an ending that no format has: a sheet by name would be CSV inside
 */
export function outputFormat(options: OutputOptions): OutputFormat {
  if (options.format !== undefined) return options.format;
  const target = targetOf(options);
  if (target === undefined) return process.stdout.isTTY ? "table" : "csv";
  const ending = path.extname(target).toLowerCase();
  const format = ENDINGS[ending];
  if (format !== undefined) return format;
  // Devices, pipes and descriptors have no endings, and plain names promise nothing.
  if (ending === "" || isDescriptor(target) || !mayBeFile(target)) return "csv";
  throw new CoupletError({
    code: "USAGE",
    where: target,
    expected: `an output that ends in ${Object.keys(ENDINGS).join(", ")}`,
    received: JSON.stringify(ending),
    hint: "Choose one of these endings, or name the format: --format csv.",
  });
}

/** Whether a regular file is written: a pipe keeps its name, whatever it looks like. */
function mayBeFile(target: string): boolean {
  const status = statSync(target, { throwIfNoEntry: false });
  return status === undefined || status.isFile();
}

function textFormat(
  format: Exclude<OutputFormat, "table" | "parquet" | "arrow">,
  schema: Schema | undefined,
): TextFormat {
  if (format === "jsonl") return jsonLines(schema);
  return delimited(format === "tsv" ? "\t" : ",", schema);
}
