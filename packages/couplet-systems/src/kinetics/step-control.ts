/** Step sizes of the Radau integrator, its polynomial between steps and its starting guesses. */
import type { OdeSystem } from "./model.ts";
import { interpolation, nodes, scaledNorm } from "./radau-step.ts";

/** Gustafsson's predictive controller for an error of order 4 (the embedded method is of order 3). */
export function stepFactor(
  h: number,
  norm: number,
  last: { readonly h: number; readonly norm: number } | undefined,
): number {
  if (norm === 0) return 10;
  const multiplier =
    last === undefined || last.norm === 0 ? 1 : (h / last.h) * (last.norm / norm) ** 0.25;
  return Math.min(1, multiplier) * norm ** -0.25;
}

/** The polynomial through the stages, as coefficients of x, x^2, x^3 on the step. */
export function collocation(z: readonly Float64Array[]): Float64Array[] {
  return [0, 1, 2].map((k) =>
    z[0]!.map(
      (_, i) =>
        interpolation[0]![k]! * z[0]![i]! +
        interpolation[1]![k]! * z[1]![i]! +
        interpolation[2]![k]! * z[2]![i]!,
    ),
  );
}

/** Starting guess for the stages: the last step's polynomial carried on, or zero. */
export function extrapolate(
  piece:
    | {
        readonly from: number;
        readonly h: number;
        readonly y: Float64Array;
        readonly q: readonly Float64Array[];
      }
    | undefined,
  t: number,
  h: number,
  y: Float64Array,
): Float64Array[] {
  return nodes.map((c) => {
    if (piece === undefined) return new Float64Array(y.length);
    const x = (t + c * h - piece.from) / piece.h;
    return y.map(
      (value, i) =>
        piece.y[i]! + x * (piece.q[0]![i]! + x * (piece.q[1]![i]! + x * piece.q[2]![i]!)) - value,
    );
  });
}

/** A first step from the size of f and of its change along an Euler step (Hairer, Nørsett & Wanner I, II.4). */
export function firstStep(
  system: OdeSystem,
  t: number,
  y: Float64Array,
  f: Float64Array,
  direction: number,
  scale: Float64Array,
): number {
  const d0 = scaledNorm(y, scale);
  const d1 = scaledNorm(f, scale);
  const h0 = d0 < 1e-5 || d1 < 1e-5 ? 1e-6 : (0.01 * d0) / d1;
  const moved = y.map((value, i) => value + h0 * direction * f[i]!);
  const fMoved = new Float64Array(y.length);
  system.rhs(t + h0 * direction, moved, fMoved);
  const d2 =
    scaledNorm(
      fMoved.map((value, i) => value - f[i]!),
      scale,
    ) / h0;
  const h1 =
    d1 <= 1e-15 && d2 <= 1e-15 ? Math.max(1e-6, h0 * 1e-3) : (0.01 / Math.max(d1, d2)) ** 0.25;
  return Math.min(100 * h0, h1);
}
