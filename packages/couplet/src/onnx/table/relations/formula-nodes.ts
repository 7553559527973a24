/** Sums and products as nodes: what `kinds/formula.ts`, `sum.ts` and `product.ts` compute of a row. */
import { decimalsIn } from "../../../table/relations/rounding.ts";
import type { ProductRelation, SumRelation } from "../../../table/schema/relation.ts";
import type { Arithmetic } from "../arithmetic.ts";
import { asWritten } from "../rounding-nodes.ts";
import { type RelatedCells, type RuleNodes, arePresent, numberOf } from "./open-nodes.ts";

/** Relative: what the rounding errors of a few operations make of a number without stated decimals. */
const LAST_BITS = 1e-12;

/** The exact value, and where it has one. */
function valueNodes(
  m: Arithmetic,
  relation: SumRelation | ProductRelation,
  related: RelatedCells,
): { readonly value: string; readonly isKnown: string } {
  const code = (name: string): string => related.cells[numberOf(related, name)]!.code;
  if (relation.kind === "sum") {
    const { terms, plus = 0 } = relation;
    const columns = terms.map(({ column }) => numberOf(related, column));
    if (relation.whenMissing === "zero") {
      const parts = terms.map(({ times }, i) => {
        const { code: part, isMissing } = related.cells[columns[i]!]!;
        return m.where(isMissing, 0, m.multiply(times, part));
      });
      const value = m.add(plus, ...parts);
      return { value, isKnown: m.compare("LessOrEqual", m.of("Abs", value), Number.MAX_VALUE) };
    }
    return {
      value: m.add(plus, ...terms.map(({ column, times }) => m.multiply(times, code(column)))),
      isKnown: arePresent(m, related, columns)!,
    };
  }
  const { factors, divisors = [], times = 1 } = relation;
  const product = m.multiply(...factors.map(code), times);
  const value = divisors.reduce((part, divisor) => m.divide(part, code(divisor)), product);
  const columns = [...factors, ...divisors].map((name) => numberOf(related, name));
  // A quotient by 0 has no value.
  const isFinite = m.compare("LessOrEqual", m.of("Abs", value), Number.MAX_VALUE);
  return { value, isKnown: m.all(arePresent(m, related, columns)!, isFinite) };
}

/** What the formula says of the column that it gives. */
export function formulaRule(
  m: Arithmetic,
  relation: SumRelation | ProductRelation,
  related: RelatedCells,
): RuleNodes {
  const { value, isKnown } = valueNodes(m, relation, related);
  const schema = related.schemas[numberOf(related, relation.column)]!;
  const written = asWritten(m, value, decimalsIn(schema), relation.rounding);
  return {
    fixed: { is: isKnown, value: written },
    ...(relation.missing === true ? {} : { isPresent: isKnown }),
    ...(relation.whenMissing === "missing" ? { isMissing: m.of("Not", isKnown) } : {}),
  };
}

/** Rows whose cell is not what the formula gives. */
export function brokenFormula(
  m: Arithmetic,
  relation: SumRelation | ProductRelation,
  related: RelatedCells,
): string {
  const { value, isKnown } = valueNodes(m, relation, related);
  const column = numberOf(related, relation.column);
  const decimals = decimalsIn(related.schemas[column]!);
  const { code, isMissing } = related.cells[column]!;
  const isExact = m.compare("Equal", code, asWritten(m, value, decimals, relation.rounding));
  const gap = m.of("Abs", m.subtract(code, value));
  const isNear =
    decimals === undefined
      ? m.any(isExact, m.compare("LessOrEqual", gap, m.multiply(LAST_BITS, m.of("Abs", value))))
      : isExact;
  const isPresent = m.of("Not", isMissing);
  return m.any(
    m.all(isKnown, isPresent, m.of("Not", isNear)),
    ...(relation.missing === true ? [] : [m.all(isKnown, isMissing)]),
    ...(relation.whenMissing === "missing" ? [m.all(m.of("Not", isKnown), isPresent)] : []),
  );
}
