/** Z2 indices of inversion-symmetric insulators from parities at the time-reversal invariant momenta. */
import { CoupletError } from "couplet/kit";
import { combine, largestEntry, multiply } from "../linear-algebra/matrix/algebra.ts";
import { adjointOf } from "../linear-algebra/matrix/builders.ts";
import { toComplexDense } from "../linear-algebra/matrix/convert.ts";
import type { ComplexDenseMatrix, Matrix } from "../linear-algebra/matrix/matrix.ts";
import { matvec } from "../linear-algebra/matrix/product.ts";
import { eigenHermitian } from "../linear-algebra/eigen/dense-symmetric.ts";
import type { TightBindingModel } from "./model.ts";
import { bandsAt } from "./occupied.ts";
import { overlap } from "./wilson.ts";

/** The inversion operator in the orbital basis, constant or (where inversion moves orbitals to other cells) at k. */
export type Inversion = Matrix | ((k: readonly number[]) => Matrix);

/** Product of the parities of the occupied Kramers pairs at one time-reversal invariant momentum. */
export interface MomentumParity {
  /** Entries 0 (k = 0) or 1 (k = pi). */
  readonly momentum: readonly number[];
  readonly parity: 1 | -1;
}

/** All 2^axes time-reversal invariant momenta, as 0 / 1 for each axis, the last axis fastest. */
export function invariantMomenta(axes: number): number[][] {
  return Array.from({ length: 2 ** axes }, (_, index) =>
    Array.from({ length: axes }, (__, a) => (index >> (axes - 1 - a)) & 1),
  );
}

const inversionAt = (inversion: Inversion, k: readonly number[]): ComplexDenseMatrix =>
  toComplexDense(typeof inversion === "function" ? inversion(k) : inversion);

/** How far an operator is from an inversion of the model: the largest entry of P H(k) - H(-k) P, beside that of P H(k). */
export function inversionDefect(
  model: TightBindingModel,
  inversion: Inversion,
): { readonly defect: number; readonly scale: number; readonly unitary: boolean } {
  // Any wave vector off the symmetry planes will do.
  const probe = [0.7, 1.9, -1.1].slice(0, model.axes);
  const p = inversionAt(inversion, probe);
  const left = multiply(p, model.hamiltonian(probe));
  const right = multiply(model.hamiltonian(probe.map((v) => -v)), p);
  const unit = multiply(adjointOf(p), p);
  return {
    defect: largestEntry(combine(1, left, -1, right)),
    scale: largestEntry(left),
    unitary: unit.re.every((v, i) => Math.abs(v - (i % (model.size + 1) === 0 ? 1 : 0)) <= 1e-8),
  };
}

/**
 * Parities of the occupied bands at the time-reversal invariant momenta.
 *
 * @param noise how far P H(k) may be from H(-k) P, in the model's unit of energy; default rounding, 1e-8 of |H|
 * @throws CoupletError USAGE unless P is an inversion of the model: P H(k) P^-1 = H(-k), P^2 = 1
 * @see Fu & Kane 2007, PRB 76, 045302, eq. 3.10
 */
export function occupiedParities(
  model: TightBindingModel,
  occupied: number,
  inversion: Inversion,
  noise?: number,
): MomentumParity[] {
  const { defect, unitary, scale } = inversionDefect(model, inversion);
  if (!unitary || defect > (noise ?? 1e-8 * scale)) {
    throw new CoupletError({
      code: "USAGE",
      where: "inversion",
      expected: "a unitary P with P H(k) = H(-k) P",
      received: unitary
        ? `entries that differ by ${defect.toExponential(2)}`
        : "a matrix that is not unitary",
    });
  }
  return invariantMomenta(model.axes).map((momentum) => {
    const k = momentum.map((half) => half * Math.PI);
    const states = bandsAt(model, k).vectors.slice(0, occupied);
    const matrix = inversionAt(inversion, k);
    const inside = overlap(
      states,
      states.map((v) => matvec(matrix, v)),
    );
    const { values } = eigenHermitian(inside);
    const odd = values.filter((v) => v < 0).length;
    // Noise turns states by its ratio to the gap, and their parities by the square of that.
    const allowed = noise === undefined ? 1e-6 : 0.1;
    if (odd % 2 !== 0 || values.some((v) => Math.abs(Math.abs(v) - 1) > allowed)) {
      throw new CoupletError({
        code: "DATA_INVALID",
        where: "inversion",
        expected: "parities +-1 in Kramers pairs",
        received: `${Array.from(values, (v) => v.toFixed(4)).join(", ")} at (${momentum.join(", ")}) pi`,
      });
    }
    return { momentum, parity: (odd / 2) % 2 === 0 ? 1 : -1 };
  });
}

/** Strong and weak indices from parities: the product over all momenta, and over those with k_j = pi. */
export function indicesFromParities(
  parities: readonly MomentumParity[],
  axes: number,
): { strong: 0 | 1; weak: (0 | 1)[] } {
  const index = (chosen: (momentum: readonly number[]) => boolean): 0 | 1 =>
    parities.filter((p) => chosen(p.momentum)).reduce((product, p) => product * p.parity, 1) === 1
      ? 0
      : 1;
  return {
    strong: index(() => true),
    weak: axes === 3 ? [0, 1, 2].map((axis) => index((momentum) => momentum[axis] === 1)) : [],
  };
}
