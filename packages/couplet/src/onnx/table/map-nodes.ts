/**
 * The monotone maps of columns as nodes: all columns of a table at once, [rows, n], so that a graph does not grow with the table. A bin is
 * found by comparisons with the knots.
 */
import { type MonotoneMapState, type Tail, logTailSlope } from "../../table/encode/monotone-map.ts";
import { logNormalCdf } from "../../statistics/normal.ts";
import type { Arithmetic } from "./arithmetic.ts";
import { log1p, logDensity, quantileOfLog } from "./normal-nodes.ts";

/** A place on a column's axis, [rows, 1]. */
export interface Place {
  readonly state: MonotoneMapState;
  readonly x: string;
}

/** Its image, and log dz/dx there. */
export interface Image {
  readonly z: string;
  readonly slope: string;
}

/** The state of a map by a spline. */
export type Spline = MonotoneMapState & { readonly kind: "spline" };

/** The images of places under the maps of their columns. */
export function mapped(m: Arithmetic, places: readonly Place[]): Image[] {
  const images: Image[] = [];
  const splines: (Place & { readonly at: number; readonly state: Spline })[] = [];
  for (const [at, { state, x }] of places.entries()) {
    if (state.kind === "spline") splines.push({ state, x, at });
    else
      images[at] = {
        z: m.divide(m.subtract(x, state.centre), state.scale),
        slope: m.value(-Math.log(state.scale)),
      };
  }
  if (splines.length === 0) return images;
  const x = m.beside(splines.map((place) => place.x));
  const { z, slope } = splineNodes(
    m,
    splines.map(({ state }) => state),
    x,
  );
  for (const [i, { at }] of splines.entries())
    images[at] = { z: m.columnOf(z, i), slope: m.columnOf(slope, i) };
  return images;
}

/** The knots of a spline. */
export type Knots = Pick<Spline, "x" | "z" | "left" | "right">;

/** A map of one knot as one of two, whose bin is the line with the slope of the lower tail. */
function knotsOf(state: Spline): Knots {
  if (state.x.length > 1) return state;
  const [x, z] = [state.x[0]!, state.z[0]!];
  const slope = Math.exp(logTailSlope(state.lower, x, z));
  return { x: [x, x + 1], z: [z, z + slope], left: [slope, slope], right: [slope, slope] };
}

function splineNodes(m: Arithmetic, states: readonly Spline[], x: string): Image {
  const first = states.map((state) => state.x[0]!);
  const last = states.map((state) => state.x.at(-1)!);
  const isBelow = m.compare("Less", x, m.row(first));
  const isAbove = m.compare("Greater", x, m.row(last));
  const isInside = m.of("Not", m.any(isBelow, isAbove));
  const inner = binNodes(m, states, m.where(isInside, x, m.row(first)));
  const outer = tailNodes(m, states, x, isAbove);
  return {
    z: m.where(isInside, inner.z, outer.z),
    slope: m.where(isInside, inner.slope, outer.slope),
  };
}

/** Between the outermost knots: the rational-quadratic spline, with the letters of `monotone-map.ts`. */
function binNodes(m: Arithmetic, states: readonly Spline[], x: string): Image {
  const pick = pickedOf(m, states, "x", x);
  const w = pick((own, k) => own.x[k + 1]! - own.x[k]!);
  const h = pick((own, k) => own.z[k + 1]! - own.z[k]!);
  const d0 = pick((own, k) => own.right[k]!);
  const d1 = pick((own, k) => own.left[k + 1]!);
  const t = m.divide(
    m.subtract(
      x,
      pick((own, k) => own.x[k]!),
    ),
    w,
  );
  const s = m.divide(h, w);
  const [square, middle] = [m.multiply(t, t), m.multiply(t, m.subtract(1, t))];
  const bend = m.subtract(m.add(d0, d1), m.multiply(2, s));
  const below = m.add(s, m.multiply(bend, middle));
  const rise = m.multiply(h, m.add(m.multiply(s, square), m.multiply(d0, middle)));
  const rest = m.subtract(1, t);
  const steep = m.add(
    m.multiply(d1, square),
    m.multiply(2, s, middle),
    m.multiply(d0, m.multiply(rest, rest)),
  );
  return {
    z: m.add(
      pick((own, k) => own.z[k]!),
      m.divide(rise, below),
    ),
    slope: m.subtract(
      m.add(m.multiply(2, m.of("Log", s)), m.of("Log", steep)),
      m.multiply(2, m.of("Log", below)),
    ),
  };
}

