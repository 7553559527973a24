import { perRow, rowsShape, widths } from "../op-case.ts";
import type { CaseInput, OpCase } from "../op-case.ts";
import {
  rationalQuadraticDecode,
  rationalQuadraticDecodeVjp,
  rationalQuadraticEncode,
  rationalQuadraticEncodeVjp,
  rationalQuadraticParameters,
} from "./op.ts";
import type { SplineTails } from "./op.ts";

const BOUND = 3;

/** Twice as wide as a standard normal: some points land outside the box. */
const points = (variables: number): CaseInput => ({
  shape: rowsShape(variables),
  draw: (normal) => 2 * normal(),
});

function casesOf(
  variables: number,
  bins: number,
  logitScale: number,
  tails: SplineTails = "identity",
): OpCase[] {
  const spline = { bins, bound: BOUND, minBin: 1e-3, minDerivative: 1e-3, logitScale, tails };
  const attrs = { variables, ...spline };
  const at = `${bins} bins, ${variables} variables, logits x ${logitScale}, ${tails} tails`;
  const forward = [
    points(variables),
    { shape: rowsShape(rationalQuadraticParameters({ bins, tails }) * variables) },
  ];
  const backward = [...forward, { shape: rowsShape(variables) }, { shape: perRow }];
  // Knots carry the rounding of B (2e-7); derivatives multiply it by the curvature in a bin.
  const tolerance = 1e-4;
  const because = "rounded knots, times the curvature of the bin";
  return [
    {
      name: `rationalQuadraticEncode ${at}`,
      op: rationalQuadraticEncode,
      attrs,
      inputs: forward,
      tolerance,
      because,
      boundary: { input: 0, values: [BOUND, -BOUND] },
      jacobian: { input: 0, output: 0, logDet: 1, sign: 1 },
    },
    {
      name: `rationalQuadraticDecode ${at}`,
      op: rationalQuadraticDecode,
      attrs: { ...attrs, logDet: true },
      inputs: forward,
      tolerance,
      because,
      boundary: { input: 0, values: [BOUND, -BOUND] },
      jacobian: { input: 0, output: 0, logDet: 1, sign: -1 },
    },
    {
      name: `rationalQuadraticEncodeVjp ${at}`,
      op: rationalQuadraticEncodeVjp,
      attrs,
      inputs: backward,
      tolerance,
      because,
    },
    {
      name: `rationalQuadraticDecodeVjp ${at}, x alone`,
      op: rationalQuadraticDecodeVjp,
      attrs,
      inputs: backward.slice(0, 3),
      tolerance,
      because,
    },
  ];
}

export const rationalQuadraticCases: readonly OpCase[] = [
  ...widths.flatMap((variables) => casesOf(variables, 8, 0.25)),
  ...[1, 2, 10].flatMap((bins) => casesOf(3, bins, 0.25)),
  ...casesOf(6, 8, 1),
  ...(["linear", "circular", "free"] as const).flatMap((tails) => [
    ...[1, 5, 8].flatMap((variables) => casesOf(variables, 8, 0.25, tails)),
    ...[1, 2].flatMap((bins) => casesOf(6, bins, 0.25, tails)),
  ]),
];
