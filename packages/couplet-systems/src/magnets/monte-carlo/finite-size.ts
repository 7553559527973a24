/** How Binder ratios of finite lattices meet at the transition, and what that leaves unknown about it. */
import { dot, internalError, luFactor } from "couplet/kit";
import type { MagneticStack } from "../stack.ts";

/** One correction b L^-exponent: before anything is measured, b is normal with this mean and deviation. */
export interface Correction {
  readonly exponent: number;
  readonly mean: number;
  readonly deviation: number;
}

/**
 * Finite-size scaling of the Binder ratio near Tc, of sizes L in cells,
 *
 *   U_L(T) = U* + U_L'(T) (T - Tc) + b_1 L^-omega_1 + b_2 L^-omega_2                      (Binder 1981)
 *
 * U* and Tc are unknown, the slopes are measured, and the amplitudes b are unknown but for their size.
 */
export interface ScalingForm {
  readonly corrections: readonly [Correction, Correction];
}

/** Exponents of the two corrections by dimension and spin components, and the prior of b_2 of simple magnets. */
const CLASSES: Readonly<
  Record<string, { readonly exponents: readonly [number, number]; readonly second: Prior }>
> = {
  // 7/4 = gamma / nu, the regular part of <m^2>; the next is its square.
  "2,1": { exponents: [1.75, 3.5], second: { mean: -0.1, deviation: 0.15 } },
  // omega of Hasenbusch's simulations (2010 to 2020), then 2: 2 omega and gamma / nu are near.
  "3,1": { exponents: [0.83, 2], second: { mean: 0, deviation: 0.05 } },
  "3,2": { exponents: [0.79, 2], second: { mean: 0, deviation: 0.05 } },
  "3,3": { exponents: [0.76, 2], second: { mean: 0, deviation: 0.05 } },
};

type Prior = Pick<Correction, "mean" | "deviation">;

/**
 * b_1 of magnets with one plane a repeat and bonds of one strength. Long simulations at the known Tc (L = 2 to 12) give
 * 0.06 on the triangular lattice, 0.09 on the square, 0.12 on the honeycomb (cells of two sites), 0.095 on the simple
 * and the body-centred cubic lattice, 0.01 for Heisenberg spins on the simple cubic one; b_2 is 0, -0.18, -0.2 and
 * -0.02, 0.03 for the Ising lattices.
 */
const simple: Prior = { mean: 0.08, deviation: 0.08 };

/**
 * b_i / s^omega_i of other magnets. Small films look like several independent ones, or like rods: b_1 is negative (-0.4
 * for two equal Ising planes, s = 2). In crystals it may have either sign.
 */
const layered: Readonly<Record<number, Prior>> = {
  2: { mean: -0.1, deviation: 0.1 },
  3: { mean: 0, deviation: 0.12 },
};

/** The form of a magnet with long-range order at T > 0. @param length see {@link crossoverLength} */
export function scalingForm(dimension: number, components: number, length: number): ScalingForm {
  const found = CLASSES[`${dimension},${components}`];
  if (found === undefined)
    throw internalError(`no scaling form for ${dimension} dimensions, ${components} components`);
  const [first, next] = found.exponents;
  if (length === 1)
    return {
      corrections: [
        { exponent: first, ...simple },
        { exponent: next, ...found.second },
      ],
    };
  const { mean, deviation } = layered[dimension]!;
  const scaled = (exponent: number, centre: number): Correction => ({
    exponent,
    mean: centre * length ** exponent,
    deviation: deviation * length ** exponent,
  });
  return { corrections: [scaled(first, mean), scaled(next, 0)] };
}

/**
 * The size s in cells above which a stack behaves as one magnet: 1 for simple magnets, else the number of planes a
 * repeat times (J_max / J_min)^(4/7), over the strongest bonds within each plane and between each two planes. Planes
 * of Ising spins notice a coupling J' between them where L^(7/4) J' reaches J (the field exponent of <m>^2 in two dimensions).
 */
