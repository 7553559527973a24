/** Where synchrony begins, from the spectrum of the couplings. */
import { CoupletError } from "couplet/kit";
import { linearOperator } from "../linear-algebra/matrix/matrix.ts";
import { spectrum } from "../linear-algebra/eigen/spectrum.ts";
import type { CoupledOscillators } from "./coupled-oscillators.ts";
import { densityAtCentre } from "./frequencies.ts";

/**
 * The critical factor s on all couplings, above which the incoherent state (phases spread around the circle) is unstable:
 *
 *   s = 1 / lambda_max(D^1/2 A D^1/2),   D = pi g(0) / 2 for each oscillator, from the law of its layer.
 *
 * With one law this is 2 / (pi g(0) lambda_max(A)), for a complete graph of strength 1 Kuramoto's 2 / (pi g(0)). It
 * holds for laws with one maximum and one centre, and many neighbours; on sparse graphs it is an estimate.
 *
 * @throws CoupletError NOT_SUPPORTED for frequencies given as a list, or laws with different centres; NOT_CONVERGED
 * @see Kuramoto 1975; Restrepo, Ott & Hunt 2005, Phys. Rev. E 71, 036151
 */
export function synchronisationOnset({ layers, size, coupling }: CoupledOscillators): number {
  const root = new Float64Array(size);
  const centres = new Set<number>();
  for (const { name, offset, size: n, frequencies } of layers) {
    const density = densityAtCentre(frequencies);
    if (density === undefined || !("law" in frequencies)) {
      throw new CoupletError({
        code: "NOT_SUPPORTED",
        where: `synchronisationOnset: layer "${name}"`,
        expected: "frequencies by a law",
        received: "a list",
        hint: "lockingThreshold takes lists.",
      });
    }
    centres.add(frequencies.centre);
    root.fill(Math.sqrt((Math.PI * density) / 2), offset, offset + n);
  }
  if (centres.size > 1) {
    throw new CoupletError({
      code: "NOT_SUPPORTED",
      where: "synchronisationOnset",
      expected: "laws with one centre",
      received: [...centres].join(", "),
    });
  }
  const scaled = new Float64Array(size);
  const map = (x: Float64Array, y: Float64Array): void => {
    for (let i = 0; i < size; i++) scaled[i] = root[i]! * x[i]!;
    coupling.apply(scaled, y);
    for (let i = 0; i < size; i++) y[i]! *= root[i]!;
  };
  // Below 2 rows there is nothing to iterate.
  const found = spectrum({
    operator: linearOperator({ rows: size, cols: size, apply: map, adjoint: map }),
    k: 1,
    which: "LA",
    hermitian: true,
  });
  if (!found.converged) {
    throw new CoupletError({
      code: "NOT_CONVERGED",
      where: "synchronisationOnset",
      expected: "a converged eigenvalue",
      received: `a residual of ${found.residuals[0]}`,
    });
  }
  const largest = found.values[0]!;
  return largest > 0 ? 1 / largest : Infinity;
}
