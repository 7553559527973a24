/** Rows in whole tiles, so that a row's result does not depend on where the rows were cut. */
import { TILE_ROWS } from "../../engine/tile.ts";

/** How many rows are missing to whole tiles, on both sides. */
export interface TilePlace {
  readonly before: number;
  readonly after: number;
}

/**
 * The place of `count` rows from row `firstRow` on among the tiles of the whole. The last bits of a row depend on the height of
 * its tile and on its place in it (a matrix product adds up the rows at its lower edge in another order).
 */
export function placeInTiles(firstRow: number, count: number): TilePlace {
  const before = firstRow % TILE_ROWS;
  return { before, after: Math.ceil((before + count) / TILE_ROWS) * TILE_ROWS - before - count };
}

/** Rows of numbers with copies of the first before them and copies of the last behind. */
export function padded(
  rows: Float64Array,
  count: number,
  { before, after }: TilePlace,
): Float64Array {
  if (count === 0 || before + after === 0) return rows;
  const width = rows.length / count;
  const out = new Float64Array((before + count + after) * width);
  out.set(rows, before * width);
  for (let i = 0; i < before; i++) out.set(rows.subarray(0, width), i * width);
  const last = rows.subarray((count - 1) * width);
  for (let i = 0; i < after; i++) out.set(last, (before + count + i) * width);
  return out;
}

/** Rows of a call: the flow may take calls of 4,096 rows and more in taller tiles, which have other last bits. */
const CALL_ROWS = 31 * TILE_ROWS;

/**
 * One number per row from `work`, which gets whole tiles of rows (and of their context), always of the same height.
 *
 * @param work gives one number per row
 */
export async function inWholeTiles(
  input: {
    readonly rows: Float64Array;
    readonly dims: number;
    readonly context?: Float64Array;
    readonly contextDims: number;
  },
  { firstRow, count }: { readonly firstRow: number; readonly count: number },
  work: (rows: Float64Array, context: Float64Array | undefined) => Promise<Float64Array>,
): Promise<Float64Array> {
  const out = new Float64Array(count);
  const { dims, contextDims } = input;
  for (let done = 0; done < count;) {
    const taken = Math.min(count - done, CALL_ROWS - ((firstRow + done) % TILE_ROWS));
    const whole = placeInTiles(firstRow + done, taken);
    const part = (all: Float64Array, width: number): Float64Array =>
      padded(all.subarray(done * width, (done + taken) * width), taken, whole);
    const found = await work(
      part(input.rows, dims),
      input.context === undefined ? undefined : part(input.context, contextDims),
    );
    out.set(found.subarray(whole.before, whole.before + taken), done);
    done += taken;
  }
  return out;
}
