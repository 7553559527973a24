/** Scalar field theory on a lattice, phi^4 in two dimensions (Albergo, Kanwar & Shanahan 2019). */
import { rowByRow } from "./target.ts";
import type { EnergyTarget } from "./target.ts";

/**
 * The action of a field phi on a periodic size x size lattice,
 *
 *     u = sum_x [ sum_mu (phi_x - phi_{x + mu})^2 + m2 phi_x^2 + lambda phi_x^4 ]
 *
 * (their eq. 9, with the derivative written as differences). With m2 = -4 and lambda = 8 the size 8 is near the transition, still in
 * the symmetric phase. log Z is not known in closed form.
 */
export function latticeField({
  size = 8,
  m2 = -4,
  lambda = 8,
}: {
  readonly size?: number;
  readonly m2?: number;
  readonly lambda?: number;
} = {}): EnergyTarget {
  const dims = size * size;
  return {
    name: `phi^4 on ${size} x ${size}`,
    dims,
    logZ: undefined,
    energy: rowByRow(dims, (rows, at, grad) => {
      let u = 0;
      for (let i = 0; i < size; i++) {
        for (let j = 0; j < size; j++) {
          const here = at + i * size + j;
          const phi = rows[here]!;
          u += m2 * phi * phi + lambda * phi ** 4;
          grad[here]! += 2 * m2 * phi + 4 * lambda * phi ** 3;
          for (const there of [
            at + ((i + 1) % size) * size + j,
            at + i * size + ((j + 1) % size),
          ]) {
            const step = phi - rows[there]!;
            u += step * step;
            grad[here]! += 2 * step;
            grad[there]! -= 2 * step;
          }
        }
      }
      return u;
    }),
    sample: undefined,
    units: { shift: 0, scale: 0.5 },
  };
}
