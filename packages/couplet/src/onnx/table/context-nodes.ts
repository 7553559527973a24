/** Categories of a table's context as nodes: what `context-encoder.ts` makes of a value. */
import { type ContextEncoder, contextEncoder } from "../../table/encode/context-encoder.ts";
import type { ColumnEncoder } from "../../table/encode/encoder.ts";
import type { CategoryColumnSchema } from "../../table/schema/schema.ts";
import type { Arithmetic } from "./arithmetic.ts";

/** The numbers of a category under a condition, [rows, dims of the column]: a row of a table for each value. */
export function contextCategory(
  m: Arithmetic,
  index: string,
  schema: CategoryColumnSchema,
  encoder: ColumnEncoder,
): string {
  const own: ContextEncoder = contextEncoder(schema, encoder);
  const count = schema.values.length + Number(schema.missing === true);
  const rows = Array.from({ length: count }, (_, i) => {
    const row = new Float64Array(own.dims);
    own.encode(i === schema.values.length ? NaN : i, row, 0);
    return row;
  });
  return m.beside(
    Array.from({ length: own.dims }, (_, d) =>
      m.lookUp(
        rows.map((row) => row[d]!),
        index,
      ),
    ),
  );
}

/**
 * 0, where no cell is impossible: under a condition that training never showed a row has no density, so that the run fails, as the library
 * refuses such rows. A number beyond a list is the error that ONNX has.
 */
export function refused(m: Arithmetic, isImpossible: string): string {
  return m.lookUp([0], m.g.cast(isImpossible, "double"));
}
