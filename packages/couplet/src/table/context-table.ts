import { CoupletError, nearest } from "../error.ts";
import { knownValues, readColumn } from "./cell/read-column.ts";
import { type ModelledColumnSchema, type Schema, isCategorical } from "./schema/schema.ts";
import { type Cell, type Table, column, table } from "./table.ts";
import { writeColumn } from "./cell/write-column.ts";

/**
 * A table of context columns with the same cells in every row.
 *
 * @param context the context columns' schemas, in order
 * @param values  one cell for each of them
 * @throws CoupletError CONTEXT_MISMATCH for a column or a category that is not known (listing those that are, with the
 *   nearest), and for a column without a value
 */
export function contextTable(
  schema: Schema,
  context: readonly ModelledColumnSchema[],
  values: Readonly<Record<string, Cell>>,
  rows: number,
): Table {
  const contextNames = context.map((c) => c.name);
  const refuse = (expected: string, received: string, hint?: string): never => {
    throw new CoupletError({
      code: "CONTEXT_MISMATCH",
      where: "context",
      expected,
      received,
      ...(hint === undefined ? {} : { hint }),
    });
  };
  if (context.length === 0)
    refuse(
      "no context: the model has no context columns",
      Object.keys(values).join(", "),
      "Context columns are named when fitting (`context`; --given in the command).",
    );
  for (const name of Object.keys(values)) {
    if (contextNames.includes(name)) continue;
    const near = nearest(name, contextNames);
    refuse(
      `one of the context columns ${contextNames.join(", ")}`,
      JSON.stringify(name),
      near === undefined ? undefined : `Did you mean ${JSON.stringify(near)}?`,
    );
  }
  const absent = contextNames.filter((name) => !Object.hasOwn(values, name));
  if (absent.length > 0)
    refuse(`a value for each of ${contextNames.join(", ")}`, `none for ${absent.join(", ")}`);
  const columns = context.map((given) => {
    const cell = values[given.name];
    const one = column(given.name, [cell]);
    if (isCategorical(given) && cell !== null && cell !== undefined) {
      const { impossible } = readColumn(one, given, {
        missingValues: schema.missingValues,
        impossible: "zero",
      });
      const known = given.values.map(String);
      const near = nearest(String(cell), known);
      if (impossible.length > 0)
        refuse(
          `${given.name} to be one of ${knownValues(given.values, 50)}`,
          JSON.stringify(cell),
          near === undefined ? undefined : `Did you mean ${JSON.stringify(near)}?`,
        );
    }
    // Back through the codes, so that the cells have the column's own type ("1" for 1).
    const { codes } = readColumn(one, given, {
      missingValues: schema.missingValues,
      where: "context",
    });
    return writeColumn(given, new Float64Array(rows).fill(codes[0]!));
  });
  return table(columns);
}
