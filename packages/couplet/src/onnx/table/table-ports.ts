/** The inputs and outputs of a table's graphs: what they are called, and what they hold. */
import type { FlowModel } from "../../flow/model/model.ts";
import type { TableCodec } from "../../table/encode/codec.ts";
import type { ModelledColumnSchema } from "../../table/schema/schema.ts";
import { isDate, isModelled } from "../../table/schema/schema.ts";
import { inputOf } from "./read-nodes.ts";

/** A model of a table: a flow between encoders. */
export interface ModelOfTable {
  readonly flow: FlowModel;
  readonly codec: TableCodec;
}

/** The way of a graph: rows to log-densities, or latent rows to rows. */
export type Direction = "encode" | "decode";

/** One input or output of a graph, for the file's metadata and for messages. */
export interface TablePort {
  readonly name: string;
  /** The column; absent: rows of numbers of the flow. */
  readonly column?: string;
  readonly type: "string" | "double" | "float";
  /** What to feed, or what comes out. */
  readonly holds: string;
}

export const NOISE = "noise";
export const LATENT = "z";
export const LOG_PROB = "logProb";

/** The port of a column, by its name; a column with the name of a row of numbers gets one that no other column has. */
function portOf({ codec }: ModelOfTable): (schema: ModelledColumnSchema) => TablePort {
  const taken = new Set([NOISE, LATENT, LOG_PROB]);
  const names = new Set(codec.schema.columns.map(({ name }) => name));
  return (schema) => {
    let { name } = schema;
    const isTaken = (): boolean => taken.has(name) || (name !== schema.name && names.has(name));
    while (isTaken()) name += " (column)";
    return { name, column: schema.name, type: inputOf(schema), holds: holds(schema) };
  };
}

/**
 * The inputs of a table's graph, in order. To encode: the modelled columns, those of the context among them, and the noise. To decode: a row of
 * the flow's base, and the columns of the context.
 *
 * @example
 * import { tableInputs } from "couplet/onnx";
 * for (const { name, type, holds } of tableInputs(modelOfPeople)) console.log(name, type, holds);
 */
export function tableInputs(
  model: ModelOfTable,
  direction: Direction = "encode",
): readonly TablePort[] {
  const columns = model.codec.schema.columns.filter(isModelled);
  if (direction === "encode")
    return [
      ...columns.map(portOf(model)),
      {
        name: NOISE,
        type: "double",
        holds: "uniform numbers in (0, 1), one for each latent dimension",
      },
    ];
  return [
    {
      name: LATENT,
      type: "double",
      holds: "rows of the flow's base, by default independent standard normal numbers",
    },
    ...columns.filter(({ role }) => role === "context").map(portOf(model)),
  ];
}

/**
 * The outputs of a table's graph, in order. Encoded: the row in the flow's base and its log-density. Decoded: the modelled columns that are no
 * context.
 *
 * @param real what the flow computes in
 */
export function tableOutputs(
  model: ModelOfTable,
  direction: Direction = "encode",
  real: "float" | "double" = "float",
): readonly TablePort[] {
  if (direction === "decode")
    return model.codec.schema.columns
      .filter(isModelled)
      .filter(({ role }) => role !== "context")
      .map(portOf(model));
  return [
    { name: LATENT, type: real, holds: "the row in the flow's base" },
    { name: LOG_PROB, type: "double", holds: "the row's log-density, nats" },
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
