/**
 * The rational-quadratic spline without a search: knots by a product with a triangle of ones, the bin as a one-hot from
 * comparisons with the interior knots, its ends picked by sums. Formulas and letters are those of reference.ts.
 */
import { softplus } from "../../onnx/functions.ts";
import type { OnnxGraph } from "../../onnx/onnx-graph.ts";
import { onOnnx } from "../../onnx/onnx-op.ts";
import type { OnnxOp } from "../../onnx/onnx-op.ts";
import {
  derivativeShift,
  rationalQuadraticDecode,
  rationalQuadraticEncode,
  rationalQuadraticParameters,
} from "./op.ts";
import type { RationalQuadraticAttrs } from "./op.ts";

/** The bin of each variable, [rows, n] each. */
interface Bin {
  readonly xl: string;
  readonly w: string;
  readonly yl: string;
  readonly h: string;
  readonly d0: string;
  readonly d1: string;
}

/** Values at the left and the right end of each bin, [rows, K, n]. */
interface Ends {
  readonly left: string;
  readonly right: string;
}

/** [rows, K - 1, n] with one more at the front, or at the back. */
function padded(g: OnnxGraph, a: string, side: "front" | "back", value: number): string {
  const pads = side === "front" ? [0, 1, 0, 0, 0, 0] : [0, 0, 0, 0, 1, 0];
  return g.node("Pad", [a, g.integers(pads), g.scalar(value)]);
}

/** Interior knots [rows, K - 1, n] and the ends of bins, from logits [rows, K, n]. */
function knots(
  g: OnnxGraph,
  logits: string,
  attrs: RationalQuadraticAttrs,
): Ends & { interior: string } {
  const { bins: K, bound, minBin, logitScale } = attrs;
  const shares = g.node("Softmax", [g.multiply(logits, g.scalar(logitScale))], {
    axis: { int: 1 },
  });
  const sizes = g.add(g.scalar(minBin), g.multiply(g.scalar(1 - K * minBin), shares));
  const triangle = Float64Array.from({ length: (K - 1) * K }, (_, i) =>
    i % K <= Math.floor(i / K) ? 1 : 0,
  );
  const sums = g.node("MatMul", [g.constant(triangle, [K - 1, K]), sizes]);
  const placedAt = (share: string): string =>
    g.add(g.scalar(-bound), g.multiply(g.scalar(2 * bound), share));
  // Shares are padded, not places: onnxruntime rounds what it pads with to float32.
  return {
    interior: placedAt(sums),
    left: placedAt(padded(g, sums, "front", 0)),
    right: placedAt(padded(g, sums, "back", 1)),
  };
}

/** Slopes at the ends of bins from derivative logits. */
function slopes(g: OnnxGraph, logits: string, attrs: RationalQuadraticAttrs): Ends {
  const { bins: K, minDerivative, tails } = attrs;
  const moved = g.add(logits, g.scalar(derivativeShift(minDerivative)));
  const d = g.add(g.scalar(minDerivative), softplus(g, moved));
  if (tails === "identity")
    return { left: padded(g, d, "front", 1), right: padded(g, d, "back", 1) };
  if (tails === "circular")
    return { left: d, right: g.concat([g.slice(d, 1, 1, K), g.slice(d, 1, 0, 1)], 1) };
  return { left: g.slice(d, 1, 0, K), right: g.slice(d, 1, 1, K + 1) };
}

/** The bin that holds `v`, [rows, n] inside the box, searched among the x-knots or the y-knots. */
function locate(
  g: OnnxGraph,
  v: string,
  params: string,
  attrs: RationalQuadraticAttrs,
  axis: "x" | "y",
): Bin {
  const { variables: n, bins: K } = attrs;
  const count = rationalQuadraticParameters(attrs);
  const cube = g.reshape(params, [-1, count, n]);
  const x = knots(g, g.slice(cube, 1, 0, K), attrs);
  const y = knots(g, g.slice(cube, 1, K, 2 * K), attrs);
  const d = slopes(g, g.slice(cube, 1, 2 * K, count), attrs);
  const searched = axis === "x" ? x : y;
  const passed = g.cast(
    g.node("GreaterOrEqual", [g.reshape(v, [-1, 1, n]), searched.interior]),
    g.real,
  );
  // 1 for every knot to the left, less 1 for every knot but the first: 1 in the bin alone.
  const oneHot = g.subtract(padded(g, passed, "front", 1), padded(g, passed, "back", 0));
  const pick = (values: string): string => g.sum(g.multiply(oneHot, values), 1, false);
  return {
    xl: pick(x.left),
    w: pick(g.subtract(x.right, x.left)),
    yl: pick(y.left),
    h: pick(g.subtract(y.right, y.left)),
    d0: pick(d.left),
    d1: pick(d.right),
  };
}

/** q = d0 + d1 - 2 s. */
function curvature(g: OnnxGraph, { d0, d1 }: Bin, s: string): string {
  return g.subtract(g.add(d0, d1), g.multiply(g.scalar(2), s));
}

/** log dy/dx at theta. */
function logSlope(g: OnnxGraph, bin: Bin, theta: string): string {
  const s = g.divide(bin.h, bin.w);
  const omega = g.subtract(g.scalar(1), theta);
  const phi = g.multiply(theta, omega);
  const numerator = g.add(
    g.add(
      g.multiply(bin.d1, g.multiply(theta, theta)),
      g.multiply(g.scalar(2), g.multiply(s, phi)),
    ),
    g.multiply(bin.d0, g.multiply(omega, omega)),
  );
  const denominator = g.add(s, g.multiply(curvature(g, bin, s), phi));
  const log = (a: string): string => g.node("Log", [a]);
  return g.subtract(
    g.add(g.multiply(g.scalar(2), log(s)), log(numerator)),
    g.multiply(g.scalar(2), log(denominator)),
  );
}

