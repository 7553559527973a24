/** What each column was taken for, as lines. */
import { describeSchema } from "couplet/table";
import type { Schema } from "couplet/table";

/** Columns that are shown one by one. */
const MOST_SHOWN = 60;

export function schemaLines(schema: Schema, dims: number): string {
  const { columns } = schema;
  const shown = describeSchema({ ...schema, columns: columns.slice(0, MOST_SHOWN) })
    .split("\n")
    .map((line) => `  ${line}`);
  if (columns.length > MOST_SHOWN)
    shown.push(`  ... and ${columns.length - MOST_SHOWN} more (couplet schema shows all)`);
  return [`${columns.length} columns, ${dims} variables:`, ...shown].join("\n");
}
