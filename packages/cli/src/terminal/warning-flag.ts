/** The options of the verb under way that change what a warning is about. */
import type { TableWarning } from "couplet/table";
import { ofThisVerb } from "./verb-options.ts";

/** Empty where the verb has none. */
export function warningFlag(warning: TableWarning): string {
  return ofThisVerb(flagsFor(warning)).join(", or ");
}

function flagsFor({ code, columns }: TableWarning): readonly string[] {
  const last = columns.at(-1);
  const quoted = last === undefined ? "" : /[\s,"'$]/.test(last) ? JSON.stringify(last) : last;
  const drop = last === undefined ? [] : [`--drop ${quoted}`];
  switch (code) {
    case "CONSTANT_COLUMN":
    case "NEAR_DUPLICATE":
    case "HIGH_MISSING":
      return drop;
    case "IDENTIFIER_LEFT_OUT":
    case "TEXT_LEFT_OUT":
      return [...drop, `--type ${quoted}=category`];
    case "HIGH_CARDINALITY":
      return [...drop, `--given ${quoted}`];
    case "EXTREME_OUTLIERS":
      return ["--null-values", "--schema with bounds"];
    case "SENTINEL":
    case "ROWS_LEFT_OUT":
      return ["--null-values"];
    case "AMBIGUOUS_DATE":
      return ["--schema"];
    case "FEW_ROWS":
      return ["--columns"];
  }
}
