/** Loss and gradient of a training graph in float64, for mathematics that differences of float32 numbers cannot carry. */
import type { Graph } from "../graph.ts";
import { runReference } from "./reference/run.ts";

/** Loss of each row and the gradient in the flat parameter buffer's layout. */
export interface ExactGradient {
  readonly losses: Float64Array;
  readonly gradient: Float64Array;
}

/**
 * Runs a training graph (feeds and `cotangent` to `loss`, with gradients) on the float64 device's mathematics, dropout off.
 *
 * @param inputs by name, row-major, `rows` rows each
 */
export function exactGradient(
  graph: Graph,
  parameters: Float64Array,
  inputs: Readonly<Record<string, Float64Array>>,
  rows: number,
): ExactGradient {
  const tensors = Object.fromEntries(
    Object.entries(inputs).map(([name, data]) => [
      name,
      { rows, cols: data.length / Math.max(1, rows), data },
    ]),
  );
  const run = { rows, row0: 0, seed: [0, 0], step: 0, training: false } as const;
  const { outputs, gradients } = runReference(graph, parameters, tensors, run);
  return { losses: outputs.get("loss")!.data as Float64Array, gradient: gradients };
}
