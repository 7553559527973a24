/** Occupied states and the gap above them. */
import { CoupletError } from "couplet/kit";
import { eigenHermitian } from "../linear-algebra/eigen/dense-symmetric.ts";
import type { HermitianEigen } from "../linear-algebra/eigen/dense-symmetric.ts";
import type { TightBindingModel } from "./model.ts";

/** The direct gap above the occupied bands, where it is smallest. */
export interface DirectGap {
  readonly gap: number;
  readonly k: readonly number[];
  /** From the lowest to the highest energy met in the search. */
  readonly bandwidth: number;
}

/** Gaps below this fraction of the bandwidth count as closed: well above the search's own 1e-6. */
export const closedGap = 1e-4;

/** Bands at k; the first `occupied` are filled. */
export function bandsAt(model: TightBindingModel, k: readonly number[]): HermitianEigen {
  return eigenHermitian(model.hamiltonian(k));
}

/** Checks the number of occupied bands. @throws CoupletError USAGE */
export function checkOccupied(
  where: string,
  model: TightBindingModel,
  occupied: number,
  even: boolean,
): void {
  const fits =
    Number.isInteger(occupied) &&
    occupied >= 1 &&
    occupied < model.size &&
    (!even || occupied % 2 === 0);
  if (fits) return;
  const kind = even ? "an even number" : "a number";
  throw new CoupletError({
    code: "USAGE",
    where: `${where}: occupied`,
    expected: `${kind} of bands from ${even ? 2 : 1} to ${model.size - 1}`,
    received: String(occupied),
  });
}

/**
 * The smallest direct gap in the Brillouin zone: a grid that contains the time-reversal invariant
 * momenta, then a pattern search from the best grid points down to 1e-7 radians.
 */
export function directGap(model: TightBindingModel, occupied: number, grid = 12): DirectGap {
  const size = model.axes;
  let [low, high] = [Infinity, -Infinity];
  const gapAt = (k: readonly number[]): number => {
    const { values } = bandsAt(model, k);
    low = Math.min(low, values[0]!);
    high = Math.max(high, values[values.length - 1]!);
    return values[occupied]! - values[occupied - 1]!;
  };
  const points: { k: number[]; gap: number }[] = [];
  const count = grid ** size;
  for (let index = 0; index < count; index++) {
    const k = Array.from(
      { length: size },
      (_, a) => (2 * Math.PI * (Math.floor(index / grid ** a) % grid)) / grid,
    );
    points.push({ k, gap: gapAt(k) });
  }
  points.sort((a, b) => a.gap - b.gap);
  let best = points[0]!;
  for (const start of points.slice(0, 4)) {
    let here = start;
    for (let step = Math.PI / grid; step > 1e-7;) {
      let moved = false;
      for (let direction = 0; direction < 2 * size; direction++) {
        const k = here.k.map(
          (v, a) => v + (a === direction >> 1 ? (direction % 2 === 0 ? step : -step) : 0),
        );
        const gap = gapAt(k);
        if (gap < here.gap) [here, moved] = [{ k, gap }, true];
      }
      if (!moved) step /= 2;
    }
    if (here.gap < best.gap) best = here;
  }
  return { gap: best.gap, k: best.k, bandwidth: high - low };
}

/** The direct gap, or an error if it closes. @throws CoupletError DATA_INVALID with the wave vector */
export function requireGap(where: string, model: TightBindingModel, occupied: number): DirectGap {
  const found = directGap(model, occupied);
  if (found.gap > closedGap * found.bandwidth) return found;
  throw new CoupletError({
    code: "DATA_INVALID",
    where,
    expected: `a gap above band ${occupied} in the whole Brillouin zone`,
    received: `a gap of ${found.gap.toExponential(2)} at k = (${found.k.map((v) => v.toFixed(4)).join(", ")})`,
    hint: "The bands touch: the invariant is not defined.",
  });
}
