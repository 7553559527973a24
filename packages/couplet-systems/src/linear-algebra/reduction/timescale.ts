/** Fast and slow: the effective slow dynamics of a linear system with two time scales. */
import { CoupletError, requireOptions } from "couplet/kit";
import { requireNames } from "../../spec-value.ts";
import { columnsToMatrix, combine, largestEntry, multiply } from "../matrix/algebra.ts";
import { adjointOf } from "../matrix/builders.ts";
import { toDense } from "../matrix/convert.ts";
import { mismatch, squareSize } from "../matrix/matrix.ts";
import type { AnyOperator, DenseMatrix } from "../matrix/matrix.ts";
import { inverse, luFactor, solveWith } from "../schur/lu.ts";
import { eigenGeneral } from "../eigen/dense-general.ts";
import { defaultNullTolerance, leftNullSpace, nullSpace } from "./null-space.ts";

/** The input of {@link reduceTimescales}: dx/dt = (fast / epsilon + slow) x. */
export interface TimescaleSpec {
  /** A0, the fast part. */
  readonly fast: AnyOperator;
  /** A1, the slow part. */
  readonly slow: AnyOperator;
  /** epsilon > 0: how much faster the fast part is. */
  readonly epsilon: number;
  /**
   * The smallest separation that is accepted (slowest fast rate over fastest slow rate); default 2.
   * With 0 every separation is accepted, and the caller judges `separation`.
   */
  readonly minimumSeparation?: number;
  /** Singular values and eigenvalues of A0 below this fraction of the largest count as zero; default 1e-10. */
  readonly nullTolerance?: number;
}

/** The slow system and how far to trust it. */
export interface TimescaleReduction {
  /** P, slow x full: the slow variables are P x. P R = I. */
  readonly project: DenseMatrix;
  /** R, full x slow: the fast equilibrium that belongs to slow variables. */
  readonly lift: DenseMatrix;
  /** P A1 R. */
  readonly leading: DenseMatrix;
  /** -P A1 A0# A1 R, the coefficient of epsilon. */
  readonly next: DenseMatrix;
  /** P A1 R + epsilon next. */
  readonly effective: DenseMatrix;
  /** A0#, the group inverse. */
  readonly groupInverse: DenseMatrix;
  /** Size of the term left out by `leading`: epsilon ||next|| / ||leading||, entries' maximum. */
  readonly relativeCorrection: number;
  readonly separation: {
    /** |Re| of the slowest fast eigenvalue (of A0 / epsilon). */
    readonly slowestFast: number;
    /** |Re| of the fastest slow eigenvalue (of P A1 R). */
    readonly fastestSlow: number;
    /** slowestFast / fastestSlow; Infinity if the slow system stands still. */
    readonly ratio: number;
  };
}

/**
 * Reduces dx/dt = (A0 / eps + A1) x to its slow variables P x:
 *
 *   A_eff = P A1 R - eps P A1 A0# A1 R + O(eps^2)
 *
 * with P, R the left and right null bases of A0, P R = I, and A0# = (A0 + R P)^-1 - R P its group
 * inverse. Contains the quasi-steady state (Schur complement) and, where that fails, a fast part with
 * conserved pools (a singular fast block).
 *
 * Throws where the reduction would be wrong.
 *
 * @throws CoupletError DATA_INVALID if A0 has no eigenvalue 0, if that eigenvalue is not semisimple, if a fast mode does not
 *   decay, or if the separation is below `minimumSeparation` (the message has the rates)
 * @see Kokotovic, Khalil & O'Reilly 1986, Singular Perturbation Methods in Control, chapter 2;
 *   Kato, Perturbation Theory for Linear Operators, II.2
 */
export function reduceTimescales(spec: TimescaleSpec): TimescaleReduction {
  const where = "reduceTimescales";
  requireOptions(where, spec, {
    fast: true,
    slow: true,
    epsilon: 0,
    minimumSeparation: 0,
    nullTolerance: 0,
  });
  requireNames(where, spec, ["fast", "slow", "epsilon"]);
  const n = squareSize(`${where}: fast`, spec.fast);
  if (spec.slow.rows !== n || spec.slow.cols !== n)
    throw mismatch(`${where}: slow`, `${n} x ${n}`, `${spec.slow.rows} x ${spec.slow.cols}`);
  const { epsilon, minimumSeparation = 2, nullTolerance = defaultNullTolerance } = spec;
  if (!(epsilon > 0) || !Number.isFinite(epsilon)) {
    throw new CoupletError({
      code: "USAGE",
      where: `${where}: epsilon`,
      expected: "a number > 0",
      received: String(epsilon),
    });
  }
  const [a0, a1] = [toDense(spec.fast), toDense(spec.slow)];
  const { project, lift } = nullBases(a0, nullTolerance);
  const group = groupInverseFrom(a0, project, lift);
  const pa1 = multiply(project, a1);
  const a1r = multiply(a1, lift);
  const leading = multiply(pa1, lift);
  const next = combine(-1, multiply(multiply(pa1, group), a1r), 0, leading);
  const separation = separate(a0, leading, epsilon, nullTolerance);
  if (!(separation.ratio >= minimumSeparation)) {
    throw refusal(
      `a separation of at least ${minimumSeparation}`,
      `${separation.ratio} (slowest fast rate ${separation.slowestFast}, fastest slow rate ${separation.fastestSlow})`,
      "There is no time scale on which the slow part is alone: simulate the full system.",
    );
  }
  const size = largestEntry(leading);
  const correction = epsilon * largestEntry(next);
  return {
    project,
    lift,
    leading,
    next,
    effective: combine(1, leading, epsilon, next),
    groupInverse: group,
    relativeCorrection: correction === 0 ? 0 : correction / size,
    separation,
  };
}

