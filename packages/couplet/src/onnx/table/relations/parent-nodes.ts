/** Columns that others decide, as nodes: what `kinds/parent.ts` says of a row. */
import { codeOfCell } from "../../../table/relations/row-codes.ts";
import type { ParentRelation } from "../../../table/schema/relation.ts";
import { isCategorical } from "../../../table/schema/schema.ts";
import type { Arithmetic } from "../arithmetic.ts";
import { type RelatedCells, type RuleNodes, numberOf } from "./open-nodes.ts";

/** What the child's cell decides: whether anything, whether a missing cell, else which value. */
function decided(m: Arithmetic, relation: ParentRelation, related: RelatedCells) {
  const [column, child] = [numberOf(related, relation.column), numberOf(related, relation.child)];
  const [schema, childSchema] = [related.schemas[column]!, related.schemas[child]!];
  const pairs = relation.values.flatMap(([from, to]) => {
    const [key, value] = [codeOfCell(childSchema, from), codeOfCell(schema, to)];
    return key === undefined || value === undefined ? [] : [{ key, value }];
  });
  const given = related.cells[child]!;
  const known = pairs.filter(({ key }) => !Number.isNaN(key));
  const ofMissing = pairs.find(({ key }) => Number.isNaN(key))?.value;
  // The pair of the child's cell among those of its values; one past them none.
  const isSame = m.g.cast(
    m.compare("Equal", given.code, m.row(known.map(({ key }) => key))),
    "double",
  );
  const places = m.row(known.map((_, i) => i - known.length));
  const at = m.add(m.g.sum(m.multiply(isSame, places), 1, true), known.length);
  const pick = (of: (value: number | undefined) => number): string =>
    m.where(
      given.isMissing,
      of(ofMissing),
      m.lookUp([...known.map(({ value }) => of(value)), of(undefined)], at),
    );
  const holds = (of: (value: number | undefined) => boolean): string =>
    m.g.cast(
      pick((value) => Number(of(value))),
      "bool",
    );
  return {
    own: related.cells[column]!,
    isListed: holds((value) => value !== undefined),
    isGone: holds((value) => Number.isNaN(value)),
    value: pick((expected) => (expected === undefined || Number.isNaN(expected) ? 0 : expected)),
  };
}

/** What the relation says of its column. */
export function parentRule(
  m: Arithmetic,
  relation: ParentRelation,
  related: RelatedCells,
): RuleNodes {
  const { isListed, isGone, value } = decided(m, relation, related);
  const isFixed = m.all(isListed, m.of("Not", isGone));
  const schema = related.schemas[numberOf(related, relation.column)]!;
  if (relation.missing === true && isCategorical(schema))
    return { orMissing: { is: isFixed, value }, isMissing: m.all(isListed, isGone) };
  return {
    fixed: { is: isFixed, value },
    ...(relation.missing === true ? {} : { isPresent: isFixed }),
    isMissing: m.all(isListed, isGone),
  };
}

/** Rows that break it. */
export function brokenParent(
  m: Arithmetic,
  relation: ParentRelation,
  related: RelatedCells,
): string {
  const { own, isListed, isGone, value } = decided(m, relation, related);
  const isPresent = m.of("Not", own.isMissing);
  const differs = m.any(own.isMissing, m.of("Not", m.compare("Equal", own.code, value)));
  // Runtimes choose between numbers, not between conditions.
  const isWrong = m.any(m.all(isGone, isPresent), m.all(m.of("Not", isGone), differs));
  return m.all(isListed, relation.missing === true ? m.all(isWrong, isPresent) : isWrong);
}
