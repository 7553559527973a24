/** Columns that sum to a constant or to another column, as nodes: what `kinds/shares.ts` says of a row. */
import { decimalsIn } from "../../../table/relations/rounding.ts";
import type { SharesRelation } from "../../../table/schema/relation.ts";
import type { Arithmetic } from "../arithmetic.ts";
import { asWritten, roundedTo } from "../rounding-nodes.ts";
import { type RelatedCells, type RuleNodes, arePresent, numberOf } from "./open-nodes.ts";

/** Of a total: what the rounding errors of a sum of doubles make of it. */
const LAST_BITS = 1e-9;

interface PlacedShares {
  readonly columns: readonly number[];
  /** The total, and where it is known. */
  readonly total: string;
  readonly isKnown: string;
}

function placed(
  m: Arithmetic,
  { columns, total }: SharesRelation,
  related: RelatedCells,
): PlacedShares {
  const { zero, cells } = related;
  const numbers = columns.map((name) => numberOf(related, name));
  if (typeof total === "number")
    return { columns: numbers, total: m.add(zero, total), isKnown: m.compare("Equal", zero, 0) };
  const { code, isMissing } = cells[numberOf(related, total)]!;
  return { columns: numbers, total: code, isKnown: m.of("Not", isMissing) };
}

/** What columns leave of the total, missing cells aside. */
function restNodes(
  m: Arithmetic,
  total: string,
  { cells }: RelatedCells,
  columns: readonly number[],
): string {
  return columns.reduce((rest, column) => {
    const { code, isMissing } = cells[column]!;
    return m.subtract(rest, m.where(isMissing, 0, code));
  }, total);
}

/** What the relation says of one of its columns: it is the rest, or at most that. */
export function sharesRule(
  m: Arithmetic,
  relation: SharesRelation,
  related: RelatedCells,
  column: number,
): RuleNodes {
  const { columns, total, isKnown } = placed(m, relation, related);
  const before = columns.slice(0, columns.indexOf(column));
  const schema = related.schemas[column]!;
  const rest = restNodes(m, total, related, before);
  const decimals = Math.max(
    ...[column, ...before].map((c) => decimalsIn(related.schemas[c]!) ?? 15),
  );
  const high = { is: isKnown, value: m.limit("Max", roundedTo(m, rest, decimals), 0) };
  const low = { is: m.compare("Equal", related.zero, 0), value: 0 };
  if (before.length < columns.length - 1) return { low, high };
  const isRest = m.all(isKnown, arePresent(m, related, before)!);
  const isOpen = m.of("Not", isRest);
  return {
    fixed: { is: isRest, value: m.limit("Max", asWritten(m, rest, decimalsIn(schema)), 0) },
    ...(schema.missing === true ? {} : { isPresent: isRest }),
    low: { is: isOpen, value: 0 },
    high: { is: m.all(isKnown, isOpen), value: high.value },
  };
}

/** Rows whose shares are below 0, or do not sum to the total. */
export function brokenShares(
  m: Arithmetic,
  relation: SharesRelation,
  related: RelatedCells,
): string {
  const { columns, total, isKnown } = placed(m, relation, related);
  const rest = restNodes(m, total, related, columns);
  const slack = m.multiply(total, LAST_BITS);
  const isWhole = arePresent(m, related, columns)!;
  const isMore = m.compare("Less", rest, m.of("Neg", slack));
  const isLess = m.compare("Greater", rest, slack);
  return m.any(
    m.all(isKnown, isMore),
    m.all(isKnown, isWhole, isLess),
    ...columns.map((column) => {
      const { code, isMissing } = related.cells[column]!;
      return m.all(m.of("Not", isMissing), m.compare("Less", code, 0));
    }),
  );
}
