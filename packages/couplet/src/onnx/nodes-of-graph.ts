/** A flow's graph as ONNX nodes, op by op. */
import { CoupletError } from "../error.ts";
import type { Graph } from "../engine/graph.ts";
import type { OnnxGraph } from "../engine/onnx/onnx-graph.ts";
import type { OnnxOp } from "../engine/onnx/onnx-op.ts";
import type { Value } from "../engine/value.ts";

/**
 * Emits the graph's nodes.
 *
 * @param inputs names of the graph's inputs in `g`
 * @param parameters the flat buffer of the graph's parameters
 * @param ops by name
 * @returns names of the graph's outputs
 * @throws CoupletError NOT_SUPPORTED for an op without nodes
 */
export function emitGraph(
  g: OnnxGraph,
  graph: Graph,
  inputs: ReadonlyMap<string, string>,
  parameters: Float32Array,
  ops: ReadonlyMap<string, OnnxOp>,
): Map<string, string> {
  const names = new Map<Value, string>();
  for (const [name, value] of graph.inputs) names.set(value, inputs.get(name)!);
  const numbers = new Map<Value, Float64Array>();
  for (const parameter of graph.parameters) {
    const { offset, size } = parameter;
    numbers.set(parameter, Float64Array.from(parameters.subarray(offset, offset + size)));
  }
  const batch = inputs.values().next().value!;
  for (const { op, inputs: used, outputs, attrs, path } of graph.nodes) {
    const known = ops.get(op.name);
    if (known === undefined) throw noNodes(op.name, path);
    const made = known.emit(
      g,
      {
        inputs: used.map((value) => names.get(value) ?? ""),
        parameters: used.map((value) => numbers.get(value)),
        widths: used.map(({ shape }) => (shape.kind === "rows" ? shape.cols : 1)),
        outputs: outputs.length,
        batch,
      },
      attrs,
    );
    for (const [i, value] of outputs.entries()) names.set(value, made[i]!);
  }
  return new Map([...graph.outputs].map(([name, value]) => [name, names.get(value)!]));
}

function noNodes(op: string, path: string): CoupletError {
  return new CoupletError({
    code: "NOT_SUPPORTED",
    where: `toOnnx: ${path}`,
    expected: "an op with ONNX nodes",
    received: `"${op}", which declares none`,
    hint: "Declare them with onOnnx(op, emit), and give them to toOnnx as options.ops; an op of the library has them in its onnx.ts.",
  });
}
