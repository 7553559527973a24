/**
 * Runs a graph in float64, node by node, through the ops' reference implementations. Slow and
 * exact: the oracle of the fast device, and what a user picks for double precision.
 */
import { internalError } from "../../../error.ts";
import type { Graph } from "../../graph.ts";
import type { Value } from "../../value.ts";
import type { RunContext, Tensor } from "../../op.ts";
import { referenceOf } from "./ops.ts";
import type { ReferenceOp } from "./reference-op.ts";

/** Results of a graph in float64: outputs, gradients and every value between. */
export interface ReferenceRun {
  /** The graph's outputs, by name. */
  readonly outputs: ReadonlyMap<string, Tensor>;
  /** Gradients, in the layout of the flat parameter buffer. */
  readonly gradients: Float64Array;
  /** Any value, for tests and diagnoses. */
  value(value: Value): Tensor;
}

/**
 * Runs a graph in float64.
 *
 * @param parameters flat buffer, laid out as the graph says
 * @param inputs by name; each with the same number of rows
 * @param computeOf an op's mathematics by its name; tests of the suite put a wrong one in
 */
export function runReference(
  graph: Graph,
  parameters: Float64Array,
  inputs: Readonly<Record<string, Tensor>>,
  run: RunContext,
  computeOf: (name: string) => ReferenceOp = referenceOf,
): ReferenceRun {
  const values = new Map<number, Tensor>();
  const gradients = new Float64Array(graph.parameterCount);
  for (const parameter of graph.parameters) {
    values.set(parameter.id, {
      rows: parameter.shape.rows,
      cols: parameter.shape.cols,
      data: parameters.subarray(parameter.offset, parameter.offset + parameter.size),
    });
  }
  for (const [name, value] of graph.inputs) {
    const tensor = inputs[name];
    if (tensor === undefined) throw internalError(`input ${name} is missing`);
    values.set(value.id, tensor);
  }
  const get = (value: Value): Tensor => {
    const tensor = values.get(value.id);
    if (tensor === undefined) throw internalError(`value ${value.id} is read before it is made`);
    return tensor;
  };
  for (const node of graph.nodes) {
    const made = computeOf(node.op.name).compute(
      node.inputs.map(get),
      node.attrs,
      run,
      node.accumulates.map((p) =>
        node.discards ? new Float64Array(p.size) : gradients.subarray(p.offset, p.offset + p.size),
      ),
    );
    for (const [i, output] of node.outputs.entries()) values.set(output.id, made[i]!);
  }
  return {
    outputs: new Map([...graph.outputs].map(([name, value]) => [name, get(value)])),
    gradients,
    value: get,
  };
}
