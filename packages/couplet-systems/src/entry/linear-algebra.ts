/** `couplet-systems/linear-algebra`: matrices, supra operators, spectra, Schur complements, reductions. */
export {
  adjointOf,
  blochSum,
  scaleDiagonally,
  shifted,
  stack,
} from "../linear-algebra/matrix/builders.ts";
export { kroneckerSum } from "../linear-algebra/sparse/kronecker-sum.ts";
export type { BlochTerm } from "../linear-algebra/matrix/builders.ts";
export type { KroneckerLayer } from "../linear-algebra/sparse/kronecker-sum.ts";
export { toComplexDense, toCsr, toDense } from "../linear-algebra/matrix/convert.ts";
export {
  csrAdjoint,
  csrDiagonal,
  csrFromTriplets,
  csrMatrix,
} from "../linear-algebra/sparse/csr.ts";
export {
  complexDense,
  complexDenseMatrix,
  dense,
  denseMatrix,
  identity,
  isComplex,
  linearOperator,
} from "../linear-algebra/matrix/matrix.ts";
export type {
  AnyOperator,
  ComplexDenseMatrix,
  CsrMatrix,
  DenseMatrix,
  LinearOperator,
  Matrix,
  Triplet,
} from "../linear-algebra/matrix/matrix.ts";
export { nodeOrder } from "../supra/node-order.ts";
export type { LayerSpec, NodeOrder, NodePlace } from "../supra/node-order.ts";
export { parallelOperator } from "../linear-algebra/sparse/parallel/parallel-operator.ts";
export type {
  ParallelOperator,
  ParallelOptions,
} from "../linear-algebra/sparse/parallel/parallel-operator.ts";
export { adjointMatvec, asOperator, matvec } from "../linear-algebra/matrix/product.ts";
export { isSupra, supra } from "../supra/supra.ts";
export type {
  BlockTable,
  PlacedBlock,
  ScaledBlock,
  SupraOperator,
  SupraSpec,
} from "../supra/supra.ts";
export { columnsToMatrix, combine, multiply, submatrix } from "../linear-algebra/matrix/algebra.ts";
export type { AnyDense } from "../linear-algebra/matrix/algebra.ts";
export { inverse, luFactor, solveDense } from "../linear-algebra/schur/lu.ts";
export type { LuFactors } from "couplet/kit";
export { eigenGeneral } from "../linear-algebra/eigen/dense-general.ts";
export type { GeneralEigen } from "../linear-algebra/eigen/dense-general.ts";
export { eigenHermitian, eigenSymmetric } from "../linear-algebra/eigen/dense-symmetric.ts";
export type { HermitianEigen } from "../linear-algebra/eigen/dense-symmetric.ts";
export { singularValues } from "../linear-algebra/eigen/svd.ts";
export type { SingularValues } from "../linear-algebra/eigen/svd.ts";
export { nullSpace, leftNullSpace } from "../linear-algebra/reduction/null-space.ts";
export { groupInverse, reduceTimescales } from "../linear-algebra/reduction/timescale.ts";
export type { TimescaleReduction, TimescaleSpec } from "../linear-algebra/reduction/timescale.ts";
export { blockThomas } from "../linear-algebra/schur/block-thomas.ts";
export type { BlockThomas } from "../linear-algebra/schur/block-thomas.ts";
export { kronReduction, schurComplement } from "../linear-algebra/schur/complement.ts";
export type { SchurSpec, Shift } from "../linear-algebra/schur/complement.ts";
export { densityOfStates, surfaceGreen } from "../linear-algebra/schur/decimation.ts";
export type { DecimationSpec, SurfaceGreen } from "../linear-algebra/schur/decimation.ts";
export { spectrum } from "../linear-algebra/eigen/spectrum.ts";
export type {
  SpectrumEnd,
  SpectrumOptions,
  SpectrumResult,
} from "../linear-algebra/eigen/options.ts";
export type { Factor } from "../linear-algebra/matrix/product.ts";
