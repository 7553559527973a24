import { CoupletError, checkOptions } from "couplet/kit";
import { exchangeMatrix } from "./exchange.ts";
import { curieConstant, ising } from "./spin.ts";
import type { SpinModel } from "./spin.ts";
import type { MagneticStack } from "./stack.ts";

/**
 * A mean-field problem: groups of like spins, each in the average field of the others,
 *
 *   m_a = F_a( sum_b M_ab m_b / T ).
 *
 * `matrix` need not be symmetric: M_ab = (neighbours of one spin of a in group b) J_ab, and groups can
 * have different numbers of spins. `weights` are those numbers: w_a M_ab = w_b M_ba.
 */
export interface MolecularField {
  readonly names: readonly string[];
  readonly spins: readonly SpinModel[];
  /** groups x groups, row-major, over k_B. */
  readonly matrix: Float64Array;
  readonly weights: Float64Array;
  /** Sites of the stack's cell behind each group; empty for a field given as a matrix. */
  readonly sites: readonly (readonly number[])[];
}

/**
 * A mean-field problem from its matrix.
 *
 * @param options.matrix rows M_ab, in units of temperature
 * @param options.spins one for each group, or one for all; default Ising
 * @throws CoupletError SPEC_INVALID if the matrix is not square, not finite, or is not an exchange matrix:
 * M_ab and M_ba of different sign, or ratios that no numbers of spins explain
 */
export function molecularField(options: {
  readonly matrix: readonly (readonly number[])[];
  readonly spins?: SpinModel | readonly SpinModel[];
  readonly names?: readonly string[];
}): MolecularField {
  checkOptions("molecularField", options, { matrix: true, spins: true, names: true });
  const rows = options.matrix;
  const n = rows.length;
  const fail = (expected: string, received: string): CoupletError =>
    new CoupletError({ code: "SPEC_INVALID", where: "molecularField.matrix", expected, received });
  if (n === 0) throw fail("at least one row", "none");
  rows.forEach((row, a) => {
    if (row.length !== n) throw fail(`${n} numbers in row ${a}`, String(row.length));
    row.forEach((value, b) => {
      if (!Number.isFinite(value)) throw fail(`a finite number at [${a}][${b}]`, String(value));
    });
  });
  const given = options.spins ?? ising();
  const spins = Array.isArray(given)
    ? (given as readonly SpinModel[])
    : rows.map(() => given as SpinModel);
  if (spins.length !== n) throw fail(`${spins.length} rows, as many as spins`, String(n));
  const matrix = Float64Array.from(rows.flat());
  return {
    names: options.names ?? rows.map((_, a) => `group ${a + 1}`),
    spins,
    matrix,
    weights: weightsOf(matrix, n, fail),
    sites: rows.map(() => []),
  };
}

/** Numbers w with w_a M_ab = w_b M_ba, largest 1, by a walk along the couplings. */
function weightsOf(
  matrix: Float64Array,
  n: number,
  fail: (expected: string, received: string) => CoupletError,
): Float64Array {
  const weights = new Float64Array(n);
  for (let start = 0; start < n; start++) {
    if (weights[start] !== 0) continue;
    weights[start] = 1;
    const queue = [start];
    for (let a = queue.pop(); a !== undefined; a = queue.pop()) {
      for (let b = 0; b < n; b++) {
        const [out, back] = [matrix[a * n + b]!, matrix[b * n + a]!];
        if (a === b || (out === 0 && back === 0)) continue;
        if (out * back <= 0)
          throw fail(`M[${a}][${b}] and M[${b}][${a}] of one sign`, `${out} and ${back}`);
        const weight = (weights[a]! * out) / back;
        if (weights[b] === 0) {
          weights[b] = weight;
          queue.push(b);
        } else if (Math.abs(weights[b]! - weight) > 1e-9 * weight) {
          throw fail(
            "w_a M_ab = w_b M_ba for some numbers of spins w",
            `a closed path that breaks it at [${a}][${b}]`,
          );
        }
      }
    }
  }
  const largest = Math.max(...weights);
  return weights.map((weight) => weight / largest);
}

/**
 * The mean-field problem of a stack in an order of wave vector `wave`, each component 0 or pi: one group
 * a site of the cell. A component pi lets neighbouring cells alternate.
 */
export function stackField(
  stack: MagneticStack,
  wave: readonly [number, number, number] = [0, 0, 0],
): MolecularField {
  const n = stack.sites.length;
  const { re } = exchangeMatrix(stack, wave);
  return {
    names: stack.sites.map(({ film, plane, sublattice }) => {
      const { name, sites } = stack.films[film]!;
      const several = sites.length > 1 ? `, plane ${plane + 1}` : "";
      return `${name}${several}${sublattice > 0 ? " B" : ""}`;
    }),
    spins: stack.sites.map((site) => site.spin),
    // sin(pi R) leaves rounding of 1e-16 in the imaginary part only; the real part is exact enough.
    matrix: re,
    weights: new Float64Array(n).fill(1),
    sites: stack.sites.map((_, s) => [s]),
  };
}

/** Curie constants of the groups. */
export function fieldCurie(field: MolecularField): Float64Array {
  return Float64Array.from(field.spins, curieConstant);
}

/** Whether every group acts on every other, directly or through others. */
export function isIrreducible(field: MolecularField): boolean {
  const n = field.spins.length;
  const seen = new Set([0]);
  const queue = [0];
  for (let a = queue.pop(); a !== undefined; a = queue.pop()) {
    for (let b = 0; b < n; b++) {
      if (field.matrix[a * n + b] === 0 || seen.has(b)) continue;
      seen.add(b);
      queue.push(b);
    }
  }
  return seen.size === n;
}
