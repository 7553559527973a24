import { emptySeries, filmSites, record, seedKey, startGenerator } from "../job.ts";
import type { Job, Run } from "../job.ts";
import { arena } from "../kernels.ts";

/** Replicas in the lanes of one word. */
export const LANES = 4;

/** Local updates of unit vectors: heat bath (three components) or Metropolis, four replicas at once. */
export function* runVector(job: Job, module: WebAssembly.Module): Run {
  const { lattice, temperature, measurements, interval } = job;
  const { types, cells, slots, components } = lattice;
  const heap = arena(module);
  const spins = heap.reserve(lattice.sites * 48);
  const table = heap.store(lattice.table.map((site) => site * 48));
  const couplings = heap.store(Float32Array.from(lattice.exchange, (J) => J / temperature));
  const forward = heap.store(Float32Array.from(lattice.forward));
  const gauge = heap.store(Float32Array.from(lattice.gauge));
  const out = heap.reserve(32 * (1 + 3 * types));
  const view = new Float32Array(heap.buffer(), spins, lattice.sites * 12);
  const random = startGenerator(job.seed, job.stream);
  for (let site = 0; site < lattice.sites; site++) {
    for (let lane = 0; lane < LANES; lane++) {
      const ordered = job.start === "ordered";
      const z = components === 2 || ordered ? 0 : 2 * random() - 1;
      const angle = ordered ? 0 : 2 * Math.PI * random();
      const radius = Math.sqrt(1 - z * z) * (ordered ? lattice.ground[site]! : 1);
      view[site * 12 + lane] = radius * Math.cos(angle);
      view[site * 12 + 4 + lane] = radius * Math.sin(angle);
      view[site * 12 + 8 + lane] = z;
    }
  }
  const [seed0, seed1] = seedKey(job.seed);
  const chains = emptySeries(LANES, measurements, lattice.films);
  const sites = filmSites(lattice);
  const measured = new Float64Array(heap.buffer(), out, 4 * (1 + 3 * types));
  const total = job.thermalise + measurements * interval;
  let done = 0,
    seconds = 0;
  const sweep = (n: number): void => {
    const begun = performance.now();
    heap.kernels.vectorSweeps(
      spins,
      types,
      cells,
      table,
      slots,
      couplings,
      components,
      job.update === "heatBath" ? 0 : 1,
      job.relaxations,
      seed0,
      seed1,
      job.stream,
      done,
      n,
    );
    seconds += (performance.now() - begun) / 1000;
    done += n;
  };
  const chunk = Math.max(1, Math.floor(2e5 / (lattice.sites * (1 + job.relaxations))));
  while (done < job.thermalise) {
    sweep(Math.min(chunk, job.thermalise - done));
    yield done / total;
  }
  let sinceYield = 0;
  for (let index = 0; index < measurements; index++) {
    sweep(interval);
    heap.kernels.vectorMeasure(spins, types, cells, table, slots, forward, gauge, out);
    for (let lane = 0; lane < LANES; lane++) {
      record(
        lattice,
        sites,
        chains[lane]!,
        index,
        measured[lane]!,
        (type, c) => measured[4 * (1 + 3 * type + c) + lane]!,
      );
    }
    sinceYield += interval;
    if (sinceYield >= chunk) {
      sinceYield = 0;
      yield done / total;
    }
  }
  return { chains, spinUpdates: total * (1 + job.relaxations) * lattice.sites * LANES, seconds };
}
