/** `couplet/systems`: supra operators, the operations that coupled systems share, and six domains. */
export { adjointOf, blochSum, kroneckerSum, scaleDiagonally, shifted, stack } from "./operator/builders.ts";
export type { BlochTerm, KroneckerLayer } from "./operator/builders.ts";
export { toComplexDense, toCsr, toDense } from "./operator/convert.ts";
export { csrAdjoint, csrDiagonal, csrFromTriplets, csrMatrix } from "./operator/csr.ts";
export { complexDense, complexDenseMatrix, dense, denseMatrix, identity, isComplex, linearOperator } from "./operator/matrix.ts";
export type { AnyOperator, ComplexDenseMatrix, CsrMatrix, DenseMatrix, LinearOperator, Matrix, Triplet } from "./operator/matrix.ts";
export { nodeOrder } from "./operator/node-order.ts";
export type { LayerSpec, NodeOrder, NodePlace } from "./operator/node-order.ts";
export { adjointMatvec, asOperator, matvec } from "./operator/product.ts";
export { isSupra, supra } from "./operator/supra.ts";
export type { BlockTable, PlacedBlock, ScaledBlock, SupraOperator, SupraSpec } from "./operator/supra.ts";
