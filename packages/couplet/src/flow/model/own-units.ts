/** What a flow computes of standardised rows, in the user's own units. */
import type { Sample } from "./call-options.ts";
import { standardiserLogDet, unstandardise } from "./preprocess.ts";
import type { Standardiser } from "./preprocess.ts";
import type { Floats } from "./runner.ts";
import type { ModelView } from "./view.ts";

/** log-densities (or log-determinants) per standardised unit become those per the user's own unit. */
export function inOwnUnits(values: Floats, standardiser: Standardiser): Float64Array<ArrayBuffer> {
  const offset = standardiserLogDet(standardiser);
  const out = new Float64Array(values);
  for (let i = 0; i < out.length; i++) out[i]! += offset;
  return out;
}

/**
 * {@link inOwnUnits} of log-densities, each a number or -Infinity. Rows are finite, and so are parameters: what is not a number has
 * overflowed on the way to the base, where the density falls faster than any log-determinant grows.
 */
export function logDensities(
  values: Floats,
  standardiser: Standardiser,
): Float64Array<ArrayBuffer> {
  const logProb = inOwnUnits(values, standardiser);
  for (let r = 0; r < logProb.length; r++) {
    const value = logProb[r]!;
    if (Number.isNaN(value) || value === Infinity) logProb[r] = -Infinity;
  }
  return logProb;
}

/** Rows that were drawn, with their seed: not enumerable, so that as a list of numbers the sample is what it was. Throws DIVERGED. */
export async function drawnRows(model: ModelView, x: Floats, seed: number): Promise<Sample> {
  const rows = unstandardise(x, model.standardiser);
  if (!rows.every(Number.isFinite)) {
    const { wildDraw } = await import("./wild-draw.ts");
    throw wildDraw(rows, model.spec.dims, model.columns, model.spec.context > 0);
  }
  return Object.defineProperty(rows, "seed", { value: seed }) as Sample;
}
