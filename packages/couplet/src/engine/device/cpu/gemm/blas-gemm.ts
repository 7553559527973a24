/** The matrix product by the system's BLAS, on the WebAssembly memory. */
import type { BoundProduct, Gemm, Kernels } from "../executor.ts";
import { blocksOf } from "./blocks.ts";

/** A BLAS that works. */
export interface BlasLibrary {
  /** The library that was loaded, and the kernels that OpenBLAS chose. */
  readonly library: string;
  readonly sgemm: Sgemm;
  /**
   * Up to how many multiplications the library makes a product straight from where the numbers are, unless the second factor is
   * transposed; 0 where it packs all products.
   */
  readonly mostUnpacked: number;
}

/** cblas_sgemm with typed arrays where C has pointers. */
export type Sgemm = (
  order: number,
  transA: number,
  transB: number,
  m: number,
  n: number,
  k: number,
  alpha: number,
  a: Float32Array,
  lda: number,
  b: Float32Array,
  ldb: number,
  beta: number,
  c: Float32Array,
  ldc: number,
) => void;

// The CBLAS enumerations (netlib cblas.h).
const ROW_MAJOR = 101;
const NO_TRANS = 111;
const TRANS = 112;

/** With a transposed first factor (a gradient of weights), results of more numbers than this are made faster packed and in one part. */
const LARGEST_OF_TRANSPOSED = 2 ** 15;

/** Rows and columns of the second factor that are transposed at a time. */
const MOST_TRANSPOSED = 256;

/** Tiles lower than this are not worth transposing the weights for. */
const FEWEST_ROWS_TO_TRANSPOSE = 32;

/**
 * @param kernels has `transposeFloats`
 * @param scratch MOST_TRANSPOSED x MOST_TRANSPOSED floats of this thread's own
 */
// oxlint-disable-next-line eslint/max-lines-per-function -- closures over the cached views of one memory
export function blasGemm(
  { library, sgemm, mostUnpacked }: BlasLibrary,
  memory: WebAssembly.Memory,
  kernels: Kernels,
  scratch: number,
): Gemm {
  // One view per address and length: making one costs more than a small product.
  const views = new Map<string, Float32Array>();
  /** The numbers that a rows x cols part of a matrix spans; an address outside the memory fails here. */
  const view = (address: number, rows: number, cols: number, ld: number): Float32Array => {
    const length = Math.max(0, (rows - 1) * ld + cols);
    const key = `${address}:${length}`;
    let found = views.get(key);
    if (found === undefined)
      views.set(key, (found = new Float32Array(memory.buffer, address, length)));
    return found;
  };

  /** In parts that the library makes without packing. */
  const inParts = (product: BoundProduct): ((rows: number) => void) => {
    const { transA, transB, m, n, k, a, lda, b, ldb, c, ldc, tile } = product;
    const ta = transA ? TRANS : NO_TRANS;
    const tb = transB ? TRANS : NO_TRANS;
    const mMost = m === "rows" ? tile : m;
    const kMost = k === "rows" ? tile : k;
    const packed = mostUnpacked === 0 || (transA && mMost * n > LARGEST_OF_TRANSPOSED);
    const most = packed ? Infinity : mostUnpacked;
    const parts = blocksOf(mMost, n, kMost, most).map((block) => {
      const { i0, j0, p0, rows, cols, depth } = block;
      const [aAt, aRows, aCols] = transA
        ? [p0 * lda + i0, depth, rows]
        : [i0 * lda + p0, rows, depth];
      const [bAt, bRows, bCols] = transB
        ? [j0 * ldb + p0, cols, depth]
        : [p0 * ldb + j0, depth, cols];
      return {
        ...block,
        av: view(a + aAt * 4, aRows, aCols, lda),
        bv: view(b + bAt * 4, bRows, bCols, ldb),
        cv: view(c + (i0 * ldc + j0) * 4, rows, cols, ldc),
        beta: p0 === 0 ? product.beta : 1,
      };
    });
    return (rows) => {
      for (let i = 0; i < parts.length; i++) {
        const part = parts[i]!;
        const high = m === "rows" ? Math.min(part.rows, rows - part.i0) : part.rows;
        const deep = k === "rows" ? Math.min(part.depth, rows - part.p0) : part.depth;
        if (high <= 0 || deep <= 0) continue;
        sgemm(
          ROW_MAJOR,
          ta,
          tb,
          high,
          part.cols,
          deep,
          1,
          part.av,
          lda,
          part.bv,
          ldb,
          part.beta,
          part.cv,
          ldc,
        );
      }
    };
  };

  /** The second factor is transposed first, a part that fits into the scratch at a time. */
  const transposedFirst = (product: BoundProduct): ((rows: number) => void) => {
    const { n, k, a, b, ldb, c } = product;
    const transpose = kernels["transposeFloats"]!;
    const steps: ((rows: number) => void)[] = [];
    for (let j0 = 0; j0 < n; j0 += MOST_TRANSPOSED) {
      for (let p0 = 0; p0 < (k as number); p0 += MOST_TRANSPOSED) {
        const cols = Math.min(MOST_TRANSPOSED, n - j0);
        const depth = Math.min(MOST_TRANSPOSED, (k as number) - p0);
        const from = b + (j0 * ldb + p0) * 4;
        const part = inParts({
          ...product,
          transB: false,
          n: cols,
          k: depth,
          a: a + p0 * 4,
          b: scratch,
          ldb: cols,
          beta: p0 === 0 ? product.beta : 1,
          c: c + j0 * 4,
        });
        steps.push((rows) => {
          transpose(from, ldb, cols, depth, scratch);
          part(rows);
        });
      }
    }
    return (rows) => {
      for (let i = 0; i < steps.length; i++) steps[i]!(rows);
    };
  };

  return {
    name: library,
    bind(product) {
      const { transA, transB, m, k, tile } = product;
      const pays =
        mostUnpacked > 0 &&
        transB &&
        !transA &&
        k !== "rows" &&
        (m === "rows" ? tile : m) >= FEWEST_ROWS_TO_TRANSPOSE;
      return pays ? transposedFirst(product) : inParts(product);
    },
  };
}
