/** The BLAS of the machine as a matrix product of this device: the part that a page goes without. */
import { blasGemm } from "../gemm/blas-gemm.ts";
import type { BlasLoader, FoundBlas } from "../worker/serve.ts";
import { loadBlas, loadBlasNow } from "./blas.ts";
import type { Blas, BlasMissing } from "./blas.ts";

/** Loads the BLAS, and makes its matrix product for one thread; or says why there is none. */
export const blasProduct: BlasLoader = async () => productOf(await loadBlas());

/** {@link blasProduct} without waiting. */
export const blasProductNow = (): FoundBlas => productOf(loadBlasNow());

function productOf(blas: Blas | BlasMissing): FoundBlas {
  if (blas.library === undefined) return blas;
  const { library } = blas;
  return { library, gemm: (memory, kernels, scratch) => blasGemm(blas, memory, kernels, scratch) };
}
