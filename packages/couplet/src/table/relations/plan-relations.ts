/** From a list of relations to what each column's cells are given: which columns cost nothing, and in which order cells are decoded. */
import { CoupletError } from "../../error.ts";
import type { ModelledColumnSchema } from "../schema/schema.ts";
import { describeRelation, kindOf } from "./kinds/index.ts";
import { aboveRule, belowRule, modelsDifference, placedOrder } from "./kinds/order.ts";
import { columnIndex } from "./row-codes.ts";
import type { CellRule, OpenCell, PlacedOrder } from "./open-cell.ts";
import { FIXED, MISSING, reopen } from "./open-cell.ts";
import { type Relation, isKept } from "../schema/relation.ts";

/** What the relations of a table leave of each of its columns. */
export interface RelationPlan {
  readonly relations: readonly Relation[];
  /** Columns in an order in which each comes after those that it refers to. */
  readonly order: readonly number[];
  readonly columns: readonly ColumnPlan[];
}

/** What relations leave of one column. */
export interface ColumnPlan {
  /** Whether the column has a variable for its value, and for whether it is missing. */
  readonly value: boolean;
  readonly indicator: boolean;
  /** Whether any relation narrows its cells. */
  readonly related: boolean;
  /** Whether its cells are differences to what lies below them, where that is known. */
  readonly difference: boolean;
  /** The rules that narrow its cells, in their order, each with its relation unless orders bound the column. */
  readonly rules: readonly PlannedRule[];
  /** What is open of a cell, given the cells that come before it. */
  narrow(codes: readonly Float64Array[], row: number, cell: OpenCell): void;
}

/** A rule with the relation that makes it. */
export type PlannedRule = CellRule & { readonly relation?: Relation };

/**
 * Plans the relations that are kept.
 *
 * @param schemas the modelled columns, without those of the context
 * @throws CoupletError SPEC_INVALID for a column that is not modelled, one that two relations compute, and relations that go in a circle
 */
export function planRelations(
  all: readonly Relation[],
  schemas: readonly ModelledColumnSchema[],
): RelationPlan {
  const relations = all.filter(isKept);
  // What a value of another column excludes comes first: there nothing is left to compute or to compare.
  const rules: PlannedRule[] = relations
    .flatMap((relation) =>
      kindOf(relation)
        .rules(relation, schemas)
        .map((rule) => ({ ...rule, relation })),
    )
    .sort((a, b) => Number(a.computes) - Number(b.computes));
  const orders = relations.flatMap((relation) =>
    relation.kind === "order" ? [placedOrder(relation, schemas)] : [],
  );
  const computed = new Set<number>();
  for (const rule of rules) {
    if (!rule.computes) continue;
    if (computed.has(rule.column)) throw computedTwice(schemas[rule.column]!.name);
    computed.add(rule.column);
  }
  // A column that another one's value fixes is as good as computed there: it cannot refuse what lies below it.
  const settled = new Set(computed);
  for (const relation of relations)
    if (relation.kind === "exclusion" && relation.value !== null)
      settled.add(columnIndex(schemas, relation.column, `relation ${describeRelation(relation)}`));
  const differences = new Set<number>();
  rules.push(...orderRules(orders, { computed, settled }, schemas, differences));
  const order = inOrder(rules, schemas);
  return {
    relations,
    order,
    columns: schemas.map((schema, column) => {
      const own = rules.filter((rule) => rule.column === column);
      return {
        value: !own.some((rule) => rule.decidesValue),
        indicator: schema.missing === true && !own.some((rule) => rule.decidesMissing),
        related: own.length > 0,
        difference: differences.has(column),
        rules: own,
        narrow(codes, row, cell) {
          reopen(cell);
          for (const rule of own) {
            rule.narrow(codes, row, cell);
            // The first relation that says all has the word; exclusions come before orders.
            if (cell.missing === MISSING || cell.value === FIXED) return;
          }
        },
      };
    }),
  };
}

