/** What only Node has: the system's BLAS, and the way in which files are written. */
export { loadBlas } from "../engine/device/cpu/blas/blas.ts";
export type { Blas, BlasMissing } from "../engine/device/cpu/blas/blas.ts";
export {
  isDescriptor,
  removeOnExit,
  replaceFile,
  unwritable,
  writeFileAtomically,
} from "../file/replacement/node.ts";
export type { Replacement } from "../file/replacement/node.ts";
export type { BlasLibrary, Sgemm } from "../engine/device/cpu/gemm/blas-gemm.ts";
