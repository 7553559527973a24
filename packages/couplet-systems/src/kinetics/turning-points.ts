import type { OdeSystem, Switching } from "./model.ts";

/** Follows the switches of a system through an integration. */
export interface TurningPoints {
  /** The system with its switches held: smooth. */
  readonly system: OdeSystem;
  /** Sets the switches to what they are at a point. */
  hold(t: number, y: Float64Array): void;
  /** Notes the state at a turn, before events change it. */
  arrived(t: number, y: Float64Array): void;
  /**
   * The first time of a step at which a switch has turned, to the last digit, or undefined. NaN for a step that is too long to tell:
   * a condition wanders more than a thousandth of the step can follow.
   */
  first(from: number, to: number, at: (t: number) => Float64Array): number | undefined;
}

/**
 * Parts of an interval at which switches are looked at; uneven, so that no period fits them. The cubic through those of `knots`
 * has to meet the sides of conditions at the others, or the interval is halved.
 */
const looks = [0, 0.109, 0.293, 0.497, 0.671, 0.883, 1];
const knots = [0, 2, 4, 6];
const checks = [1, 3, 5];
/** How often an interval is halved: a thousandth of a step. */
const deepest = 10;
/** Largest distance from the cubic, as a part of the range of a condition; one that wanders unseen passes once in 1e5 intervals. */
const likeness = 0.02;
/** Differences of this part of the two sides are rounding. */
const rounding = 1e-9;

/** @param switching the switches of a system */
export function turningPoints(switching: Switching): TurningPoints {
  const held = new Float64Array(switching.count);
  const now = new Float64Array(switching.count);
  const { wandering } = switching;
  const sides = looks.map(() => new Float64Array(2 * wandering));
  let fruitless = 0;
  const turned = (t: number, y: Float64Array): boolean => {
    switching.held(t, y, held, now);
    return now.some(
      (value, k) => value !== held[k] && !(Number.isNaN(value) && Number.isNaN(held[k])),
    );
  };
  /** The time of the turn between two points before and after it. */
  const between = (
    low: number,
    high: number,
    width: number,
    at: (t: number) => Float64Array,
  ): number => {
    while (Math.abs(high - low) > width) {
      const middle = low + (high - low) / 2;
      if (middle === low || middle === high) break;
      if (turned(middle, at(middle))) high = middle;
      else low = middle;
    }
    return high;
  };
  /** The parts of an interval to look at; undefined if cubics do not follow the sides of conditions over it. */
  const places = (
    from: number,
    to: number,
    at: (t: number) => Float64Array,
  ): readonly number[] | undefined => {
    if (wandering === 0) return looks.slice(1);
    looks.forEach((part, k) => {
      const t = from + (to - from) * part;
      switching.sides(t, at(t), held, sides[k]!);
    });
    return placesToLook(sides, wandering);
  };
  const search = (
    from: number,
    to: number,
    at: (t: number) => Float64Array,
    width: number,
    depth: number,
  ): number | undefined => {
    const parts = places(from, to, at);
    if (parts === undefined) {
      if (depth === deepest) return Number.NaN;
      const middle = from + (to - from) / 2;
      return search(from, middle, at, width, depth + 1) ?? search(middle, to, at, width, depth + 1);
    }
    let low = from;
    for (const part of parts) {
      const high = part === 1 ? to : from + (to - from) * part;
      if (turned(high, at(high))) return between(low, high, width, at);
      low = high;
    }
    return undefined;
  };
  return {
    system: switching.system(held),
    hold: (t, y) => switching.actual(t, y, held),
    arrived(t, y) {
      switching.actual(t, y, now);
      fruitless = now.some((value, k) => value !== held[k]) ? 0 : fruitless + 1;
    },
    first(from, to, at) {
      // down to neighbours among the doubles, so that a condition such as time >= 1 turns at 1; not to the smallest ones next to 0
      // where rounding of the states hides a turn, each stop in vain reaches further
      const width = Number.EPSILON ** 2 * 8 ** fruitless * Math.abs(to - from);
      return search(from, to, at, width, 0);
    },
  };
}

/**
 * The parts of an interval to look at: those of `looks`, and those at which a cubic through the difference of two sides turns back.
 *
 * @param sides the two sides of each condition, at each of `looks`
 * @returns undefined if a cubic misses a difference
 */
function placesToLook(
  sides: readonly Float64Array[],
  conditions: number,
): readonly number[] | undefined {
  const extra: number[] = [];
  for (let s = 0; s < conditions; s++) {
    const gaps = sides.map((both) => both[2 * s]! - both[2 * s + 1]!);
    if (gaps.some((gap) => !Number.isFinite(gap))) continue;
    const size = Math.max(
      ...sides.map((both) => Math.abs(both[2 * s]!) + Math.abs(both[2 * s + 1]!)),
    );
    const range = Math.max(...gaps) - Math.min(...gaps);
    const cubic = cubicThrough(gaps);
    const allowed = Math.max(likeness * range, rounding * size);
    for (const k of checks)
      if (Math.abs(valueOf(cubic, looks[k]!) - gaps[k]!) > allowed) return undefined;
    extra.push(...extrema(cubic));
  }
  const parts = looks.slice(1);
  return extra.length === 0 ? parts : [...parts, ...extra].toSorted((a, b) => a - b);
}

type Cubic = readonly [number, number, number, number];

/** The cubic through the values at `knots`: coefficients of 1, x, x^2, x^3. */
function cubicThrough(values: readonly number[]): Cubic {
  // divided differences, then Newton's form multiplied out
  const x = knots.map((k) => looks[k]!);
  const d = knots.map((k) => values[k]!);
  for (let order = 1; order < 4; order++)
    for (let i = 3; i >= order; i--) d[i] = (d[i]! - d[i - 1]!) / (x[i]! - x[i - order]!);
  const [x0, x1, x2] = x as [number, number, number];
  const [d0, d1, d2, d3] = d as [number, number, number, number];
  return [
    d0 - d1 * x0 + d2 * x0 * x1 - d3 * x0 * x1 * x2,
    d1 - d2 * (x0 + x1) + d3 * (x0 * x1 + x0 * x2 + x1 * x2),
    d2 - d3 * (x0 + x1 + x2),
    d3,
  ];
}

const valueOf = ([a, b, c, d]: Cubic, x: number): number => a + x * (b + x * (c + x * d));

/** Where a cubic turns back between 0 and 1. */
function extrema([, b, c, d]: Cubic): number[] {
  const root = Math.sqrt(c * c - 3 * b * d);
  // the form without cancellation of b + 2 c x + 3 d x^2 = 0
  const q = -(c + Math.sign(c || 1) * root);
  return [q / (3 * d), b / q].filter((x) => x > 0 && x < 1);
}
