import { CoupletError } from "couplet/kit";
import { luFactor, type LuFactors } from "../linear-algebra/schur/lu.ts";

/**
 * LU factors of a row-major n x n matrix, or undefined if it is singular: a Newton iteration then
 * tries something else instead of failing.
 */
export function factorOrUndefined(
  values: Float64Array,
  n: number,
  im?: Float64Array,
): LuFactors | undefined {
  try {
    // no check for NaN here: the iteration sees it in its step
    return im === undefined
      ? luFactor({ kind: "dense", rows: n, cols: n, values })
      : luFactor({ kind: "complexDense", rows: n, cols: n, re: values, im });
  } catch (error) {
    if (error instanceof CoupletError && error.code === "DATA_INVALID") return undefined;
    throw error;
  }
}
