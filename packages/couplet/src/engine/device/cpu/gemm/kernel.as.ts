// C = op(A) op(B) + beta C, row-major float32, packed panels and a 5 x 8 micro-kernel (4 x 8 without fused multiply-add).
//
// The ladder, in GFLOP/s at 3 GHz, where four lanes of fused multiply-add make 48 at most: a plain triple
// loop reaches about 1.7; SIMD over columns of C without packing about 9; packed panels with 4 x 8
// accumulators 43; 5 x 8 45. Eight accumulators are just as many as two units with a latency of four
// cycles want, so nothing may ever come late; ten leave room. 6 x 8 takes all registers and gains nothing.
//
// V8 moves all loads of a basic block to its head. Those of a step of 5 x 8 at once, or of two steps of
// 4 x 8, do not fit in the registers beside the accumulators and are spilled, which costs a third. So the
// micro-kernel is cut into blocks, by branches that are never taken.
//
// A is packed in panels of 5 rows (k x 5) or 4, one block of rows x depth at a time; B in panels of 8
// columns (k x 8), four at a time: they stay in L1 while all panels of A stream past them, and whole cache
// lines of B and C are used. A row's sums are the same in whatever panel it stands.
import { microKernel4, microKernel5 } from "./kernel/micro";
import {
  packPanelsContiguous,
  packPanelsStrided,
  packWideContiguous,
  packWideStrided,
  panelRows,
} from "./kernel/pack";

// A's block of BLOCK_ROWS x BLOCK_DEPTH floats is 256 kB: half of a 512 kB L2.
const BLOCK_ROWS: i32 = 256;
const BLOCK_DEPTH: i32 = 256;
// 32 kB of B.
const GROUP: i32 = 32;

/** Scratch: (256 + 32) * 256 + 40 floats. `scratch` must be 16-byte aligned. */
export function gemm(
  transA: i32,
  transB: i32,
  m: i32,
  n: i32,
  k: i32,
  a: usize,
  lda: i32,
  b: usize,
  ldb: i32,
  beta: i32,
  c: usize,
  ldc: i32,
  scratch: usize,
): void {
  const packedA = scratch;
  const packedB = scratch + <usize>(BLOCK_ROWS * BLOCK_DEPTH * 4);
  const edge = packedB + <usize>(GROUP * BLOCK_DEPTH * 4);
  // 0, which no compiler knows.
  const never = <i32>scratch & 15;
  const rowBytes = (<usize>ldc) << 2;
  for (let p0 = 0; p0 < k; p0 += BLOCK_DEPTH) {
    const depth = min(BLOCK_DEPTH, k - p0);
    const accumulate = beta != 0 || p0 > 0;
    for (let i0 = 0; i0 < m; i0 += BLOCK_ROWS) {
      const height = min(BLOCK_ROWS, m - i0);
      if (transA)
        packPanelsContiguous(a + ((<usize>(p0 * lda + i0)) << 2), lda, depth, height, packedA);
      else packPanelsStrided(a + ((<usize>(i0 * lda + p0)) << 2), lda, depth, height, packedA);
      for (let g0 = 0; g0 < n; g0 += GROUP) {
        const columns = min(GROUP, n - g0);
        if (transB)
          packWideStrided(b + ((<usize>(g0 * ldb + p0)) << 2), ldb, depth, columns, packedB);
        else packWideContiguous(b + ((<usize>(p0 * ldb + g0)) << 2), ldb, depth, columns, packedB);
        let row = c + ((<usize>(i0 * ldc + g0)) << 2);
        let panel = packedA;
        for (let i = 0; i < height;) {
          const tall = panelRows(height - i);
          let target = row;
          let wide = packedB;
          for (let j = 0; j < columns; j += 8) {
            const width = min(8, columns - j);
            if (width == 8 && tall == 5)
              microKernel5(depth, panel, wide, target, rowBytes, accumulate, never);
            else if (width == 8 && tall == 4)
              microKernel4(depth, panel, wide, target, rowBytes, accumulate);
            else {
              if (tall == 5) microKernel5(depth, panel, wide, edge, 32, false, never);
              else microKernel4(depth, panel, wide, edge, 32, false);
              for (let r: usize = 0; r < <usize>tall; r++) {
                storePartial(target + r * rowBytes, edge + (r << 5), width, accumulate);
              }
            }
            wide += (<usize>depth) << 5;
            target += 32;
          }
          // A panel of fewer than 4 rows is packed as 4, and is the last one.
          panel += (<usize>(depth * tall)) << 2;
          row += rowBytes * <usize>tall;
          i += tall;
        }
      }
    }
  }
}

/** Stores the first `count` (1..8) floats of an edge's row. */
function storePartial(c: usize, edge: usize, count: i32, accumulate: bool): void {
  if (count >= 4) {
    const v = v128.load(edge);
    v128.store(c, accumulate ? f32x4.add(v, v128.load(c)) : v);
    c += 16;
    edge += 16;
    count -= 4;
  }
  for (const end = edge + ((<usize>count) << 2); edge < end; edge += 4, c += 4) {
    store<f32>(c, load<f32>(edge) + (accumulate ? load<f32>(c) : 0));
  }
}
