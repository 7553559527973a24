/** One column is never below another: a trip ends after it began, the parts of a total never pass it. */
import { ABOVE, BETWEEN } from "../open-cell.ts";
import type { CellRule, PlacedOrder } from "../open-cell.ts";
import { parseFlag, parseNames } from "../parse-fields.ts";
import type { OrderRelation } from "../../schema/relation.ts";
import type { RelationKind } from "../relation-kind.ts";
import { columnIndex, inUnitOf } from "../row-codes.ts";
import { decimalsIn } from "../rounding.ts";
import { columnGrid } from "../../cell/column-grid.ts";
import { firstFrom, lastTo } from "../first-from.ts";
import { type ModelledColumnSchema, isNumeric, onGrid } from "../../schema/schema.ts";

/** {@link OrderRelation}. Its rules need all relations in view: `planRelations` makes them. */
export const order: RelationKind<OrderRelation> = {
  kind: "order",
  fields: ["low", "high", "strict", "by", "unless"],
  parse(fields) {
    const by = fields.value("by");
    if (by !== undefined && by !== "difference" && by !== "bound")
      throw fields.wrong("by", '"difference" or "bound"');
    const low = parseNames(fields, "low");
    if (low.length > 1 && fields.has("unless"))
      throw fields.wrong("low", 'one column, beside "unless"');
    return {
      kind: "order",
      low,
      high: fields.text("high"),
      ...parseFlag(fields, "strict"),
      ...(by === undefined ? {} : { by }),
      ...(fields.has("unless") ? { unless: [...fields.numbers("unless")] } : {}),
    };
  },
  columns: ({ low, high }) => [...low, high],
  describe: ({ low, high, strict, unless }) =>
    `${low.join(" + ")} ${strict === true ? "<" : "<="} ${high}${unless === undefined ? "" : `, unless that is ${unless.join(" or ")}`}`,
  brokenRows(relation, { rows, schemas, codes }) {
    const { highAt, lowAt } = placedOrder(relation, schemas);
    const broken: number[] = [];
    for (let row = 0; row < rows; row++) {
      const gap = highAt(codes, row) - lowAt(codes, row);
      // A missing cell breaks no order.
      if (gap < 0 || (gap === 0 && relation.strict === true)) broken.push(row);
    }
    return broken;
  },
  rules: () => [],
};

/** The order's columns in a table. */
export function placedOrder(
  relation: OrderRelation,
  schemas: readonly ModelledColumnSchema[],
): PlacedOrder {
  const where = `relation ${order.describe(relation)}`;
  const high = columnIndex(schemas, relation.high, where);
  const lows = relation.low.map((name) => columnIndex(schemas, name, where));
  const units = lows.map((low) => inUnitOf(schemas[high]!, schemas[low]!));
  const decimals = Math.max(...lows.map((low) => decimalsIn(schemas[low]!) ?? 16));
  return {
    relation,
    high,
    lows,
    highAt(codes, row) {
      const code = codes[high]![row]!;
      return relation.unless?.includes(code) === true ? NaN : code;
    },
    lowAt(codes, row) {
      if (lows.length === 1) return units[0]!(codes[lows[0]!]![row]!);
      let sum = 0;
      for (let k = 0; k < lows.length; k++) sum += units[k]!(codes[lows[k]!]![row]!);
      // Three tenths are no more than 0.3.
      return decimals <= 15 && Math.abs(sum) < 1e15 ? Number(sum.toFixed(decimals)) : sum;
    },
  };
}

/** The rule of a column that is the high end of some orders. */
export function aboveRule(
  orders: readonly PlacedOrder[],
  schemas: readonly ModelledColumnSchema[],
): CellRule {
  const column = orders[0]!.high;
  const schema = schemas[column]!;
  const byDifference = modelsDifference(orders, schema);
  const leastValue = leastFrom(schema);
  return {
    column,
    needs: [...new Set(orders.flatMap(({ lows }) => lows))],
    decidesValue: false,
    decidesMissing: false,
    computes: false,
    bounds: orders,
    narrow(codes, row, cell) {
      let low = -Infinity;
      for (const { relation, lowAt } of orders) {
        const next = lowAt(codes, row);
        if (!Number.isNaN(next)) low = Math.max(low, leastValue(next, relation.strict === true));
      }
      if (low === -Infinity) return;
      cell.low = Math.max(cell.low, low);
      cell.value = byDifference && cell.high === Infinity ? ABOVE : BETWEEN;
    },
  };
}

/**
 * The column's least value that is not below a number (above it, if strict). A bound between two values would come out as a value of
 * the column where it cuts a cell off.
 */
function leastFrom(schema: ModelledColumnSchema): (bound: number, strict: boolean) => number {
  if (!isNumeric(schema) || !onGrid(schema)) return (bound) => bound;
  const grid = columnGrid(schema);
  return (bound, strict) => {
    const k = firstFrom(grid, bound, strict);
    // Beyond the column's end nothing is left, whatever the bound.
    return k > grid.last ? Math.max(bound, grid.valueAt(grid.last)) + grid.step : grid.valueAt(k);
  };
}

/** Whether a column is modelled as its difference to what lies below it. */
export function modelsDifference(
  orders: readonly PlacedOrder[],
  schema: ModelledColumnSchema,
): boolean {
  // A difference says nothing of where a list of values or a scale ends.
  const bounded =
    isNumeric(schema) &&
    (schema.upper !== undefined || schema.values !== undefined || schema.sentinels !== undefined);
  return !bounded && orders.every(({ relation }) => relation.by !== "bound");
}

/** The rule of a low end whose high end is computed from other columns, or may stand for no value. */
export function belowRule(
  placed: PlacedOrder,
  low: number,
  schemas: readonly ModelledColumnSchema[],
): CellRule {
  const { relation, high, highAt } = placed;
  const toLow = inUnitOf(schemas[low]!, schemas[high]!);
  const mostValue = mostTo(schemas[low]!);
  return {
    column: low,
    needs: [high],
    decidesValue: false,
    decidesMissing: false,
    computes: false,
    bounds: [placed],
    narrow(codes, row, cell) {
      const end = highAt(codes, row);
      if (Number.isNaN(end)) return;
      const most = toLow(end);
      cell.high = Math.min(cell.high, mostValue(most, relation.strict === true));
      cell.value = BETWEEN;
    },
  };
}

/** The column's largest value that is not above a number (below it, if strict), as {@link leastFrom} from the other side. */
function mostTo(schema: ModelledColumnSchema): (bound: number, strict: boolean) => number {
  if (!isNumeric(schema) || !onGrid(schema)) return (bound) => bound;
  const grid = columnGrid(schema);
  return (bound, strict) => {
    const k = lastTo(grid, bound, strict);
    return k < grid.first ? Math.min(bound, grid.valueAt(grid.first)) - grid.step : grid.valueAt(k);
  };
}

/** The step of a column that comes in steps; 0 for others. */
export function stepIn(schema: ModelledColumnSchema): number {
  if (isNumeric(schema)) return schema.resolution ?? (schema.type === "number" ? 0 : 1);
  return 1;
}
