import { momentsOf } from "../../statistics/moments.ts";
import {
  type MonotoneMapState,
  type Tail,
  logTailSlope,
  rescaled,
  moderateUnit,
} from "./monotone-map.ts";
import { normalCdf, normalQuantile } from "../../statistics/normal.ts";

/** What a map is fitted to. */
export interface MonotoneMapFit {
  /** Values on the column's axis, ascending; at least 2 distinct. */
  readonly sorted: Float64Array;
  /** Edges that must be knots: both sides of every point of mass. */
  readonly fixedEdges: readonly number[];
  /** Ends of the support: no mass beyond them. */
  readonly lower?: number;
  readonly upper?: number;
  /** The edge between two neighbouring different values. */
  readonly edgeBetween: (below: number, above: number) => number;
}

/** Half an observation: what is granted to a place where nothing was seen but something could be. */
const UNSEEN = 0.5;

/**
 * Fits a monotone spline from empirical quantiles to normal quantiles.
 *
 * Knots: about 2.5 n^(1/3) edges (at most 64) at equal steps of z, and the fixed edges. At a knot, z is the normal quantile of
 * the share of values below it. Between knots a rational-quadratic spline, whose slope at a knot is the harmonic mean of its
 * neighbours' (Fritsch & Butland 1984); at a fixed edge each side has its own slope, since the density may jump there.
 * Outside, with 2 % of the values on each side: a power law up to a hard bound, else a generalised Pareto tail fitted by
 * probability-weighted moments (Hosking & Wallis 1987), its shape shrunk towards an exponential.
 */
export function fitMonotoneMap(fit: MonotoneMapFit): MonotoneMapState {
  const spread = momentsOf(fit.sorted).deviation || 1;
  const { unit, inUnit } = moderateUnit(1 / spread);
  if (inUnit) return fitModerate(fit, spread);
  const { lower, upper, edgeBetween } = fit;
  const state = fitModerate(
    {
      sorted: fit.sorted.map((value) => value * unit),
      fixedEdges: fit.fixedEdges.map((edge) => edge * unit),
      ...(lower === undefined ? {} : { lower: lower * unit }),
      ...(upper === undefined ? {} : { upper: upper * unit }),
      edgeBetween: (a, b) => edgeBetween(a / unit, b / unit) * unit,
    },
    spread * unit,
  );
  return rescaled(state, 1 / unit);
}

function fitModerate(fit: MonotoneMapFit, spread: number): MonotoneMapState & { kind: "spline" } {
  const { sorted, lower, upper } = fit;
  const edges = chooseEdges(fit);
  const n = sorted.length;
  const below = edges.map((edge) => countBelow(sorted, edge));
  // Mass of each bin, and of the two tails.
  const bins = below.slice(1).map((count, i) => count - below[i]!);
  const empty = bins.filter((count) => count === 0).length;
  const grant = Math.min(UNSEEN, (0.01 * n) / Math.max(1, empty));
  const masses = bins.map((count) => (count === 0 ? grant : count));
  const lowMass = below[0]! || UNSEEN;
  const highMass = n - below[below.length - 1]! || UNSEEN;
  const total = masses.reduce((sum, mass) => sum + mass, lowMass + highMass);

  const x = edges;
  const z: number[] = [];
  let cumulative = lowMass;
  let remaining = total - lowMass;
  for (let i = 0; i < edges.length; i++) {
    // The smaller of the two masses keeps its digits.
    z.push(
      cumulative <= remaining
        ? normalQuantile(cumulative / total)
        : -normalQuantile(remaining / total),
    );
    cumulative += masses[i] ?? 0;
    remaining -= masses[i] ?? 0;
  }
  const lowTail = fitTail(sorted.subarray(0, below[0]!), x[0]!, lower, spread);
  const highTail = fitTail(
    sorted.subarray(below[below.length - 1]!),
    x[x.length - 1]!,
    upper,
    spread,
  );
  return {
    kind: "spline",
    x,
    z,
    ...slopes(x, z, new Set(fit.fixedEdges), lowTail, highTail),
    lower: lowTail,
    upper: highTail,
  };
}

function chooseEdges({
  sorted,
  fixedEdges,
  lower = -Infinity,
  upper = Infinity,
  edgeBetween,
}: MonotoneMapFit): number[] {
  const n = sorted.length;
  const steps = Math.min(64, Math.max(4, Math.round(2.5 * Math.cbrt(n))));
  const outside = Math.min(100, Math.max(5, Math.round(0.02 * n)));
  const zEnd = -normalQuantile(Math.min(0.25, outside / n));
  const fixed = new Set(
    [...fixedEdges, ...gapEdges(sorted, edgeBetween)].filter(
      (edge) => edge > lower && edge < upper,
    ),
  );
  const chosen = new Set(fixed);
  for (let j = 0; j <= steps; j++) {
    const target = Math.round(n * normalCdf(zEnd * ((2 * j) / steps - 1)));
    const edge = edgeNear(sorted, target, edgeBetween);
    if (edge !== undefined && edge > lower && edge < upper) chosen.add(edge);
  }
  const all = [...chosen].sort((a, b) => a - b);
  if (all.length === 0) {
    const middle = edgeBetween(sorted[0]!, sorted[n - 1]!);
    return [Math.min(Math.max(middle, lower), upper)];
  }
  // Bins with one or two values would only copy noise.
  const kept: number[] = [];
  for (const edge of all) {
    const previous = kept[kept.length - 1];
    const count =
      previous === undefined ? 3 : countBelow(sorted, edge) - countBelow(sorted, previous);
    if (fixed.has(edge) || count >= 3) kept.push(edge);
  }
  return kept;
}

