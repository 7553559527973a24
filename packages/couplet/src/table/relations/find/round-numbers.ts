/** Coefficients as people choose them: the number with the fewest digits that will do. */

/** Digits that are tried. */
const MOST_DIGITS = 10;

/** The number with the fewest significant digits from `low` to `high`; undefined for an empty interval. */
export function roundestBetween(low: number, high: number): number | undefined {
  if (!(low <= high)) return undefined;
  if (low <= 0 && high >= 0) return 0;
  const middle = 0.5 * (low + high);
  for (let digits = 1; digits <= MOST_DIGITS; digits++) {
    const rounded = Number(middle.toPrecision(digits));
    if (rounded >= low && rounded <= high) return rounded;
  }
  return middle;
}

/** The number rounded to 1, 2, ... significant digits, each once; then as it is. */
export function roundings(value: number): number[] {
  const found = new Set<number>();
  for (let digits = 1; digits <= MOST_DIGITS; digits++)
    found.add(Number(value.toPrecision(digits)));
  return [...found];
}