export function crossoverLength({ sites, bonds }: MagneticStack): number {
  const planes = new Set(sites.map(({ level }) => level)).size;
  const strongest = new Map<string, number>();
  for (const { from, to, cell, exchange } of bonds) {
    const key = `${sites[from]!.level},${sites[to]!.level},${cell[2]}`;
    strongest.set(key, Math.max(strongest.get(key) ?? 0, Math.abs(exchange)));
  }
  const strengths = [...strongest.values()];
  return planes * (Math.max(...strengths) / Math.min(...strengths)) ** (4 / 7);
}

/** A Binder ratio at the temperature that all sizes are compared at. */
export interface BinderPoint {
  readonly size: number;
  readonly value: number;
  /** Standard error of `value`. */
  readonly error: number;
  /** dU / dT. */
  readonly slope: number;
}

/** Where the sizes put Tc. */
export interface ScalingFit {
  /** Tc minus the temperature of the points. */
  readonly shift: number;
  /** Standard error from the errors of the points. */
  readonly statistical: number;
  /** Standard error from what is unknown about the corrections. */
  readonly finiteSize: number;
  /** Squared distance of the points from the form, in standard errors, and how many it should be: the number of sizes - 2. */
  readonly chiSquare: number;
  readonly degrees: number;
}

/**
 * Tc by generalised least squares: the amplitudes count as noise that the sizes share, so that the points have the
 * covariance V = diag(sigma^2) + sum_c d_c^2 l_c l_c^T with l_c = L^-omega_c. With two sizes the prior alone says how
 * far corrections move the crossing; from three sizes on the points measure them.
 *
 * @param points two or more, of different sizes
 */
export function fitScaling(
  points: readonly BinderPoint[],
  { corrections }: ScalingForm,
): ScalingFit {
  const n = points.length;
  const powers = corrections.map(({ exponent }) =>
    Float64Array.from(points, ({ size }) => size ** -exponent),
  );
  const ratios = Float64Array.from(
    points,
    ({ value }, i) =>
      value - corrections.reduce((sum, { mean }, c) => sum + mean * powers[c]![i]!, 0),
  );
  const covariance = new Float64Array(n * n);
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < n; j++) {
      covariance[i * n + j] = corrections.reduce(
        (sum, { deviation }, c) => sum + deviation ** 2 * powers[c]![i]! * powers[c]![j]!,
        i === j ? points[i]!.error ** 2 : 0,
      );
    }
  }
  // The unknowns are U* and the shift, with the columns 1 and -U'.
  const columns = [
    new Float64Array(n).fill(1),
    Float64Array.from(points, ({ slope }) => -slope),
  ] as const;
  const factors = luFactor({ size: n, re: covariance }, "covariance of the sizes");
  const solve = (right: Float64Array): Float64Array => factors.solve(right);
  const [v1, v2] = [solve(columns[0]), solve(columns[1])];
  const [a, b, d] = [dot(columns[0], v1), dot(columns[0], v2), dot(columns[1], v2)];
  const determinant = a * d - b * b;
  // Rows of (X^T V^-1 X)^-1 X^T V^-1: what each point adds to U* and to the shift.
  const toRatio = v1.map((v, i) => (d * v - b * v2[i]!) / determinant);
  const toShift = v2.map((v, i) => (a * v - b * v1[i]!) / determinant);
  const [ratio, shift] = [dot(toRatio, ratios), dot(toShift, ratios)];
  const rest = ratios.map((y, i) => y - ratio * columns[0][i]! - shift * columns[1][i]!);
  return {
    shift,
    statistical: Math.hypot(...points.map(({ error }, i) => toShift[i]! * error)),
    finiteSize: Math.hypot(
      ...corrections.map(({ deviation }, c) => dot(toShift, powers[c]!) * deviation),
    ),
    chiSquare: dot(rest, solve(rest)),
    degrees: n - 2,
  };
}
