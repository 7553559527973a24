/** Sparse products on several threads: the matrix in shared memory, a SIMD kernel, rows shared out in chunks. */
import { CoupletError, checkOptions, kernelModuleNow, threadHost } from "couplet/kit";
import type { Thread, WorkerFile } from "couplet/kit";
import { forEachEntry } from "../../matrix/convert.ts";
import { checkFinite, isComplex } from "../../matrix/matrix.ts";
import type { AnyOperator, LinearOperator } from "../../matrix/matrix.ts";
import { asOperator } from "../../matrix/product.ts";
import { systemsKernels } from "../../../systems-kernels.ts";
import { isSupra } from "../../../supra/supra.ts";
import { computeChunks, control, sparseKernels } from "./chunks.ts";
import type { SparseLayout } from "./chunks.ts";
import type { ProductWorkerData } from "./worker.ts";

/** An operator whose product runs on threads until it is disposed of. */
export interface ParallelOperator extends LinearOperator {
  /** Threads at work, the calling one included. */
  readonly threads: number;
  /** Ends the threads and frees the shared memory. Later products use the original operator. */
  dispose(): void;
}

/** How {@link parallelOperator} works. */
export interface ParallelOptions {
  /** Threads, the calling one included; default one for each processor. */
  readonly threads?: number;
}

/**
 * A copy of an operator whose products run on the processors of the machine, in a WebAssembly SIMD kernel.
 *
 * The copy lies in shared memory as one sparse matrix (12 bytes an entry, 20 if complex). Products are
 * bit-identical for any number of threads. The call is synchronous, as every product is; the calling thread takes
 * part. A supra operator keeps its blocks and its node order. `spectrum` makes such a copy by itself for large operators.
 * The adjoint product stays on the calling thread.
 *
 *   const fast = parallelOperator(laplacian);
 *   fast.apply(x, y);
 *   fast.dispose();
 *
 * @throws CoupletError USAGE for an invalid number of threads, or a matrix-free block; DEVICE_UNAVAILABLE where
 *   neither threads nor kernels start synchronously (in a browser)
 */
export function parallelOperator(
  operator: AnyOperator,
  options: ParallelOptions = {},
): ParallelOperator {
  checkOptions("parallelOperator", options, { threads: 0 });
  const where = "parallelOperator";
  const { threads } = options;
  if (threads !== undefined && (!Number.isInteger(threads) || threads < 1 || threads > 64))
    throw new CoupletError({
      code: "USAGE",
      where: `${where}: threads`,
      expected: "an integer from 1 to 64",
      received: String(threads),
    });
  const entries = storedEntries(operator);
  if (entries === undefined)
    throw new CoupletError({
      code: "USAGE",
      where,
      expected: "an operator with its entries",
      received: "a matrix-free block",
      hint: "Assemble it with toCsr first, or use the operator as it is.",
    });
  const ready = readyParts();
  if (ready === undefined)
    throw new CoupletError({
      code: "DEVICE_UNAVAILABLE",
      where,
      expected: "Node, with the compiled kernels",
      received: "another runtime, or no wasm/ folder",
      hint: "In a checkout, run: npm run build. Or use the operator as it is.",
    });
  const wanted = threads ?? threadHost.cores;
  const source = asOperator(operator);
  const { memory, layout } = inSharedMemory(operator, entries, wanted);
  const state = new Int32Array(memory.buffer, layout.control, control.words);
  const [x, y] = [layout.x, layout.y].map(
    (at, i) =>
      new Float64Array(
        memory.buffer,
        at,
        (layout.complex ? 2 : 1) * (i === 0 ? layout.cols : layout.rows),
      ),
  ) as [Float64Array, Float64Array];
  const kernels = sparseKernels(ready.module, memory);
  let workers: readonly Thread[] | undefined = Array.from({ length: wanted - 1 }, () =>
    ready.start({ module: ready.module, memory, layout }),
  );
  const apply = (from: Float64Array, to: Float64Array): void => {
    if (workers === undefined) return source.apply(from, to);
    x.set(from);
    Atomics.store(state, control.done, 0);
    Atomics.store(state, control.next, 0);
    Atomics.add(state, control.job, 1);
    if (workers.length > 0) Atomics.notify(state, control.job);
    computeChunks(kernels, memory, layout);
    const chunks = state[control.chunks]!;
    // The last chunks of others: a chunk takes well under a millisecond.
    for (let done = 0; (done = Atomics.load(state, control.done)) < chunks;)
      Atomics.wait(state, control.done, done, 1);
    to.set(y);
  };
  const dispose = (): void => {
    if (workers === undefined) return;
    Atomics.store(state, control.stop, 1);
    Atomics.add(state, control.job, 1);
    Atomics.notify(state, control.job);
    for (const worker of workers) worker.terminate();
    workers = undefined;
  };
  const kept = isSupra(operator) ? operator : source;
  return { ...kept, apply, threads: wanted, dispose };
}

/** Products below this many entries take under 20 ms on one thread: a thread costs more to start than it saves. */
export const worthThreads = 2_000_000;

/**
 * Runs `use` with the operator's products on threads if it is large (or `threads` is given) and threads can be had,
 * else with the operator as it is.
 */
