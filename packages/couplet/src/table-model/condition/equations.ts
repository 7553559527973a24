/** Relations that are equations: one unknown column follows from the others. */
import { columnGrid } from "../../table/cell/column-grid.ts";
import { columnIndex } from "../../table/relations/row-codes.ts";
import { describeRelation } from "../../table/relations/kinds/index.ts";
import { asWritten, decimalsIn } from "../../table/relations/rounding.ts";
import type { ReadableColumns } from "../../table/encode/readable-columns.ts";
import type { Relation } from "../../table/schema/relation.ts";
import { isCategorical } from "../../table/schema/schema.ts";
import type { ModelledColumnSchema, NumericColumnSchema } from "../../table/schema/schema.ts";

/** An equation between columns, by their places among the modelled ones. */
export interface Equation {
  readonly columns: readonly number[];
  /** The one that the model computes from the others. */
  readonly result: number;
  /** The value of one of them, given the others' codes in a row; NaN where it has none, or not one alone. */
  valueOf(column: number, codes: readonly Float64Array[], row: number): number;
}

/** The kept relations that are equations: sums, copies, shares, products and quotients. */
export function equationsOf({ plan, modelled }: ReadableColumns): Equation[] {
  return plan.relations.flatMap((relation) => {
    const index = (name: string): number =>
      columnIndex(modelled, name, `relation ${describeRelation(relation)}`);
    const equation = equationOf(relation, index);
    if (equation === undefined) return [];
    return [
      {
        ...equation,
        valueOf: (column: number, codes: readonly Float64Array[], row: number) => {
          const value = equation.valueOf(column, codes, row);
          if (!Number.isFinite(value)) return NaN;
          const written = onGrid(modelled[column]!, asWritten(modelled[column]!, value));
          return column === equation.result || isAlone(equation, column, written, codes, row)
            ? written
            : NaN;
        },
      },
    ];
  });

  /** Whether the neighbours of a value would give another result: a rounded result leaves a finer column several values. */
  function isAlone(
    equation: Equation,
    column: number,
    value: number,
    codes: readonly Float64Array[],
    row: number,
  ): boolean {
    const { result } = equation;
    const decimals = decimalsIn(modelled[result]!);
    if (decimals === undefined) return true;
    const step = stepOf(modelled[column]!);
    if (step === undefined) return false;
    const at = (code: number): number => {
      const changed = codes.map((other, k) => Float64Array.of(k === column ? code : other[row]!));
      return equation.valueOf(result, changed, 0);
    };
    return Math.abs(at(value + step) - at(value)) >= 0.999 * 10 ** -decimals;
  }
}

/** The distance that values of a column have at least; `undefined` for all digits of a double. */
function stepOf(schema: ModelledColumnSchema): number | undefined {
  const decimals = decimalsIn(schema);
  if (hasGrid(schema)) return columnGrid(schema).step;
  return decimals === undefined ? undefined : 10 ** -decimals;
}

function onGrid(schema: ModelledColumnSchema, value: number): number {
  if (!hasGrid(schema)) return value;
  const grid = columnGrid(schema);
  return grid.valueAt(grid.indexOf(value));
}

function hasGrid(schema: ModelledColumnSchema): schema is NumericColumnSchema {
  return !isCategorical(schema) && (schema.type !== "number" || schema.resolution !== undefined);
}

function equationOf(relation: Relation, index: (name: string) => number): Equation | undefined {
  switch (relation.kind) {
    case "sum":
      return linear(
        [
          [index(relation.column), -1],
          ...relation.terms.map(({ column, times }) => [index(column), times] as const),
        ],
        relation.plus ?? 0,
      );
    case "shares":
      return linear(
        [
          // The last one is what the others leave.
          ...relation.columns.toReversed().map((name) => [index(name), 1] as const),
          ...(typeof relation.total === "string" ? [[index(relation.total), -1] as const] : []),
        ],
        typeof relation.total === "string" ? 0 : -relation.total,
      );
    case "product": {
      const { factors, divisors = [], times = 1 } = relation;
      return powers(
        [
          [index(relation.column), -1],
          ...factors.map((name) => [index(name), 1] as const),
          ...divisors.map((name) => [index(name), -1] as const),
        ],
        times,
      );
    }
    default:
      return undefined;
  }
}

type Terms = readonly (readonly [column: number, factor: number])[];

/** The first term of an equation is its result. */
function sides(terms: Terms): Pick<Equation, "columns" | "result"> {
  return { columns: terms.map(([column]) => column), result: terms[0]![0] };
}

/** plus + sum factor x = 0. */
function linear(terms: Terms, plus: number): Equation {
  return {
    ...sides(terms),
    valueOf(wanted, codes, row) {
      let [rest, own] = [plus, NaN];
      for (const [column, factor] of terms)
        if (column === wanted) own = factor;
        else rest += factor * codes[column]![row]!;
      return -rest / own;
    },
  };
}

/** times * product x^power = 1. A column may come twice: of a square no root is known to be the one. */
function powers(listed: Terms, times: number): Equation {
  const byColumn = new Map<number, number>();
  for (const [column, power] of listed) byColumn.set(column, (byColumn.get(column) ?? 0) + power);
  const terms = [...byColumn];
  return {
    ...sides(terms),
    valueOf(wanted, codes, row) {
      let [rest, own] = [times, NaN];
      for (const [column, power] of terms)
        if (column === wanted) own = power;
        else rest *= codes[column]![row]! ** power;
      if (Math.abs(own) !== 1) return NaN;
      return own === 1 ? 1 / rest : rest;
    },
  };
}
