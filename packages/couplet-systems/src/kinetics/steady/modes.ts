import { denseMatrix } from "../../linear-algebra/matrix/matrix.ts";
import { eigenGeneral } from "../../linear-algebra/eigen/dense-general.ts";
import type { IndependentModel } from "../conserved.ts";

/** The modes of a model about a state, its conserved sums removed. */
export interface Modes {
  readonly eigenvalues: readonly { readonly re: number; readonly im: number }[];
  /** Modes that neither grow nor decay, to rounding: directions in which a continuum of steady states lies. */
  readonly neutral: number;
  /** Largest and smallest real part of the other modes; -Infinity and Infinity if no other mode exists. */
  readonly fastestGrowth: number;
  readonly slowest: number;
}

/** Eigenvalues of the Jacobian; undefined where a derivative is not finite. */
export function modesAt(reduced: IndependentModel, y: Float64Array, t: number): Modes | undefined {
  const n = y.length;
  const values = new Float64Array(n * n);
  reduced.jacobian(t, y, values);
  if (!values.every(Number.isFinite)) return undefined;
  if (n === 0) {
    const [fastestGrowth, slowest] = [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY];
    return { eigenvalues: [], neutral: 0, fastestGrowth, slowest };
  }
  const { re, im } = eigenGeneral(denseMatrix({ rows: n, cols: n, values }));
  const eigenvalues = Array.from(re, (x, i) => ({ re: x, im: im[i]! }));
  const largest = eigenvalues.reduce((most, l) => Math.max(most, Math.hypot(l.re, l.im)), 0);
  // QR leaves eigenvalues of size n * eps * |J| in place of zeros
  const floor = 100 * n * Number.EPSILON * largest;
  const moving = eigenvalues.filter((l) => Math.hypot(l.re, l.im) > floor);
  return {
    eigenvalues,
    neutral: n - moving.length,
    fastestGrowth: moving.reduce((most, l) => Math.max(most, l.re), Number.NEGATIVE_INFINITY),
    slowest: moving.reduce((least, l) => Math.min(least, Math.abs(l.re)), Number.POSITIVE_INFINITY),
  };
}
