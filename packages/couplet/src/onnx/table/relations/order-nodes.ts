/** Orders as nodes: what `kinds/order.ts` and `difference.ts` say of a row. */
import type { OrderRelation } from "../../../table/schema/relation.ts";
import type { PlacedOrder } from "../../../table/relations/open-cell.ts";
import { decimalsIn } from "../../../table/relations/rounding.ts";
import {
  type ModelledColumnSchema,
  type NumericColumnSchema,
  isDate,
  isNumeric,
  onGrid,
} from "../../../table/schema/schema.ts";
import { columnGrid } from "../../../table/cell/column-grid.ts";
import type { Arithmetic } from "../arithmetic.ts";
import { instantOf, unitIndex } from "../date-nodes.ts";
import { firstFrom, gridPlace, gridValue, lastTo, valueWithin } from "../grid-nodes.ts";
import type { CellNodes } from "../read-nodes.ts";
import { asWritten, rounded, roundedTo } from "../rounding-nodes.ts";
import { type Known, type RelatedCells, type RuleNodes, arePresent } from "./open-nodes.ts";

/** A code in the unit of another column. */
function inUnitOf(
  m: Arithmetic,
  target: ModelledColumnSchema,
  source: ModelledColumnSchema,
  code: string,
): string {
  if (!isDate(target) || !isDate(source) || target.unit === source.unit) return code;
  return unitIndex(m, instantOf(m, code, source.unit), target.unit);
}

/** What lies below the high end, in its unit, where that is known. */
function lowEnd(m: Arithmetic, { high, lows }: PlacedOrder, related: RelatedCells) {
  const { schemas, cells } = related;
  const own = lows.map((low) => inUnitOf(m, schemas[high]!, schemas[low]!, cells[low]!.code));
  const sum = m.add(...own);
  const decimals = Math.max(...lows.map((low) => decimalsIn(schemas[low]!) ?? 16));
  return {
    is: arePresent(m, related, lows)!,
    value: lows.length === 1 || decimals > 15 ? sum : roundedTo(m, sum, decimals),
  };
}

/** What orders say of the column that they bound, as their high end or as a low one. */
export function boundsRule(
  m: Arithmetic,
  orders: readonly PlacedOrder[],
  related: RelatedCells,
  column: number,
): RuleNodes {
  if (orders[0]!.high !== column)
    return { high: mostOf(m, orders[0]!, related, related.schemas[column]!) };
  const schema = related.schemas[column]!;
  const bounds = orders.map((order) => {
    const { is, value } = lowEnd(m, order, related);
    const least = leastFrom(m, value, schema, order.relation.strict === true);
    return { is, value: m.where(is, least, -Infinity) };
  });
  return {
    low: {
      is: m.any(...bounds.map(({ is }) => is)),
      value: bounds.reduce((most, { value }) => m.limit("Max", most, value), m.value(-Infinity)),
    },
  };
}

/** The column's least value that is not below a number (above it, if strict). */
function leastFrom(
  m: Arithmetic,
  bound: string,
  schema: ModelledColumnSchema,
  strict: boolean,
): string {
  if (!isNumeric(schema) || !onGrid(schema)) return bound;
  const { last, step } = columnGrid(schema);
  const k = firstFrom(m, bound, schema, strict);
  const value = valueWithin(m, k, schema);
  if (last === Infinity) return value;
  const end = m.add(m.limit("Max", bound, columnGrid(schema).valueAt(last)), step);
  return m.where(m.compare("Greater", k, last), end, value);
}

/** The column's largest value that is not above the high end of an order (below it, if strict). */
function mostOf(
  m: Arithmetic,
  { relation, high }: PlacedOrder,
  { schemas, cells }: RelatedCells,
  schema: ModelledColumnSchema,
): Known {
  const { code, isMissing } = cells[high]!;
  const bound = inUnitOf(m, schema, schemas[high]!, code);
  const is = m.of("Not", m.any(isMissing, ...standsForNone(m, relation, code)));
  if (!isNumeric(schema) || !onGrid(schema)) return { is, value: bound };
  const { first, step } = columnGrid(schema);
  const k = lastTo(m, bound, schema, relation.strict === true);
  const value = valueWithin(m, k, schema);
  if (first === -Infinity) return { is, value };
  const end = m.subtract(m.limit("Min", bound, columnGrid(schema).valueAt(first)), step);
  return { is, value: m.where(m.compare("Less", k, first), end, value) };
}

/** Rows whose cells are in another order. */
export function brokenOrder(m: Arithmetic, order: PlacedOrder, related: RelatedCells): string {
  const { is, value } = lowEnd(m, order, related);
  const { code, isMissing } = related.cells[order.high]!;
  const strict = order.relation.strict === true;
  const isThere = m.of("Not", m.any(isMissing, ...standsForNone(m, order.relation, code)));
  return m.all(is, isThere, m.compare(strict ? "LessOrEqual" : "Less", code, value));
}

/** Where the high end is one of the values of which an order says nothing. */
function standsForNone(m: Arithmetic, { unless = [] }: OrderRelation, code: string): string[] {
  return unless.map((value) => m.compare("Equal", code, value));
}

/** A value as its difference to what lies below it, in the column's steps; 0 where nothing is known of that. */
export function differenceNodes(
  m: Arithmetic,
  schema: NumericColumnSchema,
  { code }: CellNodes,
  { is, value: low }: Known,
): string {
  if (!onGrid(schema)) return m.limit("Max", m.where(is, m.subtract(code, low), 0), 0);
  const { step } = columnGrid(schema);
  const from = firstFrom(m, m.where(is, low, code), schema, false);
  const steps = m.subtract(rounded(m, gridPlace(m, code, schema)), from);
  return m.multiply(m.limit("Max", steps, 0), step);
}

/** Undoes it: never below what lies below. */
export function fromDifference(
  m: Arithmetic,
  schema: NumericColumnSchema,
  difference: string,
  { is, value }: Known,
): string {
  const low = m.where(is, value, 0);
  if (!onGrid(schema)) {
    const decimals = decimalsIn(schema);
    const own = asWritten(m, m.add(low, difference), decimals);
    // `low` may have more decimals than the column.
    const next = asWritten(m, m.add(low, 10 ** -(decimals ?? 0)), decimals);
    return m.where(m.compare("GreaterOrEqual", own, low), own, next);
  }
  const steps = rounded(m, m.divide(difference, columnGrid(schema).step));
  return gridValue(m, m.add(steps, firstFrom(m, low, schema, false)), schema);
}
