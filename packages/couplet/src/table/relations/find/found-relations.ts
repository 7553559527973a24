/** What holds in the rows of a table: the finders, in the order in which a relation has to be found. */
import type { Relation } from "../../schema/relation.ts";
import type { RowCodes } from "../row-codes.ts";
import { findExclusions } from "./find-exclusions.ts";
import { findOrders } from "./find-orders.ts";
import { findParents } from "./find-parents.ts";
import { findProducts } from "./find-products.ts";
import { findSums } from "./find-sums.ts";
import { Search } from "./search.ts";

/** The relations that these rows keep, each with its evidence as `reason`. */
export function foundRelations(rows: RowCodes): readonly Relation[] {
  const search = new Search(rows);
  findSums(search);
  findProducts(search);
  findParents(search);
  findExclusions(search, "categories");
  findOrders(search);
  findExclusions(search, "numbers");
  return search.found;
}
