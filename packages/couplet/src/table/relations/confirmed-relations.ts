/** Relations that further rows keep. */
import { type InPieces, atOnce } from "../../threads/yield-to-event-loop.ts";
import type { Schema } from "../schema/schema.ts";
import { type ParentRelation, type Relation, isKept } from "../schema/relation.ts";
import type { Table } from "../table.ts";
import { kindOf } from "./kinds/index.ts";
import { type RowCodes, cellOfCode, codeOfCell, columnIndex } from "./row-codes.ts";
import { rowCodesInPieces } from "./table-codes.ts";

/**
 * The relations that no row of another table breaks; the others only to report. Rows that did not find them are a fair judge of those
 * that held by chance. Values of a child that only the other table has are added to what it decides.
 *
 * @throws CoupletError DATA_INVALID for a table that does not fit the schema
 */
export function confirmedRelations(
  relations: readonly Relation[],
  source: Table,
  schema: Schema,
): readonly Relation[] {
  return atOnce(confirmedRelationsInPieces(relations, source, schema));
}

/** {@link confirmedRelations} in pieces. */
export function* confirmedRelationsInPieces(
  relations: readonly Relation[],
  source: Table,
  schema: Schema,
): InPieces<readonly Relation[]> {
  if (relations.length === 0) return relations;
  const rows = yield* rowCodesInPieces(source, schema);
  const judged: Relation[] = [];
  for (const relation of relations) {
    judged.push(isKept(relation) ? confirmed(relation, rows) : relation);
    yield;
  }
  return judged;
}

function confirmed(relation: Relation, rows: RowCodes): Relation {
  const broken = kindOf(relation).brokenRows(relation, rows).length;
  if (broken === 0)
    return relation.kind === "parent" ? withFurtherValues(relation, rows) : relation;
  return {
    ...relation,
    keep: false,
    reason: `${relation.reason ?? ""}; ${broken} of ${rows.rows} further rows break it`,
  };
}

/**
 * The relation with the values of its child that only these rows have: a zone that no training row began in lies in a borough, too. A missing cell
 * is no value: it decides where it did in all rows that found the relation.
 */
export function withFurtherValues(relation: ParentRelation, rows: RowCodes): ParentRelation {
  const child = columnIndex(rows.schemas, relation.child, "relation");
  const column = columnIndex(rows.schemas, relation.column, "relation");
  const known = new Set(relation.values.map(([from]) => codeOfCell(rows.schemas[child]!, from)));
  const further = new Map<number, number>();
  for (let row = 0; row < rows.rows; row++) {
    const [from, to] = [rows.codes[child]![row]!, rows.codes[column]![row]!];
    if (Number.isNaN(from)) continue;
    const seen = further.get(from);
    if (!known.has(from) && (seen === undefined || Number.isNaN(seen))) further.set(from, to);
  }
  if (further.size === 0) return relation;
  const pairs = [...further].map(
    ([from, to]) =>
      [cellOfCode(rows.schemas[child]!, from), cellOfCode(rows.schemas[column]!, to)] as const,
  );
  return { ...relation, values: [...relation.values, ...pairs] };
}
