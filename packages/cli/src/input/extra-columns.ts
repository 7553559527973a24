/** Columns of a table that a model does not know: they change nothing, and whoever gave them should hear it. */
import type { Schema } from "couplet/table";
import type { Reporter } from "../terminal/reporter.ts";

/** Columns that the warning names. */
const MOST_NAMED = 5;

/** Warns once of the columns of a table that no column of the schema is called like. */
export function warnOfExtraColumns(
  input: { readonly name: string; readonly names: readonly string[] },
  schema: Schema,
  reporter: Pick<Reporter, "warn">,
): void {
  const known = new Set(schema.columns.map(({ name }) => name));
  const extra = input.names.filter((name) => !known.has(name));
  if (extra.length === 0) return;
  const more = extra.length > MOST_NAMED ? `, ... (${extra.length})` : "";
  reporter.warn(
    `${input.name}: the model does not know ${extra.length === 1 ? "the column" : "the columns"} ${extra.slice(0, MOST_NAMED).join(", ")}${more}, which ${extra.length === 1 ? "is" : "are"} ignored`,
  );
}
