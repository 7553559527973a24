/** Standardisation as nodes, in float64: differences of large numbers would lose their digits in float32. */
import type { OnnxGraph } from "../engine/onnx/onnx-graph.ts";
import { MOST_ANGLE } from "../flow/model/preprocess.ts";
import type { Standardiser } from "../flow/model/preprocess.ts";

/** (x - shift) / scale, angles taken back to [-pi, pi). */
export function standardised(g: OnnxGraph, x: string, standardiser: Standardiser): string {
  const { shift, scale, circles = [] } = standardiser;
  const row = [1, shift.length];
  const wide = g.real === "double" ? x : g.cast(x, "double");
  const moved = g.subtract(wide, g.constant(shift, row, "double"));
  const units = g.divide(moved, g.constant(scale, row, "double"));
  const placed = circles.length === 0 ? units : wrapped(g, units, circles, shift.length);
  return g.real === "double" ? placed : g.cast(placed, "float");
}

/** x scale + shift, computed in float64. */
export function unstandardised(
  g: OnnxGraph,
  x: string,
  { shift, scale }: Standardiser,
  type: "float" | "double" = g.real,
): string {
  const row = [1, shift.length];
  const wide = g.real === "double" ? x : g.cast(x, "double");
  const units = g.multiply(wide, g.constant(scale, row, "double"));
  const moved = g.add(units, g.constant(shift, row, "double"));
  return type === "double" ? moved : g.cast(moved, "float");
}

function wrapped(g: OnnxGraph, v: string, circles: readonly number[], cols: number): string {
  const one = (value: number): string => g.constant([value], [], "double");
  const turns = g.node("Floor", [g.add(g.divide(v, one(2 * Math.PI)), one(0.5))]);
  const angle = g.node("Clip", [
    g.subtract(v, g.multiply(one(2 * Math.PI), turns)),
    one(-MOST_ANGLE),
    one(MOST_ANGLE),
  ]);
  const isCircle = g.constant(
    Array.from({ length: cols }, (_, j) => (circles.includes(j) ? 1 : 0)),
    [1, cols],
    "bool",
  );
  return g.node("Where", [isCircle, angle, v]);
}