/** Values on either side of a gap that say how close values lie there; and how many such distances make a gap. */
const BESIDE_GAP = 8;
const GAP = 40;
/** A gap begins where one more value would have been. */
const MARGIN = 1;

/**
 * The edges of gaps between values: places much wider than the distances on both sides of them (of a Poisson process one in e^40 is), which a smooth
 * density would fill with a share of the rows.
 */
function gapEdges(
  sorted: Float64Array,
  edgeBetween: MonotoneMapFit["edgeBetween"],
): readonly number[] {
  const edges: number[] = [];
  for (let i = BESIDE_GAP; i + BESIDE_GAP < sorted.length; i++) {
    const [below, above] = [sorted[i - 1]!, sorted[i]!];
    const before = (below - sorted[i - BESIDE_GAP]!) / (BESIDE_GAP - 1);
    const after = (sorted[i + BESIDE_GAP - 1]! - above) / (BESIDE_GAP - 1);
    if (!(above - below > GAP * Math.max(before, after))) continue;
    // Ties on either side leave no distance to go by.
    const least = Math.min(before, after) || Math.max(before, after);
    if (least === 0) continue;
    edges.push(
      edgeBetween(below, below + 2 * MARGIN * (before || least)),
      edgeBetween(above - 2 * MARGIN * (after || least), above),
    );
  }
  return edges;
}

/** An edge between different neighbours near the position `target` in `sorted`. */
function edgeNear(
  sorted: Float64Array,
  target: number,
  edgeBetween: MonotoneMapFit["edgeBetween"],
): number | undefined {
  const n = sorted.length;
  let down = Math.min(Math.max(target, 1), n - 1);
  let up = down;
  while (down > 0 && sorted[down - 1] === sorted[down]) down--;
  while (up < n && sorted[up - 1] === sorted[up]) up++;
  const position = down > 0 && (up >= n || target - down <= up - target) ? down : up;
  return position > 0 && position < n
    ? edgeBetween(sorted[position - 1]!, sorted[position]!)
    : undefined;
}

function countBelow(sorted: Float64Array, edge: number): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (sorted[middle]! < edge) low = middle + 1;
    else high = middle;
  }
  return low;
}

function fitTail(
  values: Float64Array,
  knot: number,
  bound: number | undefined,
  spread: number,
): Tail {
  const m = values.length;
  if (bound !== undefined) {
    // Maximum likelihood of the power law; 1 (flat) where there is nothing to estimate from.
    let sum = 0;
    for (const v of values)
      sum += Math.log(
        Math.abs(knot - bound) / Math.max(Math.abs(v - bound), 1e-9 * Math.abs(knot - bound)),
      );
    return { kind: "power", bound, exponent: m < 5 ? 1 : Math.min(50, Math.max(0.2, m / sum)) };
  }
  const excess = Float64Array.from(values, (v) => Math.abs(v - knot)).sort();
  if (m === 0) return { kind: "pareto", shape: 0, scale: 0.1 * spread };
  let b0 = 0;
  let b1 = 0;
  for (let i = 0; i < m; i++) {
    b0 += excess[i]! / m;
    b1 += (excess[i]! * (1 - (i + 0.65) / m)) / m;
  }
  b0 = Math.max(b0, 1e-3 * spread);
  const raw = 2 - b0 / (b0 - 2 * b1);
  // 30 pseudo-observations of an exponential tail: the shape of a handful of values is mostly noise.
  const shape =
    m < 10 || !Number.isFinite(raw) ? 0 : (Math.min(0.8, Math.max(0, raw)) * m) / (m + 30);
  return { kind: "pareto", shape: shape < 1e-3 ? 0 : shape, scale: b0 * (1 - shape) };
}

function slopes(
  x: readonly number[],
  z: readonly number[],
  fixed: ReadonlySet<number>,
  lower: Tail,
  upper: Tail,
): { left: number[]; right: number[] } {
  const secants = x.slice(1).map((value, i) => (z[i + 1]! - z[i]!) / (value - x[i]!));
  const last = x.length - 1;
  const near = (slope: number, secant: number): number =>
    Math.min(10 * secant, Math.max(0.1 * secant, slope));
  const left: number[] = [];
  const right: number[] = [];
  for (let k = 0; k <= last; k++) {
    const before = secants[k - 1];
    const after = secants[k];
    if (before === undefined || after === undefined) {
      // The outermost knots join their tails, within a factor of ten of the bin beside them.
      const tail = Math.exp(logTailSlope(k === 0 ? lower : upper, x[k]!, z[k]!));
      const slope = fixed.has(x[k]!)
        ? (before ?? after ?? tail)
        : near(tail, before ?? after ?? tail);
      left.push(slope);
      right.push(slope);
    } else if (fixed.has(x[k]!)) {
      left.push(before);
      right.push(after);
    } else {
      const slope = (2 * before * after) / (before + after);
      left.push(slope);
      right.push(slope);
    }
  }
  return { left, right };
}
