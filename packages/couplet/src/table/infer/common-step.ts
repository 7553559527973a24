/** The step that all values of a column have in common. */
import { roundTo } from "../cell/read-number.ts";

/** Of a step: what rounding errors may make of it and still leave no doubt. */
const CLEAR = 0.01;
/** Steps from the least value to the greatest, for each different value: beyond, the step says nothing about the values. */
const SPARSE = 500;
/** Digits that a double holds for sure. */
const MOST_DIGITS = 15;

/** The largest multiple of 10^-decimals that divides every value: prices in steps of 0.05, for example. */
export function commonStep(sorted: Float64Array, decimals: number): number {
  const scale = 10 ** decimals;
  let step = 0;
  for (const value of sorted) {
    let [a, b] = [Math.round(Math.abs(value) * scale), step];
    while (b > 0) [a, b] = [b, a % b];
    step = a;
    if (step === 1) break;
  }
  return roundTo(Math.max(step, 1) / scale, decimals);
}

/**
 * The step and the offset of values `offset + k step` with whole k: integers that were standardised or scaled to [0, 1].
 * The step is the greatest common divisor of the differences, by Euclid's algorithm with remainders that may be rounding errors
 * taken for 0; then it is fitted by least squares.
 *
 * @param sorted ascending
 * @returns undefined where the values have no step in common that rounding errors could not explain
 */
export function rescaledGrid(
  sorted: Float64Array,
): { readonly step: number; readonly offset: number } | undefined {
  const values = sorted.filter((value, i) => i === 0 || value !== sorted[i - 1]);
  // Two values have a distance, which says nothing.
  if (values.length < 3) return undefined;
  const [low, high] = [values[0]!, values[values.length - 1]!];
  const digits = Math.min(
    MOST_DIGITS,
    values.reduce((most, v) => Math.max(most, digitsOf(v)), 0),
  );
  const gaps = values.subarray(1).map((value, i) => value - values[i]!);
  let step = 0;
  let stepError = 0;
  for (let i = 0; i < gaps.length; i++) {
    let [a, aError] = [
      gaps[i]!,
      lastDigit(Math.max(Math.abs(values[i]!), Math.abs(values[i + 1]!)), digits),
    ];
    let [b, bError] = [step, stepError];
    while (b > 0) {
      const times = Math.round(a / b);
      const rest = Math.abs(a - times * b);
      const error = aError + times * bError;
      if (error > CLEAR * b) return undefined;
      [a, aError, b, bError] = [b, bError, rest > error ? rest : 0, error];
    }
    [step, stepError] = [a, aError];
    if (stepError > CLEAR * step) return undefined;
  }
  if (high - low > SPARSE * values.length * step) return undefined;
  // Counted from gap to gap: over all of them the error of the first step would add up.
  let [k, products, squares] = [0, 0, 0];
  const index = Float64Array.of(0, ...gaps.map((gap) => (k += Math.round(gap / step))));
  values.forEach((value, i) => {
    products += index[i]! * (value - low);
    squares += index[i]! ** 2;
  });
  step = products / squares;
  if (values.some((value, i) => Math.abs(value - low - index[i]! * step) > CLEAR * step))
    return undefined;
  const offset = low - step * Math.round(low / step);
  return { step, offset: Math.abs(offset) < 1e-6 * step ? 0 : offset };
}

/** Significant digits of the shortest spelling: 3 for 0.0125. */
function digitsOf(value: number): number {
  return value.toExponential().replace(/e.*|[-.]/g, "").length;
}

/** One unit of the last digit of a number written with so many significant ones. */
function lastDigit(value: number, digits: number): number {
  return value === 0 ? 0 : 10 ** (Math.floor(Math.log10(value)) + 1 - digits);
}
