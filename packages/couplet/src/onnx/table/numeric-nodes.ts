/** Columns of numbers and dates as nodes: what `number-encoder.ts` and `grid-encoder.ts` make of a cell. */
import { columnGrid } from "../../table/cell/column-grid.ts";
import { type HeapState, classCount, stepAxis } from "../../table/cell/heaped-steps.ts";
import type { ColumnEncoderState } from "../../table/encode/encoder.ts";
import { type Interval, interval } from "../../table/encode/interval.ts";
import { monotoneMap } from "../../table/encode/monotone-map.ts";
import type { NumericColumnSchema } from "../../table/schema/schema.ts";
import type { Arithmetic, Term } from "./arithmetic.ts";
import type { Image, Place } from "./map-nodes.ts";
import { logDensity } from "./normal-nodes.ts";
import { nearestOf } from "./read-nodes.ts";
import { rounded } from "./rounding-nodes.ts";

/** One latent coordinate of a cell, [rows, 1] each: a point, or an interval to draw from. */
export interface Coordinate {
  /** Where it is an interval: a condition, always or never. */
  readonly isInterval: string | boolean;
  readonly lower: Term;
  readonly upper: Term;
  /** log of the normal mass of the interval; undefined where its ends say it. */
  readonly logMass: Term | undefined;
  /** Replaces a computed mass that is NaN. */
  readonly sliver?: string;
  /** The point, and log|dz/dx| there, where it is no interval. */
  readonly point?: Image;
  /** What is added to the correction of an interval, nats. */
  readonly extra: Term;
}

/** A cell whose places on the axis of its map are to be mapped before its coordinate is known. */
export interface Unmapped {
  readonly places: readonly Place[];
  finish(images: readonly Image[]): Coordinate;
}

/** The state of a column of numbers or dates. */
export type NumericState = Exclude<ColumnEncoderState, { readonly kind: "category" }>;

/** The coordinate of a column's cells without sentinels and missing cells. */
export function numericCell(
  m: Arithmetic,
  code: string,
  schema: NumericColumnSchema,
  state: NumericState,
): Unmapped {
  return state.kind === "grid"
    ? gridCell(m, code, schema, state)
    : numberCell(m, code, schema, state);
}

/** Continuous values with points of mass. */
function numberCell(
  m: Arithmetic,
  code: string,
  schema: NumericColumnSchema,
  state: NumericState & { readonly kind: "number" },
): Unmapped {
  const points = schema.type === "number" ? (schema.pointMasses ?? []) : [];
  const width = state.pointMassWidth;
  const { lower, upper } = schema;
  let inside: Term = code;
  if (lower !== undefined) inside = m.limit("Max", inside, lower);
  if (upper !== undefined) inside = m.limit("Min", inside, upper);
  const x = stretchedAxis(m, m.value(inside), points, width);
  const place = { state: state.map, x: offBounds(m, x, state) };
  if (points.length === 0)
    return {
      places: [place],
      finish: ([point]) => ({
        isInterval: false,
        ...WHOLE,
        point: point!,
        extra: 0,
      }),
    };
  const map = monotoneMap(state.map);
  const ranges = points.map((value, j) =>
    interval(map.toZ(value + j * width), map.toZ(value + (j + 1) * width)),
  );
  const isSame = m.compare("Equal", code, m.row(points));
  const which = m.g.sum(
    m.multiply(m.g.cast(isSame, "double"), m.row(points.map((_, j) => j))),
    1,
    true,
  );
  return {
    places: [place],
    finish: ([point]) => ({
      isInterval: m.compare("Greater", m.count(isSame), 0),
      ...tabled(m, ranges, which),
      point: point!,
      extra: m.lookUp(
        points.map((_, j) => -Math.log(state.pointMassSteps?.[j] ?? 1)),
        which,
      ),
    }),
  };
}

/** A value's place on the axis on which each point of mass below it takes a width. */
export function stretchedAxis(
  m: Arithmetic,
  value: string,
  points: readonly number[],
  width: number,
): string {
  if (points.length === 0) return value;
  return m.add(value, m.multiply(m.count(m.compare("Greater", value, m.row(points))), width));
}

/** An interval as terms. */
interface IntervalTerms {
  readonly lower: Term;
  readonly upper: Term;
  readonly logMass: Term;
}

