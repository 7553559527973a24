import { CoupletError, checkOptions, usageError } from "couplet/kit";
import type { MagneticStack } from "../stack.ts";
import { filmSites } from "./job.ts";
import type { Job, JobResult, Series, Update } from "./job.ts";
import { runJobs } from "./run-jobs.ts";
import type { JobOptions } from "./run-jobs.ts";
import { spinLattice } from "./spin-lattice.ts";
import type { LatticeSize, SpinLattice } from "./spin-lattice.ts";
import { autocorrelationTime, cutBlocks, jackknife } from "./statistics.ts";
import type { Estimate } from "./statistics.ts";

/** Options of {@link simulateStack}. */
export interface SimulationOptions extends JobOptions {
  readonly temperature: number;
  /** Cells along x and y, and z of a periodic stack; one number for a square (or cube). */
  readonly size: LatticeSize;
  /**
   * "wolff" (default): clusters, best near Tc. "metropolis", "heatBath": local; 128 replicas at once for Ising
   * spins, 4 for unit vectors ("heatBath" then needs three components).
   */
  readonly update?: Update;
  /** Measurements a chain; default 2000. */
  readonly measurements?: number;
  /** Sweeps between measurements; default 1. A Wolff sweep flips as many spins as the lattice has sites. */
  readonly interval?: number;
  /** Sweeps before the first measurement; default a fifth of the measured ones, at least 100. */
  readonly thermalise?: number;
  /** Independent runs with different random numbers; default 4 (Wolff) or 1. Fixed, so that results do not depend on threads. */
  readonly runs?: number;
  /** Number of the first run: runs with other numbers are independent; default 0. */
  readonly firstRun?: number;
  /** Over-relaxing sweeps after each local sweep of unit vectors; default 1. */
  readonly relaxations?: number;
  /** An integer from 0 to 2^53 - 1; default 1. Same seed, same numbers, on any number of threads. */
  readonly seed?: number;
  /** Default "ordered". */
  readonly start?: "ordered" | "random";
  /** Default "ground-state"; see `spinLattice`. */
  readonly orderParameter?: "ground-state" | "uniform";
}

/** Averages and the series they come from. Energies over k_B, per site. */
export interface Simulation {
  readonly temperature: number;
  readonly size: readonly [number, number, number];
  readonly sites: number;
  readonly update: Update;
  readonly energy: Estimate;
  /** (<E^2> - <E>^2) / (T^2 N). */
  readonly heat: Estimate;
  /** <|m|>, m = sum_i g_i s_i / N. */
  readonly order: Estimate;
  /** <m^2>. */
  readonly order2: Estimate;
  /** U = 1 - <m^4> / (3 <m^2>^2). */
  readonly binder: Estimate;
  /** N (<m^2> - <|m|>^2) / T. */
  readonly susceptibility: Estimate;
  /** Each film's magnetisation along the order parameter, per site of the film. */
  readonly films: readonly Estimate[];
  /** N_f (<m_f^2> - <|m_f|>^2) / T of each film's share m_f along the order parameter, N_f its sites. */
  readonly filmSusceptibility: readonly Estimate[];
  /** U_f = 1 - <m_f^4> / (3 <m_f^2>^2) of each film. */
  readonly filmBinder: readonly Estimate[];
  /** Sites of each film. */
  readonly filmSites: readonly number[];
  /** Integrated autocorrelation times of E and |m|, in measurements, averaged over up to 16 chains. */
  readonly autocorrelation: { readonly energy: number; readonly order: number };
  readonly chains: readonly Series[];
  readonly spinUpdates: number;
  /** Time in the kernels, summed over threads. */
  readonly kernelSeconds: number;
}

function positive(name: string, value: number): number {
  if (value > 0 && Number.isFinite(value)) return value;
  throw usageError(`simulateStack: ${name}`, "a positive number", String(value));
}

/** An option that counts, from `least` up to what a double holds exactly. */
function count(name: string, value: number, least: 0 | 1): number {
  if (Number.isSafeInteger(value) && value >= least) return value;
  throw usageError(
    `simulateStack: ${name}`,
    least === 1 ? "a positive integer" : "an integer from 0 to 2^53 - 1",
    String(value),
  );
}

/** The jobs of one simulation. */
export function planJobs(
  stack: MagneticStack,
  options: SimulationOptions,
): { lattice: SpinLattice; jobs: Job[] } {
  const {
    update = "wolff",
    measurements = 2000,
    interval = 1,
    relaxations = 1,
    seed = 1,
    start = "ordered",
  } = options;
  count("seed", seed, 0);
  const lattice = spinLattice(stack, options.size, options.orderParameter ?? "ground-state");
  if (update === "heatBath" && lattice.components === 2) {
    throw new CoupletError({
      code: "NOT_SUPPORTED",
      where: "simulateStack: update",
      expected: '"wolff" or "metropolis" for XY spins',
      received: '"heatBath"',
    });
  }
  const runs = count("runs", options.runs ?? (update === "wolff" ? 4 : 1), 1);
  const base = {
    lattice,
    update,
    start,
    seed,
    temperature: positive("temperature", options.temperature),
    measurements: count("measurements", measurements, 1),
    interval: count("interval", interval, 1),
    thermalise: count(
      "thermalise",
      options.thermalise ?? Math.max(100, Math.ceil((measurements * interval) / 5)),
      0,
    ),
    relaxations: count("relaxations", lattice.components === 1 ? 0 : relaxations, 0),
  };
  const first = count("firstRun", options.firstRun ?? 0, 0);
  return {
    lattice,
    jobs: Array.from({ length: runs }, (_, run) => ({ ...base, stream: first + run })),
  };
}

