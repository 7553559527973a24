/** The spectral radius of a sweep that is known only by its action on errors. */
import { norm } from "../../../../numerics/vector.ts";
import { philoxNormal } from "../../../../random/philox.ts";
import type { InPieces } from "../../../../threads/yield-to-event-loop.ts";
import { rateOf } from "./rate.ts";
import type { Rate } from "./rate.ts";

/** Standard normal numbers, the same each time. */
export function fixedDirection(size: number): Float64Array {
  return Float64Array.from({ length: size }, (_, row) => philoxNormal({ seed: 0, row }));
}

/**
 * The growth of a vector over `sweeps` applications of a linear map, scaled to length 1 after each: see {@link rateOf}.
 */
export function* powerIteration(
  map: (v: Float64Array) => Float64Array,
  size: number,
  sweeps: number,
): InPieces<Rate> {
  const logarithms: number[] = [];
  let v = fixedDirection(size);
  let logarithm = 0;
  for (let k = 0; k < sweeps; k++) {
    const image = map(v);
    const length = norm(image);
    if (length === 0) return { value: 0, uncertainty: 0 };
    logarithm += Math.log(length / norm(v));
    logarithms.push(logarithm);
    v = image.map((x) => x / length);
    yield;
  }
  return rateOf(logarithms);
}
