/** States along a trajectory. */
export interface Course {
  readonly times: number[];
  readonly states: Float64Array[];
}

/** A motion that repeats. */
export interface Cycle {
  /** The state that swings most, relative to its size, and between what. */
  readonly state: number;
  readonly low: number;
  readonly high: number;
  readonly period: number;
  /** By how much, relative to itself, its swing has become smaller from the first half of the periods seen to the second. */
  readonly shrinks: number;
  /** Mean over the steps of the course. */
  readonly mean: Float64Array;
}

/** Steps resolve a period with some thirty points, between which crossings are drawn as straight lines. */
const alike = 0.03;
/** Periods that have to agree. */
const enough = 4;

/**
 * Looks for a motion that repeats in the second half of a course: the state that swings most passes its middle upwards at times when
 * all states are as they were one period before, and swings as far as then.
 */
export function findCycle(course: Course): Cycle | undefined {
  const from = course.times.length >> 1;
  const states = course.states.slice(from);
  const times = course.times.slice(from);
  if (times.length < 100) return undefined;
  const n = states[0]!.length;
  const low = new Float64Array(n).fill(Number.POSITIVE_INFINITY);
  const high = new Float64Array(n).fill(Number.NEGATIVE_INFINITY);
  for (const y of states)
    for (let i = 0; i < n; i++) {
      low[i] = Math.min(low[i]!, y[i]!);
      high[i] = Math.max(high[i]!, y[i]!);
    }
  const swing = (i: number): number =>
    (high[i]! - low[i]!) / Math.max(Math.abs(high[i]!), Math.abs(low[i]!), 1e-300);
  let state = 0;
  for (let i = 1; i < n; i++) if (swing(i) > swing(state)) state = i;
  // what only wanders at rounding level has come to rest
  if (swing(state) < 1e-3) return undefined;

  const middle = (low[state]! + high[state]!) / 2;
  const crossings: { t: number; y: Float64Array; peak: number; trough: number }[] = [];
  for (let k = 1; k < times.length; k++) {
    const [a, b] = [states[k - 1]!, states[k]!];
    const open = crossings.at(-1);
    if (open !== undefined) {
      open.peak = Math.max(open.peak, b[state]!);
      open.trough = Math.min(open.trough, b[state]!);
    }
    if (!(a[state]! < middle && b[state]! >= middle)) continue;
    const part = (middle - a[state]!) / (b[state]! - a[state]!);
    crossings.push({
      t: times[k - 1]! + part * (times[k]! - times[k - 1]!),
      y: a.map((x, i) => x + part * (b[i]! - x)),
      peak: b[state]!,
      trough: b[state]!,
    });
  }
  crossings.pop();
  // a cycle may cross several times: the fewest after which everything is as before
  for (let lag = 1; lag * (enough + 1) <= crossings.length; lag++) {
    const last = crossings.slice(-lag * (enough + 1));
    const repeats = last.slice(lag).every((now, k) => {
      const before = last[k]!;
      return (
        Math.abs(now.peak - before.peak) <= 1e-2 * (now.peak - now.trough) &&
        now.y.every((x, i) => Math.abs(x - before.y[i]!) <= alike * (high[i]! - low[i]!))
      );
    });
    if (!repeats) continue;
    const period = ((last.at(-1)!.t - last[0]!.t) / (last.length - 1)) * lag;
    const half = crossings.length >> 1;
    const swingOf = (part: typeof crossings): number =>
      part.reduce((sum, c) => sum + c.peak - c.trough, 0) / part.length;
    const [early, late] = [swingOf(crossings.slice(0, half)), swingOf(crossings.slice(half))];
    const mean = new Float64Array(n);
    for (const y of states) for (let i = 0; i < n; i++) mean[i]! += y[i]! / states.length;
    const shrinks = (early - late) / late;
    return { state, low: low[state]!, high: high[state]!, period, shrinks, mean };
  }
  return undefined;
}
