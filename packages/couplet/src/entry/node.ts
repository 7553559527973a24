/** What only Node has. */
export { loadBlas } from "../engine/device/cpu/blas/blas.ts";
export type { Blas, BlasMissing } from "../engine/device/cpu/blas/blas.ts";
