/**
 * What relations leave open of a column's cells, as nodes: what `kinds/parent.ts`, `exclusion.ts` and `order.ts` say row by row. Kinds without
 * nodes are refused by name.
 */
import { CoupletError } from "../../error.ts";
import { columnGrid } from "../../table/cell/column-grid.ts";
import { describeRelation } from "../../table/relations/kinds/index.ts";
import type { ColumnPlan, RelationPlan } from "../../table/relations/plan-relations.ts";
import { decimalsIn } from "../../table/relations/rounding.ts";
import { codeOfCell } from "../../table/relations/row-codes.ts";
import type {
  ExclusionRelation,
  OrderRelation,
  ParentRelation,
  Relation,
} from "../../table/schema/relation.ts";
import {
  type ModelledColumnSchema,
  isCategorical,
  isDate,
  isNumeric,
  onGrid,
} from "../../table/schema/schema.ts";
import type { Arithmetic } from "./arithmetic.ts";
import { type CellNodes, rounded } from "./read-nodes.ts";

/** The modelled columns that are no context, with their cells. */
export interface RelatedCells {
  readonly schemas: readonly ModelledColumnSchema[];
  readonly cells: readonly CellNodes[];
}

/** What is left open of a column's cells; conditions are [rows, 1], an empty list holds nowhere. */
export interface NarrowedNodes {
  /** Rows in which the value is known. */
  readonly isFixed: readonly string[];
  /** Rows in which the cell is present, or missing, for certain. */
  readonly isPresent: readonly string[];
  readonly isMissing: readonly string[];
  /** Values of a category that are left where it is not fixed, a missing cell as `values.length`; undefined: all. */
  readonly left: readonly number[] | undefined;
  /** Rows in which the value is its difference to what lies below, and that difference. */
  readonly above: { readonly isAbove: string; readonly difference: string } | undefined;
}

/**
 * What relations leave of the column of this number, and the conditions under which a row breaks one of them.
 *
 * @throws CoupletError NOT_SUPPORTED for a relation that has no nodes
 */
export function relationNodes(
  m: Arithmetic,
  plan: RelationPlan,
  related: RelatedCells,
): { readonly narrowed: readonly NarrowedNodes[]; readonly isBroken: readonly string[] } {
  const all = plan.relations.map((relation) => {
    if (relation.kind === "parent") return parentNodes(m, relation, related);
    if (relation.kind === "exclusion") return exclusionNodes(m, relation, related);
    if (relation.kind === "order") return orderNodes(m, relation, plan, related);
    throw withoutNodes(relation);
  });
  const narrowed = related.schemas.map((schema, column): NarrowedNodes => {
    const own = all.filter((nodes) => nodes.column === column);
    const refused = new Set(own.flatMap(({ without }) => without));
    const orders = own.flatMap(({ low }) => (low === undefined ? [] : [low]));
    return {
      isFixed: own.flatMap(({ isFixed }) => isFixed),
      isPresent: own.flatMap(({ isPresent }) => isPresent),
      isMissing: own.flatMap(({ isMissing }) => isMissing),
      left:
        refused.size === 0 || !isCategorical(schema)
          ? undefined
          : Array.from({ length: schema.values.length + 1 }, (_, i) => i).filter(
              (i) => !refused.has(i) && (i < schema.values.length || schema.missing === true),
            ),
      above:
        orders.length === 0
          ? undefined
          : differenceNodes(m, schema, related.cells[column]!, orders),
    };
  });
  return { narrowed, isBroken: all.flatMap(({ isBroken }) => isBroken) };
}

/** What one relation says of the column that it narrows. */
interface OneRelation {
  readonly column: number;
  readonly isFixed: readonly string[];
  readonly isPresent: readonly string[];
  readonly isMissing: readonly string[];
  /** Values that are not left where the column is not fixed. */
  readonly without: readonly number[];
  /** What lies below the column, in its unit, where that is known. */
  readonly low?: { readonly isKnown: string; readonly value: string; readonly strict: boolean };
  readonly isBroken: readonly string[];
}

