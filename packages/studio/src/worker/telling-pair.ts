/** Which two columns to look at first. */
import { correlation, featureMatrix, ranks } from "couplet/report";
import { selectRows } from "couplet/table";
import type { Schema, Table } from "couplet/table";
import { axisKind } from "./axes.ts";
import { spread } from "./cells.ts";

/** Rows that are looked at, and columns. */
const [MOST_ROWS, MOST_COLUMNS] = [1000, 24];
/** The rank correlation that shows most: a strong relation that is not the same column twice. */
const TELLING = 0.9;

/**
 * The two columns of numbers whose rank correlation is nearest 0.9 in size (Spearman's, of up to 1,000 rows); with fewer than two columns of
 * numbers the first columns of any type.
 */
export function tellingPair(source: Table, schema: Schema): readonly [string, string] | undefined {
  const some = selectRows(source, spread(source.rows, MOST_ROWS));
  const { schemas, columns } = featureMatrix(some, schema);
  const numbers = schemas
    .map((column, j) => ({
      name: column.name,
      kind: axisKind(column),
      ranks: () => ranks(columns[j]!),
    }))
    .sort((a, b) => (a.kind === "category" ? 1 : 0) - (b.kind === "category" ? 1 : 0))
    .slice(0, MOST_COLUMNS);
  const [first, second = first] = numbers;
  const ranked = numbers
    .filter(({ kind }) => kind !== "category")
    .map((one) => ({ ...one, ranks: one.ranks() }));
  let best: { readonly names: readonly [string, string]; readonly off: number } | undefined;
  for (const [i, x] of ranked.entries())
    for (const y of ranked.slice(i + 1)) {
      const off = Math.abs(Math.abs(correlation(x.ranks, y.ranks)) - TELLING);
      if (best === undefined || off < best.off) best = { names: [x.name, y.name], off };
    }
  return best?.names ?? (first && second && [first.name, second.name]);
}
