/** The columns of a table with their cells, and what a flow makes of those of its context, as nodes. */
import { columnEncoder } from "../../table/encode/column-encoder.ts";
import type { TableCodec } from "../../table/encode/codec.ts";
import type { ColumnEncoder, ColumnEncoderState } from "../../table/encode/encoder.ts";
import { withoutEnds } from "../../table/encode/read-codes.ts";
import type { ModelledColumnSchema } from "../../table/schema/schema.ts";
import { isCategorical, isModelled } from "../../table/schema/schema.ts";
import type { Arithmetic } from "./arithmetic.ts";
import { contextCategory, refused } from "./context-nodes.ts";
import { encodedColumns } from "./encode-nodes.ts";
import { type CellNodes, readCells } from "./read-nodes.ts";
import type { TablePort } from "./table-ports.ts";

/** A column with its encoder and its cells. */
export interface ColumnCells {
  readonly schema: ModelledColumnSchema;
  readonly state: ColumnEncoderState;
  readonly encoder: ColumnEncoder;
  readonly cells: CellNodes;
}

/** Declares the inputs that are columns, and reads their cells. */
export function readColumns(
  m: Arithmetic,
  codec: TableCodec,
  ports: readonly TablePort[],
): ColumnCells[] {
  const { schema, readable } = codec;
  const { encoders } = codec.toJSON();
  const { plan, modelled } = readable;
  const byName = new Map(ports.map((port) => [port.column, port]));
  return schema.columns.filter(isModelled).flatMap((column) => {
    const port = byName.get(column.name);
    if (port === undefined) return [];
    const raw = m.g.reshape(m.g.input(port.name, port.type, ["rows"]), [-1, 1]);
    const state = encoders[column.name]!;
    const encoder = columnEncoder(column, state);
    // A column that others compute has the values that they give it, also beyond those of the training rows.
    const own =
      plan.columns[modelled.indexOf(column)]?.value === false ? withoutEnds(column) : column;
    const cells = readCells(m, raw, own, encoder, schema.missingValues);
    return [{ schema: column, state, encoder, cells }];
  });
}

/**
 * The numbers of the context, side by side; undefined of a table without.
 *
 * @param zero 0 for each row
 */
export function contextNodes(
  m: Arithmetic,
  given: readonly ColumnCells[],
  zero: string,
): string | undefined {
  if (given.length === 0) return undefined;
  // A number of the context is where half of its interval lies below: the same way as a drawn one.
  const half = m.add(zero, 0.5);
  const numbers = given.filter((column) => !isCategorical(column.schema));
  const encoded = encodedColumns(
    m,
    numbers.map((column) => ({ ...column, noise: column.encoder.roles.map(() => half) })),
  );
  return m.beside(
    given.map(({ schema: column, encoder, cells }) => {
      const none = refused(m, cells.isImpossible);
      if (isCategorical(column))
        return m.add(contextCategory(m, cells.code, column, encoder), none);
      const at = numbers.findIndex((other) => other.schema === column);
      const own = encoded[at]!.z[0]!;
      const centre = column.missing === true ? m.where(cells.isMissing, 0, own) : own;
      const value = m.add(centre, none);
      return column.missing === true
        ? m.beside([value, m.g.cast(cells.isMissing, "double")])
        : value;
    }),
  );
}
