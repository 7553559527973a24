import { kernelModule as compiledKernels } from "couplet/kit";
import { systemsKernels } from "../../systems-kernels.ts";

/** The compiled kernels that Monte Carlo calls; addresses are byte offsets into the instance's memory. */
export interface MonteCarloKernels {
  multispinSweeps(
    spins: number,
    types: number,
    typeCount: number,
    cells: number,
    work: number,
    classes: number,
    seed0: number,
    seed1: number,
    stream: number,
    firstSweep: number,
    sweeps: number,
  ): void;
  multispinCountEqual(spins: number, pairs: number, n: number, out: number): void;
  clusterOpen(seed0: number, seed1: number, stream: number): void;
  clusterIsing(
    spins: number,
    sites: number,
    typeOf: number,
    table: number,
    slots: number,
    thresholds: number,
    signs: number,
    mark: number,
    stack: number,
    clusters: number,
  ): number;
  clusterVector(
    spins: number,
    sites: number,
    typeOf: number,
    table: number,
    slots: number,
    couplings: number,
    n: number,
    mark: number,
    stack: number,
    clusters: number,
  ): number;
  clusterMeasureIsing(
    spins: number,
    types: number,
    cells: number,
    table: number,
    slots: number,
    forward: number,
    gauge: number,
    out: number,
  ): void;
  clusterMeasureVector(
    spins: number,
    types: number,
    cells: number,
    table: number,
    slots: number,
    forward: number,
    gauge: number,
    out: number,
  ): void;
  vectorSweeps(
    spins: number,
    types: number,
    cells: number,
    table: number,
    slots: number,
    couplings: number,
    n: number,
    update: number,
    relaxations: number,
    seed0: number,
    seed1: number,
    stream: number,
    firstSweep: number,
    sweeps: number,
  ): void;
  vectorMeasure(
    spins: number,
    types: number,
    cells: number,
    table: number,
    slots: number,
    forward: number,
    gauge: number,
    out: number,
  ): void;
  magnetPhilox(
    out: number,
    c0: number,
    c1: number,
    c2: number,
    c3: number,
    key0: number,
    key1: number,
  ): void;
}

/** The compiled module. Plain SIMD, so results are the same on every machine. */
export function kernelModule(): Promise<WebAssembly.Module> {
  return compiledKernels(systemsKernels);
}

/** Hands out addresses in one instance's memory, 16-byte aligned. */
export interface Arena {
  readonly kernels: MonteCarloKernels;
  /** Room for a copy of `data`; returns its address. */
  store(
    data:
      | Uint32Array
      | Int32Array
      | Int8Array
      | Uint8Array
      | Uint16Array
      | Float64Array
      | Float32Array,
  ): number;
  /** Room for `bytes` zero bytes. */
  reserve(bytes: number): number;
  readonly buffer: () => ArrayBufferLike;
}

const PAGE = 65536;

/** A fresh instance with its own memory, so that runs side by side cannot disturb one another. */
export function arena(module: WebAssembly.Module): Arena {
  const memory = new WebAssembly.Memory({ initial: 2, maximum: 65536, shared: true });
  const instance = new WebAssembly.Instance(module, { env: { memory, abort: () => undefined } });
  // The kernels' own static data (counters, random buffers) lies in the first page.
  let next = PAGE;
  const reserve = (bytes: number): number => {
    const at = next;
    next += Math.ceil(bytes / 16) * 16;
    const missing = Math.ceil((next - memory.buffer.byteLength) / PAGE);
    if (missing > 0) memory.grow(missing);
    return at;
  };
  return {
    kernels: instance.exports as unknown as MonteCarloKernels,
    reserve,
    buffer: () => memory.buffer,
    store(data) {
      const at = reserve(data.byteLength);
      new Uint8Array(memory.buffer, at, data.byteLength).set(
        new Uint8Array(data.buffer, data.byteOffset, data.byteLength),
      );
      return at;
    },
  };
}
