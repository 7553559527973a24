/** Double wells, alone and many side by side (Noé et al. 2019; the form of Midgley et al. 2023, FAB, appendix). */
import { philoxUniform } from "../../random/philox.ts";
import { philoxNormal } from "../../random/philox.ts";
import { rowByRow } from "./target.ts";
import type { EnergyTarget } from "./target.ts";

/** ln of the integral of exp(-(x^4 - 6 x^2 - x/2)) dx, by quadrature, plus ln(2 pi) / 2. */
const PAIR_LOG_Z: number = Math.log(11784.50927) + Math.log(2 * Math.PI) / 2;

/** Share of the left well, x < 0. */
const LEFT = 0.155693;

const wellEnergy = (x: number) => x ** 4 - 6 * x * x - x / 2;

/**
 * `pairs` pairs (x, y) with u = sum x^4 - 6 x^2 - x/2 + y^2/2: a variable with two wells and one without, each pair. 2^pairs
 * modes; log Z = 10.29348 a pair.
 */
export function manyWell(pairs: number): EnergyTarget {
  const dims = 2 * pairs;
  return {
    name: pairs === 1 ? "double well" : `many-well, ${dims} dimensions`,
    dims,
    logZ: pairs * PAIR_LOG_Z,
    energy: rowByRow(dims, (rows, at, grad) => {
      let u = 0;
      for (let k = at; k < at + dims; k += 2) {
        const x = rows[k]!;
        const y = rows[k + 1]!;
        u += wellEnergy(x) + y * y * 0.5;
        grad[k] = 4 * x * x * x - 12 * x - 0.5;
        grad[k + 1] = y;
      }
      return u;
    }),
    sample: (rows, seed) => {
      const out = new Float64Array(rows * dims);
      for (let i = 0; i < rows * pairs; i++) {
        out[2 * i] = wellQuantile(philoxUniform({ seed, row: i }));
        out[2 * i + 1] = philoxNormal({ seed, row: i, stream: 1 });
      }
      return out;
    },
    units: { shift: 0, scale: 1.5 },
    modes: [
      { name: "first variable left", probability: LEFT, contains: (row) => row[0]! < 0 },
      { name: "first variable right", probability: 1 - LEFT, contains: (row) => row[0]! >= 0 },
    ],
  };
}

/** The cumulative distribution of x on a grid from -4 to 4, where all but 1e-60 of the mass is. */
const GRID = 16_384;
let cumulative: Float64Array | undefined;

function wellQuantile(p: number): number {
  cumulative ??= wellCumulative();
  let low = 0;
  let high = GRID;
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if (cumulative[middle]! <= p) low = middle;
    else high = middle;
  }
  const share = (p - cumulative[low]!) / (cumulative[high]! - cumulative[low]!);
  return -4 + (8 * (low + share)) / GRID;
}

function wellCumulative(): Float64Array {
  const sums = new Float64Array(GRID + 1);
  const density = (i: number) => Math.exp(-wellEnergy(-4 + (8 * i) / GRID) - 12);
  for (let i = 1; i <= GRID; i++) sums[i] = sums[i - 1]! + (density(i - 1) + density(i)) / 2;
  return sums.map((sum) => sum / sums[GRID]!);
}
