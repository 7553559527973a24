/** Scalar field theory on a lattice, phi^4 in two dimensions (Albergo, Kanwar & Shanahan 2019). */
import { rowByRow } from "./target.ts";
import type { EnergyTarget } from "./target.ts";

/**
 * The action of a field phi on a periodic size x size lattice,
 *
 *     u = sum_x [ sum_mu (phi_x - phi_{x + mu})^2 + m2 phi_x^2 + lambda phi_x^4 ]
 *
 * (their eq. 9, with the derivative written as differences). With m2 = -4 and lambda = 8 the size 8 is near the transition, still in
 * the symmetric phase. log Z is known in closed form for the free field (lambda = 0, m2 > 0) alone: a Gaussian, diagonal in Fourier
 * modes, log Z = 1/2 sum_k ln( pi / (m2 + 4 sin^2(k_1 / 2) + 4 sin^2(k_2 / 2)) ). Otherwise the observables (the action, the square and the
 * magnitude of the mean field) are what a model is held against, by Hamiltonian chains.
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
  /** The action of the field that begins at `at`; its gradient is added to `grad`. */
  const action = (rows: Float64Array, at: number, grad: Float64Array): number => {
    let u = 0;
    for (let i = 0; i < size; i++) {
      for (let j = 0; j < size; j++) {
        const here = at + i * size + j;
        const phi = rows[here]!;
        u += m2 * phi * phi + lambda * phi ** 4;
        grad[here]! += 2 * m2 * phi + 4 * lambda * phi ** 3;
        for (const there of [at + ((i + 1) % size) * size + j, at + i * size + ((j + 1) % size)]) {
          const step = phi - rows[there]!;
          u += step * step;
          grad[here]! += 2 * step;
          grad[there]! -= 2 * step;
        }
      }
    }
    return u;
  };
  return {
    name: `phi^4 on ${size} x ${size}`,
    dims,
    logZ: lambda === 0 && m2 > 0 ? freeLogZ(size, m2) : undefined,
    energy: rowByRow(dims, action),
    sample: undefined,
    units: { shift: 0, scale: 0.5 },
    observables: [
      { name: "action a site", of: (row) => action(row, 0, new Float64Array(dims)) / dims },
      { name: "square of the mean field", of: (row) => meanField(row) ** 2 },
      { name: "magnitude of the mean field", of: (row) => Math.abs(meanField(row)) },
    ],
  };
}

function meanField(row: Float64Array): number {
  return row.reduce((sum, phi) => sum + phi, 0) / row.length;
}

function freeLogZ(size: number, m2: number): number {
  const momentum = (n: number) => 4 * Math.sin((Math.PI * n) / size) ** 2;
  let sum = 0;
  for (let n = 0; n < size * size; n++)
    sum += Math.log(Math.PI / (m2 + momentum(n % size) + momentum(Math.floor(n / size)))) / 2;
  return sum;
}
