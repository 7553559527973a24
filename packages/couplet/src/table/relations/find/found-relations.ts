/** What holds in the rows of a table: the finders, in the order in which a relation has to be found. */
import type { InPieces } from "../../../threads/yield-to-event-loop.ts";
import type { Relation } from "../../schema/relation.ts";
import type { RowCodes } from "../row-codes.ts";
import { findExclusions } from "./find-exclusions.ts";
import { findOrders } from "./find-orders.ts";
import { findParents } from "./find-parents.ts";
import { findSpans } from "./find-spans.ts";
import { findSums } from "./find-sums.ts";
import { Search } from "./search.ts";

/** The relations that these rows keep, each with its evidence as `reason`; in pieces. */
export function* foundRelations(rows: RowCodes): InPieces<readonly Relation[]> {
  const search = new Search(rows);
  yield* findSums(search);
  yield* findSpans(search);
  yield* findParents(search);
  yield* findExclusions(search, "categories");
  yield* findOrders(search);
  yield* findExclusions(search, "numbers");
  return search.found;
}
