/** Whether a table fits in the memory that a fit may use, and in how many parts otherwise. */
import { totalmem } from "node:os";
import { getHeapStatistics } from "node:v8";

/** What the program, its engine and DuckDB take before any row is there; measured on Node 20. */
const BASE_BYTES = 350e6;

/**
 * Bytes that a fit takes for a cell, while cells are text and while they are encoded; measured on tables of 8 to
 * 15 columns of both kinds.
 */
const CELL_BYTES = 110;

/** Smallest memory that a fit is tried in. */
export const LEAST_MEMORY = 500e6;

/** What is used when nobody says: half of the machine's, within what JavaScript may use. */
export function defaultMemory(): number {
  return Math.max(
    LEAST_MEMORY,
    Math.min(totalmem() / 2, 0.8 * getHeapStatistics().heap_size_limit),
  );
}

/** Parts that a table of this size has to be cut into; 1 when it fits as it is. */
export function partsFor(rows: number, columns: number, memoryBytes: number): number {
  const room = Math.max(memoryBytes - BASE_BYTES, 0.25 * memoryBytes);
  const needed = rows * columns * CELL_BYTES;
  // Two parts are in memory at a time: the one that encoders and baselines are fitted on, and that of the epoch.
  return needed <= room ? 1 : Math.max(3, Math.ceil((2 * needed) / room) + 1);
}

/** A file of at most this many bytes fits without its rows being counted: a cell takes 2 bytes at least. */
export function surelyFits(fileBytes: number, memoryBytes: number): boolean {
  return (fileBytes / 2) * CELL_BYTES < Math.max(memoryBytes - BASE_BYTES, 0.25 * memoryBytes);
}
