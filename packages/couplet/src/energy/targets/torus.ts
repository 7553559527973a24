/** Coupled von Mises variables on the torus. */
import { philoxUniform } from "../../random/philox.ts";
import { rowByRow } from "./target.ts";
import type { EnergyTarget } from "./target.ts";

/**
 * Two angles with u = -k1 cos a - k2 cos b - k3 cos(a - b), in [-pi, pi)^2. log Z = ln( (2 pi)^2 sum_n I_n(k1) I_n(k2) I_n(k3) ), n over all
 * integers (product of Fourier series); 6.74953247 for k = 2, 1, 3.
 */
export function coupledAngles(k1 = 2, k2 = 1, k3 = 3): EnergyTarget {
  let sum = 0;
  for (let n = -60; n <= 60; n++)
    sum += bessel(Math.abs(n), k1) * bessel(Math.abs(n), k2) * bessel(Math.abs(n), k3);
  const energyOf = (a: number, b: number) =>
    -k1 * Math.cos(a) - k2 * Math.cos(b) - k3 * Math.cos(a - b);
  return {
    name: "two coupled angles",
    dims: 2,
    logZ: 2 * Math.log(2 * Math.PI) + Math.log(sum),
    energy: rowByRow(2, (rows, at, grad) => {
      const [a, b] = [rows[at]!, rows[at + 1]!];
      grad[at] = k1 * Math.sin(a) + k3 * Math.sin(a - b);
      grad[at + 1] = k2 * Math.sin(b) - k3 * Math.sin(a - b);
      return energyOf(a, b);
    }),
    sample: (rows, seed) => {
      const out = new Float64Array(2 * rows);
      const most = Math.abs(k1) + Math.abs(k2) + Math.abs(k3);
      // Uniform angles, kept with probability exp(-u - most): exact.
      for (let r = 0, tried = 0; r < rows; tried++) {
        const [a, b, kept] = [0, 1, 2].map((stream) => philoxUniform({ seed, row: tried, stream }));
        const angles = [a!, b!].map((p) => 2 * Math.PI * p - Math.PI) as [number, number];
        if (Math.log(kept!) > -energyOf(...angles) - most) continue;
        out.set(angles, 2 * r++);
      }
      return out;
    },
    units: { shift: 0, scale: 1 },
  };
}

/** I_n(x), the modified Bessel function, by its series (Abramowitz & Stegun 9.6.10). */
function bessel(n: number, x: number): number {
  let term = 1;
  for (let k = 1; k <= n; k++) term *= x / 2 / k;
  let sum = term;
  for (let k = 1; term > 1e-18 * sum && k < 500; k++) {
    term *= (x * x) / 4 / (k * (k + n));
    sum += term;
  }
  return sum;
}
