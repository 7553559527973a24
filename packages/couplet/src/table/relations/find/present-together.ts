/** Columns that have their cells in the same rows: what a regression can take together. */
import type { RowCodes } from "../row-codes.ts";

/** Different sets of missing rows that are looked at: those of most columns. */
const MOST_PATTERNS = 6;

/** Rows that are looked at. */
const MOST_ROWS = 20_000;

/**
 * Sets of columns to look for dependences in: those that most rows have; then, for each set of rows in which columns are missing, the columns
 * that are missing in no other row. A column that is hardly ever there, or two of which each row has one, leave the others their rows.
 */
export function presentTogether(
  { rows: all, codes }: RowCodes,
  columns: readonly number[],
): readonly (readonly number[])[] {
  const rows = Math.min(all, MOST_ROWS);
  const missing = new Map(
    columns.map((column) => {
      const own: number[] = [];
      for (let row = 0; row < rows; row++) if (Number.isNaN(codes[column]![row]!)) own.push(row);
      return [column, own] as const;
    }),
  );
  const sizes = new Map<string, { readonly rows: readonly number[]; columns: number }>();
  for (const own of missing.values()) {
    const key = own.join(" ");
    const seen = sizes.get(key);
    if (seen === undefined) sizes.set(key, { rows: own, columns: 1 });
    else seen.columns++;
  }
  const patterns = [...sizes.values()]
    .sort((a, b) => b.columns - a.columns)
    .slice(0, MOST_PATTERNS)
    .map((pattern) => {
      const gone = new Set(pattern.rows);
      return columns.filter((column) => missing.get(column)!.every((row) => gone.has(row)));
    });
  const most = columns.filter((column) => 2 * missing.get(column)!.length <= rows);
  const different = new Map([most, ...patterns].map((own) => [own.join(" "), own] as const));
  return [...different.values()].filter((own) => own.length > 1);
}
