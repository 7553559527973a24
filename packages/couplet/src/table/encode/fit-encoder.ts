import type { InPieces } from "../../threads/yield-to-event-loop.ts";
import { columnGrid } from "../cell/column-grid.ts";
import { normalQuantile } from "../../statistics/normal.ts";
import { sentinelShares } from "./sentinel-encoder.ts";
import { fitHeaps } from "../cell/fit-heaps.ts";
import { type HeapState, stepAxis } from "../cell/heaped-steps.ts";
import type { ColumnEncoderState } from "./encoder.ts";
import { stretched } from "./number-encoder.ts";
import { fitMonotoneMap } from "./fit-monotone-map.ts";
import type { MonotoneMapState } from "./monotone-map.ts";
import { momentsOf } from "../../statistics/moments.ts";
import { type CategoryColumnSchema, type NumericColumnSchema, onGrid } from "../schema/schema.ts";

/** Below this many values their spread is uncertain. */
const FEW = 20;
/** Rows a place, where both sides of a value are empty by chance once in four hundred times at most: exp(-2 * 3). */
const FILLED = 3;
/** Most points of mass that one column on a grid gets; each costs two knots. */
const MOST_POINT_MASSES = 256;

/**
 * Fits the encoder of a category: an interval per value, as wide as its frequency.
 *
 * @param codes indices into `values`, NaN for missing
 * @param order the order of the intervals; see `orderCategories`
 */
export function fitCategory(
  codes: Float64Array,
  schema: CategoryColumnSchema,
  order: readonly number[],
): ColumnEncoderState {
  const missing = schema.values.length;
  const counts = new Float64Array(missing + 1);
  for (const code of codes) counts[Number.isNaN(code) ? missing : code]!++;
  const total = codes.length;
  // Half a count where a declared value (or a missing cell) was never seen, so that it keeps a probability.
  const masses = order.map((value) => counts[value]! || 0.5);
  const sum = masses.reduce((a, b) => a + b, 0);
  return {
    kind: "category",
    order,
    shares: masses.map((mass) => (total === 0 ? 1 / masses.length : mass / sum)),
  };
}

/**
 * Fits the encoder of a column of numbers, integers or dates; in pieces. `codes` holds NaN for missing cells.
 *
 * @param indicated the cells that say how many are missing, where they are not `codes`
 */
export function* fitNumeric(
  codes: Float64Array,
  schema: NumericColumnSchema,
  indicated: Float64Array = codes,
): InPieces<ColumnEncoderState> {
  const all = codes.filter((code) => !Number.isNaN(code)).sort();
  yield;
  const { shares, others: present } = sentinelShares(all, schema.sentinels ?? {});
  const sentinels = shares.length === 0 ? {} : { sentinelShares: shares };
  const missing = indicated.reduce((count, code) => count + Number(Number.isNaN(code)), 0);
  const missingShare = schema.missing === true ? (missing + 0.5) / (indicated.length + 1) : 0;
  if (onGrid(schema))
    return { kind: "grid", ...(yield* fitGrid(present, schema)), ...sentinels, missingShare };
  const spread = momentsOf(present).deviation || 1;
  yield;
  return {
    kind: "number",
    map: fitContinuous(present, schema, spread),
    ...sentinels,
    pointMassWidth: spread,
    ...(schema.type === "number" && schema.pointMasses !== undefined
      ? {
          pointMassSteps: schema.pointMasses.map(
            (pointMass) => stepAround(present, pointMass) || spread,
          ),
        }
      : {}),
    missingShare,
  };
}

