/** Steps of columns as nodes: what `column-grid.ts` and `first-from.ts` compute. */
import { columnGrid, decimalsOfStep, listTolerance } from "../../table/cell/column-grid.ts";
import type { NumericColumnSchema } from "../../table/schema/schema.ts";
import type { Arithmetic } from "./arithmetic.ts";
import { rounded, roundedTo } from "./rounding-nodes.ts";

/** A bound this near to a value of the grid, in steps, is that value. */
const NEAR = 1e-3;

/** The value of k of a column that comes in steps, without the rounding errors of the sum; bounds are the caller's. */
export function gridValue(m: Arithmetic, k: string, schema: NumericColumnSchema): string {
  if (schema.values !== undefined) return m.lookUp(schema.values, k);
  const { step, offset } = columnGrid(schema);
  if (step === 1 && offset === 0) return k;
  const decimals = schema.type === "number" ? (schema.decimals ?? decimalsOfStep(step)) : 0;
  return roundedTo(m, m.add(m.multiply(k, step), offset), decimals);
}

/** Where a number lies between the k: an integer for a value of the grid. */
export function gridPlace(m: Arithmetic, value: string, schema: NumericColumnSchema): string {
  if (schema.values !== undefined) return listPlace(m, value, schema.values);
  const { step, offset } = columnGrid(schema);
  const place = m.divide(m.subtract(value, offset), step);
  const nearest = rounded(m, place);
  const isNear = m.compare("Less", m.of("Abs", m.subtract(place, nearest)), NEAR);
  return m.where(isNear, nearest, place);
}

function listPlace(m: Arithmetic, value: string, values: readonly number[]): string {
  const near = listTolerance(values);
  const k = m.count(m.compare("Less", m.row(values), m.subtract(value, near)));
  const gap = m.of("Abs", m.subtract(m.lookUp([...values, Infinity], k), value));
  return m.where(m.compare("LessOrEqual", gap, near), k, m.subtract(k, 0.5));
}

/** Number of the least value that is not below a bound (above it, if strict). */
export function firstFrom(
  m: Arithmetic,
  bound: string,
  schema: NumericColumnSchema,
  strict: boolean,
): string {
  const place = gridPlace(m, bound, schema);
  const k = strict
    ? m.add(m.of("Floor", place), 1)
    : m.of("Neg", m.of("Floor", m.of("Neg", place)));
  return m.add(k, m.g.cast(m.compare("Less", valueWithin(m, k, schema), bound), "double"));
}

/** Number of the largest value that is not above a bound (below it, if strict). */
export function lastTo(
  m: Arithmetic,
  bound: string,
  schema: NumericColumnSchema,
  strict: boolean,
): string {
  const place = gridPlace(m, bound, schema);
  const k = strict
    ? m.subtract(m.of("Neg", m.of("Floor", m.of("Neg", place))), 1)
    : m.of("Floor", place);
  return m.subtract(k, m.g.cast(m.compare("Greater", valueWithin(m, k, schema), bound), "double"));
}

/** The value of any k: beyond a list its ends. */
export function valueWithin(m: Arithmetic, k: string, schema: NumericColumnSchema): string {
  if (schema.values === undefined) return gridValue(m, k, schema);
  const last = schema.values.length - 1;
  return gridValue(m, m.limit("Min", m.limit("Max", k, 0), last), schema);
}
