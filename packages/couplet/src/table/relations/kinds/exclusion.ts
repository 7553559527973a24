/** What one value of a column says of another column: the tip of a trip paid in cash is 0. */
import { cellText, isRelationCell, parseFlag } from "../parse-fields.ts";
import { AMONG, FIXED, MISSING, PRESENT } from "../open-cell.ts";
import type { ExclusionRelation } from "../../schema/relation.ts";
import type { RelationKind } from "../relation-kind.ts";
import { codeOfCell, columnIndex, isSameCode } from "../row-codes.ts";
import { type ModelledColumnSchema, isCategorical } from "../../schema/schema.ts";

/** Values that a sentence lists before it counts. */
const LISTED = 4;

/** {@link ExclusionRelation}. */
export const exclusion: RelationKind<ExclusionRelation> = {
  kind: "exclusion",
  fields: ["column", "given", "when", "value", "only"],
  parse(fields) {
    const when = fields.list("when");
    if (when.length === 0 || !when.every(isRelationCell))
      throw fields.wrong("when", "a list of cells: texts, numbers or null");
    const value = fields.value("value");
    if (!isRelationCell(value)) throw fields.wrong("value", "a cell: a text, a number or null");
    return {
      kind: "exclusion",
      column: fields.text("column"),
      given: fields.text("given"),
      when,
      value,
      ...parseFlag(fields, "only"),
    };
  },
  columns: ({ column, given }) => [column, given],
  describe({ column, given, when, value, only }) {
    const shown = when.slice(0, LISTED).map(cellText).join(" or ");
    const more = when.length > LISTED ? ` (or ${when.length - LISTED} more)` : "";
    return `${column} is ${cellText(value)} ${only === true ? "exactly where" : "where"} ${given} is ${shown}${more}`;
  },
  brokenRows(relation, { rows, schemas, codes }) {
    const { column, given, isGiven, value } = placed(relation, schemas);
    const broken: number[] = [];
    for (let row = 0; row < rows; row++) {
      const has = isSameCode(codes[column]![row]!, value);
      if (isGiven(codes[given]![row]!) ? !has : has && relation.only === true) broken.push(row);
    }
    return broken;
  },
  rules(relation, schemas) {
    const { column, given, isGiven, value } = placed(relation, schemas);
    const schema = schemas[column]!;
    // A category's missing cell is one more of its values.
    const others = isCategorical(schema)
      ? [...schema.values.map((_, i) => i), ...(schema.missing === true ? [NaN] : [])]
          .filter((code) => !isSameCode(code, value))
          .map((code) => (Number.isNaN(code) ? schema.values.length : code))
      : undefined;
    return [
      {
        column,
        needs: [given],
        decidesValue: false,
        decidesMissing: false,
        computes: false,
        narrow(codes, row, cell) {
          if (isGiven(codes[given]![row]!)) {
            if (Number.isNaN(value)) cell.missing = MISSING;
            else {
              cell.value = FIXED;
              cell.fixed = value;
              cell.missing = PRESENT;
            }
          } else if (relation.only === true) {
            if (others !== undefined) {
              cell.value = AMONG;
              cell.among =
                cell.among === undefined
                  ? others
                  : cell.among.filter((code) => others.includes(code));
            } else if (Number.isNaN(value)) cell.missing = PRESENT;
          }
        },
      },
    ];
  },
};

function placed(relation: ExclusionRelation, schemas: readonly ModelledColumnSchema[]) {
  const where = `relation ${exclusion.describe(relation)}`;
  const column = columnIndex(schemas, relation.column, where);
  const given = columnIndex(schemas, relation.given, where);
  const when = relation.when.map((cell) => codeOfCell(schemas[given]!, cell));
  // A value that the schema does not have holds nowhere.
  const codes = new Set(when);
  const isGiven = (code: number): boolean => codes.has(code);
  return {
    column,
    given,
    isGiven,
    value: codeOfCell(schemas[column]!, relation.value) ?? Infinity,
  };
}