function* fitGrid(
  present: Float64Array,
  schema: NumericColumnSchema,
): InPieces<{ readonly map: MonotoneMapState; readonly heaps?: HeapState }> {
  const grid = columnGrid(schema);
  const indices = present.map(grid.indexOf);
  yield;
  const steps = indices.sort();
  yield;
  if (schema.values !== undefined) return { map: fitList(steps, grid.last) };
  const sorted = spreadOut(steps, 1);
  const lower = schema.lower === undefined ? undefined : grid.first - 1;
  const upper = schema.upper === undefined ? undefined : grid.last;
  // The value at a bound has the probability of what lies beyond; few values do not say how much that is.
  const isBounded = lower !== undefined || upper !== undefined;
  if (schema.transform === "standard" && (!isBounded || present.length >= FEW))
    return { map: affineOf(sorted) };
  yield;
  const points = pointsOfMass(sorted, stepAxis(undefined).edgeAbove);
  // Where points of mass hold nearly all rows, they say more of each value than its last digits do.
  const heaps =
    schema.transform === "quantile" && shareOf(sorted, points) < MOSTLY_POINTS
      ? fitHeaps(sorted, schema)
      : undefined;
  yield;
  const { edgeAbove, indexAt } = stepAxis(heaps);
  const fixed = [
    ...(heaps === undefined ? points : pointsOfMass(sorted, edgeAbove)),
    ...heavyEnds(sorted),
  ];
  yield;
  const map = fitMonotoneMap({
    sorted: sorted.map((k) => 0.5 * (edgeAbove(k - 1) + edgeAbove(k))),
    fixedEdges: fixed.flatMap((k) => [edgeAbove(k - 1), edgeAbove(k)]),
    ...(lower === undefined ? {} : { lower: edgeAbove(lower) }),
    ...(upper === undefined ? {} : { upper: edgeAbove(upper) }),
    edgeBetween: (a, b) => edgeAbove(Math.floor((indexAt(a) + indexAt(b)) / 2)),
  });
  return { map, ...(heaps === undefined ? {} : { heaps }) };
}

/** From this share of the rows on, points of mass describe a column. */
const MOSTLY_POINTS = 0.9;

function shareOf(sorted: Float64Array, values: readonly number[]): number {
  const known = new Set(values);
  return sorted.filter((value) => known.has(value)).length / sorted.length;
}

/** Half a count where a listed value was never seen, so that it keeps a probability. */
const UNSEEN = 0.5;

/** The map of a list of values: an edge between any two of them, at the normal quantile of the share of values below. */
function fitList(steps: Float64Array, last: number): MonotoneMapState {
  const counts = new Float64Array(last + 1);
  for (const k of steps) counts[k]!++;
  const total = counts.reduce((sum, count) => sum + (count || UNSEEN), 0);
  const x = Array.from({ length: last }, (_, k) => k + 0.5);
  let below = 0;
  const z = x.map((_, k) => {
    below += counts[k]! || UNSEEN;
    const above = total - below;
    return below <= above ? normalQuantile(below / total) : -normalQuantile(above / total);
  });
  const slopes = x.map((_, k) => {
    const [a, b] = [Math.max(0, k - 1), Math.min(last - 1, k + 1)];
    return a < b ? (z[b]! - z[a]!) / (b - a) : 1;
  });
  const tail = (bound: number) => ({ kind: "power", bound, exponent: 1 }) as const;
  return {
    kind: "spline",
    x,
    z,
    left: slopes,
    right: slopes,
    lower: tail(-0.5),
    upper: tail(last + 0.5),
  };
}

function fitContinuous(
  present: Float64Array,
  schema: NumericColumnSchema,
  width: number,
): MonotoneMapState {
  const pointMasses = schema.type === "number" ? (schema.pointMasses ?? []) : [];
  const { lower, upper } = schema;
  if (
    schema.transform === "standard" &&
    pointMasses.length === 0 &&
    lower === undefined &&
    upper === undefined
  )
    return affineOf(present);
  const isPointMass = new Set(pointMasses);
  // A point's observations sit in the middle of its interval.
  const places = present
    .map(
      (value) => stretched(value, pointMasses, width) + (isPointMass.has(value) ? 0.5 * width : 0),
    )
    .sort();
  const sorted = spreadOut(places, width, lower);
  return fitMonotoneMap({
    sorted,
    fixedEdges: pointMasses.flatMap((value, j) => [value + j * width, value + (j + 1) * width]),
    ...(lower === undefined ? {} : { lower: stretched(lower, pointMasses, width) }),
    ...(upper === undefined
      ? {}
      : { upper: stretched(upper, pointMasses, width) + (isPointMass.has(upper) ? width : 0) }),
    edgeBetween: (a, b) => 0.5 * (a + b),
  });
}

