/**
 * How to cut a product so that a BLAS library makes each part straight from where the numbers are.
 *
 * A large product is packed first: both factors are copied into panels. For a tile of 128 rows that costs a quarter of the time.
 * OpenBLAS has second kernels for small products, which do without; parts small enough for them, with the weights and the rows
 * in the caches, run at the full speed of the processor.
 */

/** Columns of a part are multiples of so many: the kernels take 64 at a time (four vectors of 16). */
const COLUMN_STEP = 64;

/** Rows of a part are multiples of so many: the kernels take 4 at a time. */
const ROW_STEP = 4;

/** A part with fewer rows than this reads its weights too often; it gets fewer columns instead. */
const FEWEST_ROWS = 12;

/** Rows of a part whose columns are cut. */
const ROWS_OF_CUT = 24;

/** Depth of a part: with 64 columns, its panel of the second factor fills two thirds of a first cache of 48 kB. */
const MOST_DEPTH = 128;

/** C[i0 .. i0 + rows, j0 .. j0 + cols] (+)= A[.., p0 .. p0 + depth] B[p0 .., ..]. */
export interface Block {
  readonly i0: number;
  readonly j0: number;
  readonly p0: number;
  readonly rows: number;
  readonly cols: number;
  readonly depth: number;
}

/**
 * Cuts an m x n x k product in parts of at most `most` multiplications; one part when it is that small as it is. Parts with the
 * same columns and depth follow each other; a later part of the depth adds to the earlier ones.
 */
export function blocksOf(m: number, n: number, k: number, most: number): Block[] {
  if (m * n * k <= most) return [{ i0: 0, j0: 0, p0: 0, rows: m, cols: n, depth: k }];
  const depth = evenPart(k, MOST_DEPTH, 1);
  let cols = n;
  if (m * n * depth > most && FEWEST_ROWS * n * depth > most) {
    const wanted = most / (Math.min(m, ROWS_OF_CUT) * depth);
    cols = Math.max(COLUMN_STEP, Math.floor(wanted / COLUMN_STEP) * COLUMN_STEP);
  }
  cols = Math.min(cols, n);
  const rows = evenPart(m, Math.max(1, Math.floor(most / (cols * depth))), ROW_STEP);
  const blocks: Block[] = [];
  for (let j0 = 0; j0 < n; j0 += cols) {
    for (let p0 = 0; p0 < k; p0 += depth) {
      for (let i0 = 0; i0 < m; i0 += rows) {
        blocks.push({
          i0,
          j0,
          p0,
          rows: Math.min(rows, m - i0),
          cols: Math.min(cols, n - j0),
          depth: Math.min(depth, k - p0),
        });
      }
    }
  }
  return blocks;
}

/** Length of the parts when `length` is cut in as few nearly equal parts of at most `most` as can be, in multiples of `step` where that fits. */
function evenPart(length: number, most: number, step: number): number {
  const parts = Math.ceil(length / Math.max(step, Math.floor(most / step) * step));
  const part = Math.ceil(length / parts / step) * step;
  return Math.min(length, part);
}
