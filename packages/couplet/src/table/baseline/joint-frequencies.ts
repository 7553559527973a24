import { fitTableCodec, type TableCodec } from "../encode/table-codec.ts";
import { logNormalDensity } from "../../statistics/normal.ts";
import { readColumn } from "../cell/read-column.ts";
import { isCategorical, isModelled, type Schema } from "../schema/schema.ts";
import { columnNamed, type Table } from "../table.ts";
import type { TableBaseline } from "./baselines.ts";

/** Steps of expectation maximisation for one mixing weight: it is settled to 1e-6 long before. */
const STEPS = 200;

/**
 * How often the very combination of categories was seen in training, mixed with independent
 * frequencies so that a combination never seen has a probability too; other columns by independent
 * histograms:
 *
 *   log p(row) = log( w n(c) / N + (1 - w) prod_j p_j(c_j) ) + sum_other log p_j(x_j)
 *
 * where c are the row's categories. The weight w maximises the leave-one-out likelihood of the
 * training rows. Hard to beat where a few combinations hold most rows, hopeless where every row is
 * its own combination.
 */
export function jointFrequencyBaseline(train: Table, schema: Schema): TableBaseline {
  const codec = fitTableCodec(train, {
    ...schema,
    columns: schema.columns.map((column) =>
      "transform" in column ? { ...column, transform: "quantile" } : column,
    ),
  });
  const keys = combinations(train, schema);
  const counts = new Map<string, number>();
  for (const key of keys) counts.set(key, (counts.get(key) ?? 0) + 1);
  const { categories } = marginals(codec, train);
  const weight = mixingWeight(
    keys.map((key) => (counts.get(key)! - 1) / Math.max(1, keys.length - 1)),
    categories,
  );
  return {
    name: "joint frequencies",
    logDensity(rows) {
      const parts = marginals(codec, rows);
      return Float64Array.from(combinations(rows, schema), (key, i) => {
        const seen = (counts.get(key) ?? 0) / keys.length;
        const mixed = weight * seen + (1 - weight) * Math.exp(parts.categories[i]!);
        return Math.log(mixed) + parts.others[i]!;
      });
    },
  };
}

/** Whether a table is made of categories mostly, so that {@link jointFrequencyBaseline} says something. */
export function isDiscreteHeavy(schema: Schema): boolean {
  const modelled = schema.columns.filter(
    (column) => isModelled(column) && column.role === undefined,
  );
  return modelled.length > 0 && 2 * modelled.filter(isCategorical).length >= modelled.length;
}

/** log p of each row's categories, and of its other columns, every column by itself. */
function marginals(
  codec: TableCodec,
  rows: Table,
): { readonly categories: Float64Array; readonly others: Float64Array } {
  const { z, perColumn } = codec.encode(rows, { impossible: "zero", perColumn: true });
  const { columns, dims, dimInfo } = codec;
  const categories = new Float64Array(rows.rows);
  const others = new Float64Array(rows.rows);
  columns.forEach((column, j) => {
    const sums = isCategorical(column) ? categories : others;
    const own = dimInfo.flatMap((info, d) => (info.column === column.name ? [d] : []));
    for (let i = 0; i < rows.rows; i++) {
      sums[i]! += perColumn![i * columns.length + j]!;
      for (const d of own) sums[i]! += logNormalDensity(z[i * dims + d]!);
    }
  });
  return { categories, others };
}

/** One key per row: its categories. */
function combinations(rows: Table, schema: Schema): string[] {
  const keys = Array.from({ length: rows.rows }, () => "");
  for (const column of schema.columns) {
    if (!isModelled(column) || !isCategorical(column) || column.role !== undefined) continue;
    const { missingValues } = schema;
    const { codes } = readColumn(columnNamed(rows, column.name), column, {
      missingValues,
      impossible: "zero",
    });
    codes.forEach((code, i) => (keys[i] += `${code},`));
  }
  return keys;
}

function mixingWeight(seen: readonly number[], logIndependent: Float64Array): number {
  let weight = 0.5;
  for (let step = 0; step < STEPS; step++) {
    let sum = 0;
    seen.forEach((share, i) => {
      const joint = weight * share;
      const total = joint + (1 - weight) * Math.exp(logIndependent[i]!);
      sum += total > 0 ? joint / total : 0;
    });
    weight = sum / seen.length;
  }
  return weight;
}
