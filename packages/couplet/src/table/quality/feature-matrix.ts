import { CoupletError } from "../../error.ts";
import { requiredColumns } from "../check-table.ts";
import { type InPieces, atOnce } from "../../threads/yield-to-event-loop.ts";
import { readColumnInPieces } from "../cell/read-column.ts";
import { type ModelledColumnSchema, type Schema, isModelled } from "../schema/schema.ts";
import type { Table } from "../table.ts";

/** A table as columns of codes: numbers as they are, categories as indices, NaN for missing. */
export interface FeatureMatrix {
  readonly rows: number;
  readonly schemas: readonly ModelledColumnSchema[];
  readonly columns: readonly Float64Array[];
}

/**
 * The codes of the schema's modelled and context columns. A value unknown to the schema becomes a missing cell: quality
 * measures must be able to look at any table.
 *
 * @throws CoupletError DATA_INVALID for a table without rows or without one of the columns
 */
export function featureMatrix(source: Table, schema: Schema): FeatureMatrix {
  return atOnce(featureMatrixInPieces(source, schema));
}

/** {@link featureMatrix} in pieces. */
export function* featureMatrixInPieces(source: Table, schema: Schema): InPieces<FeatureMatrix> {
  if (source.rows === 0)
    throw new CoupletError({
      code: "DATA_INVALID",
      where: "table",
      expected: "at least one row to compare",
      received: "none",
    });
  const schemas = schema.columns.filter(isModelled);
  const present = requiredColumns(
    source,
    schema,
    schemas.map((c) => c.name),
  );
  const how = { missingValues: schema.missingValues, impossible: "zero" } as const;
  const columns: Float64Array[] = [];
  for (const c of schemas)
    columns.push((yield* readColumnInPieces(present.get(c.name)!, c, how)).codes);
  return { rows: source.rows, schemas, columns };
}

/** The same matrix with only these rows. */
export function featureRows(matrix: FeatureMatrix, indices: ArrayLike<number>): FeatureMatrix {
  const order = Array.from(indices);
  return {
    rows: order.length,
    schemas: matrix.schemas,
    columns: matrix.columns.map((c) => Float64Array.from(order, (i) => c[i]!)),
  };
}

/** `count` of the numbers 0 to n - 1 without repetition, in a random order fixed by the seed. */
export function sampleIndices(
  n: number,
  count: number,
  uniform: (i: number) => number,
): Int32Array {
  const order = Int32Array.from({ length: n }, (_, i) => i);
  const wanted = Math.min(n, count);
  for (let i = 0; i < wanted; i++) {
    const j = i + Math.floor(uniform(i) * (n - i));
    [order[i], order[j]] = [order[j]!, order[i]!];
  }
  return order.slice(0, wanted);
}
