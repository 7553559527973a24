/** Values of columns out of latent coordinates as nodes: what `number-encoder.ts`, `grid-encoder.ts` and `sentinel-encoder.ts` decode. */
import { columnGrid } from "../../table/cell/column-grid.ts";
import { MOST_LATENT } from "../../table/encode/axis-part.ts";
import { columnEncoder } from "../../table/encode/column-encoder.ts";
import type { ColumnEncoder } from "../../table/encode/encoder.ts";
import { type Interval, interval } from "../../table/encode/interval.ts";
import { monotoneMap } from "../../table/encode/monotone-map.ts";
import type { NumericColumnSchema } from "../../table/schema/schema.ts";
import type { Arithmetic } from "./arithmetic.ts";
import { gridValue } from "./grid-nodes.ts";
import { stepAt, unmapped } from "./inverse-map-nodes.ts";
import type { NumericState } from "./numeric-nodes.ts";
import { roundedTo } from "./rounding-nodes.ts";
import { type Marks, marksOf, movedBetween } from "./sentinel-nodes.ts";

/** A coordinate of a column of numbers or dates, [rows, 1]. */
export interface LatentValue {
  readonly schema: NumericColumnSchema;
  readonly state: NumericState;
  readonly z: string;
}

/** A column's encoder of present cells without its sentinels. */
export function plainEncoder({ schema, state }: Omit<LatentValue, "z">): ColumnEncoder {
  return columnEncoder({ ...schema, sentinels: undefined } as unknown as typeof schema, {
    ...state,
    missingShare: 0,
    sentinelShares: [],
  });
}

/** The sentinels of a column; undefined of one without. */
export function ownMarks(value: Omit<LatentValue, "z">): Marks | undefined {
  const { schema, state } = value;
  const shares = state.sentinelShares ?? [];
  return schema.sentinels === undefined || shares.length === 0
    ? undefined
    : marksOf(plainEncoder(value), schema, shares);
}

/** The codes of coordinates, all columns side by side. */
export function decodedValues(m: Arithmetic, values: readonly LatentValue[]): string[] {
  const marks = values.map(ownMarks);
  const inner = betweenSentinels(m, values, marks);
  const x = unmapped(
    m,
    values.map(({ state }, i) => ({ state: state.map, z: inner[i]! })),
  );
  return values.map((value, i) => {
    const { schema, state, z } = value;
    const plain =
      state.kind === "grid"
        ? stepValue(m, x[i]!, schema, state)
        : numberValue(m, x[i]!, inner[i]!, schema, state);
    const own = marks[i];
    return own === undefined ? plain : beside(m, value, own, plain, z);
  });
}

/** The coordinates on the axes of the encoders without sentinels. */
function betweenSentinels(
  m: Arithmetic,
  values: readonly LatentValue[],
  marks: readonly (Marks | undefined)[],
): string[] {
  const found = marks.flatMap((own, i) => (own?.inner === undefined ? [] : [{ ...own, i }]));
  const inner = values.map(({ z }) => z);
  if (found.length === 0) return inner;
  const z = movedBetween(
    m,
    m.beside(found.map(({ i }) => inner[i]!)),
    found.map(({ others }) => others),
    found.map((own) => own.inner!),
  );
  for (const [at, { i }] of found.entries()) inner[i] = m.columnOf(z, at);
  return inner;
}

/** A sentinel where the coordinate lies on its part of the axis; else the value, within the bounds between the sentinels. */
function beside(
  m: Arithmetic,
  value: LatentValue,
  { codes, ranges, inner, low, high }: Marks,
  plain: string,
  z: string,
): string {
  const nearest = (): number => {
    const own = plainEncoder(value);
    const last = (at: number): number => own.decode([at], 0);
    return Number.isFinite(low)
      ? Math.min(low, last(MOST_LATENT))
      : Math.max(high, last(-MOST_LATENT));
  };
  const other =
    inner === undefined ? m.value(nearest()) : m.limit("Min", m.limit("Max", plain, low), high);
  return ranges.reduce((found, range, i) => m.where(within(m, z, range), codes[i]!, found), other);
}

function within(m: Arithmetic, z: string, { lower, upper }: Interval): string {
  return m.all(m.compare("GreaterOrEqual", z, lower), m.compare("Less", z, upper));
}

/** Continuous values with points of mass. */
function numberValue(
  m: Arithmetic,
  x: string,
  z: string,
  schema: NumericColumnSchema,
  state: NumericState & { readonly kind: "number" },
): string {
  const points = schema.type === "number" ? (schema.pointMasses ?? []) : [];
  const { lower, upper } = schema;
  let value = x;
  if (points.length > 0) {
    const width = state.pointMassWidth;
    const ends = points.map((point, j) => point + (j + 1) * width);
    const below = m.count(m.compare("GreaterOrEqual", x, m.row(ends)));
    // Inside a point's interval (by rounding at its edge): the point.
    const next = m.lookUp([...points, Infinity], below);
    value = m.limit("Min", m.subtract(x, m.multiply(below, width)), next);
  }
  if (upper !== undefined) value = m.limit("Min", value, upper);
  if (lower !== undefined) value = m.limit("Max", value, lower);
  const decimals = schema.type === "number" ? schema.decimals : 0;
  if (decimals !== undefined) value = roundedTo(m, value, decimals);
  const map = monotoneMap(state.map);
  return points.reduce((found, point, j) => {
    const from = point + j * state.pointMassWidth;
    const range = interval(map.toZ(from), map.toZ(from + state.pointMassWidth));
    return m.where(within(m, z, range), point, found);
  }, value);
}

/** Values that come in steps. */
function stepValue(
  m: Arithmetic,
  x: string,
  schema: NumericColumnSchema,
  state: NumericState & { readonly kind: "grid" },
): string {
  const { first, last } = columnGrid(schema);
  let k = stepAt(m, x, state.heaps);
  if (last < Infinity) k = m.limit("Min", k, last);
  if (first > -Infinity) k = m.limit("Max", k, first);
  const value = gridValue(m, k, schema);
  const { lower = -Infinity, upper = Infinity, values } = schema;
  // The sum's rounding errors carry no value beyond a bound.
  return values !== undefined || (lower === -Infinity && upper === Infinity)
    ? value
    : m.limit("Min", m.limit("Max", value, lower), upper);
}