/**
 * The distance that different values have around a point of mass: the median one among the five on either side; 0 where there are
 * none. Of rounded numbers it is the step they were rounded to.
 */
function stepAround(sorted: Float64Array, pointMass: number): number {
  const values = sorted.filter((value, i) => i === 0 || value !== sorted[i - 1]);
  const at = values.findIndex((value) => value >= pointMass);
  const near = values.slice(
    Math.max(0, (at < 0 ? values.length : at) - 5),
    at < 0 ? undefined : at + 6,
  );
  const steps = near
    .subarray(1)
    .map((value, i) => value - near[i]!)
    .sort();
  return steps[steps.length >> 1] ?? 0;
}

/** A map needs two different values; a schema edited by hand may leave fewer. */
function spreadOut(sorted: Float64Array, width: number, lower = -Infinity): Float64Array {
  if (sorted.length > 0 && sorted[0]! < sorted[sorted.length - 1]!) return sorted;
  const value = sorted[0] ?? 0;
  return Float64Array.from([
    Math.max(value - width, 0.5 * (lower + value)),
    value,
    value + width,
  ]).map((v, i) => (Number.isFinite(v) ? v : value + (i - 1) * width));
}

/**
 * Values of a grid that carry far more than their neighbourhood: at least 5 times the mean count per step among the five
 * different values on either side, and at least max(5, n/2000) in number. And values that stand alone, between two places that were
 * never seen though the rows near by would have filled them: tenths of a millimetre that were hundredths of an inch.
 */
function pointsOfMass(sorted: Float64Array, edgeAbove: (k: number) => number): number[] {
  const values: number[] = [];
  const counts: number[] = [];
  for (const value of sorted) {
    if (values[values.length - 1] === value) counts[counts.length - 1]!++;
    else {
      values.push(value);
      counts.push(1);
    }
  }
  const least = Math.max(5, sorted.length / 2000);
  const found: [number, number][] = [];
  for (let i = 0; i < values.length; i++) {
    if (counts[i]! < least) continue;
    const from = Math.max(0, i - 5);
    const to = Math.min(values.length - 1, i + 5);
    let [others, largest] = [0, 0];
    for (let j = from; j <= to; j++) {
      if (j === i) continue;
      others += counts[j]!;
      largest = Math.max(largest, counts[j]!);
    }
    const width = (k: number): number => edgeAbove(k) - edgeAbove(k - 1);
    const own = width(values[i]!);
    const middle = (k: number): number => 0.5 * (edgeAbove(k - 1) + edgeAbove(k));
    const span = Math.max(own, middle(values[to]!) - middle(values[from]!));
    const standsOut = counts[i]! >= 5 * (others / span) * own;
    // One such neighbour says nothing of the places between.
    const alone =
      values[i]! - (values[i - 1] ?? -Infinity) > 1 &&
      (values[i + 1] ?? Infinity) - values[i]! > 1 &&
      ((others - largest + counts[i]!) / span) *
        Math.min(width(values[i]! - 1), width(values[i]! + 1)) >=
        FILLED;
    if (standsOut || alone) found.push([values[i]!, counts[i]!]);
  }
  return found
    .sort((a, b) => b[1] - a[1])
    .slice(0, MOST_POINT_MASSES)
    .map(([value]) => value);
}

/**
 * The smallest and the largest value where they occur at least 5 times: a scale then ends there (grades, months, ages
 * that are cut off), and a tail fitted through the end would put a good part of its mass beyond.
 */
function heavyEnds(sorted: Float64Array): number[] {
  const low = sorted[0]!;
  const high = sorted[sorted.length - 1]!;
  return [
    ...(sorted[4] === low ? [low] : []),
    ...(sorted[sorted.length - 5] === high ? [high] : []),
  ];
}

function affineOf(values: Float64Array): MonotoneMapState {
  const { mean, deviation } = momentsOf(values);
  // Few values say little about their spread: what is to be expected of the next one is a t distribution, which is wider.
  const wider = values.length < FEW ? 1 + 8 / Math.max(1, values.length) : 1;
  return { kind: "affine", centre: mean, scale: wider * (deviation || 1) };
}
