/** What holds in every row of a table. */
import { checkOptions } from "../../options.ts";
import type { Schema } from "../schema/schema.ts";
import { type Relation, isKept } from "../schema/relation.ts";
import type { Table } from "../table.ts";
import { findExclusions } from "./find/find-exclusions.ts";
import { findOrders } from "./find/find-orders.ts";
import { findParents, withFurtherValues } from "./find/find-parents.ts";
import { findProducts } from "./find/find-products.ts";
import { findSums } from "./find/find-sums.ts";
import { Search } from "./find/search.ts";
import { kindOf } from "./kinds/index.ts";
import { rowCodes } from "./table-codes.ts";

/** Below this many rows anything holds by chance. */
const LEAST_ROWS = 50;

/**
 * Finds what holds between the modelled columns in every row: sums, copies and products, shares of a constant, columns that decide
 * others, values that exclude others, orders. Each comes with its evidence as `reason`: a relation that columns shuffled independently
 * would keep, too (in more than 99 % of the rows, or but for five), is not listed. One that a few rows break (0.2 %) is listed with `keep: false`.
 * Columns of the context take no part.
 *
 * @throws CoupletError DATA_INVALID for a table that does not fit the schema
 */
export function findRelations(
  source: Table,
  schema: Schema,
  options: { readonly where?: string } = {},
): readonly Relation[] {
  checkOptions("findRelations", options, { where: true });
  const rows = rowCodes(source, schema, options.where);
  if (rows.rows < LEAST_ROWS || rows.schemas.length < 2) return [];
  const search = new Search(rows);
  findSums(search);
  findProducts(search);
  findParents(search);
  findExclusions(search, "categories");
  findOrders(search);
  findExclusions(search, "numbers");
  return search.found;
}

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
  if (relations.length === 0) return relations;
  const rows = rowCodes(source, schema);
  return relations.map((relation) => {
    if (!isKept(relation)) return relation;
    const broken = kindOf(relation).brokenRows(relation, rows).length;
    if (broken === 0)
      return relation.kind === "parent" ? withFurtherValues(relation, rows) : relation;
    return {
      ...relation,
      keep: false,
      reason: `${relation.reason ?? ""}; ${broken} of ${rows.rows} further rows break it`,
    };
  });
}

export { rowCodes } from "./table-codes.ts";
export { withFurtherValues } from "./find/find-parents.ts";
