import { CoupletError } from "../../error.ts";

/** Guesses the next window's values from those of past windows. */
export interface Predictor {
  /** Takes the converged values of a window in. */
  push(values: Float64Array): void;
  /** The guess; undefined before the first push. */
  predict(): Float64Array | undefined;
}

/** Weights of the newest, second newest, ... value for equal windows: polynomial extrapolation. */
const WEIGHTS: readonly (readonly number[])[] = [[1], [2, -1], [3, -3, 1]];

/**
 * Polynomial extrapolation over equal time windows: order 0 repeats the last value, 1 is `2 x_n - x_{n-1}`, 2 is
 * `3 x_n - 3 x_{n-1} + x_{n-2}`. While fewer windows are known the highest possible order is used.
 */
export function predictor(options: { readonly order: 0 | 1 | 2 }): Predictor {
  if (![0, 1, 2].includes(options.order)) {
    throw new CoupletError({
      code: "SPEC_INVALID",
      where: "predictor.order",
      expected: "0, 1 or 2",
      received: String(options.order),
    });
  }
  let past: Float64Array[] = [];
  return {
    push(values: Float64Array): void {
      past = [values.slice(), ...past].slice(0, options.order + 1);
    },
    predict(): Float64Array | undefined {
      if (past.length === 0) return undefined;
      const weights = WEIGHTS[past.length - 1]!;
      return past[0]!.map((_, i) =>
        weights.reduce((sum, weight, k) => sum + weight * past[k]![i]!, 0),
      );
    },
  };
}
