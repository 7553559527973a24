/** The matrix product by our own kernel. */
import type { Gemm, KernelFunction } from "../executor.ts";

/** Bytes of scratch that a matrix product needs per thread (our kernel.ts, and transposed weights in blas-gemm.ts). */
export const GEMM_SCRATCH_BYTES: number = ((256 + 32) * 256 + 48) * 4;

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
