/** The relations that a fit keeps. */
import { CoupletError } from "../../error.ts";
import {
  confirmedRelationsInPieces,
  withFurtherValues,
} from "../../table/relations/confirmed-relations.ts";
import { findRelations } from "../../table/relations/find-relations.ts";
import { betweenEvents } from "../../threads/yield-to-event-loop.ts";
import { rowCodesInPieces } from "../../table/relations/table-codes.ts";
import { parseRelation } from "../../table/relations/kinds/index.ts";
import { isKept, type Relation } from "../../table/schema/relation.ts";
import { kindOf } from "../../table/relations/kinds/index.ts";
import { isModelled, type Schema } from "../../table/schema/schema.ts";
import type { Table } from "../../table/table.ts";
import type { FitTableOptions } from "./fit-table-options.ts";

/** The rows that relations are found in, and those that confirm them. */
export interface RelationRows {
  readonly training: Table;
  /** Further rows, one table at a time. */
  readonly further: () => AsyncIterable<Table> | Iterable<Table>;
  /** All rows in memory: as a category's values do, the values that another column decides come from all of them. */
  readonly all?: Table;
}

/**
 * The schema with the relations that a fit keeps: the user's, the schema's, or those found in the training rows and broken by no
 * further row. Columns of the context have no relations.
 *
 * @throws CoupletError USAGE for another word, SPEC_INVALID for a relation that is not one
 */
export async function schemaRelations(
  schema: Schema,
  wanted: FitTableOptions["relations"],
  { training, further, all }: RelationRows,
): Promise<Schema> {
  if (wanted === "none") return withRelations(schema, []);
  if (Array.isArray(wanted))
    return withRelations(
      schema,
      wanted.map((relation, i) => parseRelation(relation, `fitTable: relations[${i}]`)),
    );
  if (wanted !== undefined && wanted !== "auto")
    throw new CoupletError({
      code: "USAGE",
      where: "fitTable: relations",
      expected: '"auto", "none" or a list of relations',
      received: JSON.stringify(wanted),
    });
  if (schema.relations !== undefined) return withRelations(schema, withoutContext(schema));
  let relations = await findRelations(training, schema);
  if (relations.some(isKept))
    for await (const rows of further())
      relations = await betweenEvents(confirmedRelationsInPieces(relations, rows, schema));
  if (all !== undefined && relations.some(({ kind }) => kind === "parent")) {
    const codes = await betweenEvents(rowCodesInPieces(all, schema));
    relations = relations.map((relation) =>
      relation.kind === "parent" ? withFurtherValues(relation, codes) : relation,
    );
  }
  return relations.length === 0 ? schema : withRelations(schema, relations);
}

function withRelations(schema: Schema, relations: readonly Relation[]): Schema {
  return { ...schema, relations };
}

/** A schema's relations may name columns that this fit takes as its context: they are not modelled, so nothing holds them. */
function withoutContext({ columns, relations = [] }: Schema): readonly Relation[] {
  const given = new Set(
    columns.flatMap((column) =>
      isModelled(column) && column.role === "context" ? [column.name] : [],
    ),
  );
  return relations.filter((relation) =>
    kindOf(relation)
      .columns(relation)
      .every((name) => !given.has(name)),
  );
}
