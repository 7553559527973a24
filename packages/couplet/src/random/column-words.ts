/**
 * How kernels deal Philox words out to the columns of a row: column c has word (c >> 2) & 3 of the
 * block with counter (row, 4 (c >> 4) + (c & 3), c2, c3), so that four blocks made at once give
 * sixteen columns in order.
 */
import { philox4x32 } from "./philox.ts";
import type { PhiloxKey } from "./philox.ts";

/** The 32-bit word of one column. */
export function columnWord(
  row: number,
  column: number,
  c2: number,
  c3: number,
  key: PhiloxKey,
): number {
  const block = 4 * (column >> 4) + (column & 3);
  return philox4x32([row >>> 0, block, c2, c3], key)[(column >> 2) & 3]!;
}
