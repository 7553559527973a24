/** Products and quotients of columns. */
import type { ModelledColumnSchema } from "../../schema/schema.ts";
import { parseFlag, parseNames, parseRounding, parseWhenMissing } from "../parse-fields.ts";
import type { ProductRelation } from "../../schema/relation.ts";
import type { RelationKind } from "../relation-kind.ts";
import { columnIndex } from "../row-codes.ts";
import { type Formula, brokenFormula, formulaRule } from "./formula.ts";

/** {@link ProductRelation}. */
export const product: RelationKind<ProductRelation> = {
  kind: "product",
  fields: ["column", "factors", "divisors", "times", "rounding", "missing", "whenMissing"],
  parse: (fields) => ({
    kind: "product",
    column: fields.text("column"),
    factors: parseNames(fields, "factors"),
    ...(fields.has("divisors") ? { divisors: parseNames(fields, "divisors") } : {}),
    ...(fields.has("times") ? { times: fields.number("times") } : {}),
    ...parseRounding(fields),
    ...parseFlag(fields, "missing"),
    ...parseWhenMissing(fields, ["missing"]),
  }),
  columns: ({ column, factors, divisors = [] }) => [column, ...factors, ...divisors],
  describe: ({ column, factors, divisors = [], times = 1 }) =>
    `${column} = ${times === 1 ? "" : `${times} * `}${factors.join(" * ")}${divisors.map((name) => ` / ${name}`).join("")}`,
  brokenRows: (relation, rows) => brokenFormula(formulaOf(relation, rows.schemas), rows),
  rules: (relation, schemas) => [formulaRule(formulaOf(relation, schemas), schemas)],
};

function formulaOf(relation: ProductRelation, schemas: readonly ModelledColumnSchema[]): Formula {
  const where = `relation ${product.describe(relation)}`;
  const index = (name: string): number => columnIndex(schemas, name, where);
  const factors = relation.factors.map(index);
  const divisors = (relation.divisors ?? []).map(index);
  const { times = 1 } = relation;
  return {
    column: index(relation.column),
    inputs: [...factors, ...divisors],
    rounding: relation.rounding,
    mayFail: divisors.length > 0,
    missing: relation.missing === true,
    whenMissing: relation.whenMissing === "missing",
    missingIsZero: false,
    valueAt(codes, row) {
      let value = 1;
      for (const factor of factors) value *= codes[factor]![row]!;
      value *= times;
      for (const divisor of divisors) value /= codes[divisor]![row]!;
      // A quotient by 0 says nothing: the column is then modelled, as where an input is missing.
      return Number.isFinite(value) ? value : NaN;
    },
  };
}
