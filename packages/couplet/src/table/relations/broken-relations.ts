/** Which rows of a table break which relation. */
import { type InPieces, atOnce } from "../../threads/yield-to-event-loop.ts";
import type { Relation } from "../schema/relation.ts";
import type { Schema } from "../schema/schema.ts";
import type { Table } from "../table.ts";
import { describeRelation, kindOf } from "./kinds/index.ts";
import type { RowCodes } from "./row-codes.ts";
import { rowCodesInPieces } from "./table-codes.ts";

/** A relation and the rows that break it. */
export interface BrokenRelation {
  readonly relation: Relation;
  /** For people: "pickup <= dropoff". */
  readonly text: string;
  /** Ascending, counted from 0. */
  readonly rows: readonly number[];
}

/**
 * The relations of `relations` that some rows of a table break, with these rows: whether kept or only reported.
 *
 * @param relations the schema's, where nothing else is given
 * @throws CoupletError DATA_INVALID for a table that does not fit the schema
 */
export function brokenRelations(
  source: Table,
  schema: Schema,
  relations: readonly Relation[] = schema.relations ?? [],
): readonly BrokenRelation[] {
  return atOnce(brokenRelationsInPieces(source, schema, relations));
}

/** {@link brokenRelations} in pieces. */
export function* brokenRelationsInPieces(
  source: Table,
  schema: Schema,
  relations: readonly Relation[] = schema.relations ?? [],
): InPieces<readonly BrokenRelation[]> {
  return yield* brokenInPieces(yield* rowCodesInPieces(source, schema), relations);
}

/** {@link brokenRelations} of cells that were read. */
export function brokenIn(codes: RowCodes, relations: readonly Relation[]): BrokenRelation[] {
  return atOnce(brokenInPieces(codes, relations));
}

/** {@link brokenIn} in pieces, one a relation. */
export function* brokenInPieces(
  codes: RowCodes,
  relations: readonly Relation[],
): InPieces<BrokenRelation[]> {
  const broken: BrokenRelation[] = [];
  for (const relation of relations) {
    const rows = kindOf(relation).brokenRows(relation, codes);
    if (rows.length > 0) broken.push({ relation, text: describeRelation(relation), rows });
    yield;
  }
  return broken;
}
