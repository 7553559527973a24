/** Functions whose operators onnxruntime has for float32 only: in float64 they are composed of operators that it has. */
import type { OnnxGraph } from "./onnx-graph.ts";

/** log(1 + e^a). */
export function softplus(g: OnnxGraph, a: string): string {
  if (g.real === "float") return g.node("Softplus", [a]);
  const tail = g.node("Exp", [g.node("Neg", [g.node("Abs", [a])])]);
  return g.add(g.node("Max", [a, g.scalar(0)]), g.node("Log", [g.add(g.scalar(1), tail)]));
}

/** a / (1 + e^-a). */
export function silu(g: OnnxGraph, a: string): string {
  if (g.real === "float") return g.multiply(a, g.node("Sigmoid", [a]));
  // The product with a sigmoid is fused into an operator that knows no float64.
  return g.divide(a, g.add(g.scalar(1), g.node("Exp", [g.node("Neg", [a])])));
}

const P = [
  -8.750608600031904122785e-1, -1.615753718733365076637e1, -7.50085579231470466734e1,
  -1.22886668449013617341e2, -6.485021904942025371773e1,
];
const Q = [
  1, 2.485846490142306297962e1, 1.650270098316988542046e2, 4.328810604912902668951e2,
  4.853903996359136964868e2, 1.945506571482613964425e2,
];

/** The arc tangent; in float64 by Moshier's rational function after two reductions of the argument (error below 2e-16). */
export function atan(g: OnnxGraph, a: string): string {
  if (g.real === "float") return g.node("Atan", [a]);
  const size = g.node("Abs", [a]);
  const far = g.node("Greater", [size, g.scalar(Math.tan((3 * Math.PI) / 8))]);
  const middle = g.node("Greater", [size, g.scalar(0.66)]);
  const choose = (ofFar: string, ofMiddle: string, ofNear: string): string =>
    g.node("Where", [far, ofFar, g.node("Where", [middle, ofMiddle, ofNear])]);
  const one = g.scalar(1);
  const reduced = choose(
    g.divide(g.scalar(-1), g.node("Max", [size, one])),
    g.divide(g.subtract(size, one), g.add(size, one)),
    size,
  );
  const start = choose(g.scalar(Math.PI / 2), g.scalar(Math.PI / 4), g.scalar(0));
  const square = g.multiply(reduced, reduced);
  const polynomial = (coefficients: readonly number[]): string =>
    coefficients
      .slice(1)
      .reduce((sum, c) => g.add(g.multiply(sum, square), g.scalar(c)), g.scalar(coefficients[0]!));
  const fraction = g.multiply(square, g.divide(polynomial(P), polynomial(Q)));
  const positive = g.add(start, g.add(reduced, g.multiply(reduced, fraction)));
  return g.multiply(positive, g.node("Sign", [a]));
}
