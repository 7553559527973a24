/** Sums, copies and rescaled copies: a column that costs nothing. */
import { JsonFields } from "../../../file/json-fields.ts";
import type { ModelledColumnSchema } from "../../schema/schema.ts";
import { parseFlag, parseRounding, parseWhenMissing } from "../parse-fields.ts";
import type { SumRelation } from "../../schema/relation.ts";
import type { RelationKind } from "../relation-kind.ts";
import { columnIndex } from "../row-codes.ts";
import { type Formula, brokenFormula, formulaRule } from "./formula.ts";

/** {@link SumRelation}. */
export const sum: RelationKind<SumRelation> = {
  kind: "sum",
  fields: ["column", "terms", "plus", "rounding", "missing", "whenMissing"],
  parse(fields) {
    const terms = fields.list("terms").map((value, i) => {
      const term = new JsonFields(value, `${fields.where}.terms[${i}]`);
      return { column: term.text("column"), times: term.number("times") };
    });
    if (terms.length === 0) throw fields.wrong("terms", "at least one term");
    return {
      kind: "sum",
      column: fields.text("column"),
      terms,
      ...(fields.has("plus") ? { plus: fields.number("plus") } : {}),
      ...parseRounding(fields),
      ...parseFlag(fields, "missing"),
      ...parseWhenMissing(fields),
    };
  },
  columns: ({ column, terms }) => [column, ...terms.map((term) => term.column)],
  describe: ({ column, terms, plus = 0 }) => {
    const text = terms
      .map((term, i) => {
        const size = Math.abs(term.times);
        const sign = term.times < 0 ? "- " : i > 0 ? "+ " : "";
        return `${sign}${size === 1 ? "" : `${size} `}${term.column}`;
      })
      .join(" ");
    return `${column} = ${text}${plus === 0 ? "" : plus < 0 ? ` - ${-plus}` : ` + ${plus}`}`;
  },
  brokenRows: (relation, rows) => brokenFormula(formulaOf(relation, rows.schemas), rows),
  rules: (relation, schemas) => [formulaRule(formulaOf(relation, schemas), schemas)],
};

function formulaOf(relation: SumRelation, schemas: readonly ModelledColumnSchema[]): Formula {
  const where = `relation ${sum.describe(relation)}`;
  const inputs = relation.terms.map((term) => columnIndex(schemas, term.column, where));
  const times = relation.terms.map((term) => term.times);
  const { plus = 0 } = relation;
  return {
    column: columnIndex(schemas, relation.column, where),
    inputs,
    rounding: relation.rounding,
    mayFail: false,
    missing: relation.missing === true,
    whenMissing: relation.whenMissing === "missing",
    valueAt(codes, row) {
      let value = plus;
      for (let k = 0; k < inputs.length; k++) value += times[k]! * codes[inputs[k]!]![row]!;
      return value;
    },
  };
}
