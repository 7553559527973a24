import type { IndependentModel } from "../conserved.ts";
import { tryLuFactor } from "couplet/kit";

/** A root of f(t, y) = 0. */
export interface Root {
  readonly y: Float64Array;
  readonly iterations: number;
}

/** Newton's method with a line search on the largest rate; undefined where it does not converge or J is singular. */
export function newtonRoot(
  reduced: IndependentModel,
  start: Float64Array,
  t: number,
): Root | undefined {
  const n = start.length;
  // conserved sums may leave nothing to solve for
  if (n === 0) return { y: start, iterations: 0 };
  let y = Float64Array.from(start);
  const f = new Float64Array(n);
  const jacobian = new Float64Array(n * n);
  const size = (x: Float64Array): number => x.reduce((most, v) => Math.max(most, Math.abs(v)), 0);
  const nonNegative = (x: Float64Array): boolean =>
    reduced
      .expand(x)
      .every((v, i) => v >= -1e-12 * Math.abs(v) || reduced.full.initial[i]! < 0 || v > -1e-14);
  reduced.rhs(t, y, f);
  for (let iteration = 1; iteration <= 100; iteration++) {
    const residual = size(f);
    reduced.jacobian(t, y, jacobian);
    const lu = tryLuFactor({ size: n, re: jacobian });
    if (lu === undefined) return residual === 0 ? { y, iterations: iteration } : undefined;
    const step = lu.solve(f.map((x) => -x));
    if (!step.every(Number.isFinite)) return undefined;
    // converged when a full step changes nothing that float64 can hold well
    if (step.every((d, i) => Math.abs(d) <= 1e-13 * Math.abs(y[i]!) + 1e-300) || residual === 0)
      return { y, iterations: iteration };
    let factor = 1;
    let next = y;
    for (; factor > 1e-6; factor /= 2) {
      next = y.map((x, i) => x + factor * step[i]!);
      reduced.rhs(t, next, f);
      if (nonNegative(next) && size(f) < residual) break;
    }
    if (factor <= 1e-6) {
      // no descent left: either at rounding level, or stuck
      reduced.rhs(t, y, f);
      return step.every((d, i) => Math.abs(d) <= 1e-9 * Math.abs(y[i]!) + 1e-15)
        ? { y, iterations: iteration }
        : undefined;
    }
    y = next;
  }
  return undefined;
}
