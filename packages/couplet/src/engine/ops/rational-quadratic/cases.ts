import { rowVector, rowsShape, widths } from "../op-case.ts";
import type { CaseInput, OpCase } from "../op-case.ts";
import { rqsDecode, rqsDecodeVjp, rqsEncode, rqsEncodeVjp, rqsParameters } from "./op.ts";
import type { SplineTails } from "./reference.ts";

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
    { shape: rowsShape(rqsParameters({ bins, tails }) * variables) },
  ];
  const backward = [...forward, { shape: rowsShape(variables) }, { shape: rowVector }];
  // Knots carry the rounding of B (2e-7); derivatives multiply it by the curvature in a bin.
  const tolerance = 1e-4;
  const because = "rounded knots, times the curvature of the bin";
  return [
    {
      name: `rqsEncode ${at}`,
      op: rqsEncode,
      attrs,
      inputs: forward,
      tolerance,
      because,
      boundary: { input: 0, values: [BOUND, -BOUND] },
      jacobian: { input: 0, output: 0, logDet: 1, sign: 1 },
    },
    {
      name: `rqsDecode ${at}`,
      op: rqsDecode,
      attrs: { ...attrs, logDet: true },
      inputs: forward,
      tolerance,
      because,
      boundary: { input: 0, values: [BOUND, -BOUND] },
      jacobian: { input: 0, output: 0, logDet: 1, sign: -1 },
    },
    { name: `rqsEncodeVjp ${at}`, op: rqsEncodeVjp, attrs, inputs: backward, tolerance, because },
    {
      name: `rqsDecodeVjp ${at}, x alone`,
      op: rqsDecodeVjp,
      attrs,
      inputs: backward.slice(0, 3),
      tolerance,
      because,
    },
  ];
}

export const rqsCases: readonly OpCase[] = [
  ...widths.flatMap((variables) => casesOf(variables, 8, 0.25)),
  ...[1, 2, 10].flatMap((bins) => casesOf(3, bins, 0.25)),
  ...casesOf(6, 8, 1),
  ...(["linear", "circular", "free"] as const).flatMap((tails) => [
    ...[1, 5, 8].flatMap((variables) => casesOf(variables, 8, 0.25, tails)),
    ...[1, 2].flatMap((bins) => casesOf(6, bins, 0.25, tails)),
  ]),
];
