import { internalError } from "couplet/kit";
import { emptySeries, filmSites, record, seedKey, startGenerator } from "../job.ts";
import type { Job, Run } from "../job.ts";
import { arena } from "../kernels.ts";
import type { Arena } from "../kernels.ts";
import type { SpinLattice } from "../spin-lattice.ts";

/** Replicas that one word holds. */
export const REPLICAS = 128;

const DESCRIPTOR_INTS = 12;

/** Probability to flip a spin whose flip costs `cost` (units of T). */
export function flipProbability(update: Job["update"], cost: number): number {
  return update === "metropolis" ? Math.min(1, Math.exp(-cost)) : 1 / (1 + Math.exp(cost));
}

interface Classes {
  readonly always: number[];
  readonly random: number[];
  readonly probabilities: number[];
  readonly total: number;
  readonly groups: number[];
}

/** The classes of a site type: how many neighbours of each group of equal J are aligned with the spin. */
function classesOf(
  lattice: SpinLattice,
  type: number,
  update: Job["update"],
  temperature: number,
): Classes {
  const exchange = [
    ...lattice.exchange.subarray(type * lattice.slots, type * lattice.slots + lattice.used[type]!),
  ];
  const values = [...new Set(exchange)];
  const groups = values.map((value) => exchange.filter((other) => other === value).length);
  const total = groups.reduce((product, n) => product * (n + 1), 1);
  const always: number[] = [],
    random: number[] = [],
    probabilities: number[] = [];
  for (let index = 0; index < total; index++) {
    let rest = index,
      cost = 0;
    for (let g = groups.length - 1; g >= 0; g--) {
      const aligned = rest % (groups[g]! + 1);
      rest = Math.floor(rest / (groups[g]! + 1));
      cost += (2 * values[g]! * (2 * aligned - groups[g]!)) / temperature;
    }
    const p = flipProbability(update, cost);
    if (p >= 1) always.push(index);
    else {
      random.push(index);
      probabilities.push(p);
    }
  }
  return { always, random, probabilities, total, groups };
}

function thresholdPlanes(probabilities: readonly number[]): Uint32Array {
  const planes = new Uint32Array(32 * probabilities.length * 4);
  probabilities.forEach((p, c) => {
    const bits = Math.min(2 ** 32 - 1, Math.round(p * 2 ** 32));
    for (let plane = 0; plane < 32; plane++) {
      if ((bits >>> (31 - plane)) & 1)
        planes.fill(
          0xffffffff,
          (plane * probabilities.length + c) * 4,
          (plane * probabilities.length + c) * 4 + 4,
        );
    }
  });
  return planes;
}

function descriptors(
  heap: Arena,
  { lattice, update, temperature }: Job,
): { at: number; classes: number } {
  const words = new Uint32Array(lattice.types * DESCRIPTOR_INTS);
  let largest = 1;
  for (let type = 0; type < lattice.types; type++) {
    const classes = classesOf(lattice, type, update, temperature);
    const used = lattice.used[type]!;
    if (classes.groups.length === 0) throw internalError(`site type ${type} has no neighbours`);
    const offsets = new Uint32Array(lattice.cells * used);
    for (let cell = 0; cell < lattice.cells; cell++) {
      for (let slot = 0; slot < used; slot++) {
        offsets[cell * used + slot] =
          lattice.table[(type * lattice.cells + cell) * lattice.slots + slot]! * 16;
      }
    }
    largest = Math.max(largest, classes.total);
    words.set(
      [
        used,
        classes.groups.length,
        heap.store(Int32Array.from(classes.groups)),
        heap.store(offsets),
        classes.always.length,
        heap.store(Uint32Array.from(classes.always, (c) => c * 16)),
        classes.random.length,
        heap.store(Uint32Array.from(classes.random, (c) => c * 16)),
        heap.store(thresholdPlanes(classes.probabilities)),
      ],
      type * DESCRIPTOR_INTS,
    );
  }
  return { at: heap.store(words), classes: largest };
}