/** The whole axis. */
export const WHOLE: IntervalTerms = { lower: -Infinity, upper: Infinity, logMass: 0 };

/** Intervals of a list by their number. */
export function tabled(m: Arithmetic, ranges: readonly Interval[], which: string): IntervalTerms {
  const pick = (of: "lower" | "upper" | "logMass"): string =>
    m.lookUp(
      ranges.map((range) => range[of]),
      which,
    );
  return { lower: pick("lower"), upper: pick("upper"), logMass: pick("logMass") };
}

/** A value on an open bound stands for the nearest value inside. */
function offBounds(m: Arithmetic, x: string, state: NumericState & { readonly kind: "number" }) {
  const { map, pointMassWidth } = state;
  if (map.kind === "affine") return x;
  const step = (at: string): string =>
    m.multiply(1e-9, m.limit("Max", m.of("Abs", at), pointMassWidth));
  let inside = x;
  if (map.lower.kind === "power")
    inside = m.where(m.compare("LessOrEqual", x, map.lower.bound), m.add(x, step(x)), inside);
  if (map.upper.kind === "power")
    inside = m.where(
      m.compare("GreaterOrEqual", x, map.upper.bound),
      m.subtract(x, step(x)),
      inside,
    );
  return inside;
}

/** Values that come in steps: each is the interval half a step to either side of it. */
function gridCell(
  m: Arithmetic,
  code: string,
  schema: NumericColumnSchema,
  state: NumericState & { readonly kind: "grid" },
): Unmapped {
  const grid = columnGrid(schema);
  const k =
    schema.values === undefined
      ? rounded(m, m.divide(m.subtract(code, grid.offset), grid.step))
      : nearestOf(m, code, schema.values);
  const from = edgeAbove(m, m.subtract(k, 1), state.heaps);
  const to = edgeAbove(m, k, state.heaps);
  const middle = m.multiply(0.5, m.add(from, to));
  return {
    places: [from, to, middle].map((x) => ({ state: state.map, x })),
    finish([a, b, between]) {
      const lower =
        grid.first === -Infinity
          ? a!.z
          : m.where(m.compare("LessOrEqual", k, grid.first), -Infinity, a!.z);
      const upper =
        grid.last === Infinity
          ? b!.z
          : m.where(m.compare("GreaterOrEqual", k, grid.last), Infinity, b!.z);
      const apart = m.where(m.compare("Greater", to, from), m.subtract(to, from), 1);
      return {
        isInterval: true,
        lower,
        upper,
        logMass: undefined,
        sliver: m.add(logDensity(m, lower), m.add(between!.slope, m.of("Log", apart))),
        extra: schema.type === "number" ? -Math.log(grid.step) : 0,
      };
    },
  };
}

/** The edge between k and k + 1 on the axis of steps, of unequal width where values heap up. */
export function edgeAbove(m: Arithmetic, k: string, heaps: HeapState | undefined): string {
  if (heaps === undefined) return m.add(k, 0.5);
  const { levels, bands } = heaps;
  const isBelow = m.compare("Less", k, 0);
  const size = m.where(isBelow, m.subtract(m.of("Neg", k), 1), k);
  // How many of 1..size are of each class: multiples of a level, less those of the next.
  const multiples = m.of("Floor", m.divide(size, m.row(levels)));
  const next = [...levels.slice(1), Infinity];
  const ofNext = m.of("Floor", m.divide(size, m.row(next)));
  const counts = m.subtract(multiples, ofNext);
  const band = m.count(
    m.compare("GreaterOrEqual", size, m.row([-1, ...bands.slice(1).map(({ from }) => from)])),
  );
  const at = m.subtract(band, 1);
  const axis = stepAxis(heaps);
  const starts = bands.map(({ from, widths }) => {
    // What the closed form has to be shifted by, so that it gives the band's first edge.
    const first = levels.reduce((sum, _, c) => sum + widths[c]! * classCount(levels, c, from), 0);
    return axis.edgeAbove(from) - first;
  });
  const widths = levels.map((_, c) =>
    m.lookUp(
      bands.map((own) => own.widths[c]!),
      at,
    ),
  );
  const edge = m.add(m.lookUp(starts, at), m.g.sum(m.multiply(counts, m.beside(widths)), 1, true));
  return m.where(isBelow, m.of("Neg", edge), edge);
}
