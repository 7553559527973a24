/** The rows that a verb answers with: a file, standard output, or with `--json` an array in one JSON object there. */
import type { Schema } from "couplet/table";
import type { Look } from "./formats/aligned-table.ts";
import { jsonArraySink } from "./formats/json-array-sink.ts";
import type { RowSink } from "./formats/row-sink.ts";
import { openOutput, targetOf } from "./open-output.ts";
import type { OutputOptions } from "./open-output.ts";
import { printableJson } from "../terminal/printable.ts";

type Keys = Readonly<Record<string, unknown>>;

/** What the JSON of the rows has, and how they are written otherwise. */
export interface RowsAbout {
  /** Of the array. */
  readonly key: string;
  /** Keys before it. */
  readonly head: Keys;
  /** Keys after it, known at the end. */
  readonly tail?: () => Keys;
  readonly schema?: Schema | undefined;
  /** How columns may be shortened for people. */
  readonly look?: Look;
}

/** An open place for rows. */
export interface OpenRows {
  readonly sink: RowSink;
  /** The file; undefined for standard output. */
  readonly file: string | undefined;
  /** With `--json` and a file, where standard output is free: prints a line of JSON, the head and these keys with the file's name. */
  tell(about: Keys): void;
}

/**
 * @param inputs files that are read while the rows are written
 * @throws CoupletError as `openOutput`
 */
export async function openRows(
  flags: OutputOptions & { readonly json?: boolean },
  inputs: readonly string[],
  { key, head, tail, schema, look }: RowsAbout,
): Promise<OpenRows> {
  const file = targetOf(flags);
  const json = flags.json === true;
  return {
    sink:
      json && file === undefined
        ? jsonArraySink(key, head, schema, tail)
        : await openOutput(flags, inputs, schema, look),
    file,
    tell(about) {
      if (json && file !== undefined)
        process.stdout.write(`${printableJson({ ...head, output: file, ...about })}\n`);
    },
  };
}
