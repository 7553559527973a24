/** The inverses of monotone maps as nodes, all columns side by side, [rows, n]; with the letters of `monotone-map.ts`. */
import { logNormalCdf } from "../../statistics/normal.ts";
import { type HeapState, classCount, stepAxis } from "../../table/cell/heaped-steps.ts";
import type { MonotoneMapState, Tail } from "../../table/encode/monotone-map.ts";
import type { Arithmetic } from "./arithmetic.ts";
import { type Knots, type Spline, pickedOf } from "./map-nodes.ts";
import { cdf, expm1 } from "./normal-nodes.ts";
import { rounded } from "./rounding-nodes.ts";

/** A place on the axis of a standard normal, [rows, 1], and the map that it is to be taken back by. */
export interface LatentPlace {
  readonly state: MonotoneMapState;
  readonly z: string;
}

/** The places on the columns' own axes. */
export function unmapped(m: Arithmetic, places: readonly LatentPlace[]): string[] {
  const found: string[] = [];
  const splines: { readonly state: Spline; readonly z: string; readonly at: number }[] = [];
  for (const [at, { state, z }] of places.entries()) {
    if (state.kind === "spline") splines.push({ state, z, at });
    else found[at] = m.add(state.centre, m.multiply(state.scale, z));
  }
  if (splines.length === 0) return found;
  const states = splines.map(({ state }) => state);
  const z = m.beside(splines.map((place) => place.z));
  const isBelow = m.compare("Less", z, m.row(states.map((state) => state.z[0]!)));
  const isAbove = m.compare("Greater", z, m.row(states.map((state) => state.z.at(-1)!)));
  const isInside = m.of("Not", m.any(isBelow, isAbove));
  const inside = m.where(isInside, z, m.row(states.map((state) => state.z[0]!)));
  const x = m.where(isInside, inBin(m, states, inside), inTail(m, states, z, isAbove));
  for (const [i, { at }] of splines.entries()) found[at] = m.columnOf(x, i);
  return found;
}

/**
 * Between the outermost knots: the root of the quadratic of a rational-quadratic spline, divided by the bin's slope s: the square of a slope
 * in an extreme unit is no double.
 */
function inBin(m: Arithmetic, states: readonly Spline[], z: string): string {
  const pick = pickedOf(m, states, "z", z);
  const w = pick((own, k) => own.x[k + 1]! - own.x[k]!);
  const h = pick((own, k) => own.z[k + 1]! - own.z[k]!);
  const from = pick((own, k) => own.z[k]!);
  const relative = (slope: (own: Knots, k: number) => number) =>
    pick((own, k) => (slope(own, k) * (own.x[k + 1]! - own.x[k]!)) / (own.z[k + 1]! - own.z[k]!));
  const [d0, d1] = [relative((own, k) => own.right[k]!), relative((own, k) => own.left[k + 1]!)];
  const y = m.divide(m.subtract(z, from), h);
  const q = m.subtract(m.add(d0, d1), 2);
  const c = m.of("Neg", y);
  const b = m.subtract(d0, m.multiply(q, y));
  const a = m.subtract(1, b);
  const square = m.subtract(m.multiply(b, b), m.multiply(m.multiply(4, a), c));
  const root = m.of("Sqrt", m.limit("Max", square, 0));
  const isPositive = m.compare("GreaterOrEqual", b, 0);
  // The form that is not chosen may divide by 0.
  const t = m.divide(
    m.where(isPositive, m.multiply(2, c), m.subtract(root, b)),
    m.where(isPositive, m.subtract(m.of("Neg", b), root), m.multiply(2, a)),
  );
  const share = m.limit("Min", m.limit("Max", t, 0), 1);
  return m.add(
    pick((own, k) => own.x[k]!),
    m.multiply(w, share),
  );
}

