import { keyOf } from "./read-column.ts";
import { missingTest } from "./missing-cell.ts";
import { type ColumnSchema, type Schema, isCategorical, isModelled } from "./schema.ts";
import { type Table, columnNamed } from "./table.ts";

/**
 * A schema inferred from a part of a table (its first rows, a sample), extended by what another part shows: categories not seen
 * before are added to the list, missing cells allowed, bounds moved out. Types do not change. For tables that are read in chunks.
 */
export function extendSchema(schema: Schema, chunk: Table): Schema {
  const isMissing = missingTest(schema.missingValues);
  return {
    ...schema,
    columns: schema.columns.map((column) => extendColumn(column, chunk, isMissing)),
  };
}

function extendColumn(
  column: ColumnSchema,
  chunk: Table,
  isMissing: (text: string) => boolean,
): ColumnSchema {
  if (!isModelled(column)) return column;
  const { values } = columnNamed(chunk, column.name);
  const known = new Set(isCategorical(column) ? column.values.map(keyOf) : []);
  const added: (string | number)[] = [];
  let missing = column.missing === true;
  let low = Infinity;
  let high = -Infinity;
  for (let i = 0; i < values.length; i++) {
    const cell = values[i]!;
    if (cell === null || (typeof cell === "number" ? Number.isNaN(cell) : isMissing(cell)))
      missing = true;
    else if (isCategorical(column)) {
      if (known.has(keyOf(cell))) continue;
      known.add(keyOf(cell));
      added.push(cell);
    } else {
      const value = Number(cell);
      if (value < low) low = value;
      if (value > high) high = value;
    }
  }
  const missingPart = missing ? { missing } : {};
  if (isCategorical(column)) {
    const type = column.type === "boolean" && added.length > 0 ? "category" : column.type;
    return { ...column, type, values: [...column.values, ...added], ...missingPart };
  }
  if (column.type === "date" || column.type === "datetime") return { ...column, ...missingPart };
  return {
    ...column,
    ...(column.lower === undefined ? {} : { lower: Math.min(column.lower, low) }),
    ...(column.upper === undefined ? {} : { upper: Math.max(column.upper, high) }),
    ...missingPart,
  };
}
