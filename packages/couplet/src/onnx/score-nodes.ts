/** The log-density of a flow as nodes, from rows in the user's units. */
import type { OnnxGraph } from "../engine/onnx/onnx-graph.ts";
import type { OnnxOp } from "../engine/onnx/onnx-op.ts";
import { lowerDecode, lowerScore } from "../flow/lower.ts";
import type { FlowModel } from "../flow/model/model.ts";
import { standardiserLogDet } from "../flow/model/preprocess.ts";
import { emitGraph } from "./nodes-of-graph.ts";
import { standardised, unstandardised } from "./standardiser-nodes.ts";

/** What a flow makes of rows: z [rows, dims], logDet and logProb [rows, 1], nats, in the user's units. */
export interface ScoredNodes {
  readonly z: string;
  readonly logDet: string;
  readonly logProb: string;
}

/** @param inputs x [rows, dims] and of conditional models context, of the graph's type or float64 */
export function scoreNodes(
  g: OnnxGraph,
  model: FlowModel,
  { x, context }: { readonly x: string; readonly context?: string },
  ops: ReadonlyMap<string, OnnxOp>,
): ScoredNodes {
  const { spec, standardiser, contextStandardiser, layout, parameters } = model;
  const inputs = new Map([["x", standardised(g, x, standardiser)]]);
  if (context !== undefined) inputs.set("context", standardised(g, context, contextStandardiser));
  const outputs = emitGraph(g, lowerScore(spec, layout), inputs, parameters, ops);
  const own = g.scalar(standardiserLogDet(standardiser));
  return {
    z: outputs.get("z")!,
    logDet: g.add(outputs.get("logDet")!, own),
    logProb: orImpossible(g, g.add(outputs.get("logProb")!, own)),
  };
}

/**
 * The rows of a flow as nodes, in the user's units and in float64.
 *
 * @param inputs z [rows, dims] of the graph's type, and of conditional models context
 */
export function decodeNodes(
  g: OnnxGraph,
  model: FlowModel,
  { z, context }: { readonly z: string; readonly context?: string },
  ops: ReadonlyMap<string, OnnxOp>,
): string {
  const { spec, standardiser, contextStandardiser, layout, parameters } = model;
  const inputs = new Map([["z", z]]);
  if (context !== undefined) inputs.set("context", standardised(g, context, contextStandardiser));
  const graph = lowerDecode(spec, layout, { logDet: false });
  const outputs = emitGraph(g, graph, inputs, parameters, ops);
  return unstandardised(g, outputs.get("x")!, standardiser, "double");
}

/** -Infinity where numbers overflowed: a finite row's log-density is a number or -Infinity. */
function orImpossible(g: OnnxGraph, logProb: string): string {
  const wild = g.node("Or", [
    g.node("IsNaN", [logProb]),
    g.node("Greater", [logProb, g.scalar(g.real === "float" ? 3e38 : 1e308)]),
  ]);
  return g.node("Where", [wild, g.scalar(-Infinity), logProb]);
}