/**
 * The group inverse A# of a square matrix whose eigenvalue 0 is semisimple (or absent):
 * A A# A = A, A# A A# = A#, A A# = A# A.
 *
 * @param tolerance singular values below this fraction of the largest count as zero; default 1e-10
 * @throws CoupletError DATA_INVALID if 0 is not semisimple: then A has no group inverse
 */
export function groupInverse(
  a: AnyOperator,
  tolerance: number = defaultNullTolerance,
): DenseMatrix {
  squareSize("groupInverse", a);
  const full = toDense(a);
  if (nullSpace(full, tolerance).length === 0) return inverse(full);
  const { project, lift } = nullBases(full, tolerance);
  return groupInverseFrom(full, project, lift);
}

function groupInverseFrom(a: DenseMatrix, project: DenseMatrix, lift: DenseMatrix): DenseMatrix {
  const projector = multiply(lift, project);
  // (A + c R P)^-1 - R P / c for any c > 0; c of the size of A keeps the sum well conditioned.
  const scale = largestEntry(a) || 1;
  return combine(1, inverse(combine(1, a, scale, projector)), -1 / scale, projector);
}

function nullBases(
  a0: DenseMatrix,
  tolerance: number,
): { project: DenseMatrix; lift: DenseMatrix } {
  const right = nullSpace(a0, tolerance);
  const left = leftNullSpace(a0, tolerance);
  if (right.length === 0) {
    throw refusal(
      "a fast part with eigenvalue 0",
      "a regular one",
      "Every variable is fast: nothing slow remains.",
    );
  }
  const lift = columnsToMatrix(right, false) as DenseMatrix;
  const rows = adjointOf(columnsToMatrix(left, false) as DenseMatrix);
  // With a Jordan block at 0 some left null vector is orthogonal to all right ones: L^T R is singular.
  const gram = multiply(rows, lift);
  let regular = false;
  if (gram.rows === gram.cols) {
    const smallest = nullSpace(gram, 1e-8);
    regular = smallest.length === 0;
  }
  if (!regular) {
    throw refusal(
      "a semisimple eigenvalue 0 of the fast part",
      "a Jordan block",
      "Fast variables drift instead of settling: no slow system exists.",
    );
  }
  return { project: solveWith(luFactor(gram, "reduceTimescales"), rows) as DenseMatrix, lift };
}

function separate(
  a0: DenseMatrix,
  leading: DenseMatrix,
  epsilon: number,
  tolerance: number,
): TimescaleReduction["separation"] {
  const { re, im } = eigenGeneral(a0);
  const largest = re.reduce((most, x, i) => Math.max(most, Math.hypot(x, im[i]!)), 0);
  let slowestFast = Infinity;
  let zeros = 0;
  re.forEach((x, i) => {
    // Eigenvalues of a non-normal matrix move by more than singular values do: sqrt of their tolerance.
    if (Math.hypot(x, im[i]!) <= Math.sqrt(tolerance) * largest) {
      zeros++;
      return;
    }
    if (x >= -tolerance * largest) {
      throw refusal(
        "fast modes that decay",
        `the eigenvalue ${x} + ${im[i]}i of the fast part`,
        "The fast part does not settle.",
      );
    }
    slowestFast = Math.min(slowestFast, -x / epsilon);
  });
  if (zeros !== leading.rows) {
    throw refusal(
      "a semisimple eigenvalue 0 of the fast part",
      `${zeros} eigenvalues near 0 but ${leading.rows} null vectors`,
      "The fast part has no clear gap.",
    );
  }
  const fastestSlow = eigenGeneral(leading).re.reduce((most, x) => Math.max(most, Math.abs(x)), 0);
  return {
    slowestFast,
    fastestSlow,
    ratio: fastestSlow === 0 ? Infinity : slowestFast / fastestSlow,
  };
}

function refusal(expected: string, received: string, hint: string): CoupletError {
  return new CoupletError({
    code: "DATA_INVALID",
    where: "reduceTimescales",
    expected,
    received,
    hint,
  });
}
