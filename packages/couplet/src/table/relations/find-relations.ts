/** What holds in every row of a table. */
import { checkOptions } from "../../options.ts";
import { betweenEvents } from "../../threads/yield-to-event-loop.ts";
import type { Schema } from "../schema/schema.ts";
import type { Relation } from "../schema/relation.ts";
import type { Table } from "../table.ts";
import { rowCodesInPieces } from "./table-codes.ts";

/** Below this many rows anything holds by chance. */
const LEAST_ROWS = 20;

/**
 * Finds what holds between the modelled columns in every row: sums, copies and products, shares of a constant, columns that decide
 * others, values that exclude others, orders. Each comes with its evidence as `reason`: a relation that columns shuffled independently
 * would keep, too (in more than 99 % of the rows, or but for five; eight where fewer than 50 rows are searched), is not listed. One that a few rows break (0.2 %) is listed with `keep: false`.
 * Columns of the context take no part.
 *
 * @throws CoupletError DATA_INVALID for a table that does not fit the schema
 * @example
 * import { describeRelation, findRelations, inferSchema } from "couplet/table";
 * const relations = await findRelations(people, inferSchema(people));
 * for (const relation of relations) console.log(describeRelation(relation)); // total = fare + tip
 */
export async function findRelations(
  source: Table,
  schema: Schema,
  options: { readonly where?: string } = {},
): Promise<readonly Relation[]> {
  checkOptions("findRelations", options, { where: "" });
  const rows = await betweenEvents(rowCodesInPieces(source, schema, options.where));
  if (rows.rows < LEAST_ROWS || rows.schemas.length < 2) return [];
  // Loaded when something looks for relations: a page that reads, scores and draws starts sooner.
  const { foundRelations } = await import("./find/found-relations.ts");
  return betweenEvents(foundRelations(rows));
}