/** Lists of pairs whose equal spins give the moments (against a constant) and the energy. */
function pairLists(
  heap: Arena,
  lattice: SpinLattice,
): {
  moments: { at: number; n: number }[];
  bonds: { at: number; n: number; exchange: number }[];
} {
  const up = lattice.sites * 16,
    down = up + 16;
  const moments = Array.from({ length: lattice.types }, (_, type) => {
    const pairs = new Uint32Array(lattice.cells * 2);
    for (let cell = 0; cell < lattice.cells; cell++) {
      const site = type * lattice.cells + cell;
      pairs.set([site * 16, lattice.gauge[site]! > 0 ? up : down], cell * 2);
    }
    return { at: heap.store(pairs), n: lattice.cells };
  });
  const byExchange = new Map<number, number[]>();
  for (let type = 0; type < lattice.types; type++) {
    for (let slot = 0; slot < lattice.used[type]!; slot++) {
      const exchange = lattice.forward[type * lattice.slots + slot]!;
      if (exchange === 0) continue;
      const pairs = byExchange.get(exchange) ?? [];
      byExchange.set(exchange, pairs);
      for (let cell = 0; cell < lattice.cells; cell++) {
        const site = type * lattice.cells + cell;
        pairs.push(site * 16, lattice.table[site * lattice.slots + slot]! * 16);
      }
    }
  }
  const bonds = [...byExchange].map(([exchange, pairs]) => ({
    exchange,
    n: pairs.length / 2,
    at: heap.store(Uint32Array.from(pairs)),
  }));
  return { moments, bonds };
}

/** Local updates of Ising spins, 128 replicas in the bits of one word. */
export function* runMultispin(job: Job, module: WebAssembly.Module): Run {
  const { lattice, measurements, interval } = job;
  const heap = arena(module);
  const spins = heap.reserve((lattice.sites + 2) * 16);
  const { at: types, classes } = descriptors(heap, job);
  const { moments, bonds } = pairLists(heap, lattice);
  const work = heap.reserve(16 * (2 * classes + 64));
  const counts = heap.reserve(REPLICAS * 4);
  const [seed0, seed1] = seedKey(job.seed);
  const words = new Uint32Array(heap.buffer(), spins, (lattice.sites + 2) * 4);
  const random = startGenerator(job.seed, job.stream);
  for (let site = 0; site < lattice.sites; site++) {
    for (let w = 0; w < 4; w++) {
      words[site * 4 + w] =
        job.start === "random" ? random() * 2 ** 32 : lattice.ground[site]! > 0 ? 0xffffffff : 0;
    }
  }
  words.fill(0xffffffff, lattice.sites * 4, lattice.sites * 4 + 4);
  words.fill(0, lattice.sites * 4 + 4);

  const chains = emptySeries(REPLICAS, measurements, lattice.films);
  const sites = filmSites(lattice);
  const tally = new Uint32Array(heap.buffer(), counts, REPLICAS);
  const energy = new Float64Array(REPLICAS),
    moment = new Float64Array(REPLICAS * lattice.types);
  const total = job.thermalise + measurements * interval;
  let done = 0,
    seconds = 0;
  const sweep = (n: number): void => {
    const begun = performance.now();
    heap.kernels.multispinSweeps(
      spins,
      types,
      lattice.types,
      lattice.cells,
      work,
      classes,
      seed0,
      seed1,
      job.stream,
      done,
      n,
    );
    seconds += (performance.now() - begun) / 1000;
    done += n;
  };
  // About 20 ms of work between two yields.
  const chunk = Math.max(1, Math.floor(1e5 / lattice.sites));
  while (done < job.thermalise) {
    sweep(Math.min(chunk, job.thermalise - done));
    yield done / total;
  }
  let sinceYield = 0;
  for (let index = 0; index < measurements; index++) {
    sweep(interval);
    energy.fill(0);
    for (const { at, n, exchange } of bonds) {
      heap.kernels.multispinCountEqual(spins, at, n, counts);
      for (let r = 0; r < REPLICAS; r++) energy[r]! -= exchange * (2 * tally[r]! - n);
    }
    moments.forEach(({ at, n }, type) => {
      heap.kernels.multispinCountEqual(spins, at, n, counts);
      for (let r = 0; r < REPLICAS; r++) moment[type * REPLICAS + r] = 2 * tally[r]! - n;
    });
    for (let r = 0; r < REPLICAS; r++) {
      record(lattice, sites, chains[r]!, index, energy[r]!, (type) => moment[type * REPLICAS + r]!);
    }
    sinceYield += interval;
    if (sinceYield >= chunk) {
      sinceYield = 0;
      yield done / total;
    }
  }
  return { chains, spinUpdates: total * lattice.sites * REPLICAS, seconds };
}
