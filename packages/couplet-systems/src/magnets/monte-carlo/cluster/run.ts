import { emptySeries, filmSites, record, seedKey, startGenerator } from "../job.ts";
import type { Job, Run } from "../job.ts";
import { arena } from "../kernels.ts";

/** Wolff clusters: Ising spins (components 1) or unit vectors. */
// oxlint-disable-next-line eslint/max-lines-per-function -- the WebAssembly kernel: one layout of memory, then the sweeps that address it
export function* runCluster(job: Job, module: WebAssembly.Module): Run {
  const { lattice, temperature, measurements } = job;
  const { types, cells, slots, components } = lattice;
  const heap = arena(module);
  const isIsing = components === 1;
  const spins = heap.reserve(lattice.sites * (isIsing ? 1 : 24));
  const table = heap.store(lattice.table);
  const typeOf = heap.store(
    Uint16Array.from({ length: lattice.sites }, (_, site) => Math.floor(site / cells)),
  );
  const forward = heap.store(lattice.forward);
  const gauge = heap.store(lattice.gauge);
  const mark = heap.reserve(lattice.sites * 4),
    stack = heap.reserve(lattice.sites * 4);
  const signs = heap.store(Int8Array.from(lattice.exchange, Math.sign));
  const thresholds = heap.store(
    Uint32Array.from(lattice.exchange, (J) =>
      Math.min(2 ** 32 - 1, Math.round(-Math.expm1((-2 * Math.abs(J)) / temperature) * 2 ** 32)),
    ),
  );
  const couplings = heap.store(lattice.exchange.map((J) => J / temperature));
  const out = heap.reserve(8 * (1 + 3 * types));
  heap.kernels.clusterOpen(...seedKey(job.seed), job.stream);

  const random = startGenerator(job.seed, job.stream);
  if (isIsing) {
    const view = new Int8Array(heap.buffer(), spins, lattice.sites);
    view.set(
      job.start === "random" ? lattice.ground.map(() => (random() < 0.5 ? 1 : -1)) : lattice.ground,
    );
  } else {
    const view = new Float64Array(heap.buffer(), spins, lattice.sites * 3);
    for (let site = 0; site < lattice.sites; site++) {
      const z = components === 2 || job.start === "ordered" ? 0 : 2 * random() - 1;
      const angle = job.start === "ordered" ? 0 : 2 * Math.PI * random();
      const radius = Math.sqrt(1 - z * z) * (job.start === "ordered" ? lattice.ground[site]! : 1);
      view.set([radius * Math.cos(angle), radius * Math.sin(angle), z], site * 3);
    }
  }
  let flips = 0,
    seconds = 0;
  const flip = (clusters: number): number => {
    const begun = performance.now();
    const flipped = isIsing
      ? heap.kernels.clusterIsing(
          spins,
          lattice.sites,
          typeOf,
          table,
          slots,
          thresholds,
          signs,
          mark,
          stack,
          clusters,
        )
      : heap.kernels.clusterVector(
          spins,
          lattice.sites,
          typeOf,
          table,
          slots,
          couplings,
          components,
          mark,
          stack,
          clusters,
        );
    seconds += (performance.now() - begun) / 1000;
    flips += flipped;
    return flipped;
  };

  // A sweep is as many flips as sites. While the state settles, clusters are flipped until that many have been; their mean
  // size in the second half then fixes how many make a sweep, because stopping a *measurement* by
  // the size of the last cluster would bias it.
  const total = (job.thermalise + measurements * job.interval) * lattice.sites;
  let settledClusters = 0,
    settledFlips = 0;
  let sinceYield = 0;
  while (flips < Math.max(1, job.thermalise) * lattice.sites) {
    const flipped = flip(1);
    sinceYield += flipped;
    if (flips > (job.thermalise * lattice.sites) / 2) {
      settledClusters++;
      settledFlips += flipped;
    }
    if (sinceYield > 1e6) {
      sinceYield = 0;
      yield Math.min(1, flips / total);
    }
  }
  const perSweep = Math.max(1, (lattice.sites * settledClusters) / settledFlips);
  const clusters = Math.max(1, Math.round(perSweep * job.interval));

  const [chain] = emptySeries(1, measurements, lattice.films);
  const sites = filmSites(lattice);
  const measured = new Float64Array(heap.buffer(), out, 1 + 3 * types);
  const measure = isIsing ? heap.kernels.clusterMeasureIsing : heap.kernels.clusterMeasureVector;
  for (let index = 0; index < measurements; index++) {
    sinceYield += flip(clusters);
    measure(spins, types, cells, table, slots, forward, gauge, out);
    record(
      lattice,
      sites,
      chain!,
      index,
      measured[0]!,
      (type, c) => measured[1 + (isIsing ? type : type * 3 + c)]!,
    );
    if (sinceYield > 1e6) {
      sinceYield = 0;
      yield Math.min(
        1,
        (job.thermalise + index * job.interval) / (job.thermalise + measurements * job.interval),
      );
    }
  }
  return { chains: [chain!], spinUpdates: flips, seconds };
}
