/** Makes the graph of a case, with and without its backward pass, and draws its inputs. */
import { differentiate } from "../../differentiate.ts";
import { GraphBuilder } from "../../graph.ts";
import type { Graph } from "../../graph.ts";
import type { Parameter, Value } from "../../value.ts";
import type { RunContext, Tensor } from "../../op.ts";
import type { OpCase } from "../op-case.ts";

export interface CaseGraph {
  readonly graph: Graph;
  /** In the order of the case's inputs; parameters among them. */
  readonly inputs: readonly Value[];
}

/** Inputs are named `in<i>`, outputs `out<i>`; with `backward`, cotangents of outputs are `cotangent<i>` and those of inputs `grad<i>`. */
export function caseGraph(test: OpCase, backward: boolean): CaseGraph {
  const b = new GraphBuilder();
  const inputs = test.inputs.map(({ shape }, i) =>
    shape.kind === "param"
      ? b.parameter(`in${i}`, shape.rows, shape.cols, { init: { kind: "zeros" }, decay: false })
      : b.input(`in${i}`, shape),
  );
  const accumulates = (test.accumulates ?? []).map((i) => inputs[i] as Parameter);
  const outputs = b.emit(test.op, inputs, test.attrs, accumulates);
  outputs.forEach((output, i) => b.output(`out${i}`, output));
  if (backward) {
    const differentiated = test.differentiated ?? outputs.map((_, i) => i);
    const started = differentiated.map((i) => ({
      value: outputs[i]!,
      cotangent: b.input(`cotangent${i}`, outputs[i]!.shape),
    }));
    const wrt = inputs.filter((value) => value.shape.kind !== "param");
    const { cotangents } = differentiate(b, started, { wrt });
    for (const [k, cotangent] of cotangents.entries()) {
      if (cotangent !== undefined) b.output(`grad${inputs.indexOf(wrt[k]!)}`, cotangent);
    }
  }
  return { graph: b.finish(), inputs };
}

export function runOf(test: OpCase, rows: number): RunContext {
  return { row0: 3, seed: [12345, 678], step: 7, training: true, ...test.run, rows };
}

export interface CaseData {
  readonly parameters: Float64Array;
  readonly inputs: Record<string, Tensor>;
}

/** Draws float32 numbers, so that kernel and reference see the same ones. */
export function drawCase(
  { graph, inputs }: CaseGraph,
  test: OpCase,
  rows: number,
  seed: number,
): CaseData {
  const normal = normals(seed);
  const parameters = new Float64Array(graph.parameterCount);
  const data: Record<string, Tensor> = {};
  for (const [i, { shape, draw }] of test.inputs.entries()) {
    const next = (): number => Math.fround(draw === undefined ? normal() : draw(normal));
    if (shape.kind === "param") {
      const { offset, size } = inputs[i] as Parameter;
      for (let k = 0; k < size; k++) parameters[offset + k] = next();
    } else {
      const cols = shape.kind === "rows" ? shape.cols : 1;
      data[`in${i}`] = { rows, cols, data: Float64Array.from({ length: rows * cols }, next) };
    }
  }
  for (const [name, value] of graph.inputs) {
    if (!name.startsWith("cotangent")) continue;
    const cols = value.shape.kind === "rows" ? value.shape.cols : 1;
    data[name] = {
      rows,
      cols,
      data: Float64Array.from({ length: rows * cols }, () => Math.fround(normal())),
    };
  }
  return { parameters, inputs: data };
}

/** Standard normal numbers from a small generator (mulberry32): tests need repeatable, not good. */
export function normals(seed: number): () => number {
  let state = seed >>> 0;
  const uniform = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
  return () => Math.sqrt(-2 * Math.log(1 - uniform())) * Math.cos(2 * Math.PI * uniform());
}
