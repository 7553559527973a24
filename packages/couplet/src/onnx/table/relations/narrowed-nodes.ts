/** What the relations of a table leave of each column's cells, and which rows break one, as nodes. */
import { CoupletError } from "../../../error.ts";
import { describeRelation } from "../../../table/relations/kinds/index.ts";
import { placedOrder } from "../../../table/relations/kinds/order.ts";
import type {
  ColumnPlan,
  PlannedRule,
  RelationPlan,
} from "../../../table/relations/plan-relations.ts";
import type { Relation } from "../../../table/schema/relation.ts";
import { isCategorical, isNumeric } from "../../../table/schema/schema.ts";
import type { Arithmetic, Term } from "../arithmetic.ts";
import { brokenExclusion, exclusionRule } from "./exclusion-nodes.ts";
import { brokenFormula, formulaRule } from "./formula-nodes.ts";
import type { Known, NarrowedNodes, RelatedCells, RuleNodes } from "./open-nodes.ts";
import { boundsRule, brokenOrder } from "./order-nodes.ts";
import { brokenParent, parentRule } from "./parent-nodes.ts";
import { brokenShares, sharesRule } from "./shares-nodes.ts";

/**
 * Refuses what has no nodes: bounds on a column with sentinels.
 *
 * @throws CoupletError NOT_SUPPORTED with the relation
 */
export function checkRelations(
  plan: RelationPlan,
  { schemas }: Pick<RelatedCells, "schemas">,
): void {
  for (const [column, { rules }] of plan.columns.entries())
    for (const { bounds, relation } of rules) {
      const schema = schemas[column]!;
      if (!isNumeric(schema) || schema.sentinels === undefined) continue;
      const bounding = bounds?.[0]?.relation ?? relation;
      if (bounding?.kind === "order" || bounding?.kind === "shares") throw withoutNodes(bounding);
    }
}

/**
 * What relations leave of a column, the cells that they refer to known. The first rule that says all has the word, as in `ColumnPlan.narrow`.
 */
export function narrowedNodes(
  m: Arithmetic,
  plan: ColumnPlan,
  related: RelatedCells,
  column: number,
): NarrowedNodes {
  let isDone: string | undefined;
  const still = (is: string): string =>
    isDone === undefined ? is : m.all(is, m.of("Not", isDone));
  const [fixed, orMissing]: [Known[], Known[]] = [[], []];
  const [isPresent, isMissing, lows, highs]: [string[], string[], Known[], Known[]] = [
    [],
    [],
    [],
    [],
  ];
  const without = new Set<number>();
  for (const rule of plan.rules) {
    const own = ruleNodes(m, rule, related, column);
    for (const value of own.without ?? []) without.add(value);
    if (own.low !== undefined) lows.push(own.low);
    if (own.high !== undefined) highs.push(own.high);
    if (own.isPresent !== undefined) isPresent.push(still(own.isPresent));
    const ends = [
      ...(own.fixed === undefined ? [] : [own.fixed.is]),
      ...(own.isMissing === undefined ? [] : [own.isMissing]),
    ];
    if (own.fixed !== undefined) fixed.push({ is: still(own.fixed.is), value: own.fixed.value });
    if (own.orMissing !== undefined)
      orMissing.push({ is: still(own.orMissing.is), value: own.orMissing.value });
    if (own.isMissing !== undefined) isMissing.push(still(own.isMissing));
    if (ends.length > 0) isDone = m.any(...(isDone === undefined ? [] : [isDone]), ...ends);
  }
  const schema = related.schemas[column]!;
  return {
    fixed: firstOf(m, fixed),
    orMissing: firstOf(m, orMissing),
    isPresent: anyOf(m, isPresent),
    isMissing: anyOf(m, isMissing),
    left:
      without.size === 0 || !isCategorical(schema)
        ? undefined
        : Array.from({ length: schema.values.length + 1 }, (_, i) => i).filter(
            (i) => !without.has(i) && (i < schema.values.length || schema.missing === true),
          ),
    ...boundedNodes(m, plan, lows, highs),
  };
}

/** A column above others is modelled as its difference to them, unless a bound is known above it. */
function boundedNodes(
  m: Arithmetic,
  plan: ColumnPlan,
  lows: readonly Known[],
  highs: readonly Known[],
): Pick<NarrowedNodes, "above" | "between"> {
  const bound = (
    own: readonly Known[],
    none: number,
    type: "Max" | "Min",
  ): { readonly is: string; readonly value: string } | undefined =>
    own.length === 0
      ? undefined
      : {
          is: m.any(...own.map(({ is }) => is)),
          value: own
            .map(({ is, value }) => m.where(is, value, none))
            .reduce((all, next) => m.limit(type, all, next)),
        };
  const low = bound(lows, -Infinity, "Max");
  const high = bound(highs, Infinity, "Min");
  const onlyLow =
    low === undefined || high === undefined ? low?.is : m.all(low.is, m.of("Not", high.is));
  const above =
    plan.difference && onlyLow !== undefined ? { is: onlyLow, value: low!.value } : undefined;
  const isBetween = [
    ...(high === undefined ? [] : [high.is]),
    ...(low === undefined || plan.difference ? [] : [low.is]),
  ];
  const is = anyOf(m, isBetween);
  return {
    above,
    between:
      is === undefined
        ? undefined
        : {
            is,
            low: low?.value ?? m.where(is, -Infinity, -Infinity),
            high: high?.value ?? m.where(is, Infinity, Infinity),
          },
  };
}

function ruleNodes(
  m: Arithmetic,
  { bounds, relation }: PlannedRule,
  related: RelatedCells,
  column: number,
): RuleNodes {
  if (bounds !== undefined) return boundsRule(m, bounds, related, column);
  switch (relation?.kind) {
    case "parent":
      return parentRule(m, relation, related);
    case "exclusion":
      return exclusionRule(m, relation, related);
    case "shares":
      return sharesRule(m, relation, related, column);
    case "sum":
    case "product":
      return formulaRule(m, relation, related);
    default:
      return {};
  }
}

/** The conditions under which a row breaks a relation. */
export function brokenNodes(
  m: Arithmetic,
  { relations }: RelationPlan,
  related: RelatedCells,
): readonly string[] {
  return relations.flatMap((relation) => {
    switch (relation.kind) {
      case "parent":
        return [brokenParent(m, relation, related)];
      case "exclusion":
        return brokenExclusion(m, relation, related);
      case "shares":
        return [brokenShares(m, relation, related)];
      case "sum":
      case "product":
        return [brokenFormula(m, relation, related)];
      case "order":
        return [brokenOrder(m, placedOrder(relation, related.schemas), related)];
    }
  });
}

/** Any of some conditions; undefined of none. */
export function anyOf(m: Arithmetic, conditions: readonly string[]): string | undefined {
  return conditions.length === 0 ? undefined : m.any(...conditions);
}

/** The first of the values that holds. */
function firstOf(m: Arithmetic, values: readonly Known[]): Known | undefined {
  if (values.length === 0) return undefined;
  return {
    is: m.any(...values.map(({ is }) => is)),
    value: values
      .slice(0, -1)
      .reduceRight<Term>((other, { is, value }) => m.where(is, value, other), values.at(-1)!.value),
  };
}

function withoutNodes(relation: Relation): CoupletError {
  return new CoupletError({
    code: "NOT_SUPPORTED",
    where: "toOnnx",
    expected:
      "relations that a graph can hold: all but orders and shares that bound a column with sentinels",
    received: describeRelation(relation),
    hint: "Export the flow of the encoded rows (model.flow; couplet export --encoded), or fit again without this relation.",
  });
}
