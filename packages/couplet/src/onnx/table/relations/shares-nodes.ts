/** Columns that sum to a constant as nodes: what `kinds/shares.ts` says of a row. */
import { decimalsIn } from "../../../table/relations/rounding.ts";
import type { SharesRelation } from "../../../table/schema/relation.ts";
import type { Arithmetic } from "../arithmetic.ts";
import { asWritten, roundedTo } from "../rounding-nodes.ts";
import { type RelatedCells, type RuleNodes, arePresent, numberOf } from "./open-nodes.ts";

/** Of a total: what the rounding errors of a sum of doubles make of it. */
const LAST_BITS = 1e-9;

/** What columns leave of the total, missing cells aside. */
function restNodes(
  m: Arithmetic,
  total: number,
  { cells, zero }: RelatedCells,
  columns: readonly number[],
): string {
  return columns.reduce(
    (rest, column) => {
      const { code, isMissing } = cells[column]!;
      return m.subtract(rest, m.where(isMissing, 0, code));
    },
    m.add(zero, total),
  );
}

/** What the relation says of one of its columns: it is the rest, or at most that. */
export function sharesRule(
  m: Arithmetic,
  relation: SharesRelation,
  related: RelatedCells,
  column: number,
): RuleNodes {
  const columns = relation.columns.map((name) => numberOf(related, name));
  const k = columns.indexOf(column);
  const before = columns.slice(0, k);
  const schema = related.schemas[column]!;
  const rest = restNodes(m, relation.total, related, before);
  const decimals = Math.max(
    ...[column, ...before].map((c) => decimalsIn(related.schemas[c]!) ?? 15),
  );
  const always = m.compare("Equal", related.zero, 0);
  const isKnown = k === columns.length - 1 ? (arePresent(m, related, before) ?? always) : undefined;
  const isOpen = isKnown === undefined ? always : m.of("Not", isKnown);
  return {
    ...(isKnown === undefined
      ? {}
      : {
          fixed: {
            is: isKnown,
            value: m.limit("Max", asWritten(m, rest, decimalsIn(schema)), 0),
          },
          ...(schema.missing === true ? {} : { isPresent: isKnown }),
        }),
    low: { is: isOpen, value: 0 },
    high: { is: isOpen, value: m.limit("Max", roundedTo(m, rest, decimals), 0) },
  };
}

/** Rows whose shares are below 0, or do not sum to the total. */
export function brokenShares(
  m: Arithmetic,
  relation: SharesRelation,
  related: RelatedCells,
): string {
  const columns = relation.columns.map((name) => numberOf(related, name));
  const rest = restNodes(m, relation.total, related, columns);
  const slack = LAST_BITS * relation.total;
  const isWhole = arePresent(m, related, columns)!;
  const isLess = m.compare("Greater", rest, slack);
  return m.any(
    m.compare("Less", rest, -slack),
    m.all(isWhole, isLess),
    ...columns.map((column) => {
      const { code, isMissing } = related.cells[column]!;
      return m.all(m.of("Not", isMissing), m.compare("Less", code, 0));
    }),
  );
}
