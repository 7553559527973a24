/** The option of the command that changes what a warning is about. */
import type { TableWarning } from "couplet/table";

export function warningFlag({ code, columns }: TableWarning): string {
  const last = columns.at(-1);
  const quoted = last === undefined ? "" : /[\s,"'$]/.test(last) ? JSON.stringify(last) : last;
  const drop = last === undefined ? "" : `--drop ${quoted}`;
  switch (code) {
    case "CONSTANT_COLUMN":
    case "NEAR_DUPLICATE":
    case "HIGH_MISSING":
      return drop;
    case "IDENTIFIER_LEFT_OUT":
    case "TEXT_LEFT_OUT":
      return `${drop}, or --type ${quoted}=category`;
    case "HIGH_CARDINALITY":
      return `${drop}, or --given ${last}`;
    case "EXTREME_OUTLIERS":
      return "--null-values, or bounds in --schema";
    case "SENTINEL":
    case "ROWS_LEFT_OUT":
      return "--null-values";
    case "AMBIGUOUS_DATE":
      return "--schema";
    case "FEW_ROWS":
      return "--columns";
  }
}
