import { OnnxGraph } from "../engine/onnx/onnx-graph.ts";
import type { OnnxOp } from "../engine/onnx/onnx-op.ts";
import { onnxOps } from "../engine/onnx/ops.ts";
import type { FlowModel } from "../flow/model/model.ts";
import { standardiserLogDet } from "../flow/model/preprocess.ts";
import { lowerDecode, lowerScore } from "../flow/lower.ts";
import { checkOptions } from "../options.ts";
import { version } from "../version.ts";
import { modelBytes } from "./model-bytes.ts";
import { emitGraph } from "./nodes-of-graph.ts";
import { standardised, unstandardised } from "./standardiser-nodes.ts";

/** Options of {@link toOnnx}. */
export interface ToOnnxOptions {
  /**
   * `"encode"` (default): x (and context) to z, logDet and logProb. `"decode"`: z (and context) to x and logDet, that of `encode`
   * at x: with z drawn from the base by the caller these are samples.
   */
  readonly direction?: "encode" | "decode";
  /** Computes in float64, which the CPU and WebAssembly providers do. Default false. */
  readonly float64?: boolean;
  /** Nodes for ops of your own. */
  readonly ops?: readonly OnnxOp[];
  /** Pairs for the file's metadata. */
  readonly metadata?: Readonly<Record<string, string>>;
}

/**
 * A flow as the bytes of an ONNX file, for onnxruntime in any language: opset 17, standard operators, nothing random, rows in the user's own
 * units, any number of them.
 *
 * Inputs: `x` [rows, dims] (or `z`) and for conditional models `context` [rows, context], float32 unless `float64`.
 * Outputs: `z` [rows, dims], `logDet` [rows] and `logProb` [rows], nats; or `x` and `logDet`. A row whose numbers overflow on the way has
 * logProb -Infinity, never NaN.
 *
 * @throws CoupletError NOT_SUPPORTED for an op without ONNX nodes; USAGE
 * @example
 *   await writeFile("model.onnx", toOnnx(model));
 */
export function toOnnx(model: FlowModel, options: ToOnnxOptions = {}): Uint8Array<ArrayBuffer> {
  checkOptions("toOnnx", options, {
    direction: ["encode", "decode"],
    float64: true,
    ops: true,
    metadata: true,
  });
  const { direction = "encode", float64 = false, ops = [], metadata = {} } = options;
  const g = new OnnxGraph(float64 ? "double" : "float");
  const known = new Map([...onnxOps, ...ops].map((op) => [op.name, op]));
  if (direction === "encode") encodeGraph(g, model, known);
  else decodeGraph(g, model, known);
  return modelBytes(g, {
    version,
    doc:
      direction === "encode"
        ? "x to z, logDet and logProb (nats per row)"
        : "z to x and the logDet of encode at x",
    metadata: {
      ...metadata,
      "couplet.spec": JSON.stringify(model.spec),
      ...Object.fromEntries(
        Object.entries(model.records).map(([name, record]) => [
          `couplet.${name}`,
          JSON.stringify(record),
        ]),
      ),
    },
  });
}

function encodeGraph(g: OnnxGraph, model: FlowModel, ops: ReadonlyMap<string, OnnxOp>): void {
  const { spec, standardiser, layout } = model;
  const x = g.input("x", g.real, ["rows", spec.dims]);
  const inputs = new Map([["x", standardised(g, x, standardiser)]]);
  withContext(g, model, inputs);
  const outputs = emitGraph(g, lowerScore(spec, layout), inputs, model.parameters, ops);
  const own = g.scalar(standardiserLogDet(standardiser));
  const logDet = g.add(outputs.get("logDet")!, own);
  g.output("z", outputs.get("z")!, g.real, ["rows", spec.dims]);
  g.output("logDet", perRow(g, logDet), g.real, ["rows"]);
  g.output("logProb", perRow(g, orImpossible(g, g.add(outputs.get("logProb")!, own))), g.real, [
    "rows",
  ]);
}

function decodeGraph(g: OnnxGraph, model: FlowModel, ops: ReadonlyMap<string, OnnxOp>): void {
  const { spec, standardiser, layout } = model;
  const inputs = new Map([["z", g.input("z", g.real, ["rows", spec.dims])]]);
  withContext(g, model, inputs);
  const graph = lowerDecode(spec, layout, { logDet: true });
  const outputs = emitGraph(g, graph, inputs, model.parameters, ops);
  const logDet = g.add(outputs.get("logDet")!, g.scalar(standardiserLogDet(standardiser)));
  g.output("x", unstandardised(g, outputs.get("x")!, standardiser), g.real, ["rows", spec.dims]);
  g.output("logDet", perRow(g, logDet), g.real, ["rows"]);
}

function withContext(g: OnnxGraph, model: FlowModel, inputs: Map<string, string>): void {
  const count = model.spec.context as number;
  if (count === 0) return;
  const context = g.input("context", g.real, ["rows", count]);
  inputs.set("context", standardised(g, context, model.contextStandardiser));
}

/** [rows, 1] as [rows]. */
function perRow(g: OnnxGraph, value: string): string {
  return g.reshape(value, [-1]);
}

/** -Infinity where numbers overflowed: a finite row's log-density is a number or -Infinity. */
function orImpossible(g: OnnxGraph, logProb: string): string {
  const wild = g.node("Or", [
    g.node("IsNaN", [logProb]),
    g.node("Greater", [logProb, g.scalar(g.real === "float" ? 3e38 : 1e308)]),
  ]);
  return g.node("Where", [wild, g.scalar(-Infinity), logProb]);
}