/** theta in [0, 1] of the y in the bin: `solve` of reference.ts, both forms of the root. */
function solve(g: OnnxGraph, y: string, { w, yl, h, d0, d1 }: Bin): string {
  const z = unit(g, g.divide(g.subtract(y, yl), h));
  const s = g.divide(h, w);
  const q = g.subtract(g.add(d0, d1), g.multiply(g.scalar(2), s));
  const b = g.subtract(d0, g.multiply(q, z));
  const a = g.subtract(s, b);
  const c = g.node("Neg", [g.multiply(s, z)]);
  const discriminant = g.subtract(g.multiply(b, b), g.multiply(g.scalar(4), g.multiply(a, c)));
  const root = g.node("Sqrt", [g.node("Max", [discriminant, g.scalar(0)])]);
  const stable = g.node("GreaterOrEqual", [b, g.scalar(0)]);
  // The form that is not taken must not divide by zero: gradients would be NaN through Where.
  const safe = (condition: string, value: string): string =>
    g.node("Where", [condition, value, g.scalar(1)]);
  const first = g.divide(
    g.multiply(g.scalar(2), c),
    safe(stable, g.subtract(g.node("Neg", [b]), root)),
  );
  const second = g.divide(
    g.subtract(root, b),
    safe(g.node("Not", [stable]), g.multiply(g.scalar(2), a)),
  );
  return unit(g, g.node("Where", [stable, first, second]));
}

/** Clipped to [0, 1]. */
function unit(g: OnnxGraph, a: string): string {
  return g.node("Clip", [a, g.scalar(0), g.scalar(1)]);
}

/** Where the spline is evaluated for `v`, and how far `v` lies beyond; `within` where it is the spline (or its copy on the circle). */
function placed(g: OnnxGraph, v: string, { tails, bound }: RationalQuadraticAttrs) {
  const box = (a: string): string => g.node("Clip", [a, g.scalar(-bound), g.scalar(bound)]);
  const size = g.node("Abs", [v]);
  const inBox = g.node("LessOrEqual", [size, g.scalar(bound)]);
  if (tails !== "circular") return { inside: box(v), within: inBox, beyond: undefined };
  // Beyond the largest number of turns that the type tells apart, and for infinities, the identity.
  const finite = g.node("Less", [size, g.scalar(g.real === "float" ? 3e38 : 1e308)]);
  const turns = g.node("Floor", [g.add(g.divide(v, g.scalar(2 * bound)), g.scalar(0.5))]);
  const back = box(g.subtract(v, g.multiply(g.scalar(2 * bound), turns)));
  const inside = g.node("Where", [inBox, v, g.node("Where", [finite, back, g.scalar(0)])]);
  return { inside, within: finite, beyond: g.subtract(v, inside) };
}

type Direction = (g: OnnxGraph, inside: string, bin: Bin) => { value: string; theta: string };

const encode: Direction = (g, inside, bin) => {
  const s = g.divide(bin.h, bin.w);
  const theta = g.divide(g.subtract(inside, bin.xl), bin.w);
  const phi = g.multiply(theta, g.subtract(g.scalar(1), theta));
  const numerator = g.add(g.multiply(s, g.multiply(theta, theta)), g.multiply(bin.d0, phi));
  const denominator = g.add(s, g.multiply(curvature(g, bin, s), phi));
  const value = g.add(bin.yl, g.divide(g.multiply(bin.h, numerator), denominator));
  return { value, theta };
};

const decode: Direction = (g, inside, bin) => {
  const theta = solve(g, inside, bin);
  return { value: g.add(bin.xl, g.multiply(theta, bin.w)), theta };
};

/** [value, logDet per row]. */
function spline(
  g: OnnxGraph,
  v: string,
  params: string,
  attrs: RationalQuadraticAttrs,
  axis: "x" | "y",
): readonly [string, string] {
  const { inside, within, beyond } = placed(g, v, attrs);
  const bin = locate(g, inside, params, attrs, axis);
  const { value, theta } = (axis === "x" ? encode : decode)(g, inside, bin);
  const log = logSlope(g, bin, theta);
  const [elsewhere, logElsewhere] = tailOf(g, v, inside, bin, attrs, axis);
  const there = beyond === undefined ? value : g.add(value, beyond);
  return [
    g.node("Where", [within, there, elsewhere]),
    g.sum(g.node("Where", [within, log, logElsewhere]), 1, true),
  ];
}

/** The map outside the box: the identity, or for linear tails the line with the slope of the box's end. */
function tailOf(
  g: OnnxGraph,
  v: string,
  inside: string,
  { d0, d1 }: Bin,
  { tails }: RationalQuadraticAttrs,
  axis: "x" | "y",
): readonly [string, string] {
  if (tails !== "linear") return [v, g.scalar(0)];
  const slope = g.node("Where", [g.node("Greater", [v, g.scalar(0)]), d1, d0]);
  const rest = g.subtract(v, inside);
  const moved = axis === "x" ? g.multiply(rest, slope) : g.divide(rest, slope);
  return [g.add(inside, moved), g.node("Log", [slope])];
}

export const rationalQuadraticOnnx: readonly OnnxOp[] = [
  onOnnx(rationalQuadraticEncode, (g, { inputs: [x, params] }, attrs) => [
    ...spline(g, x!, params!, attrs, "x"),
  ]),
  onOnnx(rationalQuadraticDecode, (g, { inputs: [y, params] }, attrs) =>
    spline(g, y!, params!, attrs, "y").slice(0, attrs.logDet ? 2 : 1),
  ),
];