const NOTHING = { isFixed: [], isPresent: [], isMissing: [], without: [] } as const;

function numberOf({ schemas }: RelatedCells, name: string): number {
  return schemas.findIndex((schema) => schema.name === name);
}

/** Whether cells are this code; NaN is a missing cell. */
function isCode(m: Arithmetic, { code, isMissing }: CellNodes, value: number): string {
  if (Number.isNaN(value)) return isMissing;
  return m.all(m.of("Not", isMissing), m.compare("Equal", code, value));
}

function exclusionNodes(
  m: Arithmetic,
  relation: ExclusionRelation,
  related: RelatedCells,
): OneRelation {
  const [column, given] = [numberOf(related, relation.column), numberOf(related, relation.given)];
  const [schema, cells] = [related.schemas[column]!, related.cells[column]!];
  // A value that the schema does not have holds nowhere.
  const value = codeOfCell(schema, relation.value) ?? Infinity;
  const when = relation.when.flatMap((cell) => {
    const code = codeOfCell(related.schemas[given]!, cell);
    return code === undefined ? [] : [code];
  });
  if (when.length === 0) return { column, ...NOTHING, isBroken: [] };
  const isGiven = m.any(...when.map((code) => isCode(m, related.cells[given]!, code)));
  const has = isCode(m, cells, value);
  const isElse = m.of("Not", isGiven);
  const only = relation.only === true;
  const isGone = Number.isNaN(value);
  return {
    column,
    isFixed: isGone ? [] : [isGiven],
    isPresent: [...(isGone ? [] : [isGiven]), ...(only && isGone ? [isElse] : [])],
    isMissing: isGone ? [isGiven] : [],
    without: !only || !isCategorical(schema) ? [] : [isGone ? schema.values.length : value],
    isBroken: [m.all(isGiven, m.of("Not", has)), ...(only ? [m.all(isElse, has)] : [])],
  };
}

function parentNodes(m: Arithmetic, relation: ParentRelation, related: RelatedCells): OneRelation {
  const [column, child] = [numberOf(related, relation.column), numberOf(related, relation.child)];
  const [schema, childSchema] = [related.schemas[column]!, related.schemas[child]!];
  const mayBeMissing = relation.missing === true;
  if (mayBeMissing && isCategorical(schema)) throw withoutNodes(relation);
  const pairs = relation.values.flatMap(([from, to]) => {
    const [key, value] = [codeOfCell(childSchema, from), codeOfCell(schema, to)];
    return key === undefined || value === undefined ? [] : [{ key, value }];
  });
  const [own, given] = [related.cells[column]!, related.cells[child]!];
  const known = pairs.filter(({ key }) => !Number.isNaN(key));
  const ofMissing = pairs.find(({ key }) => Number.isNaN(key))?.value;
  // The pair of the child's cell among those of its values; one past them none.
  const isSame = m.g.cast(
    m.compare("Equal", given.code, m.row(known.map(({ key }) => key))),
    "double",
  );
  const places = m.row(known.map((_, i) => i - known.length));
  const at = m.add(m.g.sum(m.multiply(isSame, places), 1, true), known.length);
  const pick = (of: (value: number | undefined) => number): string =>
    m.where(
      given.isMissing,
      of(ofMissing),
      m.lookUp([...known.map(({ value }) => of(value)), of(undefined)], at),
    );
  const isListed = m.g.cast(
    pick((value) => Number(value !== undefined)),
    "bool",
  );
  const isGone = m.g.cast(
    pick((value) => Number(Number.isNaN(value))),
    "bool",
  );
  const value = pick((expected) =>
    expected === undefined || Number.isNaN(expected) ? 0 : expected,
  );
  const isFixed = m.all(isListed, m.of("Not", isGone));
  const differs = m.any(own.isMissing, m.of("Not", m.compare("Equal", own.code, value)));
  // Runtimes choose between numbers, not between conditions.
  const isWrong = m.any(
    m.all(isGone, m.of("Not", own.isMissing)),
    m.all(m.of("Not", isGone), differs),
  );
  const excused = mayBeMissing ? m.all(isWrong, m.of("Not", own.isMissing)) : isWrong;
  return {
    column,
    isFixed: [isFixed],
    isPresent: mayBeMissing ? [] : [isFixed],
    isMissing: [m.all(isListed, isGone)],
    without: [],
    isBroken: [m.all(isListed, excused)],
  };
}

