/** A table's model as a graph: the table's own columns go in, the log-density of each row comes out. */
import type { OnnxOp } from "../../engine/onnx/onnx-op.ts";
import type { OnnxGraph } from "../../engine/onnx/onnx-graph.ts";
import type { FlowModel } from "../../flow/model/model.ts";
import { withoutEnds } from "../../table/encode/read-codes.ts";
import { columnEncoder } from "../../table/encode/column-encoder.ts";
import type { TableCodec } from "../../table/encode/codec.ts";
import type { ModelledColumnSchema } from "../../table/schema/schema.ts";
import { isCategorical, isDate, isModelled } from "../../table/schema/schema.ts";
import { scoreNodes } from "../score-nodes.ts";
import { Arithmetic } from "./arithmetic.ts";
import { contextCategory, refused } from "./context-nodes.ts";
import { type ColumnToEncode, encodedColumns } from "./encode-nodes.ts";
import { inputOf, readCells } from "./read-nodes.ts";
import { relationNodes } from "./relation-nodes.ts";

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
 * @throws CoupletError NOT_SUPPORTED for a relation that has no nodes
 */
export function tableGraph(
  g: OnnxGraph,
  model: ModelOfTable,
  ops: ReadonlyMap<string, OnnxOp>,
): void {
  const { flow, codec } = model;
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
  const { differences = {} } = codec.toJSON();
  const { plan, modelled } = codec.readable;
  const columns = readColumns(m, codec, raw);
  const data = columns.filter((column) => column.schema.role !== "context");
  const given = columns.filter((column) => column.schema.role === "context");
  const { narrowed, isBroken } = relationNodes(m, plan, {
    schemas: modelled,
    cells: data.map(({ cells }) => cells),
  });
  let dim = 0;
  const placed = data.flatMap((column): ColumnToEncode[] => {
    const at = modelled.indexOf(column.schema);
    const { related, value, indicator } = plan.columns[at]!;
    const noises = (count: number): string[] =>
      Array.from({ length: count }, () => m.columnOf(noise, dim++));
    if (!related) return [{ ...column, noise: noises(column.encoder.roles.length) }];
    const hasIndicator = indicator && !isCategorical(column.schema);
    const width = Number(value) + Number(hasIndicator);
    // What others compute has no variable.
    if (width === 0) return [];
    const difference = differences[column.schema.name];
    return [
      {
        ...column,
        noise: noises(width),
        related: { hasValue: value, hasIndicator, narrowed: narrowed[at]!, difference },
      },
    ];
  });
  const toEncode = [...placed];
  // A number of the context is where half of its interval lies below: the same way as a drawn one.
  const numbers = given.filter((column) => !isCategorical(column.schema));
  for (const column of numbers)
    toEncode.push({ ...column, noise: column.encoder.roles.map(() => half) });
  const encoded = encodedColumns(m, toEncode);
  const rows = encoded.slice(0, placed.length);
  const x = m.beside(rows.flatMap(({ z }) => z));
  const context = given.map(({ schema: column, encoder, cells }) => {
    const zero = refused(m, cells.isImpossible);
    if (isCategorical(column)) return m.add(contextCategory(m, cells.code, column, encoder), zero);
    const at = numbers.findIndex((other) => other.schema === column);
    const own = encoded[placed.length + at]!.z[0]!;
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
  const isImpossible = m.any(
    ...rows.map((own) => own.isImpossible),
    ...data.map(({ cells }) => cells.isImpossible),
    ...isBroken,
  );
  g.output("z", z, g.real, ["rows", codec.dims]);
  g.output("logProb", g.reshape(m.where(isImpossible, -Infinity, whole), [-1]), "double", ["rows"]);
}

/** The cells of all modelled columns, those of the context too. */
function readColumns(m: Arithmetic, codec: TableCodec, raw: ReadonlyMap<string, string>) {
  const { schema } = codec;
  const { encoders } = codec.toJSON();
  const { plan, modelled } = codec.readable;
  return schema.columns.filter(isModelled).map((column) => {
    const state = encoders[column.name]!;
    const encoder = columnEncoder(column, state);
    // A column that others compute has the values that they give it, also beyond those of the training rows.
    const own =
      plan.columns[modelled.indexOf(column)]?.value === false ? withoutEnds(column) : column;
    const cells = readCells(m, raw.get(column.name)!, own, encoder, schema.missingValues);
    return { schema: column, state, encoder, cells };
  });
}
