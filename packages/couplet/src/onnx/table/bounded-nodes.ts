/** Cells that bounds cut off, as nodes: what `cut-encoder.ts` computes of a column's axis between two values. */
import { columnGrid } from "../../table/cell/column-grid.ts";
import { LEAST_LOG_MASS } from "../../table/encode/cut-encoder.ts";
import type { NumericColumnSchema } from "../../table/schema/schema.ts";
import type { Arithmetic } from "./arithmetic.ts";
import { gridPlace } from "./grid-nodes.ts";
import type { Image, Place } from "./map-nodes.ts";
import { logMassOf, measured } from "./normal-nodes.ts";
import { type NumericState, edgeAbove, stretchedAxis } from "./numeric-nodes.ts";

/** Two bounds of a cell's value, [rows, 1]; either may be infinite. */
export interface Bounds {
  readonly low: string;
  readonly high: string;
}

/** The part of a column's axis between two bounds, and where it is open: where they leave more than one value. */
export interface OpenRange {
  readonly lower: string;
  readonly upper: string;
  readonly logMass: string;
  readonly isOpen: string;
}

/** The nearest number within bounds. */
export function withinBounds(m: Arithmetic, value: string, { low, high }: Bounds): string {
  return m.limit("Min", m.limit("Max", value, low), high);
}

/** `ColumnEncoder.between`: places on the axis of the column's map, and what their images make of the bounds. */
export function betweenPlaces(
  m: Arithmetic,
  { low, high }: Bounds,
  schema: NumericColumnSchema,
  state: NumericState,
): {
  readonly places: readonly Place[];
  finish(images: readonly Image[]): OpenRange;
} {
  // No arithmetic beside infinities: their ends are chosen below.
  const finite = (bound: string): { readonly is: string; readonly value: string } => {
    const is = m.compare("LessOrEqual", m.of("Abs", bound), Number.MAX_VALUE);
    return { is, value: m.where(is, bound, 0) };
  };
  const [from, to] = [finite(low), finite(high)];
  const ends =
    state.kind === "grid"
      ? gridEnds(m, from.value, to.value, schema, state)
      : numberEnds(m, from.value, to.value, schema, state);
  const [isLow, isHigh] = [m.all(from.is, ends.isLow), m.all(to.is, ends.isHigh)];
  return {
    places: [ends.from, ends.to].map((x) => ({ state: state.map, x })),
    finish([a, b]) {
      const lower = m.where(isLow, a!.z, -Infinity);
      const upper = m.where(isHigh, b!.z, Infinity);
      const logMass = logMassOf(m, measured(m, { lower, upper }, 1));
      return { lower, upper, logMass, isOpen: m.compare("Greater", logMass, LEAST_LOG_MASS) };
    },
  };
}

/** Places of the ends on the axis, and whether the bounds say them: beyond the column's own ends they do not. */
interface Ends {
  readonly from: string;
  readonly to: string;
  readonly isLow: string;
  readonly isHigh: string;
}

function numberEnds(
  m: Arithmetic,
  low: string,
  high: string,
  schema: NumericColumnSchema,
  { pointMassWidth }: NumericState & { readonly kind: "number" },
): Ends {
  const points = schema.type === "number" ? (schema.pointMasses ?? []) : [];
  const { lower = -Infinity, upper = Infinity } = schema;
  const to = stretchedAxis(m, high, points, pointMassWidth);
  const isPoint =
    points.length === 0 ? undefined : m.count(m.compare("Equal", high, m.row(points)));
  return {
    from: stretchedAxis(m, low, points, pointMassWidth),
    to: isPoint === undefined ? to : m.add(to, m.multiply(isPoint, pointMassWidth)),
    isLow: m.compare("Greater", low, lower),
    isHigh: m.compare("Less", high, upper),
  };
}

/** A bound between two values of the grid leaves the one inside. */
function gridEnds(
  m: Arithmetic,
  low: string,
  high: string,
  schema: NumericColumnSchema,
  { heaps }: NumericState & { readonly kind: "grid" },
): Ends {
  const { first, last } = columnGrid(schema);
  const from = m.of("Neg", m.of("Floor", m.of("Neg", gridPlace(m, low, schema))));
  const to = m.of("Floor", gridPlace(m, high, schema));
  return {
    from: edgeAbove(m, m.subtract(from, 1), heaps),
    to: edgeAbove(m, to, heaps),
    isLow: m.compare("Greater", from, first),
    isHigh: m.compare("Less", to, last),
  };
}