/**
 * Simulates a periodic piece of a stack at one temperature.
 *
 * Errors are jackknife errors over blocks of at least 20 autocorrelation times (or over whole chains,
 * of many chains).
 */
export async function simulateStack(
  stack: MagneticStack,
  options: SimulationOptions,
): Promise<Simulation> {
  checkOptions("simulateStack", options, {
    temperature: 0,
    size: true,
    update: ["wolff", "metropolis", "heatBath"],
    measurements: 0,
    interval: 0,
    thermalise: 0,
    runs: 0,
    firstRun: 0,
    relaxations: 0,
    seed: 0,
    start: ["ordered", "random"],
    orderParameter: ["ground-state", "uniform"],
    threads: 0,
    signal: "AbortSignal",
    onProgress: "function",
  });
  const { lattice, jobs } = planJobs(stack, options);
  return summarise(lattice, jobs[0]!, await runJobs(jobs, options));
}

/** Numbers of a film in {@link blockSums}: m, |m|, m^2, m^4. */
const FILM_SUMS = 4;

/** Sums of [1, E, E^2, |m|, m^2, m^4, then m_f, |m_f|, m_f^2, m_f^4 of each film] in each block, with weights. */
export function blockSums(
  chains: readonly Series[],
  blocks: readonly { chain: number; from: number; to: number }[],
  films: number,
  weight?: (energy: number) => number,
): Float64Array[] {
  return blocks.map(({ chain, from, to }) => {
    const sums = new Float64Array(6 + FILM_SUMS * films);
    const series = chains[chain]!;
    for (let i = from; i < to; i++) {
      const e = series.energy[i]!,
        m = series.order[i]!;
      const w = weight === undefined ? 1 : weight(e);
      const m2 = m * m;
      sums[0]! += w;
      sums[1]! += w * e;
      sums[2]! += w * e * e;
      sums[3]! += w * m;
      sums[4]! += w * m2;
      sums[5]! += w * m2 * m2;
      for (let f = 0; f < films; f++) {
        const film = series.films[i * films + f]!;
        const film2 = film * film;
        const at = 6 + FILM_SUMS * f;
        sums[at]! += w * film;
        sums[at + 1]! += w * Math.abs(film);
        sums[at + 2]! += w * film2;
        sums[at + 3]! += w * film2 * film2;
      }
    }
    return sums;
  });
}

/** The result of {@link averages}. */
export type Averages = Pick<
  Simulation,
  | "energy"
  | "heat"
  | "order"
  | "order2"
  | "binder"
  | "susceptibility"
  | "films"
  | "filmSusceptibility"
  | "filmBinder"
>;

/** The averages of a set of block sums at a temperature. */
export function averages(
  sums: readonly Float64Array[],
  sites: number,
  temperature: number,
  filmSizes: readonly number[],
): Averages {
  const ofFilms = (estimate: (s: Float64Array, at: number, size: number) => number) =>
    filmSizes.map((size, f) => jackknife(sums, (s) => estimate(s, 6 + FILM_SUMS * f, size)));
  return {
    energy: jackknife(sums, (s) => s[1]! / s[0]! / sites),
    heat: jackknife(
      sums,
      (s) => (s[2]! / s[0]! - (s[1]! / s[0]!) ** 2) / (temperature * temperature * sites),
    ),
    order: jackknife(sums, (s) => s[3]! / s[0]!),
    order2: jackknife(sums, (s) => s[4]! / s[0]!),
    binder: jackknife(sums, (s) => binderOf(s)),
    susceptibility: jackknife(
      sums,
      (s) => (sites * (s[4]! / s[0]! - (s[3]! / s[0]!) ** 2)) / temperature,
    ),
    films: ofFilms((s, at) => s[at]! / s[0]!),
    filmSusceptibility: ofFilms(
      (s, at, size) => (size * (s[at + 2]! / s[0]! - (s[at + 1]! / s[0]!) ** 2)) / temperature,
    ),
    filmBinder: ofFilms((s, at) => 1 - (s[at + 3]! * s[0]!) / (3 * s[at + 2]! * s[at + 2]!)),
  };
}

/** U from sums as {@link blockSums} makes them. */
export function binderOf(sums: Float64Array): number {
  return 1 - (sums[5]! * sums[0]!) / (3 * sums[4]! * sums[4]!);
}

/** Blocks of at least 20 autocorrelation times. */
export function independentBlocks(
  chains: readonly Series[],
  tau: number,
): { chain: number; from: number; to: number }[] {
  return cutBlocks(
    chains.map((chain) => chain.energy.length),
    Math.ceil(20 * tau),
  );
}

/** The averages over the chains of one or several batches of jobs that differ in their streams only. */
export function summarise(
  lattice: SpinLattice,
  job: Job,
  results: readonly JobResult[],
): Simulation {
  const chains = results.flatMap((result) => result.chains);
  // Sixteen chains are enough to know tau, and keep the analysis of 128 replicas short.
  const some = chains.slice(0, 16);
  const mean = (of: (chain: Series) => Float64Array): number =>
    some.reduce((sum, chain) => sum + autocorrelationTime(of(chain)), 0) / some.length;
  const autocorrelation = { energy: mean((c) => c.energy), order: mean((c) => c.order) };
  const blocks = independentBlocks(chains, Math.max(autocorrelation.energy, autocorrelation.order));
  const sizes = [...filmSites(lattice)];
  return {
    temperature: job.temperature,
    size: lattice.size,
    sites: lattice.sites,
    update: job.update,
    ...averages(blockSums(chains, blocks, lattice.films), lattice.sites, job.temperature, sizes),
    filmSites: sizes,
    autocorrelation,
    chains,
    spinUpdates: results.reduce((sum, result) => sum + result.spinUpdates, 0),
    kernelSeconds: results.reduce((sum, result) => sum + result.seconds, 0),
  };
}
