/** What only Node has: the system's BLAS and MPI, and the way in which files are written. */
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
export { mpi } from "../node/mpi/mpi.ts";
export type { MpiReducer } from "../node/mpi/mpi-reducer.ts";
export { loadMpi } from "../node/mpi/library.ts";
export type { MpiLibrary, MpiMissing } from "../node/mpi/library.ts";
export { launchOf } from "../node/mpi/launch.ts";
export type { Launch } from "../node/mpi/launch.ts";