/** What each column has at the bin that holds its value, which is found by comparisons with the knots on that axis. */
export function pickedOf(
  m: Arithmetic,
  states: readonly Spline[],
  axis: "x" | "z",
  value: string,
): (of: (own: Knots, bin: number) => number) => string {
  const all = states.map(knotsOf);
  const n = all.length;
  const most = Math.max(...all.map((own) => own.x.length));
  const padded = all.flatMap((own) => [
    ...own[axis],
    ...Array.from({ length: most - own.x.length }, () => Infinity),
  ]);
  const passed = m.g.node("GreaterOrEqual", [
    m.g.reshape(value, [-1, n, 1]),
    m.g.constant(padded, [1, n, most]),
  ]);
  const before = m.g.sum(m.g.cast(passed, "double"), 2, false);
  const bin = m.limit(
    "Min",
    m.limit("Max", m.subtract(before, 1), 0),
    m.row(all.map((own) => own.x.length - 2)),
  );
  const at = m.add(bin, m.row(all.map((_, j) => j * most)));
  return (of) =>
    m.lookUp(
      all.flatMap((own) =>
        Array.from({ length: most }, (_, k) => (k < own.x.length - 1 ? of(own, k) : 0)),
      ),
      at,
    );
}

/** Beyond the outermost knots: the tail of either side, in the logarithm of its own small mass. */
function tailNodes(m: Arithmetic, states: readonly Spline[], x: string, isAbove: string): Image {
  const side = (of: (tail: Tail, knot: number, z: number) => number): string =>
    m.where(
      isAbove,
      m.row(states.map(({ upper, x: knots, z }) => of(upper, knots.at(-1)!, -z.at(-1)!))),
      m.row(states.map(({ lower, x: knots, z }) => of(lower, knots[0]!, z[0]!))),
    );
  const tails = states.flatMap(({ lower, upper }) => [lower, upper]);
  const knot = side((_, at) => at);
  const logEdge = side((_tail, _knot, z) => logNormalCdf(z));
  const parts: { readonly is: string; readonly mass: string; readonly density: string }[] = [];
  if (tails.some((tail) => tail.kind === "pareto")) {
    const scale = side((tail) => (tail.kind === "pareto" ? tail.scale : 1));
    const shape = side((tail) => (tail.kind === "pareto" && tail.shape > 0 ? tail.shape : 1));
    const isExponential = m.g.cast(
      side((tail) => (tail.kind === "pareto" && tail.shape > 0 ? 0 : 1)),
      "bool",
    );
    const t = m.of("Abs", m.subtract(x, knot));
    const units = m.divide(t, scale);
    const log = log1p(m, m.divide(m.multiply(shape, t), scale));
    const decay = m.where(isExponential, units, m.multiply(m.add(1, m.divide(1, shape)), log));
    parts.push({
      is: m.g.cast(
        side((tail) => Number(tail.kind === "pareto")),
        "bool",
      ),
      mass: m.of("Neg", m.where(isExponential, units, m.divide(log, shape))),
      density: m.subtract(m.of("Neg", m.of("Log", scale)), decay),
    });
  }
  if (tails.some((tail) => tail.kind === "power")) {
    const bound = side((tail) => (tail.kind === "power" ? tail.bound : 0));
    const exponent = side((tail) => (tail.kind === "power" ? tail.exponent : 1));
    const width = m.subtract(knot, bound);
    const share = m.divide(m.subtract(x, bound), width);
    const isBeyond = m.compare("LessOrEqual", share, 0);
    const log = m.of("Log", m.limit("Max", share, 0));
    const front = m.of("Log", m.divide(exponent, m.of("Abs", width)));
    const impossible = (value: string): string => m.where(isBeyond, -Infinity, value);
    parts.push({
      is: m.g.cast(
        side((tail) => Number(tail.kind === "power")),
        "bool",
      ),
      mass: impossible(m.multiply(exponent, log)),
      density: impossible(m.add(front, m.multiply(m.subtract(exponent, 1), log))),
    });
  }
  const [one, other] = [parts[0]!, parts[1]];
  const choose = (of: "mass" | "density"): string =>
    other === undefined ? one[of] : m.where(one.is, one[of], other[of]);
  const low = quantileOfLog(m, m.add(logEdge, choose("mass")));
  return {
    z: m.where(isAbove, m.of("Neg", low), low),
    slope: m.subtract(m.add(logEdge, choose("density")), logDensity(m, low)),
  };
}
