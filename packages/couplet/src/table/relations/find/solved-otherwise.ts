/** A sum solved for another of its columns, where that leaves room for a formula that goes in a circle with it. */
import { kindOf } from "../kinds/index.ts";
import type { Relation, SumRelation } from "../../schema/relation.ts";
import { isKept } from "../../schema/relation.ts";
import { type ModelledColumnSchema, isNumeric } from "../../schema/schema.ts";
import { type RowCodes, columnIndex } from "../row-codes.ts";

/** The relations with one of them solved for another column. */
export interface Solved {
  readonly relations: readonly Relation[];
  /** The column that was computed, and the one that is. */
  readonly from: string;
  readonly to: string;
  /** `low <= high`, where the computed column is their difference and never negative. */
  readonly order?: { readonly low: string; readonly high: string };
}

/**
 * `gross = deductions + net` goes in a circle with `deductions = tax + pension`, where `tax = 0.2 gross`; `net = gross - deductions` does not. Tries
 * each part of each total of two, and takes the first that all rows hold as well.
 *
 * @param fits whether relations can be kept beside each other
 */
export function solvedOtherwise(
  found: readonly Relation[],
  refused: Relation,
  rows: RowCodes,
  fits: (relations: readonly Relation[]) => boolean,
): Solved | undefined {
  const taken = computedBySums([...found, refused]);
  for (const [place, total] of found.entries()) {
    if (!isTotalOfTwo(total)) continue;
    for (const part of total.terms) {
      const column = columnIndex(rows.schemas, part.column, "relation");
      if (taken.has(part.column) || !isOpenEnded(rows.schemas[column]!)) continue;
      const other = total.terms.find((term) => term !== part)!;
      const rest: SumRelation = {
        ...total,
        column: part.column,
        terms: [
          { column: total.column, times: 1 },
          { column: other.column, times: -1 },
        ],
      };
      const relations = found.with(place, rest);
      if (kindOf(rest).brokenRows(rest, rows).length > 0 || !fits([...relations, refused]))
        continue;
      const isNegative = rows.codes[column]!.some((code) => code < 0);
      return {
        relations,
        from: total.column,
        to: part.column,
        ...(isNegative ? {} : { order: { low: other.column, high: total.column } }),
      };
    }
  }
  return undefined;
}

/** `c = a + b` of columns without missing cells, which says the same of each of them. */
function isTotalOfTwo(relation: Relation): relation is SumRelation {
  return (
    isKept(relation) &&
    relation.kind === "sum" &&
    relation.terms.length === 2 &&
    relation.terms.every(({ times }) => times === 1) &&
    (relation.plus ?? 0) === 0 &&
    relation.missing !== true &&
    relation.whenMissing === undefined
  );
}

/** Whether a column may be computed: it neither ends somewhere nor keeps to some values. */
function isOpenEnded(schema: ModelledColumnSchema): boolean {
  return isNumeric(schema) && schema.values === undefined && schema.upper === undefined;
}

function computedBySums(relations: readonly Relation[]): ReadonlySet<string> {
  return new Set(
    relations.flatMap((relation) =>
      isKept(relation) && (relation.kind === "sum" || relation.kind === "product")
        ? [relation.column]
        : [],
    ),
  );
}
