/** Occupied states and the gap above them. */
import { CoupletError } from "couplet/kit";
import { eigenHermitian } from "../linear-algebra/eigen/dense-symmetric.ts";
import type { HermitianEigen } from "../linear-algebra/eigen/dense-symmetric.ts";
import { fixAxis } from "./fixed-axis.ts";
import type { TightBindingModel } from "./model.ts";
import { finish } from "./steps.ts";

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
  return finish(gapSteps(model, occupied, grid));
}

/** The steps of {@link directGap}: the fraction of the work done, about. */
export function* gapSteps(
  model: TightBindingModel,
  occupied: number,
  grid = 12,
): Generator<number, DirectGap> {
  const size = model.axes;
  let [low, high] = [Infinity, -Infinity];
  const gapAt = (k: readonly number[], at: TightBindingModel = model): number => {
    const { values } = bandsAt(at, k);
    low = Math.min(low, values[0]!);
    high = Math.max(high, values[values.length - 1]!);
    return values[occupied]! - values[occupied - 1]!;
  };
  const wave = (i: number): number => (2 * Math.PI * i) / grid;
  const points: { k: number[]; gap: number }[] = [];
  const count = grid ** (size - 1);
  const lines = lineModels(model);
  for (let index = 0; index < count; index++) {
    const rest = Array.from({ length: size - 1 }, (_, a) =>
      wave(Math.floor(index / grid ** a) % grid),
    );
    const line = lines(rest);
    for (let i = 0; i < grid; i++) {
      const k = [wave(i), ...rest];
      points.push({ k, gap: gapAt(k, line) });
    }
    yield (0.5 * (index + 1)) / count;
  }
  points.sort((a, b) => a.gap - b.gap);
  /** Moves along the axes while that lowers the gap, with steps down to `finest`. */
  const descend = (start: Minimum, finest: number): Minimum => {
    let { k, gap, step } = start;
    while (step > finest) {
      let moved = false;
      for (let direction = 0; direction < 2 * size; direction++) {
        const next = k.map(
          (v, a) => v + (a === direction >> 1 ? (direction % 2 === 0 ? step : -step) : 0),
        );
        const there = gapAt(next);
        if (there < gap) [k, gap, moved] = [next, there, true];
      }
      if (!moved) step /= 2;
    }
    return { k, gap, step };
  };
  const starts = points.slice(0, 4).map((point): Minimum => ({ ...point, step: Math.PI / grid }));
  let best: Minimum | undefined;
  for (const [s, start] of starts.entries()) {
    // Steps of 0.01 tell which of the minima is lowest; only that one is worth more.
    const here = descend(start, 0.01);
    if (best === undefined || here.gap < best.gap) best = here;
    yield 0.5 + (0.3 * (s + 1)) / starts.length;
  }
  for (let finest = 1e-3; finest > 0.5e-7; finest /= 10) {
    best = descend(best!, finest);
    yield 1 + 0.05 * Math.log10(1e-7 / finest);
  }
  return { gap: best!.gap, k: best!.k, bandwidth: high - low };
}

/** Where a search stands. */
interface Minimum {
  readonly k: number[];
  readonly gap: number;
  readonly step: number;
}

/** Models along the first axis, the other wave numbers fixed; the sum over the last axis is kept for as long as it holds. */
function lineModels(model: TightBindingModel): (rest: readonly number[]) => TightBindingModel {
  let planeAt = Number.NaN;
  let plane = model;
  return (rest) => {
    const last = rest.length;
    if (last === 0) return model;
    if (last === 2 && rest[1] !== planeAt)
      [planeAt, plane] = [rest[1]!, fixAxis(model, 2, rest[1]!)];
    return fixAxis(plane, 1, rest[0]!);
  };
}

/** The direct gap, or an error if it closes. @throws CoupletError DATA_INVALID with the wave vector */
export function requireGap(where: string, model: TightBindingModel, occupied: number): DirectGap {
  return requireOpen(where, occupied, directGap(model, occupied));
}

/** A gap that was found, or an error if it is closed. @throws CoupletError DATA_INVALID with the wave vector */
export function requireOpen(where: string, occupied: number, found: DirectGap): DirectGap {
  if (found.gap > closedGap * found.bandwidth) return found;
  throw new CoupletError({
    code: "DATA_INVALID",
    where,
    expected: `a gap above band ${occupied} in the whole Brillouin zone`,
    received: `a gap of ${found.gap.toExponential(2)} at k = (${found.k.map((v) => v.toFixed(4)).join(", ")})`,
    hint: "The bands touch: the invariant is not defined.",
  });
}
