/** Where the values of a column in steps begin and end beside a bound that may lie between two of them. */
import type { ColumnGrid } from "../cell/column-grid.ts";

/** Number of the least value that is not below a bound (above it, if strict): 3.2 leaves an integer from 4 up. */
export function firstFrom(grid: ColumnGrid, bound: number, strict = false): number {
  const place = grid.placeOf(bound);
  const k = strict ? Math.floor(place) + 1 : Math.ceil(place);
  // A bound beside a value of the grid counts as that value, and may lie above it.
  return grid.valueAt(k) < bound ? k + 1 : k;
}

/** Number of the largest value that is not above a bound (below it, if strict). */
export function lastTo(grid: ColumnGrid, bound: number, strict = false): number {
  const place = grid.placeOf(bound);
  const k = strict ? Math.ceil(place) - 1 : Math.floor(place);
  return grid.valueAt(k) > bound ? k - 1 : k;
}
