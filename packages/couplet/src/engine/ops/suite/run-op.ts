/** Runs one op on numbers, through its kernels: for the tests that stand beside the ops. */
import { GraphBuilder } from "../../graph.ts";
import type { Shape } from "../../value.ts";
import type { AnyOpDef, Attrs, RunContext } from "../../op.ts";
import { execute } from "./execute.ts";
import { kernelInstance } from "./wasm.ts";
import type { Build } from "./wasm.ts";

export interface OpInput {
  readonly shape: Shape;
  readonly data: ArrayLike<number>;
}

/** Outputs of the op, in order. */
export function runOp<A extends Attrs>(
  op: AnyOpDef<A>,
  inputs: readonly OpInput[],
  attrs: A,
  run: Partial<RunContext> & { readonly rows: number },
  build: Build = "engine",
): Float64Array[] {
  const b = new GraphBuilder();
  const values = inputs.map(({ shape }, i) =>
    shape.kind === "param"
      ? b.parameter(`in${i}`, shape.rows, shape.cols, { init: { kind: "zeros" }, decay: false })
      : b.input(`in${i}`, shape),
  );
  b.emit(op, values, attrs).forEach((output, i) => b.output(`${i}`, output));
  const graph = b.finish();
  const parameters = new Float64Array(graph.parameterCount);
  const data: Record<string, { rows: number; cols: number; data: Float64Array }> = {};
  inputs.forEach((input, i) => {
    const value = values[i]!;
    if ("offset" in value) parameters.set(Float64Array.from(input.data), value.offset as number);
    else
      data[`in${i}`] = {
        rows: run.rows,
        cols: input.shape.kind === "rows" ? input.shape.cols : 1,
        data: Float64Array.from(input.data),
      };
  });
  const context: RunContext = { row0: 0, seed: [7, 0], step: 1, training: true, ...run };
  const { outputs } = execute(kernelInstance(build), graph, parameters, data, context);
  return [...outputs.values()].map((tensor) => tensor.data);
}
