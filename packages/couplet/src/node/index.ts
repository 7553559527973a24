/** What only Node has. */
export { loadBlas } from "./blas.ts";
export type { Blas, BlasMissing } from "./blas.ts";
