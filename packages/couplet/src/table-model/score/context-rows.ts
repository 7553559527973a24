/** The conditions of rows, as the flow takes them. */
import type { TableCodec } from "../../table/encode/table-codec.ts";
import type { Table } from "../../table/table.ts";

/**
 * The context batch of rows, as an option of the flow's calls; nothing for a model without context columns.
 *
 * @throws CoupletError CONTEXT_MISMATCH for a condition that training never showed
 */
export function contextOf(
  codec: TableCodec,
  rows: Table,
  where: string,
): { context?: Float64Array } {
  return codec.contextDims === 0 ? {} : { context: codec.encodeContext(rows, { where }) };
}
