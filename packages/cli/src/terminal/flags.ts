/** What the options of the command give, as the runs take it. */
import type { ColumnType, InferSchemaOptions } from "couplet/table";
import { DEFAULT_MISSING } from "couplet/table";
import { unknownColumn } from "../input/chosen-columns.ts";
import type { InputOptions } from "../input/input-options.ts";

/** Options that every verb has. */
export interface GlobalFlags {
  readonly quiet?: boolean;
  readonly color?: boolean;
  readonly debug?: boolean;
  readonly json?: boolean;
}

/** Options of the verbs that infer a schema. */
export interface SchemaFlags extends GlobalFlags, InputOptions {
  readonly nullValues?: readonly string[];
  readonly mixedAsCategory?: boolean;
  /** Declared types by column. */
  readonly type?: Readonly<Record<string, ColumnType>>;
}

/** @throws CoupletError USAGE for a declared type of a column that the input has not */
export function inferOptions(
  flags: SchemaFlags,
  input: { readonly name: string; readonly names: readonly string[] },
): InferSchemaOptions {
  const absent = Object.keys(flags.type ?? {}).find((name) => !input.names.includes(name));
  if (absent !== undefined) throw unknownColumn("--type", absent, input.names, input.name);
  return {
    ...(flags.nullValues === undefined
      ? {}
      : { missingValues: [...DEFAULT_MISSING, ...flags.nullValues] }),
    ...(flags.type === undefined ? {} : { types: flags.type }),
    ...(flags.mixedAsCategory === true ? { mixed: "category" as const } : {}),
  };
}
