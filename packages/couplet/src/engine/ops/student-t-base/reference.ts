/**
 * Student-t log-density, variables independent, in float64: location, log-scale, and degrees of
 * freedom nu per variable. With u = (z - loc) / scale:
 *
 *   log p = lgamma((nu + 1) / 2) - lgamma(nu / 2) - log(nu pi) / 2 - log scale - (nu + 1) / 2 log1p(u^2 / nu)
 */
import { onReference } from "../../device/reference/reference-op.ts";
import type { ReferenceOp } from "../../device/reference/reference-op.ts";
import * as ops from "./op.ts";
import type { Tensor } from "../../op.ts";

/** log Gamma(x), x > 0: Stirling's series after shifting x above 10. Abramowitz & Stegun 6.1.41. */
export function logGamma(x: number): number {
  let shift = 0;
  while (x < 10) {
    shift -= Math.log(x);
    x += 1;
  }
  const r = 1 / (x * x);
  const series = (1 / 12 - r * (1 / 360 - r * (1 / 1260 - r * (1 / 1680 - r / 1188)))) / x;
  return shift + (x - 0.5) * Math.log(x) - x + Math.log(2 * Math.PI) / 2 + series;
}

/** d log Gamma / dx, x > 0. Abramowitz & Stegun 6.3.18. */
export function digamma(x: number): number {
  let shift = 0;
  while (x < 10) {
    shift -= 1 / x;
    x += 1;
  }
  const r = 1 / (x * x);
  return (
    shift +
    Math.log(x) -
    0.5 / x -
    r * (1 / 12 - r * (1 / 120 - r * (1 / 252 - r * (1 / 240 - r / 132))))
  );
}

/** Parameters of the variables; `df` gives nu_j. */
export interface StudentT {
  readonly loc: Float64Array;
  readonly logScale: Float64Array;
  readonly df: (j: number) => number;
}

export function studentTLogProb(z: Tensor, { loc, logScale, df }: StudentT): Tensor {
  const data = new Float64Array(z.rows);
  z.data.forEach((value, i) => {
    const j = i % z.cols;
    const nu = df(j);
    const u = (value - loc[j]!) * Math.exp(-logScale[j]!);
    data[Math.floor(i / z.cols)]! +=
      logGamma((nu + 1) / 2) -
      logGamma(nu / 2) -
      Math.log(nu * Math.PI) / 2 -
      logScale[j]! -
      ((nu + 1) / 2) * Math.log1p((u * u) / nu);
  });
  return { rows: z.rows, cols: 1, data };
}

/** Cotangent of z; adds those of loc, logScale and log(nu - 2) to what is given for them. */
export function studentTLogProbVjp(
  z: Tensor,
  { loc, logScale, df }: StudentT,
  g: Tensor,
  gLoc: Float64Array | undefined,
  gLogScale: Float64Array | undefined,
  gLogDf: Float64Array | undefined,
): Tensor {
  const data = z.data.map((value, i) => {
    const j = i % z.cols;
    const nu = df(j);
    const e = Math.exp(-logScale[j]!);
    const u = (value - loc[j]!) * e;
    const cotangent = g.data[Math.floor(i / z.cols)]!;
    const pull = ((nu + 1) * u) / (nu + u * u); // -d log p / du
    if (gLoc !== undefined) gLoc[j]! += cotangent * pull * e;
    if (gLogScale !== undefined) gLogScale[j]! += cotangent * (pull * u - 1);
    if (gLogDf !== undefined) {
      const slope =
        (digamma((nu + 1) / 2) -
          digamma(nu / 2) -
          1 / nu -
          Math.log1p((u * u) / nu) +
          (pull * u) / nu) /
        2;
      gLogDf[j]! += cotangent * slope * (nu - 2);
    }
    return -cotangent * pull * e;
  });
  return { ...z, data };
}

function distribution(
  parameters: readonly Tensor[],
  { variables, learnedDf, df }: ops.StudentTAttrs,
): StudentT {
  const [loc, logScale, logDf] = parameters.map(({ data }) => data);
  return {
    loc: loc ?? new Float64Array(variables),
    logScale: logScale ?? new Float64Array(variables),
    df: (j) => (learnedDf ? 2 + Math.exp(logDf![j]!) : df),
  };
}

export const studentTBaseReference: readonly ReferenceOp[] = [
  onReference(ops.studentTLogProb, ([z, ...parameters], attrs) => [
    studentTLogProb(z!, distribution(parameters, attrs)),
  ]),
  onReference(
    ops.studentTLogProbVjp,
    ([z, g, ...parameters], attrs, _run, [gLoc, gLogScale, gLogDf]) => [
      studentTLogProbVjp(z!, distribution(parameters, attrs), g!, gLoc, gLogScale, gLogDf),
    ],
  ),
];
