/** What the options of the command give, as the runs take it. */
import type { InferSchemaOptions } from "couplet";
import { DEFAULT_MISSING } from "couplet";
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
}

export function inferOptions(flags: SchemaFlags): InferSchemaOptions {
  return {
    ...(flags.nullValues === undefined
      ? {}
      : { missingValues: [...DEFAULT_MISSING, ...flags.nullValues] }),
    ...(flags.mixedAsCategory === true ? { mixed: "category" as const } : {}),
  };
}
