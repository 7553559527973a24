import type { IndependentModel } from "../conserved.ts";
import { tryLuFactor } from "couplet/kit";

/** How far a state may be from rest, relative to the size of each species. */
const tolerance = 1e-6;
/** Species below this part of the largest one are measured by it. */
const smallest = 1e-6;

/** Sizes by which changes are judged. */
export function sizesOf(y: Float64Array, largest: number): Float64Array {
  return y.map((x) => Math.max(Math.abs(x), smallest * largest));
}

/**
 * Whether rates are so small that they would move no species within `span` by more than a millionth of its size, or are what
 * rounding makes of nothing: of the fluxes that make them up, or of the states that these depend on.
 */
export function isAtRest(
  reduced: IndependentModel,
  y: Float64Array,
  t: number,
  span: number,
  largest: number,
  rounding = 1e-13,
): boolean {
  const { full } = reduced;
  const whole = reduced.expand(y);
  const [n, m] = [full.states.length, full.processes.length];
  const v = new Float64Array(m);
  full.rates(t, whole, v);
  const sizes = sizesOf(whole, largest);
  const jacobian = new Float64Array(n * n);
  full.jacobian(t, whole, jacobian);
  // a species computed from a conserved sum carries the rounding of the sum
  const digits = whole.map(
    (x, i) =>
      4 * Number.EPSILON * (reduced.dependent.includes(full.states[i]!) ? largest : Math.abs(x)),
  );
  for (let i = 0; i < n; i++) {
    let [rate, flux, noise] = [0, 0, 0];
    for (let j = 0; j < n; j++) noise += Math.abs(jacobian[i * n + j]!) * digits[j]!;
    for (let j = 0; j < m; j++) {
      const part = full.stoichiometry[i * m + j]! * v[j]!;
      rate += part;
      flux += Math.abs(part);
    }
    const size = Math.abs(rate);
    if (!(size * span <= tolerance * sizes[i]! || size <= rounding * flux || size <= noise))
      return false;
  }
  return true;
}

/**
 * The state that the decaying modes lead to, by implicit Euler steps of length `h`: (I / h - J) d = f. Unlike Newton's
 * method it does not move along a continuum of steady states. Undefined if it goes further than rest allows.
 */
export function settled(
  reduced: IndependentModel,
  start: Float64Array,
  t: number,
  h: number,
  largest: number,
): Float64Array | undefined {
  const n = start.length;
  const f = new Float64Array(n);
  const jacobian = new Float64Array(n * n);
  let y = start;
  for (let k = 0; k < 3; k++) {
    reduced.rhs(t, y, f);
    reduced.jacobian(t, y, jacobian);
    const a = jacobian.map((x) => -x);
    for (let i = 0; i < n; i++) a[i * n + i]! += 1 / h;
    const step = tryLuFactor({ size: n, re: a })?.solve(f);
    if (step === undefined || !step.every(Number.isFinite)) return undefined;
    y = y.map((x, i) => x + step[i]!);
  }
  const sizes = sizesOf(start, largest);
  return y.every((x, i) => Math.abs(x - start[i]!) <= tolerance * sizes[i]!) ? y : undefined;
}
