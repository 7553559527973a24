/** The BLAS of the machine as a matrix product of this device: the part that a page goes without. */
import { blasGemm } from "../gemm/blas-gemm.ts";
import type { BlasLoader } from "../worker/serve.ts";
import { loadBlas } from "./blas.ts";

/** Loads the BLAS, and makes its matrix product for one thread; or says why there is none. */
export const blasProduct: BlasLoader = async () => {
  const blas = await loadBlas();
  if (blas.library === undefined) return blas;
  const { library } = blas;
  return { library, gemm: (memory, kernels, scratch) => blasGemm(blas, memory, kernels, scratch) };
};
