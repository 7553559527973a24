/** The Hessian at a point, as sweeps want it: products by block, and solutions with the diagonal blocks. */
import { CoupletError } from "../../../../error.ts";
import { thinSvd } from "../../../../numerics/svd.ts";
import { addScaled, dot, norm } from "../../../../numerics/vector.ts";
import { rangesOf } from "./block-problem.ts";
import type { BlockProblem } from "./block-problem.ts";

/** Directions with a curvature below this share of the largest count as flat. */
export const FLAT = 1e-8;

/** A quadratic model of the function. */
export interface LocalBlocks {
  /** Block `i` of H v. */
  times(i: number, v: Float64Array): Float64Array;
  /** H_ii^-1 r (the shortest solution where H_ii is singular). */
  solve(i: number, r: Float64Array): Float64Array;
}

/** Eigenvalues, from the largest modulus on, and eigenvectors of a symmetric matrix. */
export interface SymmetricEigen {
  readonly values: Float64Array;
  readonly vectors: readonly Float64Array[];
}

/** The Hessian's columns by central differences of the gradient, made symmetric: errors about 1e-10 of its size. */
export function denseHessian(problem: BlockProblem, at: Float64Array): Float64Array[] {
  const columns = Array.from(at, (_, j) => {
    const unit = new Float64Array(at.length);
    unit[j] = 1;
    return hessianTimes(problem, at, unit);
  });
  for (let i = 0; i < at.length; i++)
    for (let j = 0; j < i; j++) {
      const mean = (columns[i]![j]! + columns[j]![i]!) / 2;
      columns[i]![j] = mean;
      columns[j]![i] = mean;
    }
  return columns;
}

/** H v by a central difference of gradients; the step is 1e-5 of the point's size. */
export function hessianTimes(
  problem: BlockProblem,
  at: Float64Array,
  v: Float64Array,
): Float64Array {
  const length = norm(v);
  if (length === 0) return new Float64Array(v.length);
  const step = (1e-5 * Math.max(1, norm(at) / Math.sqrt(at.length))) / length;
  const gradientAt = (factor: number) =>
    problem.evaluate(at.map((value, i) => value + factor * v[i]!)).gradient;
  const [up, down] = [gradientAt(step), gradientAt(-step)];
  return up.map((value, i) => (value - down[i]!) / (2 * step));
}

/** The eigenvalues of a symmetric matrix from its singular values: the sign is that of <u, v>. */
export function symmetricEigen(columns: readonly Float64Array[]): SymmetricEigen {
  const { u, s, v } = thinSvd(columns, { noise: 1e-13 });
  return { values: s.map((size, j) => (dot(u[j]!, v[j]!) < 0 ? -size : size)), vectors: v };
}

/** By the whole matrix. */
export function denseBlocks(
  columns: readonly Float64Array[],
  blocks: BlockProblem["blocks"],
): LocalBlocks {
  const ranges = rangesOf(blocks);
  const inverses = ranges.map(([start, end]) => {
    const { u, s, v } = thinSvd(columns.slice(start, end).map((c) => c.slice(start, end)));
    return (r: Float64Array) => {
      const solution = new Float64Array(r.length);
      s.forEach((size, j) => {
        if (size > FLAT * s[0]!) addScaled(solution, dot(u[j]!, r) / size, v[j]!);
      });
      return solution;
    };
  });
  return {
    times(i, v) {
      const [start, end] = ranges[i]!;
      // The matrix is symmetric: its rows are its columns.
      return Float64Array.from({ length: end - start }, (_, k) => dot(columns[start + k]!, v));
    },
    solve: (i, r) => inverses[i]!(r),
  };
}

/**
 * By products alone: the diagonal blocks are solved by conjugate gradients.
 *
 * @throws CoupletError NOT_CONVERGED (from `solve`) where a block has a direction of curvature 0 or below: no minimum
 */
export function matrixFreeBlocks(problem: BlockProblem, at: Float64Array): LocalBlocks {
  const ranges = rangesOf(problem.blocks);
  const times = (i: number, v: Float64Array) => hessianTimes(problem, at, v).slice(...ranges[i]!);
  return {
    times,
    solve(i, r) {
      const [start, end] = ranges[i]!;
      const whole = new Float64Array(at.length);
      const product = (p: Float64Array) => {
        whole.set(p, start);
        return times(i, whole);
      };
      const solution = new Float64Array(end - start);
      const rest = r.slice();
      const direction = r.slice();
      let square = dot(rest, rest);
      const enough = 1e-16 * square;
      for (let k = 0; k < 2 * (end - start) && square > enough; k++) {
        const image = product(direction);
        const curvature = dot(direction, image);
        if (!(curvature > 0)) throw noMinimum(problem.blocks[i]!.name, curvature);
        addScaled(solution, square / curvature, direction);
        addScaled(rest, -square / curvature, image);
        const next = dot(rest, rest);
        direction.forEach((d, j) => (direction[j] = rest[j]! + (next / square) * d));
        square = next;
      }
      return solution;
    },
  };
}

/** NOT_CONVERGED: the point is no minimum. */
export function noMinimum(where: string, curvature: number): CoupletError {
  return new CoupletError({
    code: "NOT_CONVERGED",
    where: "convergence",
    expected: "a minimum of the loss, with curvatures above 0",
    received: `${curvature.toExponential(2)} in ${where}`,
    hint: "Train longer, or add a ridge: rates are those near a minimum.",
  });
}
