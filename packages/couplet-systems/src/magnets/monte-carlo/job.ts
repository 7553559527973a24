import type { SpinLattice } from "./spin-lattice.ts";

/** How spins are updated. */
export type Update = "wolff" | "metropolis" | "heatBath";

/** One run on one thread: plain data, so that it can be sent to a worker. */
export interface Job {
  readonly lattice: SpinLattice;
  readonly update: Update;
  readonly temperature: number;
  /** Sweeps before the first measurement. A sweep is one spin update (Wolff: flip) for each site on average. */
  readonly thermalise: number;
  readonly measurements: number;
  /** Sweeps between measurements. */
  readonly interval: number;
  /** Over-relaxing sweeps after each local sweep of unit vectors. */
  readonly relaxations: number;
  readonly start: "ordered" | "random";
  readonly seed: number;
  /** Number of the run: runs with different streams are independent. */
  readonly stream: number;
}

/** Measurements along one Markov chain. */
export interface Series {
  /** Total energy of the piece, over k_B. */
  readonly energy: Float64Array;
  /** Order parameter per site: |sum_i g_i s_i| / N. */
  readonly order: Float64Array;
  /** measurements x films: each film's share of the order parameter along its direction, per site of the film. */
  readonly films: Float64Array;
}

/** The result of a job. */
export interface JobResult {
  /** One chain (Wolff), 4 (unit vectors, local) or 128 (Ising, local). */
  readonly chains: readonly Series[];
  readonly spinUpdates: number;
  readonly seconds: number;
}

/** A run in steps: yields the fraction done, so that its owner can yieldToEventLoop, report and stop. */
export type Run = Generator<number, JobResult>;

/** Room for the series of `count` chains. */
export function emptySeries(count: number, measurements: number, films: number): Series[] {
  return Array.from({ length: count }, () => ({
    energy: new Float64Array(measurements),
    order: new Float64Array(measurements),
    films: new Float64Array(measurements * films),
  }));
}

/** Sites of each film in the piece. */
export function filmSites(lattice: SpinLattice): Float64Array {
  const sites = new Float64Array(lattice.films);
  lattice.film.forEach((film) => (sites[film]! += lattice.cells));
  return sites;
}

/**
 * Writes one measurement: the energy and each type's signed moment (`components` numbers a type, read by `moment`).
 */
export function record(
  lattice: SpinLattice,
  sites: Float64Array,
  series: Series,
  index: number,
  energy: number,
  moment: (type: number, component: number) => number,
): void {
  const axes = lattice.components;
  const films = new Float64Array(lattice.films * axes),
    total = new Float64Array(axes);
  for (let type = 0; type < lattice.types; type++) {
    for (let c = 0; c < axes; c++) {
      const value = moment(type, c);
      films[lattice.film[type]! * axes + c]! += value;
      total[c]! += value;
    }
  }
  const length = Math.hypot(...total);
  series.energy[index] = energy;
  series.order[index] = length / lattice.sites;
  for (let film = 0; film < lattice.films; film++) {
    let along = 0;
    for (let c = 0; c < axes; c++) along += films[film * axes + c]! * total[c]!;
    series.films[index * lattice.films + film] = length === 0 ? 0 : along / length / sites[film]!;
  }
}

/** Low and high 32 bits of a seed (an integer below 2^53), as the generator's key. */
export function seedKey(seed: number): readonly [number, number] {
  return [seed >>> 0, Math.floor(seed / 2 ** 32) >>> 0];
}

/** Random numbers in [0, 1) for starting states (SplitMix32; the runs themselves use Philox). */
export function startGenerator(seed: number, stream: number): () => number {
  let state = (seed ^ Math.imul(stream + 1, 0x9e3779b9)) >>> 0;
  return () => {
    state = (state + 0x9e3779b9) >>> 0;
    let z = state;
    z = Math.imul(z ^ (z >>> 16), 0x85ebca6b);
    z = Math.imul(z ^ (z >>> 13), 0xc2b2ae35);
    return ((z ^ (z >>> 16)) >>> 0) / 2 ** 32;
  };
}
