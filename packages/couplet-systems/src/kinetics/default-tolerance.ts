/** The absolute tolerance of integrations without one: small beside the amounts that the model has, whatever their unit. */

/** Of the smallest amount that a model starts with, or produces from zero. */
const SHARE = 1e-12;

/** Amounts below this part of the largest count as rounding. */
const ROUNDING = 1e-18;

/**
 * 1e-12, or less where amounts are small: 1e-12 of the smallest that a state starts with or, from 0, gains at its first rate by
 * the end. In moles a cell's amounts are 1e-18, and an error of 1e-12 would be anything.
 *
 * @param rates at the start
 */
export function defaultTolerance(
  start: ArrayLike<number>,
  rates: ArrayLike<number>,
  span: number,
): number {
  let [least, most] = [1, 0];
  for (let i = 0; i < start.length; i++) {
    const amount = Math.abs(start[i]!) || Math.abs(rates[i]! * span);
    if (!(amount > 0 && Number.isFinite(amount))) continue;
    least = Math.min(least, amount);
    most = Math.max(most, amount);
  }
  return SHARE * Math.max(least, ROUNDING * Math.min(1, most));
}
