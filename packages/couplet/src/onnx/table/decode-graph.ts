/** A table's model as a graph the other way: rows of the flow's base go in, the table's own columns come out. */
import type { OnnxOp } from "../../engine/onnx/onnx-op.ts";
import { CATEGORIES, type OnnxGraph } from "../../engine/onnx/onnx-graph.ts";
import { writableRange } from "../../table/cell/date-format.ts";
import { MOST_LATENT } from "../../table/encode/axis-part.ts";
import { isCategorical, isDate, type ModelledColumnSchema } from "../../table/schema/schema.ts";
import { decodeNodes } from "../score-nodes.ts";
import { Arithmetic } from "./arithmetic.ts";
import { contextNodes, readColumns } from "./cells-of-table.ts";
import { instantOf } from "./date-nodes.ts";
import { decodedCells } from "./decode-nodes.ts";
import { inputOf, numberOfCategory } from "./read-nodes.ts";
import type { CellNodes } from "./read-nodes.ts";
import { LATENT, type ModelOfTable, tableInputs, tableOutputs } from "./table-ports.ts";

/** The last instant of a Date, in milliseconds. */
const MOST_INSTANT = 8.64e15;

/**
 * Emits the graph of the rows.
 *
 * @throws CoupletError NOT_SUPPORTED for a relation that has no nodes
 */
export function tableDecodeGraph(
  g: OnnxGraph,
  model: ModelOfTable,
  ops: ReadonlyMap<string, OnnxOp>,
): void {
  const { flow, codec } = model;
  const inputs = tableInputs(model, "decode");
  const outputs = tableOutputs(model, "decode");
  g.reserve([...inputs, ...outputs].map(({ name }) => name));
  const m = new Arithmetic(g);
  const z = g.input(LATENT, "double", ["rows", codec.dims]);
  const zero = m.multiply(m.columnOf(z, 0), 0);
  const context = contextNodes(m, readColumns(m, codec, inputs), zero);
  const x = decodeNodes(
    g,
    flow,
    {
      z: g.real === "double" ? z : g.cast(z, g.real),
      ...(context === undefined ? {} : { context }),
    },
    ops,
  );
  const latent = m.limit("Min", m.limit("Max", x, -MOST_LATENT), MOST_LATENT);
  const cells = decodedCells(m, codec, latent, zero);
  for (const { name, column, type } of outputs) {
    const at = codec.readable.modelled.findIndex((schema) => schema.name === column);
    const written = writtenCells(m, codec.readable.modelled[at]!, cells[at]!);
    g.output(name, g.reshape(written, [-1]), type, ["rows"]);
  }
}

/** Cells as a graph has them: text, or numbers with NaN where a cell is missing. */
function writtenCells(m: Arithmetic, schema: ModelledColumnSchema, cells: CellNodes): string {
  const { code, isMissing } = cells;
  if (!isCategorical(schema)) {
    const value = isDate(schema) ? instants(m, schema, code) : code;
    return schema.missing === true ? m.where(isMissing, NaN, value) : value;
  }
  if (inputOf(schema) === "double")
    return m.lookUp([...schema.values.map(numberOfCategory), NaN], code);
  const keys = schema.values.map((_, i) => i);
  return m.g.node(
    "LabelEncoder",
    [m.g.cast(code, "int64")],
    {
      keys_int64s: { ints: keys },
      values_strings: { texts: schema.values.map(String) },
      default_string: { text: "" },
    },
    CATEGORIES.domain,
  );
}

/** Milliseconds since 1970, within what the column's format can write. */
function instants(
  m: Arithmetic,
  schema: ModelledColumnSchema & { readonly unit: Parameters<typeof instantOf>[2] },
  code: string,
): string {
  const [first, last] =
    schema.storage === "text" && "format" in schema && schema.format !== undefined
      ? writableRange(schema.format)
      : [-MOST_INSTANT, MOST_INSTANT];
  return m.limit("Min", m.limit("Max", instantOf(m, code, schema.unit), first), last);
}
