import { CoupletError } from "couplet/kit";

/**
 * The kind of a spin. Energies are `-1/2 sum_{i != j} J_ij s_i . s_j` with
 * - `ising`: s = +1 or -1;
 * - `xy`, `heisenberg`: unit vectors with 2 or 3 components;
 * - `quantum`: spin operators of length S (1/2, 1, 3/2, ...), mean field only.
 */
export type SpinModel =
  | { readonly kind: "ising" }
  | { readonly kind: "xy" }
  | { readonly kind: "heisenberg" }
  | { readonly kind: "quantum"; readonly spin: number };

/** s = +1 or -1. */
export function ising(): SpinModel {
  return { kind: "ising" };
}

/** Classical unit vectors in the plane. */
export function xy(): SpinModel {
  return { kind: "xy" };
}

/** Classical unit vectors in space. */
export function heisenberg(): SpinModel {
  return { kind: "heisenberg" };
}

/**
 * Quantum spins of length S in a molecular field (Brillouin function).
 * @throws CoupletError SPEC_INVALID unless 2 S is a positive integer
 */
export function quantumSpin(spin: number): SpinModel {
  if (!(spin > 0) || !Number.isInteger(2 * spin)) {
    throw new CoupletError({
      code: "SPEC_INVALID",
      where: "quantumSpin",
      expected: "S = 1/2, 1, 3/2, ...",
      received: String(spin),
    });
  }
  return { kind: "quantum", spin };
}

/** Components of the order parameter; a quantum spin in a molecular field orders along one axis of three. */
export function components(spin: SpinModel): 1 | 2 | 3 {
  return spin.kind === "ising" ? 1 : spin.kind === "xy" ? 2 : 3;
}

/** Largest magnetisation of one spin: 1, or S. */
export function saturation(spin: SpinModel): number {
  return spin.kind === "quantum" ? spin.spin : 1;
}

/** Curie constant C = F'(0): 1 (Ising), 1/2 (XY), 1/3 (Heisenberg), S(S+1)/3 (quantum). */
export function curieConstant(spin: SpinModel): number {
  switch (spin.kind) {
    case "ising":
      return 1;
    case "xy":
      return 1 / 2;
    case "heisenberg":
      return 1 / 3;
    case "quantum":
      return (spin.spin * (spin.spin + 1)) / 3;
  }
}

/** Magnetisation in a field x = h / T, and its first two derivatives. */
export interface Response {
  readonly value: number;
  readonly first: number;
  readonly second: number;
}

/**
 * The paramagnet's answer F(x) to x = h / T: tanh x (Ising), I1(x)/I0(x) (XY), coth x - 1/x
 * (Heisenberg), S B_S(S x) (quantum).
 */
export function respond(spin: SpinModel, x: number): Response {
  switch (spin.kind) {
    case "ising": {
      const t = Math.tanh(x);
      // 1/cosh^2 by itself: 1 - tanh^2 loses every digit once tanh rounds to 1.
      const first = Math.abs(x) > 350 ? 0 : 1 / Math.cosh(x) ** 2;
      return { value: t, first, second: -2 * t * first };
    }
    case "xy": {
      // r = I1/I0 obeys r' = 1 - r/x - r^2.
      const r = besselRatio(x);
      if (Math.abs(x) < 1e-3)
        return { value: r, first: 1 / 2 - (3 * x * x) / 16, second: (-3 * x) / 8 };
      const first = 1 - r / x - r * r;
      return { value: r, first, second: -first / x + r / (x * x) - 2 * r * first };
    }
    case "heisenberg":
      return langevin(x);
    case "quantum": {
      // S B_S(S x) = (S + 1/2) coth((S + 1/2) x) - 1/2 coth(x / 2): a difference of two Langevin functions,
      // so the poles at x = 0 cancel before rounding.
      const big = langevin((spin.spin + 0.5) * x),
        small = langevin(x / 2);
      const p = spin.spin + 0.5;
      return {
        value: p * big.value - small.value / 2,
        first: p * p * big.first - small.first / 4,
        second: p * p * p * big.second - small.second / 8,
      };
    }
  }
}

function langevin(x: number): Response {
  if (Math.abs(x) < 0.15) {
    // x/3 - x^3/45 + 2x^5/945 - x^7/4725 + 2x^9/93555: the next term is under 1e-14 relative at 0.15.
    const q = x * x;
    return {
      value: x * (1 / 3 + q * (-1 / 45 + q * (2 / 945 + q * (-1 / 4725 + (q * 2) / 93555)))),
      first: 1 / 3 + q * (-1 / 15 + q * (2 / 189 + q * (-1 / 675 + (q * 2) / 10395))),
      second: x * (-2 / 15 + q * (8 / 189 + q * (-2 / 225 + (q * 16) / 10395))),
    };
  }
  const coth = 1 / Math.tanh(x);
  const csch2 = Math.abs(x) > 350 ? 0 : 1 / Math.sinh(x) ** 2;
  return {
    value: coth - 1 / x,
    first: 1 / (x * x) - csch2,
    second: -2 / (x * x * x) + 2 * coth * csch2,
  };
}

/** I1(x) / I0(x) by Gauss's continued fraction (modified Lentz is not needed: backward recurrence converges fast). */
function besselRatio(x: number): number {
  const size = Math.abs(x);
  if (size > 700) return Math.sign(x) * (1 - 1 / (2 * size) - 1 / (8 * size * size));
  // r_n = I_n / I_(n-1) = x / (2n + x r_(n+1)); started well past n = x, where the ratio is negligible.
  let ratio = 0;
  for (let n = Math.ceil(size) + 40; n >= 1; n--) ratio = x / (2 * n + x * ratio);
  return ratio;
}
