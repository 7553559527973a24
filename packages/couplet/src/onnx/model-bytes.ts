/** A graph as the bytes of an ONNX file (ModelProto). Field numbers are those of onnx.proto, IR version 8. */
import { CATEGORIES, elementTypes, OPSET } from "../engine/onnx/onnx-graph.ts";
import type {
  OnnxAttribute,
  OnnxGraph,
  OnnxNode,
  OnnxPort,
  OnnxTensor,
} from "../engine/onnx/onnx-graph.ts";
import { MessageWriter } from "./protobuf.ts";

/** IR 8 came with opset 17's runtimes. */
const IR_VERSION = 8;

/** What a file says of itself. */
export interface ModelAbout {
  /** Version of couplet. */
  readonly version: string;
  readonly doc: string;
  readonly metadata: Readonly<Record<string, string>>;
}

export function modelBytes(
  graph: OnnxGraph,
  { version, doc, metadata }: ModelAbout,
): Uint8Array<ArrayBuffer> {
  const model = new MessageWriter()
    .integer(1, IR_VERSION)
    .text(2, "couplet")
    .text(3, version)
    .text(6, doc)
    .message(7, graphMessage(graph))
    .message(8, new MessageWriter().text(1, "").integer(2, OPSET));
  if (graph.nodes.some(({ domain }) => domain === CATEGORIES.domain))
    model.message(8, new MessageWriter().text(1, CATEGORIES.domain).integer(2, CATEGORIES.version));
  for (const [key, value] of Object.entries(metadata))
    model.message(14, new MessageWriter().text(1, key).text(2, value));
  return model.finish();
}

function graphMessage({ nodes, constants, inputs, outputs }: OnnxGraph): MessageWriter {
  const graph = new MessageWriter();
  for (const [i, node] of nodes.entries()) graph.message(1, nodeMessage(node, i));
  graph.text(2, "couplet");
  for (const tensor of constants) graph.message(5, tensorMessage(tensor));
  for (const port of inputs) graph.message(11, portMessage(port));
  for (const port of outputs) graph.message(12, portMessage(port));
  return graph;
}

function nodeMessage(
  { type, inputs, outputs, attributes, domain }: OnnxNode,
  i: number,
): MessageWriter {
  const node = new MessageWriter();
  for (const name of inputs) node.text(1, name);
  for (const name of outputs) node.text(2, name);
  node.text(3, `${type}_${i}`).text(4, type);
  for (const [name, value] of Object.entries(attributes))
    node.message(5, attributeMessage(name, value));
  if (domain !== undefined) node.text(7, domain);
  return node;
}

function attributeMessage(name: string, value: OnnxAttribute): MessageWriter {
  const attribute = new MessageWriter().text(1, name);
  if ("int" in value) return attribute.integer(3, value.int).integer(20, 2);
  if ("float" in value) return attribute.float(2, value.float).integer(20, 1);
  if ("text" in value) return attribute.text(4, value.text).integer(20, 3);
  if ("texts" in value) {
    for (const item of value.texts) attribute.text(9, item);
    return attribute.integer(20, 8);
  }
  for (const item of value.ints) attribute.integer(8, item);
  return attribute.integer(20, 7);
}

function tensorMessage({ name, type, shape, values }: OnnxTensor): MessageWriter {
  const tensor = new MessageWriter();
  for (const length of shape) tensor.integer(1, length);
  return tensor.integer(2, elementTypes[type]).text(8, name).bytes(9, rawBytes(type, values));
}

/** Little-endian, as the file wants them, on every machine. */
function rawBytes(type: OnnxTensor["type"], values: ArrayLike<number>): Uint8Array {
  const size = type === "float" ? 4 : type === "bool" ? 1 : 8;
  const view = new DataView(new ArrayBuffer(size * values.length));
  for (let i = 0; i < values.length; i++) {
    const value = values[i]!;
    if (type === "float") view.setFloat32(4 * i, value, true);
    else if (type === "double") view.setFloat64(8 * i, value, true);
    else if (type === "int64") view.setBigInt64(8 * i, BigInt(value), true);
    else view.setUint8(i, value);
  }
  return new Uint8Array(view.buffer);
}

function portMessage({ name, type, shape }: OnnxPort): MessageWriter {
  const dimensions = new MessageWriter();
  for (const length of shape)
    dimensions.message(
      1,
      typeof length === "number"
        ? new MessageWriter().integer(1, length)
        : new MessageWriter().text(2, length),
    );
  const tensor = new MessageWriter().integer(1, elementTypes[type]).message(2, dimensions);
  return new MessageWriter().text(1, name).message(2, new MessageWriter().message(1, tensor));
}
