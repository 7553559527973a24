/** The two ways to a matrix product: our own kernel, or the system's BLAS on the same memory. */
import type { BoundProduct, Gemm, KernelFunction } from "../executor.ts";

/** Bytes of scratch that our kernel needs per thread (see kernel.ts). */
export const GEMM_SCRATCH_BYTES: number = ((256 + 8) * 256 + 48) * 4;

export function wasmGemm(kernel: KernelFunction, scratch: number): Gemm {
  return {
    name: "wasm",
    bind({ transA, transB, m, n, k, a, lda, b, ldb, beta, c, ldc }) {
      const ta = transA ? 1 : 0;
      const tb = transB ? 1 : 0;
      return (rows) => {
        kernel(
          ta,
          tb,
          m === "rows" ? rows : m,
          n,
          k === "rows" ? rows : k,
          a,
          lda,
          b,
          ldb,
          beta,
          c,
          ldc,
          scratch,
        );
      };
    },
  };
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

export function blasGemm(name: string, sgemm: Sgemm, memory: WebAssembly.Memory): Gemm {
  // One view per address and length: making one costs more than a small product.
  const views = new Map<string, Float32Array>();
  const view = (address: number, length: number): Float32Array => {
    const key = `${address}:${length}`;
    let found = views.get(key);
    if (found === undefined)
      views.set(key, (found = new Float32Array(memory.buffer, address, length)));
    return found;
  };
  return {
    name,
    bind({ transA, transB, m, n, k, a, lda, b, ldb, beta, c, ldc, tile }: BoundProduct) {
      const mMost = m === "rows" ? tile : m;
      const kMost = k === "rows" ? tile : k;
      // The views span what the call can touch, so an address outside the memory fails here.
      const av = view(a, (transA ? kMost : mMost) * lda);
      const bv = view(b, (transB ? n : kMost) * ldb);
      const cv = view(c, mMost * ldc);
      const ta = transA ? TRANS : NO_TRANS;
      const tb = transB ? TRANS : NO_TRANS;
      if (m === "rows")
        return (rows) =>
          sgemm(ROW_MAJOR, ta, tb, rows, n, k as number, 1, av, lda, bv, ldb, beta, cv, ldc);
      if (k === "rows")
        return (rows) => sgemm(ROW_MAJOR, ta, tb, m, n, rows, 1, av, lda, bv, ldb, beta, cv, ldc);
      return () => sgemm(ROW_MAJOR, ta, tb, m, n, k, 1, av, lda, bv, ldb, beta, cv, ldc);
    },
  };
}
