import { OnnxGraph } from "../engine/onnx/onnx-graph.ts";
import type { OnnxOp } from "../engine/onnx/onnx-op.ts";
import { onnxOps } from "../engine/onnx/ops.ts";
import type { FlowModel } from "../flow/model/model.ts";
import { standardiserLogDet } from "../flow/model/preprocess.ts";
import { lowerDecode } from "../flow/lower.ts";
import { checkOptions } from "../options.ts";
import { version } from "../version.ts";
import { modelBytes } from "./model-bytes.ts";
import { emitGraph } from "./nodes-of-graph.ts";
import { scoreNodes } from "./score-nodes.ts";
import { standardised, unstandardised } from "./standardiser-nodes.ts";
import { tableDecodeGraph } from "./table/decode-graph.ts";
import { tableGraph } from "./table/table-graph.ts";
import { type ModelOfTable, tableInputs, tableOutputs } from "./table/table-ports.ts";

/** Options of {@link toOnnx}. */
export interface ToOnnxOptions {
  /**
   * `"encode"` (default): x (and context) to z, logDet and logProb. `"decode"`: z (and context) to x and logDet, that of `encode`
   * at x, of a table to its columns: with z drawn from the base by the caller these are samples.
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
 * A flow, or the model of a table, as the bytes of an ONNX file, for onnxruntime in any language: opset 17, standard operators, nothing random,
 * rows in the user's own units, any number of them.
 *
 * Of a flow: inputs `x` [rows, dims] (or `z`) and for conditional models `context` [rows, context], float32 unless `float64`; outputs `z`
 * [rows, dims], `logDet` [rows] and `logProb` [rows], nats; or `x` and `logDet`.
 *
 * Of a table: an input [rows] for each column, named after it (text, or float64), and `noise` [rows, dims], uniform numbers in (0, 1) that fill
 * the intervals of discrete cells, float64; outputs `z` [rows, dims] and `logProb` [rows], float64, nats; or the other way `z` [rows, dims],
 * float64, to an output [rows] for each column. Encoders compute in float64.
 *
 * A row whose numbers overflow on the way, or of probability 0, has logProb -Infinity, never NaN.
 *
 * @throws CoupletError NOT_SUPPORTED for an op or a relation without ONNX nodes; USAGE
 * @example
 * import { writeFile } from "node:fs/promises";
 * import { toOnnx } from "couplet/onnx";
 * await writeFile("model.onnx", toOnnx(model));
 */
export function toOnnx(
  model: FlowModel | ModelOfTable,
  options: ToOnnxOptions = {},
): Uint8Array<ArrayBuffer> {
  checkOptions("toOnnx", options, {
    direction: ["encode", "decode"],
    float64: false,
    ops: true,
    metadata: true,
  });
  const { direction = "encode", float64 = false, ops = [], metadata = {} } = options;
  const g = new OnnxGraph(float64 ? "double" : "float");
  const known = new Map([...onnxOps, ...ops].map((op) => [op.name, op]));
  const flow = "codec" in model ? model.flow : model;
  if ("codec" in model) {
    (direction === "decode" ? tableDecodeGraph : tableGraph)(g, model, known);
  } else if (direction === "encode") encodeGraph(g, model, known);
  else decodeGraph(g, model, known);
  return modelBytes(g, {
    version,
    doc:
      "codec" in model
        ? direction === "encode"
          ? "a table's columns to logProb (nats per row)"
          : "z to a table's columns"
        : direction === "encode"
          ? "x to z, logDet and logProb (nats per row)"
          : "z to x and the logDet of encode at x",
    metadata: {
      ...metadata,
      "couplet.spec": JSON.stringify(flow.spec),
      ...recordsOf(model, direction, g.real),
    },
  });
}

/** What the file says beside the spec: of a table its schema, inputs and outputs, of a flow the records of its model file. */
function recordsOf(
  model: FlowModel | ModelOfTable,
  direction: "encode" | "decode",
  real: "float" | "double",
): Record<string, string> {
  if ("codec" in model)
    return {
      "couplet.schema": JSON.stringify(model.codec.schema),
      "couplet.inputs": JSON.stringify(tableInputs(model, direction)),
      "couplet.outputs": JSON.stringify(tableOutputs(model, direction, real)),
    };
  return Object.fromEntries(
    Object.entries(model.records).map(([name, record]) => [
      `couplet.${name}`,
      JSON.stringify(record),
    ]),
  );
}

function encodeGraph(g: OnnxGraph, model: FlowModel, ops: ReadonlyMap<string, OnnxOp>): void {
  const { spec } = model;
  const x = g.input("x", g.real, ["rows", spec.dims]);
  const context = contextInput(g, model);
  const { z, logDet, logProb } = scoreNodes(
    g,
    model,
    { x, ...(context === undefined ? {} : { context }) },
    ops,
  );
  g.output("z", z, g.real, ["rows", spec.dims]);
  g.output("logDet", perRow(g, logDet), g.real, ["rows"]);
  g.output("logProb", perRow(g, logProb), g.real, ["rows"]);
}

function decodeGraph(g: OnnxGraph, model: FlowModel, ops: ReadonlyMap<string, OnnxOp>): void {
  const { spec, standardiser, layout } = model;
  const inputs = new Map([["z", g.input("z", g.real, ["rows", spec.dims])]]);
  const context = contextInput(g, model);
  if (context !== undefined)
    inputs.set("context", standardised(g, context, model.contextStandardiser));
  const graph = lowerDecode(spec, layout, { logDet: true });
  const outputs = emitGraph(g, graph, inputs, model.parameters, ops);
  const logDet = g.add(outputs.get("logDet")!, g.scalar(standardiserLogDet(standardiser)));
  g.output("x", unstandardised(g, outputs.get("x")!, standardiser), g.real, ["rows", spec.dims]);
  g.output("logDet", perRow(g, logDet), g.real, ["rows"]);
}

function contextInput(g: OnnxGraph, model: FlowModel): string | undefined {
  const count = model.spec.context as number;
  return count === 0 ? undefined : g.input("context", g.real, ["rows", count]);
}

/** [rows, 1] as [rows]. */
function perRow(g: OnnxGraph, value: string): string {
  return g.reshape(value, [-1]);
}
