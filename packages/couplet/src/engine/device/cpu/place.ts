/** Rows in whole tiles, so that a row's result does not depend on where a longer run was cut. */
import type { Floats } from "../device.ts";

/** How many rows are missing to whole tiles, on both sides. */
export interface TilePlace {
  readonly before: number;
  readonly after: number;
}

/**
 * The place of `count` rows from row `firstRow` on among the tiles of the longer run. The last bits of a row depend on the height of
 * its tile and on its place in it.
 */
export function placeIn(tile: number, firstRow: number, count: number): TilePlace {
  const before = firstRow % tile;
  return { before, after: Math.ceil((before + count) / tile) * tile - before - count };
}

/** The rows with copies of the first before them and copies of the last behind. */
export function padTo(rows: Floats, count: number, { before, after }: TilePlace): Floats {
  if (count === 0 || before + after === 0) return rows;
  const width = rows.length / count;
  const length = (before + count + after) * width;
  const out = rows instanceof Float32Array ? new Float32Array(length) : new Float64Array(length);
  out.set(rows, before * width);
  for (let i = 0; i < before; i++) out.set(rows.subarray(0, width), i * width);
  const last = rows.subarray((count - 1) * width);
  for (let i = 0; i < after; i++) out.set(last, (before + count + i) * width);
  return out;
}
