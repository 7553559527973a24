/** A table's model as a graph: the table's own columns go in, the log-density of each row comes out. */
import { CoupletError } from "../../error.ts";
import type { OnnxOp } from "../../engine/onnx/onnx-op.ts";
import type { OnnxGraph } from "../../engine/onnx/onnx-graph.ts";
import type { FlowModel } from "../../flow/model/model.ts";
import { describeRelation } from "../../table/relations/kinds/index.ts";
import { columnEncoder } from "../../table/encode/column-encoder.ts";
import type { TableCodec } from "../../table/encode/codec.ts";
import type { ModelledColumnSchema } from "../../table/schema/schema.ts";
import { isCategorical, isDate, isModelled } from "../../table/schema/schema.ts";
import { isKept } from "../../table/schema/relation.ts";
import { scoreNodes } from "../score-nodes.ts";
import { Arithmetic } from "./arithmetic.ts";
import { contextCategory, refused } from "./context-nodes.ts";
import { type ColumnToEncode, encodedColumns } from "./encode-nodes.ts";
import { inputOf, readCells } from "./read-nodes.ts";

/** A model of a table: a flow between encoders. */
export interface ModelOfTable {
  readonly flow: FlowModel;
  readonly codec: TableCodec;
}

/** One input of the graph, for the file's metadata and for messages. */
export interface TableInput {
  readonly name: string;
  /** The column; absent: the noise. */
  readonly column?: string;
  readonly type: "string" | "double";
  /** What to feed. */
  readonly holds: string;
}

const NOISE = "noise";
const OUTPUTS = ["z", "logProb"];

/** The inputs of a table's graph, in order: the modelled columns, those of the context among them, and the noise. */
export function tableInputs({ codec }: ModelOfTable): readonly TableInput[] {
  const names = new Set([NOISE, ...OUTPUTS]);
  const columns = codec.schema.columns.filter(isModelled).map((schema): TableInput => {
    const { name } = schema;
    const free = names.has(name) ? `${name} (column)` : name;
    return { name: free, column: name, type: inputOf(schema), holds: holds(schema) };
  });
  return [
    ...columns,
    {
      name: NOISE,
      type: "double",
      holds: "uniform numbers in (0, 1), one for each latent dimension",
    },
  ];
}

function holds(schema: ModelledColumnSchema): string {
  const missing = schema.missing === true;
  if (inputOf(schema) === "string") return `text${missing ? '; "" where missing' : ""}`;
  const number = isDate(schema)
    ? "milliseconds since 1970-01-01 UTC"
    : schema.type === "boolean" && schema.storage === "boolean"
      ? "1 for true, 0 for false"
      : "numbers";
  return `${number}${missing ? "; NaN where missing" : ""}`;
}

/**
 * Emits the graph of the log-density.
 *
 * @throws CoupletError NOT_SUPPORTED for relations that are kept
 */
export function tableGraph(
  g: OnnxGraph,
  model: ModelOfTable,
  ops: ReadonlyMap<string, OnnxOp>,
): void {
  const { flow, codec } = model;
  const { schema } = codec;
  checkRelations(codec);
  const inputs = tableInputs(model);
  g.reserve([...inputs.map(({ name }) => name), ...OUTPUTS]);
  const m = new Arithmetic(g);
  const raw = new Map(
    inputs.flatMap(({ name, column, type }) =>
      column === undefined ? [] : [[column, g.reshape(g.input(name, type, ["rows"]), [-1, 1])]],
    ),
  );
  const noise = g.input(NOISE, "double", ["rows", codec.dims]);
  const half = m.add(m.multiply(m.columnOf(noise, 0), 0), 0.5);
  const { encoders } = codec.toJSON();
  const columns = schema.columns.filter(isModelled).map((column) => {
    const state = encoders[column.name]!;
    const encoder = columnEncoder(column, state);
    const cells = readCells(m, raw.get(column.name)!, column, encoder, schema.missingValues);
    return { schema: column, state, encoder, cells };
  });
  const data = columns.filter((column) => column.schema.role !== "context");
  const given = columns.filter((column) => column.schema.role === "context");
  let dim = 0;
  const toEncode: ColumnToEncode[] = data.map((column) => ({
    ...column,
    noise: column.encoder.roles.map(() => m.columnOf(noise, dim++)),
  }));
  // A number of the context is where half of its interval lies below: the same way as a drawn one.
  const numbers = given.filter((column) => !isCategorical(column.schema));
  for (const column of numbers)
    toEncode.push({ ...column, noise: column.encoder.roles.map(() => half) });
  const encoded = encodedColumns(m, toEncode);
  const rows = encoded.slice(0, data.length);
  const x = m.beside(rows.flatMap(({ z }) => z));
  const context = given.map(({ schema: column, encoder, cells }) => {
    const zero = refused(m, cells.isImpossible);
    if (isCategorical(column)) return m.add(contextCategory(m, cells.code, column, encoder), zero);
    const at = numbers.findIndex((other) => other.schema === column);
    const own = encoded[data.length + at]!.z[0]!;
    const centre = column.missing === true ? m.where(cells.isMissing, 0, own) : own;
    const value = m.add(centre, zero);
    return column.missing === true ? m.beside([value, m.g.cast(cells.isMissing, "double")]) : value;
  });
  const { z, logProb } = scoreNodes(
    g,
    flow,
    { x, ...(context.length === 0 ? {} : { context: m.beside(context) }) },
    ops,
  );
  const correction = rows.reduce((sum, own) => m.add(sum, own.correction), m.value(0));
  const whole = m.add(g.cast(logProb, "double"), correction);
  const isImpossible = m.any(...rows.map((own) => own.isImpossible));
  g.output("z", z, g.real, ["rows", codec.dims]);
  g.output("logProb", g.reshape(m.where(isImpossible, -Infinity, whole), [-1]), "double", ["rows"]);
}

function checkRelations(codec: TableCodec): void {
  const kept = (codec.schema.relations ?? []).filter(isKept);
  if (kept.length === 0) return;
  throw new CoupletError({
    code: "NOT_SUPPORTED",
    where: "toOnnx",
    expected: "a table without relations between its columns",
    received: kept.map(describeRelation).join(", "),
    hint: "Export the flow of the encoded rows (model.flow; couplet export --encoded), or fit again without these relations.",
  });
}
