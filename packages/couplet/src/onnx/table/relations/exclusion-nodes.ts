/** Values that others exclude, as nodes: what `kinds/exclusion.ts` says of a row. */
import { codeOfCell } from "../../../table/relations/row-codes.ts";
import type { ExclusionRelation } from "../../../table/schema/relation.ts";
import { isCategorical } from "../../../table/schema/schema.ts";
import type { Arithmetic } from "../arithmetic.ts";
import { type RelatedCells, type RuleNodes, isCode, numberOf } from "./open-nodes.ts";

/** The value, and where it is given; undefined where it never is. */
function placed(m: Arithmetic, relation: ExclusionRelation, related: RelatedCells) {
  const [column, given] = [numberOf(related, relation.column), numberOf(related, relation.given)];
  const schema = related.schemas[column]!;
  // A value that the schema does not have holds nowhere.
  const value = codeOfCell(schema, relation.value) ?? Infinity;
  const when = relation.when.flatMap((cell) => {
    const code = codeOfCell(related.schemas[given]!, cell);
    return code === undefined ? [] : [code];
  });
  if (when.length === 0) return undefined;
  const isGiven = m.any(...when.map((code) => isCode(m, related.cells[given]!, code)));
  return { column, schema, value, isGiven, isElse: m.of("Not", isGiven) };
}

/** What the relation says of its column. */
export function exclusionRule(
  m: Arithmetic,
  relation: ExclusionRelation,
  related: RelatedCells,
): RuleNodes {
  const found = placed(m, relation, related);
  if (found === undefined) return {};
  const { schema, value, isGiven, isElse } = found;
  const only = relation.only === true;
  const without =
    only && isCategorical(schema)
      ? { without: [Number.isNaN(value) ? schema.values.length : value] }
      : {};
  return Number.isNaN(value)
    ? { isMissing: isGiven, ...(only ? { isPresent: isElse } : {}), ...without }
    : { fixed: { is: isGiven, value }, isPresent: isGiven, ...without };
}

/** Rows that break it. */
export function brokenExclusion(
  m: Arithmetic,
  relation: ExclusionRelation,
  related: RelatedCells,
): readonly string[] {
  const found = placed(m, relation, related);
  if (found === undefined) return [];
  const { column, value, isGiven, isElse } = found;
  const has = isCode(m, related.cells[column]!, value);
  return [
    m.all(isGiven, m.of("Not", has)),
    ...(relation.only === true ? [m.all(isElse, has)] : []),
  ];
}