/** Columns that others compute, and beside them those that a value of another one fixes. */
interface SettledColumns {
  readonly computed: ReadonlySet<number>;
  readonly settled: ReadonlySet<number>;
}

/**
 * The rules of all orders. The high end is modelled above its low ends, unless other columns compute or fix it: then every column that is
 * never above it, by one order or by several, is bounded by it.
 */
function orderRules(
  orders: readonly PlacedOrder[],
  { computed, settled }: SettledColumns,
  schemas: readonly ModelledColumnSchema[],
  differences: Set<number>,
): CellRule[] {
  const rules: CellRule[] = [];
  // Values of the high end that stand for none leave no interval of it: the low end is bounded.
  for (const placed of orders.filter(({ relation }) => relation.unless !== undefined)) {
    const [low] = placed.lows as [number];
    if (computed.has(low)) throw computedLow(placed.relation);
    rules.push(belowRule(placed, low, schemas));
  }
  const plain = orders.filter(({ relation }) => relation.unless === undefined);
  for (const high of new Set(plain.map((placed) => placed.high))) {
    const own = plain.filter((placed) => placed.high === high);
    if (settled.has(high)) {
      for (const placed of own) {
        if (placed.lows.length > 1) throw computedHigh(placed.relation);
        const below = [placed.lows[0]!];
        for (const low of below) {
          if (!computed.has(low)) rules.push(belowRule(placed, low, schemas));
          for (const other of plain)
            if (other.high === low && other.lows.length === 1 && !below.includes(other.lows[0]!))
              below.push(other.lows[0]!);
        }
      }
    } else {
      rules.push(aboveRule(own, schemas));
      if (modelsDifference(own, schemas[high]!)) differences.add(high);
    }
  }
  return rules;
}

/** Columns after those that they need; of several possible orders the one that is nearest to the table's. */
function inOrder(rules: readonly CellRule[], schemas: readonly ModelledColumnSchema[]): number[] {
  const needs = schemas.map(
    (_, column) =>
      new Set(rules.filter((rule) => rule.column === column).flatMap((rule) => rule.needs)),
  );
  const order: number[] = [];
  const placed = new Set<number>();
  while (order.length < schemas.length) {
    const next = schemas.findIndex(
      (_, column) => !placed.has(column) && [...needs[column]!].every((need) => placed.has(need)),
    );
    if (next < 0) throw circle(schemas.filter((_, column) => !placed.has(column)));
    order.push(next);
    placed.add(next);
  }
  return order;
}

function circle(schemas: readonly ModelledColumnSchema[]): CoupletError {
  return new CoupletError({
    code: "SPEC_INVALID",
    where: "schema.relations",
    expected: "relations without a cycle",
    received: `columns that refer to each other: ${schemas.map(({ name }) => name).join(", ")}`,
    hint: 'Remove one of their relations, or set its "keep" to false.',
  });
}

function computedTwice(name: string): CoupletError {
  return new CoupletError({
    code: "SPEC_INVALID",
    where: "schema.relations",
    expected: "at most one relation that computes a column",
    received: `two of ${JSON.stringify(name)}`,
    hint: 'Remove one, or set its "keep" to false.',
  });
}

function computedLow(relation: Relation): CoupletError {
  return new CoupletError({
    code: "SPEC_INVALID",
    where: "schema.relations",
    expected: 'an order with "unless" whose low end is modelled',
    received: `${describeRelation(relation)}, whose low end other columns compute`,
    hint: 'Remove one of the two relations, or set its "keep" to false.',
  });
}

function computedHigh(relation: Relation): CoupletError {
  return new CoupletError({
    code: "SPEC_INVALID",
    where: "schema.relations",
    expected: "an order whose high end is modelled",
    received: `${describeRelation(relation)}, whose high end other columns compute`,
    hint: 'Remove one of the two relations, or set its "keep" to false.',
  });
}
