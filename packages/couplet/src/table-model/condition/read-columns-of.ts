/** The columns of a table that some of them take to decode. */
import type { ReadableColumns } from "../../table/encode/readable-columns.ts";
import { columnIndex } from "../../table/relations/row-codes.ts";
import { describeRelation, kindOf } from "../../table/relations/kinds/index.ts";

/** The same columns, of which only some are decoded: those at `wanted`, and what relations narrow them by. */
export function readColumnsOf(
  readable: ReadableColumns,
  wanted: readonly number[],
): ReadableColumns {
  const { plan, modelled } = readable;
  const tied = plan.relations.map((relation) =>
    kindOf(relation)
      .columns(relation)
      .map((name) => columnIndex(modelled, name, `relation ${describeRelation(relation)}`)),
  );
  const needed = new Set(wanted);
  for (let before = -1; before !== needed.size;) {
    before = needed.size;
    for (const columns of tied)
      if (columns.some((index) => needed.has(index) && plan.columns[index]!.related))
        for (const index of columns) needed.add(index);
  }
  return {
    ...readable,
    plan: { ...plan, order: plan.order.filter((index) => needed.has(index)) },
  };
}
