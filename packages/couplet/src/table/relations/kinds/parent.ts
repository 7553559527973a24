/** One column decides another: a zone its borough, a code its name. */
import { parseFlag, isRelationCell } from "../parse-fields.ts";
import { AMONG, FIXED, MISSING, PRESENT } from "../open-cell.ts";
import type { ParentRelation, RelationCell } from "../../schema/relation.ts";
import type { RelationKind } from "../relation-kind.ts";
import { codeOfCell, columnIndex, isSameCode } from "../row-codes.ts";
import { type ModelledColumnSchema, isCategorical } from "../../schema/schema.ts";

/** {@link ParentRelation}. */
export const parent: RelationKind<ParentRelation> = {
  kind: "parent",
  fields: ["column", "child", "values", "missing"],
  parse(fields) {
    const values = fields.list("values");
    const isPair = (value: unknown): value is [RelationCell, RelationCell] =>
      Array.isArray(value) && value.length === 2 && value.every(isRelationCell);
    if (values.length === 0 || !values.every(isPair))
      throw fields.wrong("values", "a list of pairs [value of the child, value of the column]");
    return {
      kind: "parent",
      column: fields.text("column"),
      child: fields.text("child"),
      values,
      ...parseFlag(fields, "missing"),
    };
  },
  columns: ({ column, child }) => [column, child],
  describe: ({ column, child }) => `${child} decides ${column}`,
  brokenRows(relation, { rows, schemas, codes }) {
    const { column, child, parentOf } = placed(relation, schemas);
    const broken: number[] = [];
    for (let row = 0; row < rows; row++) {
      const expected = parentOf(codes[child]![row]!);
      const cell = codes[column]![row]!;
      if (expected === undefined || isSameCode(cell, expected)) continue;
      if (!(Number.isNaN(cell) && relation.missing === true)) broken.push(row);
    }
    return broken;
  },
  rules(relation, schemas) {
    const { column, child, parentOf } = placed(relation, schemas);
    const given = schemas[child]!;
    const schema = schemas[column]!;
    const all = isCategorical(given)
      ? [...given.values.map((_, i) => i), ...(given.missing === true ? [NaN] : [])]
      : undefined;
    const always = all !== undefined && all.every((code) => parentOf(code) !== undefined);
    return [
      {
        column,
        needs: [child],
        decidesValue: always && !(isCategorical(schema) && relation.missing === true),
        decidesMissing: schema.missing !== true || (always && relation.missing !== true),
        computes: true,
        narrow(codes, row, cell) {
          const value = parentOf(codes[child]![row]!);
          if (value === undefined) return;
          if (Number.isNaN(value)) cell.missing = MISSING;
          else if (relation.missing === true && isCategorical(schema)) {
            cell.value = AMONG;
            cell.among = [value, schema.values.length];
          } else {
            cell.value = FIXED;
            cell.fixed = value;
            if (relation.missing !== true && cell.missing !== MISSING) cell.missing = PRESENT;
          }
        },
      },
    ];
  },
};

function placed(relation: ParentRelation, schemas: readonly ModelledColumnSchema[]) {
  const where = `relation ${parent.describe(relation)}`;
  const column = columnIndex(schemas, relation.column, where);
  const child = columnIndex(schemas, relation.child, where);
  const parents = new Map<number, number>();
  let ofMissing: number | undefined;
  for (const [from, to] of relation.values) {
    const [key, value] = [codeOfCell(schemas[child]!, from), codeOfCell(schemas[column]!, to)];
    // A value that the schema does not list any more: nothing can have it.
    if (key === undefined || value === undefined) continue;
    if (Number.isNaN(key)) ofMissing = value;
    else parents.set(key, value);
  }
  const parentOf = (code: number): number | undefined =>
    Number.isNaN(code) ? ofMissing : parents.get(code);
  return { column, child, parentOf };
}
