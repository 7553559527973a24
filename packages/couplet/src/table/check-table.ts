import { CoupletError, nearest } from "../error.ts";
import type { ImpossiblePolicy } from "./cell/read-column.ts";
import type { ConstantColumnSchema, Schema } from "./schema/schema.ts";
import type { Column, Table } from "./table.ts";

/**
 * The columns of `table` that a schema names, by name, whatever their order.
 *
 * @param names which columns are needed
 * @throws CoupletError DATA_INVALID listing every missing column, with the nearest unused name in the table
 */
export function requiredColumns(
  table: Table,
  schema: Schema,
  names: readonly string[],
  where = "table",
): Map<string, Column> {
  const present = new Map(table.columns.map((column) => [column.name, column]));
  const absent = names.filter((name) => !present.has(name));
  if (absent.length > 0) {
    const known = new Set(schema.columns.map((c) => c.name));
    const spare = table.columns.map((c) => c.name).filter((name) => !known.has(name));
    const renamed = absent
      .map((name) => [name, likelyName(name, spare)] as const)
      .filter(([, near]) => near !== undefined)
      .map(([name, near]) => `${JSON.stringify(near)} looks like ${JSON.stringify(name)}`);
    // Who gave another table is not helped by the one name that happens to look alike.
    const another = absent.length > names.length / 2 && renamed.length < absent.length;
    const hint = another
      ? `Is it another table? The model has the columns ${listed(names)}.`
      : renamed.length > 0
        ? `Was it renamed? ${renamed.join("; ")}.`
        : "The model was fitted with these columns; their order does not matter.";
    throw new CoupletError({
      code: "DATA_INVALID",
      where,
      expected: `the column${absent.length > 1 ? "s" : ""} ${absent.map((n) => JSON.stringify(n)).join(", ")}`,
      received: table.columns.map((c) => c.name).join(", ") || "no columns",
      hint,
    });
  }
  return present;
}

/** The name that this one probably has now. Short names are too near to each other to guess by their letters. */
function likelyName(name: string, candidates: readonly string[]): string | undefined {
  return sameLetters(name, candidates) ?? (name.length > 3 ? nearest(name, candidates) : undefined);
}

function listed(names: readonly string[]): string {
  const shown = names.slice(0, 10).join(", ");
  return names.length > 10 ? `${shown}, ... (${names.length})` : shown;
}

/** "Monthly Charges" for "monthly_charges". */
function sameLetters(name: string, candidates: readonly string[]): string | undefined {
  const letters = (text: string): string => text.toLowerCase().replace(/[^\p{L}\p{N}]/gu, "");
  return candidates.find((candidate) => letters(candidate) === letters(name));
}

/** A constant column may be absent; where it is present, another value has probability 0. */
export function checkConstant(
  source: Table,
  schema: ConstantColumnSchema,
  policy: ImpossiblePolicy,
  never: Set<number>,
  where: string,
): void {
  const found = source.columns.find((c) => c.name === schema.name);
  if (found === undefined || schema.value === null) return;
  const same = (cell: string | number | null): boolean =>
    cell !== null && String(cell).trim() === String(schema.value).trim();
  const other = Array.from(found.values as ArrayLike<string | number | null>).findIndex(
    (cell) => !same(cell),
  );
  if (other < 0) return;
  if (policy === "error")
    throw new CoupletError({
      code: "DATA_INVALID",
      where: `${where}: column ${JSON.stringify(schema.name)}`,
      expected: `${JSON.stringify(schema.value)} in every row, as in the training data`,
      received: `${JSON.stringify(found.values[other])} at row ${other + 1}`,
    });
  for (let i = 0; i < source.rows; i++)
    if (!same(found.values[i] as string | number | null)) never.add(i);
}
