import { CoupletError } from "couplet/kit";
import { averages, binderOf, blockSums, independentBlocks } from "./simulate.ts";
import type { BinderPoint } from "./finite-size.ts";
import type { Averages, Simulation } from "./simulate.ts";
import { jackknife } from "./statistics.ts";
import type { Estimate } from "./statistics.ts";

/** Averages at a temperature other than the simulated one. */
export interface Reweighted extends Averages {
  readonly temperature: number;
  /** (sum w)^2 / sum w^2 over the number of measurements: 1 at the simulated temperature, near 0 where the measurements say nothing. */
  readonly overlap: number;
}

/**
 * Single-histogram reweighting (Ferrenberg and Swendsen 1988, Phys. Rev. Lett. 61, 2635) on the series themselves:
 * each measurement counts with exp(-(1/T' - 1/T) E).
 *
 * @throws CoupletError USAGE if fewer than 1 % of the measurements carry the result at T'
 */
export function reweight(simulation: Simulation, temperature: number): Reweighted {
  const { sums, overlap } = weightedSums(simulation, temperature);
  if (!(overlap > 0.01)) {
    throw new CoupletError({
      code: "USAGE",
      where: "reweight: temperature",
      expected: `one close to the simulated ${simulation.temperature}`,
      received: `${temperature}, where ${(100 * overlap).toFixed(2)} % of the measurements count`,
      hint: "Simulate nearer to it, or a smaller lattice.",
    });
  }
  const { sites, filmSites } = simulation;
  return { temperature, overlap, ...averages(sums, sites, temperature, filmSites) };
}

function weightedSums(
  simulation: Simulation,
  temperature: number,
): { sums: Float64Array[]; overlap: number } {
  const { chains, autocorrelation } = simulation;
  const shift = 1 / temperature - 1 / simulation.temperature;
  const reference = simulation.energy.value * simulation.sites;
  const blocks = independentBlocks(chains, Math.max(autocorrelation.energy, autocorrelation.order));
  let first = 0,
    second = 0,
    count = 0;
  const sums = blockSums(chains, blocks, simulation.films.length, (energy) => {
    const w = Math.exp(-shift * (energy - reference));
    first += w;
    second += w * w;
    count++;
    return w;
  });
  return { sums, overlap: (first * first) / second / count };
}

/** U(T') and its error, without the other averages; `overlap` as in {@link reweight}. */
export function reweightedBinder(
  simulation: Simulation,
  temperature: number,
): Estimate & { readonly overlap: number } {
  const { sums, overlap } = weightedSums(simulation, temperature);
  return { ...jackknife(sums, binderOf), overlap };
}

/** U(T') alone: the search for a crossing asks for it many times. */
function plainBinder(
  simulation: Simulation,
  temperature: number,
): { value: number; overlap: number } {
  const shift = 1 / temperature - 1 / simulation.temperature;
  const reference = simulation.energy.value * simulation.sites;
  let first = 0,
    second = 0,
    m2 = 0,
    m4 = 0,
    count = 0;
  for (const { energy, order } of simulation.chains) {
    for (let i = 0; i < energy.length; i++) {
      const w = Math.exp(-shift * (energy[i]! - reference));
      const square = order[i]! * order[i]!;
      first += w;
      second += w * w;
      m2 += w * square;
      m4 += w * square * square;
    }
    count += energy.length;
  }
  return { value: 1 - (m4 * first) / (3 * m2 * m2), overlap: (first * first) / second / count };
}

/** U(T'), its error and dU/dT at T'; `overlap` as in {@link reweight}. */
export function binderPoint(
  simulation: Simulation,
  temperature: number,
): BinderPoint & { readonly overlap: number } {
  const { value, error, overlap } = reweightedBinder(simulation, temperature);
  // A tenth of the width of the energy distribution: the same measurements on both sides, so that noise cancels.
  const step =
    (0.1 * temperature) / Math.sqrt(simulation.sites * Math.max(simulation.heat.value, 0.01));
  const [below, above] = [-step, step].map(
    (move) => plainBinder(simulation, temperature + move).value,
  ) as [number, number];
  return { size: simulation.size[0], value, error, overlap, slope: (above - below) / (2 * step) };
}

/** Where two sizes have the same Binder ratio. */
export interface BinderCrossing {
  readonly temperature: Estimate;
  /** U at the crossing. */
  readonly binder: number;
  /** Smaller of the two overlaps at the crossing: below about 0.1, simulate again nearer to it. */
  readonly overlap: number;
}

/**
 * The temperature where the Binder ratios of two sizes cross, by reweighting both simulations (Binder 1981, Z. Phys.
 * B 43, 119). Error: sqrt(sigma_1^2 + sigma_2^2) / |dU_2/dT - dU_1/dT| at the crossing.
 *
 * @returns undefined if they do not cross where both simulations can be trusted (overlap at least 0.05)
 */
export function binderCrossing(small: Simulation, large: Simulation): BinderCrossing | undefined {
  // Both must be known: scan outwards from the middle of the two simulated temperatures.
  const centre = (small.temperature + large.temperature) / 2;
  // The width of the energy distribution sets how far reweighting reaches: dT ~ T / sqrt(N c).
  const reach =
    3 *
    Math.max(
      ...[small, large].map(
        (s) => s.temperature / Math.sqrt(s.sites * Math.max(s.heat.value, 0.01)),
      ),
    );
  const difference = (t: number): { value: number; overlap: number } => {
    const [a, b] = [plainBinder(small, t), plainBinder(large, t)];
    return { value: b.value - a.value, overlap: Math.min(a.overlap, b.overlap) };
  };
  const steps = 12;
  const grid = Array.from(
    { length: 2 * steps + 1 },
    (_, i) => centre + (reach * (i - steps)) / steps,
  )
    .filter((t) => t > 0)
    .map((t) => ({ t, ...difference(t) }))
    .filter((point) => point.overlap > 0.05);
  const crossings = grid
    .slice(1)
    .flatMap((right, i) =>
      grid[i]!.value > 0 && right.value <= 0 ? [[grid[i]!.t, right.t] as const] : [],
    );
  if (crossings.length === 0) return undefined;
  // Noise near the end of the window can cross too: the one nearest to the simulated temperatures counts.
  let [low, high] = crossings.reduce((best, pair) =>
    Math.abs(pair[0] - centre) < Math.abs(best[0] - centre) ? pair : best,
  );
  const width = high - low;
  for (let i = 0; i < 24; i++) {
    const middle = (low + high) / 2;
    if (difference(middle).value > 0) low = middle;
    else high = middle;
  }
  const t = (low + high) / 2;
  const slope = (difference(t + width / 2).value - difference(t - width / 2).value) / width;
  const [a, b] = [reweightedBinder(small, t), reweightedBinder(large, t)];
  return {
    temperature: { value: t, error: Math.hypot(a.error, b.error) / Math.abs(slope) },
    binder: (a.value + b.value) / 2,
    overlap: Math.min(a.overlap, b.overlap),
  };
}