/** Beyond the outermost knots: the x with the tail's mass beyond it. */
function inTail(m: Arithmetic, states: readonly Spline[], z: string, isAbove: string): string {
  const side = (of: (tail: Tail, knot: number, z: number) => number): string =>
    m.where(
      isAbove,
      m.row(states.map(({ upper, x, z: knots }) => of(upper, x.at(-1)!, -knots.at(-1)!))),
      m.row(states.map(({ lower, x, z: knots }) => of(lower, x[0]!, knots[0]!))),
    );
  const outer = m.where(isAbove, m.of("Neg", z), z);
  const logMass = m.subtract(
    cdf(m, outer).log,
    side((_tail, _x, at) => logNormalCdf(at)),
  );
  const knot = side((_, at) => at);
  const scale = side((tail) => (tail.kind === "pareto" ? tail.scale : 1));
  const shape = side((tail) => (tail.kind === "pareto" && tail.shape > 0 ? tail.shape : 1));
  const isExponential = m.g.cast(
    side((tail) => Number(tail.kind === "pareto" && !(tail.shape > 0))),
    "bool",
  );
  const less = m.of("Neg", logMass);
  const far = m.divide(expm1(m, m.multiply(less, shape)), shape);
  const t = m.multiply(scale, m.where(isExponential, less, far));
  const pareto = m.where(isAbove, m.add(knot, t), m.subtract(knot, t));
  const bound = side((tail) => (tail.kind === "power" ? tail.bound : 0));
  const exponent = side((tail) => (tail.kind === "power" ? tail.exponent : 1));
  const power = m.add(
    bound,
    m.multiply(m.subtract(knot, bound), m.of("Exp", m.divide(logMass, exponent))),
  );
  const isPower = m.g.cast(
    side((tail) => Number(tail.kind === "power")),
    "bool",
  );
  return m.where(isPower, power, pareto);
}

/**
 * The step whose interval holds a place on the axis of a column's steps. Of heaped steps: from the widest blocks of numbers to the narrowest,
 * each of which ends with a number of the next level.
 */
export function stepAt(m: Arithmetic, x: string, heaps: HeapState | undefined): string {
  if (heaps === undefined) return rounded(m, x);
  const { levels, bands } = heaps;
  const axis = stepAxis(heaps);
  const size = m.of("Abs", x);
  const starts = bands.map(({ from }) => axis.edgeAbove(from - 1));
  const at = m.subtract(m.count(m.compare("GreaterOrEqual", size, m.row(starts))), 1);
  const band = m.limit("Max", at, 0);
  /** The width of the numbers 1 ... most, had the band begun at 1. */
  const widthTo = (widths: readonly number[], most: number): number =>
    levels.reduce((sum, _, c) => sum + widths[c]! * classCount(levels, c, most), 0);
  const pick = (of: (band: HeapState["bands"][number], b: number) => number): string =>
    m.lookUp(bands.map(of), band);
  let rest = m.add(
    size,
    pick(({ from, widths }, b) => widthTo(widths, from - 1) - starts[b]!),
  );
  let k: string | undefined;
  for (let c = levels.length - 1; c >= 0; c--) {
    const level = levels[c]!;
    // A block ends with a number of the next level, so that its last part is wider: it is what lies beyond the others.
    const width = pick(({ widths }) => widthTo(widths, level - 1) + widths[c]!);
    const part = m.limit("Max", m.of("Floor", m.divide(rest, width)), 0);
    const parts = c === levels.length - 1 ? undefined : levels[c + 1]! / level - 1;
    const blocks = parts === undefined ? part : m.limit("Min", part, parts);
    rest = m.subtract(rest, m.multiply(blocks, width));
    const numbers = m.multiply(blocks, level);
    k = k === undefined ? numbers : m.add(k, numbers);
  }
  const positive = m.add(k!, 1);
  const signed = m.where(m.compare("Less", x, 0), m.of("Neg", positive), positive);
  return m.where(m.compare("Less", size, starts[0]!), 0, signed);
}
