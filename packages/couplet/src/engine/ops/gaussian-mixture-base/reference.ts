/**
 * A mixture of K normal distributions with diagonal covariances, over n variables jointly, in float64:
 *
 *   p(z) = sum_k w_k prod_j N(z_j; m_kj, s_kj^2),  w = softmax(logits),  s = exp(logScale)
 *
 * @see McLachlan & Peel 2000, Finite Mixture Models, section 1.4
 */
import { columnWord } from "../../../random/column-words.ts";
import { onReference } from "../../device/reference/reference-op.ts";
import type { ReferenceOp } from "../../device/reference/reference-op.ts";
import {
  CHOICE_STREAM,
  gaussianMixtureLogProb,
  gaussianMixtureLogProbVjp,
  gaussianMixtureNoise,
} from "./op.ts";
import type { Tensor } from "../../op.ts";
import { HALF_LOG_TWO_PI } from "../gaussian-base/op.ts";

export interface Mixture {
  /** K numbers. */
  readonly logits: Float64Array;
  /** K x n. */
  readonly location: Float64Array;
  /** K x n. */
  readonly logScale: Float64Array;
}

/** log w. */
export function logWeights(logits: Float64Array): Float64Array {
  const total = logSumExp(logits);
  return logits.map((value) => value - total);
}

function logSumExp(values: Float64Array): number {
  const most = values.reduce((a, b) => Math.max(a, b), -Infinity);
  if (most === -Infinity) return -Infinity;
  return most + Math.log(values.reduce((sum, value) => sum + Math.exp(value - most), 0));
}

/** log w_k + log N(z; m_k, s_k) of every component, for the row that begins at `from`. */
function components(z: Tensor, from: number, mixture: Mixture, logW: Float64Array): Float64Array {
  const n = z.cols;
  return logW.map((value, k) => {
    let sum = value - n * HALF_LOG_TWO_PI;
    for (let j = 0; j < n; j++) {
      const u = standardised(z.data[from + j]!, mixture, k * n + j);
      sum -= mixture.logScale[k * n + j]! + 0.5 * u * u;
    }
    return sum;
  });
}

function standardised(value: number, { location, logScale }: Mixture, at: number): number {
  return (value - location[at]!) * Math.exp(-logScale[at]!);
}

/** log p, one number per row. Rows too far away for the numbers have -Infinity. */
export function mixtureLogProb(z: Tensor, mixture: Mixture): Tensor {
  const logW = logWeights(mixture.logits);
  const data = Float64Array.from({ length: z.rows }, (_, r) =>
    logSumExp(components(z, r * z.cols, mixture, logW)),
  );
  return { rows: z.rows, cols: 1, data };
}

/**
 * Cotangent of z; adds those of the parameters. With the responsibilities r_k = w_k N_k / p and u = (z - m) / s:
 * d log p / dz_j = -sum_k r_k u_kj / s_kj, of m_kj r_k u / s, of log s_kj r_k (u^2 - 1), of logit k r_k - w_k.
 */
export function mixtureLogProbVjp(
  z: Tensor,
  mixture: Mixture,
  g: Tensor,
  gLogits: Float64Array,
  gLocation: Float64Array,
  gLogScale: Float64Array,
): Tensor {
  const n = z.cols;
  const logW = logWeights(mixture.logits);
  const data = new Float64Array(z.data.length);
  for (let r = 0; r < z.rows; r++) {
    const parts = components(z, r * n, mixture, logW);
    const total = logSumExp(parts);
    // Where all components are impossible, no direction is better than another.
    if (total === -Infinity) continue;
    for (const [k, part] of parts.entries()) {
      const share = g.data[r]! * Math.exp(part - total);
      gLogits[k]! += share - g.data[r]! * Math.exp(logW[k]!);
      for (let j = 0; j < n; j++) {
        const at = k * n + j;
        const u = standardised(z.data[r * n + j]!, mixture, at);
        const pull = share * u * Math.exp(-mixture.logScale[at]!);
        data[r * n + j]! -= pull;
        gLocation[at]! += pull;
        gLogScale[at]! += share * (u * u - 1);
      }
    }
  }
  return { rows: z.rows, cols: n, data };
}

const mixtureOf = ([logits, location, logScale]: readonly Tensor[]): Mixture => ({
  logits: logits!.data,
  location: location!.data,
  logScale: logScale!.data,
});

export const gaussianMixtureBaseReference: readonly ReferenceOp[] = [
  onReference(gaussianMixtureLogProb, ([z, ...parameters]) => [
    mixtureLogProb(z!, mixtureOf(parameters)),
  ]),
  onReference(
    gaussianMixtureLogProbVjp,
    ([z, logits, location, logScale, g], _attrs, _run, [gLogits, gLocation, gLogScale]) => [
      mixtureLogProbVjp(
        z!,
        mixtureOf([logits!, location!, logScale!]),
        g!,
        gLogits!,
        gLocation!,
        gLogScale!,
      ),
    ],
  ),
  onReference(
    gaussianMixtureNoise,
    ([temperature, ...parameters], { variables, components }, { rows, row0, seed }) => {
      const { logits, location, logScale } = mixtureOf(parameters);
      const weights = logWeights(logits).map(Math.exp);
      const data = new Float64Array(rows * variables);
      const unit = (row: number, column: number, stream: number) =>
        (columnWord(row, column, stream, 0, seed) + 0.5) / 2 ** 32;
      for (let r = 0; r < rows; r++) {
        let k = 0;
        let below = weights[0]!;
        const choice = unit(row0 + r, 0, CHOICE_STREAM);
        while (k < components - 1 && choice >= below) below += weights[++k]!;
        for (let j = 0; j < variables; j++) {
          const radius = Math.sqrt(-2 * Math.log(unit(row0 + r, j, 0)));
          const e = radius * Math.cos(2 * Math.PI * unit(row0 + r, j, 1));
          const at = k * variables + j;
          const scale = temperature!.data[r]! * Math.exp(logScale[at]!);
          data[r * variables + j] = location[at]! + scale * e;
        }
      }
      return [{ rows, cols: variables, data } satisfies Tensor];
    },
  ),
];