export function onThreads<T>(
  operator: AnyOperator,
  threads: number | undefined,
  use: (map: LinearOperator) => T,
): T {
  const entries = threads === 0 ? undefined : storedEntries(operator);
  const wanted = threads !== undefined || (entries !== undefined && entries >= worthThreads);
  if (!wanted || entries === undefined || readyParts() === undefined)
    return use(asOperator(operator));
  const fast = parallelOperator(operator, threads === undefined ? {} : { threads });
  try {
    return use(fast);
  } finally {
    fast.dispose();
  }
}

/** Entries that an operator stores, or undefined if a block is matrix-free. */
export function storedEntries(a: AnyOperator): number | undefined {
  if (a.kind === "csr") return a.indices.length;
  if (a.kind !== "operator") return a.rows * a.cols;
  if (!isSupra(a)) return undefined;
  let sum = 0;
  for (const { block } of a.blocks) {
    const part = storedEntries(block);
    if (part === undefined) return undefined;
    sum += part;
  }
  return sum;
}

const PAGE = 65536;

function inSharedMemory(
  operator: AnyOperator,
  entries: number,
  threads: number,
): { memory: WebAssembly.Memory; layout: SparseLayout } {
  const { rows, cols } = operator;
  const complex = isComplex(operator);
  // Eight chunks a thread: a thread that another program holds up leaves little for the others to wait for.
  const chunks = Math.max(1, Math.min(8 * threads, Math.ceil(entries / 4096)));
  // The kernels' own static data lies in the first page.
  let next = PAGE;
  const reserve = (bytes: number): number => {
    const at = next;
    next += Math.ceil(bytes / 64) * 64;
    return at;
  };
  const width = complex ? 16 : 8;
  const layout: SparseLayout = {
    control: reserve(4 * control.words),
    bounds: reserve(4 * (chunks + 1)),
    rows,
    cols,
    complex,
    indptr: reserve(4 * (rows + 1)),
    indices: reserve(4 * entries),
    values: reserve(8 * entries),
    imag: complex ? reserve(8 * entries) : 0,
    x: reserve(width * cols),
    y: reserve(width * rows),
  };
  const pages = Math.ceil(next / PAGE);
  if (pages > 65536)
    throw new CoupletError({
      code: "USAGE",
      where: "parallelOperator",
      expected: "an operator of at most 4 GiB",
      received: `${entries} entries, ${(next / 2 ** 30).toFixed(1)} GiB`,
      hint: "Use the operator as it is.",
    });
  const memory = new WebAssembly.Memory({ initial: pages, maximum: pages, shared: true });
  const { buffer } = memory;
  const indptr = new Int32Array(buffer, layout.indptr, rows + 1);
  const indices = new Int32Array(buffer, layout.indices, entries);
  const values = new Float64Array(buffer, layout.values, entries);
  const imag = complex ? new Float64Array(buffer, layout.imag, entries) : undefined;
  forEachEntry(operator, (i) => {
    indptr[i + 1]!++;
  });
  for (let i = 0; i < rows; i++) indptr[i + 1]! += indptr[i]!;
  const place = indptr.slice(0, rows);
  forEachEntry(operator, (i, j, re, im) => {
    const p = place[i]!++;
    indices[p] = j;
    values[p] = re;
    if (imag !== undefined) imag[p] = im;
  });
  checkFinite("parallelOperator: entries", values);
  new Int32Array(buffer, layout.control, control.words)[control.chunks] = chunks;
  fillBounds(new Int32Array(buffer, layout.bounds, chunks + 1), indptr, rows, entries);
  return { memory, layout };
}

/** First rows of chunks of about equally many entries. */
function fillBounds(bounds: Int32Array, indptr: Int32Array, rows: number, entries: number): void {
  const chunks = bounds.length - 1;
  let row = 0;
  for (let c = 1; c < chunks; c++) {
    const target = (entries * c) / chunks;
    while (row < rows && indptr[row]! < target) row++;
    bounds[c] = row;
  }
  bounds[chunks] = rows;
}

interface Parts {
  readonly module: WebAssembly.Module;
  start(data: ProductWorkerData): Thread;
}

// Not written out in the URL: a bundler for pages would take Node's file along. Four up to the package.
const compiled = "../../../../dist/linear-algebra/sparse/parallel/worker.js";

/** The program of the threads. Pages have none: their thread may not wait for others. */
const file: WorkerFile = {
  name: "sparse.js",
  compiled: () => new URL(compiled, import.meta.url),
};

let parts: Parts | undefined | "none";

/** Kernels and threads, without waiting; undefined where one of them has to be waited for. */
function readyParts(): Parts | undefined {
  parts ??= findParts() ?? "none";
  return parts === "none" ? undefined : parts;
}

function findParts(): Parts | undefined {
  if (!threadHost.mayWait || !threadHost.has(file)) return undefined;
  const module = kernelModuleNow(systemsKernels);
  if (module === undefined) return undefined;
  return {
    module,
    start(data) {
      // A waiting thread is idle: it must not keep the process alive.
      const worker = threadHost.spawn<ProductWorkerData, never>(file);
      // A thread that does not start leaves its chunks to the others, the calling thread among them.
      worker.onError(() => undefined);
      worker.post(data);
      return worker;
    },
  };
}