function orderNodes(
  m: Arithmetic,
  relation: OrderRelation,
  plan: RelationPlan,
  related: RelatedCells,
): OneRelation {
  const column = numberOf(related, relation.high);
  const lows = relation.low.map((name) => numberOf(related, name));
  const unit = (schema: ModelledColumnSchema): string => (isDate(schema) ? schema.unit : "");
  const high = related.schemas[column]!;
  // Cut off at a bound (of the high end, or of what lies below a computed one), or dates of two units.
  const own: ColumnPlan = plan.columns[column]!;
  if (!own.difference || lows.some((low) => unit(related.schemas[low]!) !== unit(high)))
    throw withoutNodes(relation);
  const isKnown = m.all(...lows.map((low) => m.of("Not", related.cells[low]!.isMissing)));
  const sum = m.add(...lows.map((low) => related.cells[low]!.code));
  const decimals = Math.max(...lows.map((low) => decimalsIn(related.schemas[low]!) ?? 16));
  const value =
    lows.length === 1 || decimals > 15
      ? sum
      : m.divide(rounded(m, m.multiply(sum, 10 ** decimals)), 10 ** decimals);
  const strict = relation.strict === true;
  const { code, isMissing } = related.cells[column]!;
  const isPresent = m.of("Not", isMissing);
  return {
    column,
    ...NOTHING,
    low: { isKnown, value, strict },
    isBroken: [m.all(isKnown, isPresent, m.compare(strict ? "LessOrEqual" : "Less", code, value))],
  };
}

/** A value as its difference to the greatest of what lies below it, in the column's steps. */
function differenceNodes(
  m: Arithmetic,
  schema: ModelledColumnSchema,
  { code }: CellNodes,
  orders: readonly { readonly isKnown: string; readonly value: string; readonly strict: boolean }[],
): NonNullable<NarrowedNodes["above"]> {
  const grid = isNumeric(schema) && onGrid(schema) ? columnGrid(schema) : undefined;
  const offset = schema.type === "number" ? (schema.offset ?? 0) : 0;
  const place = (value: string): string => m.divide(m.subtract(value, offset), grid!.step);
  const from = orders.map(({ isKnown, value, strict }) => {
    if (grid === undefined) return m.where(isKnown, value, -Infinity);
    // As near to a value of the grid as rounding errors are: that value.
    const exact = place(value);
    const nearest = rounded(m, exact);
    const isNear = m.compare("Less", m.of("Abs", m.subtract(exact, nearest)), 1e-3);
    const at = m.where(isNear, nearest, exact);
    const up = strict ? m.add(m.of("Floor", at), 1) : m.of("Neg", m.of("Floor", m.of("Neg", at)));
    return m.where(isKnown, up, -Infinity);
  });
  const low = from.reduce((most, next) => m.limit("Max", most, next));
  const isAbove = m.any(...orders.map(({ isKnown }) => isKnown));
  const own = grid === undefined ? code : rounded(m, place(code));
  const steps = m.limit("Max", m.where(isAbove, m.subtract(own, low), 0), 0);
  return { isAbove, difference: grid === undefined ? steps : m.multiply(steps, grid.step) };
}

function withoutNodes(relation: Relation): CoupletError {
  return new CoupletError({
    code: "NOT_SUPPORTED",
    where: "toOnnx",
    expected:
      "relations that a graph can hold: parents, exclusions, orders that are modelled by their difference",
    received: describeRelation(relation),
    hint: "Export the flow of the encoded rows (model.flow; couplet export --encoded), or fit again without this relation.",
  });
}
