/** A smooth function of parameters in blocks, which a layer-wise iteration minimises. */

/** Parameters that are visited together. */
export interface ProblemBlock {
  readonly name: string;
  /** How many parameters. */
  readonly size: number;
}

/** A function of a vector that consists of blocks, in order. */
export interface BlockProblem {
  readonly blocks: readonly ProblemBlock[];
  /** The function and its gradient in float64. Must not change its arguments. */
  evaluate(x: Float64Array): { readonly loss: number; readonly gradient: Float64Array };
}

/** [start, end) of each block. */
export function rangesOf(
  blocks: readonly ProblemBlock[],
): readonly (readonly [start: number, end: number])[] {
  let end = 0;
  return blocks.map(({ size }) => [end, (end += size)] as const);
}

/** How a visit treats its block. */
export type Visit =
  /** To the minimum of the block. */
  | { readonly kind: "exact" }
  /** So many steps x <- x - rate g. */
  | { readonly kind: "gradient"; readonly steps: number; readonly rate: number };

/** A sweep: which blocks in turn, and how. */
export interface SweepPlan {
  readonly visits: readonly number[];
  /** Whether a visit sees the others' newest values (Gauss-Seidel) or those from before the sweep. */
  readonly sweep: "gaussSeidel" | "jacobi";
  /** Relaxation of each visit. */
  readonly factor: number;
  readonly visit: Visit;
}
