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
      ...parseWhenMissing(fields, ["missing", "zero"]),
    };
  },
  columns: ({ column, terms }) => [column, ...terms.map((term) => term.column)],
  describe: ({ column, terms, plus = 0, whenMissing }) => {
    const text = terms
      .map((term, i) => {
        const size = Math.abs(term.times);
        const sign = term.times < 0 ? "- " : i > 0 ? "+ " : "";
        const parts = Math.round(1 / size);
        // A third has no end: total / 3.
        if (1 / parts === size && String(size).length > 8)
          return `${sign}${term.column} / ${parts}`;
        return `${sign}${size === 1 ? "" : `${size} `}${term.column}`;
      })
      .join(" ");
    const constant = plus === 0 ? "" : plus < 0 ? ` - ${-plus}` : ` + ${plus}`;
    return `${column} = ${text}${constant}${whenMissing === "zero" ? ", where missing cells count 0" : ""}`;
  },
  brokenRows: (relation, rows) => brokenFormula(formulaOf(relation, rows.schemas), rows),
  rules: (relation, schemas) => [formulaRule(formulaOf(relation, schemas), schemas)],
};

function formulaOf(relation: SumRelation, schemas: readonly ModelledColumnSchema[]): Formula {
  const where = `relation ${sum.describe(relation)}`;
  const inputs = relation.terms.map((term) => columnIndex(schemas, term.column, where));
  const times = relation.terms.map((term) => term.times);
  const { plus = 0 } = relation;
  const missingIsZero = relation.whenMissing === "zero";
  return {
    column: columnIndex(schemas, relation.column, where),
    inputs,
    rounding: relation.rounding,
    mayFail: false,
    missing: relation.missing === true,
    whenMissing: relation.whenMissing === "missing",
    missingIsZero,
    valueAt(codes, row) {
      let value = plus;
      for (let k = 0; k < inputs.length; k++) {
        const part = codes[inputs[k]!]![row]!;
        if (!missingIsZero || !Number.isNaN(part)) value += times[k]! * part;
      }
      return value;
    },
  };
}
