/** The LU-linear map as one product: its matrix, or the inverse, is formed in float64. */
import { onOnnx } from "../../onnx/onnx-op.ts";
import type { OnnxOp, OnnxUse } from "../../onnx/onnx-op.ts";
import type { OnnxGraph } from "../../onnx/onnx-graph.ts";
import { constantLogDet } from "../act-norm/onnx.ts";
import { luDecode, luEncode } from "./op.ts";
import { luDecode as decodeRows, luEncode as encodeRows } from "./reference.ts";

/** Row i is what the map makes of the i-th unit vector, without its bias: the matrix that rows are multiplied by. */
function matrix(
  { parameters: [, lower, upper, logDiagonal] }: OnnxUse,
  n: number,
  map: typeof encodeRows,
): Float64Array {
  const unit = new Float64Array(n * n);
  for (let i = 0; i < n; i++) unit[i * n + i] = 1;
  const parameters = {
    n,
    lower: lower!,
    upper: upper!,
    logDiagonal: logDiagonal!,
    bias: new Float64Array(n),
  };
  return map({ rows: n, cols: n, data: unit }, parameters).data;
}

function product(g: OnnxGraph, x: string, by: Float64Array, n: number): string {
  return g.node("MatMul", [x, g.constant(by, [n, n])]);
}

export const luOnnx: readonly OnnxOp[] = [
  onOnnx(luEncode, (g, use, { variables: n, pixels = 1 }) => {
    const {
      inputs: [x],
      parameters,
    } = use;
    const logDet = pixels * parameters[3]!.reduce((sum, d) => sum + d, 0);
    const parts = pixels === 1 ? x! : g.reshape(x!, [-1, n]);
    const y = g.add(
      product(g, parts, matrix(use, n, encodeRows), n),
      g.constant(parameters[4]!, [1, n]),
    );
    return [pixels === 1 ? y : g.reshape(y, [-1, n * pixels]), constantLogDet(g, x!, logDet)];
  }),
  onOnnx(luDecode, (g, use, { variables: n, pixels = 1, logDet: wanted }) => {
    const {
      inputs: [y],
      parameters,
    } = use;
    const logDet = pixels * parameters[3]!.reduce((sum, d) => sum + d, 0);
    const parts = pixels === 1 ? y! : g.reshape(y!, [-1, n]);
    const centred = g.subtract(parts, g.constant(parameters[4]!, [1, n]));
    const x = product(g, centred, matrix(use, n, decodeRows), n);
    const rows = pixels === 1 ? x : g.reshape(x, [-1, n * pixels]);
    return wanted ? [rows, constantLogDet(g, y!, logDet)] : [rows];
  }),
];
