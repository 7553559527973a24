/** What is known of an iteration's convergence. */
import type { BlockProblem } from "./block-problem.ts";
import type { Rate } from "./rate.ts";

/** How an iteration converges. */
export interface Convergence {
  /** The spectral radius of the sweep's matrix: the factor by which a sweep multiplies an error in the end. Below 1 it converges. */
  readonly predicted: Rate;
  /** The same of sweeps that minimise the function itself; `undefined` where the Hessian is not computed whole. */
  readonly measured: Rate | undefined;
  readonly method: "dense" | "power";
  readonly blocks: BlockProblem["blocks"];
  /**
   * |D_i^-1/2 H_ij D_j^-1/2| for each pair, 0 to 1: how strongly blocks are coupled. With two blocks it is Jacobi's rate, and its square is
   * that of Gauss-Seidel. `undefined` where the Hessian is not computed whole.
   */
  readonly coupling: readonly (readonly number[])[] | undefined;
  /** Directions in which the function is flat: sweeps leave them alone, and rates are those of the others. */
  readonly flat: number | undefined;
  /** What it comes to, and, where sweeps diverge, what would converge. */
  readonly text: string;
}
