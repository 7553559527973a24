/** Steps of unequal width: where people round, multiples of 5, 10, 100 come more often than the values between them. */

/** What the widths of a column's steps are made of. */
export interface HeapState {
  /** Numbers of steps, each a multiple of the one before, the first 1: a value's class is the last that divides it. */
  readonly levels: readonly number[];
  /** From so many steps on (on either side of 0), the width of a value of each class; the first begins at 1. */
  readonly bands: readonly { readonly from: number; readonly widths: readonly number[] }[];
}

/** Steps from 0 beyond which two neighbours are the same double. */
const MOST_STEPS = 2 ** 52;

/** The axis of a column's steps: value k is an interval of it. */
export interface StepAxis {
  /** The edge between k and k + 1. */
  edgeAbove(k: number): number;
  /** The k whose interval holds x. */
  indexAt(x: number): number;
}

/**
 * Intervals around integers: of width 1, or with heaps of the width of their class. With w_j the width of j,
 *
 *   edge above k = w_0 / 2 + sum of w_j for j = 1..k,   the same mirrored below 0,
 *
 * which counts of multiples give in closed form. A monotone map of the axis to a normal then gives a value of a wide class more
 * probability than its neighbours.
 */
export function stepAxis(heaps: HeapState | undefined): StepAxis {
  if (heaps === undefined) return { edgeAbove: (k) => k + 0.5, indexAt: Math.round };
  const { levels, bands } = heaps;
  const starts = [0.5];
  for (let b = 1; b < bands.length; b++)
    starts.push(
      starts[b - 1]! +
        widthBetween(levels, bands[b - 1]!.widths, bands[b - 1]!.from, bands[b]!.from),
    );
  const above = (k: number): number => {
    let b = bands.length - 1;
    while (b > 0 && bands[b]!.from > k) b--;
    return starts[b]! + widthBetween(levels, bands[b]!.widths, bands[b]!.from, k + 1);
  };
  const edgeAbove = (k: number): number => (k >= 0 ? above(k) : -above(-k - 1));
  return {
    edgeAbove,
    indexAt(x) {
      // A double counts no further, where a tail may reach on.
      if (Math.abs(x) >= MOST_STEPS) return Math.sign(x) * MOST_STEPS;
      // Widths are 1 in the mean, so that k is near x: away from there in growing steps, then halving.
      let [low, high] = [Math.floor(x) - 1, Math.ceil(x) + 1];
      for (let step = 1; edgeAbove(low) > x; step *= 2) [low, high] = [low - step, low];
      for (let step = 1; edgeAbove(high) <= x; step *= 2) [low, high] = [high, high + step];
      while (high - low > 1) {
        const middle = Math.floor((low + high) / 2);
        if (edgeAbove(middle) <= x) low = middle;
        else high = middle;
      }
      return high;
    },
  };
}

/** The width of the values from `from` to `to - 1`, both positive. */
function widthBetween(
  levels: readonly number[],
  widths: readonly number[],
  from: number,
  to: number,
): number {
  let sum = 0;
  for (let c = 0; c < levels.length; c++)
    sum += widths[c]! * (classCount(levels, c, to - 1) - classCount(levels, c, from - 1));
  return sum;
}

/** How many of 1..most are of class c. */
export function classCount(levels: readonly number[], c: number, most: number): number {
  const next = levels[c + 1];
  return Math.floor(most / levels[c]!) - (next === undefined ? 0 : Math.floor(most / next));
}

/** The class of a value that is not 0. */
export function classOf(levels: readonly number[], k: number): number {
  let c = levels.length - 1;
  while (k % levels[c]! !== 0) c--;
  return c;
}
