import { CoupletError, nearest } from "../error.ts";
import { type Schema, isModelled } from "./schema/schema.ts";

/**
 * The schema with the columns named in `names` as context: the model is then `p(other columns | context)`.
 *
 * @throws CoupletError USAGE for an unknown column (with the nearest name), one that is constant or left out, and
 *   when nothing is left to model
 */
export function splitContext(schema: Schema, names: readonly string[]): Schema {
  const known = schema.columns.map((c) => c.name);
  const refuse = (expected: string, received: string, hint?: string): never => {
    throw new CoupletError({
      code: "USAGE",
      where: "context",
      expected,
      received,
      ...(hint === undefined ? {} : { hint }),
    });
  };
  for (const name of names) {
    const column = schema.columns.find((c) => c.name === name);
    if (column === undefined) {
      const near = nearest(name, known);
      refuse(
        `one of the columns ${known.join(", ")}`,
        JSON.stringify(name),
        near === undefined ? undefined : `Did you mean ${JSON.stringify(near)}?`,
      );
    } else if (!isModelled(column))
      refuse(
        "a column with information",
        `${JSON.stringify(name)}, a column of type ${column.type} (${column.reason ?? "declared"})`,
      );
  }
  const context = new Set(names);
  const columns = schema.columns.map((column) => {
    const { role: _, ...rest } = column;
    return context.has(column.name) ? { ...rest, role: "context" as const } : rest;
  });
  if (!columns.some((c) => isModelled(c) && !context.has(c.name)))
    refuse("at least one column left to model", `all of them as context: ${names.join(", ")}`);
  return { ...schema, columns };
}
