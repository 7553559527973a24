/** Forty Gaussians in the plane (Midgley et al. 2023, FAB, section 4.1). */
import { philoxNormal, philoxUniform } from "../../random/philox.ts";
import { rowByRow } from "./target.ts";
import type { EnergyTarget } from "./target.ts";

const COMPONENTS = 40;
/** Means are uniform in the box [-40, 40]^2. */
const BOX = 40;
/** softplus(1), the deviation of each component in that paper. */
const DEVIATION: number = Math.log1p(Math.E);

/** Forty components of equal weight and deviation 1.3133; the means are those of `seed`. Normalised: log Z = 0. */
export function gaussianMixture40(seed = 0): EnergyTarget {
  const means = Float64Array.from(
    { length: 2 * COMPONENTS },
    (_, i) => BOX * (2 * philoxUniform({ seed, row: i, stream: 40 }) - 1),
  );
  const constant = Math.log(COMPONENTS * 2 * Math.PI * DEVIATION ** 2);
  const halfSquare = (x: number, y: number, k: number) =>
    ((x - means[2 * k]!) ** 2 + (y - means[2 * k + 1]!) ** 2) / (2 * DEVIATION ** 2);
  return {
    name: "40 Gaussians in the plane",
    dims: 2,
    logZ: 0,
    energy: rowByRow(2, (rows, at, grad) => {
      const [x, y] = [rows[at]!, rows[at + 1]!];
      let least = Infinity;
      for (let k = 0; k < COMPONENTS; k++) least = Math.min(least, halfSquare(x, y, k));
      let sum = 0;
      for (let k = 0; k < COMPONENTS; k++) {
        const weight = Math.exp(least - halfSquare(x, y, k));
        sum += weight;
        grad[at]! += (weight * (x - means[2 * k]!)) / DEVIATION ** 2;
        grad[at + 1]! += (weight * (y - means[2 * k + 1]!)) / DEVIATION ** 2;
      }
      grad[at]! /= sum;
      grad[at + 1]! /= sum;
      return least - Math.log(sum) + constant;
    }),
    sample: (rows, drawSeed) => {
      const out = new Float64Array(2 * rows);
      for (let r = 0; r < rows; r++) {
        const k = Math.floor(COMPONENTS * philoxUniform({ seed: drawSeed, row: r, stream: 2 }));
        for (const j of [0, 1])
          out[2 * r + j] =
            means[2 * k + j]! + DEVIATION * philoxNormal({ seed: drawSeed, row: r, stream: j });
      }
      return out;
    },
    units: { shift: 0, scale: BOX / 2 },
    modes: Array.from({ length: COMPONENTS }, (_, k) => ({
      name: `component ${k + 1}`,
      probability: 1 / COMPONENTS,
      contains: (row: ArrayLike<number>) => halfSquare(row[0]!, row[1]!, k) < 4.5,
    })),
  };
}
