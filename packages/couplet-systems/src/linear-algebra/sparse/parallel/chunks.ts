/** What the threads of one sparse product share: a control block, a table of row chunks, and who takes which. */

/** Words of the control block (int32): the job's number, next chunk, chunks done, chunks in all, whether to stop. */
export const control = { job: 0, next: 1, done: 2, chunks: 3, stop: 4, words: 8 } as const;

/** Byte addresses of one sparse operator in the shared memory; 0 for a part that the operator lacks. */
export interface SparseLayout {
  readonly control: number;
  /** int32, chunks + 1 first rows. */
  readonly bounds: number;
  readonly rows: number;
  readonly cols: number;
  readonly indptr: number;
  readonly indices: number;
  readonly values: number;
  /** Imaginary parts of the values; 0 for a real operator. */
  readonly imag: number;
  readonly complex: boolean;
  readonly x: number;
  readonly y: number;
}

/** The kernel's export; see kernel.ts. */
export interface SparseKernels {
  csrRows(
    indptr: number,
    indices: number,
    values: number,
    x: number,
    y: number,
    from: number,
    to: number,
    factor: number,
    add: boolean,
  ): void;
}

/**
 * Takes chunks of the present job until none remains. A row has the same value on every thread. A
 * thread that comes late finds no chunk and goes back to sleep; the counter is only reset between jobs.
 */
export function computeChunks(
  kernels: SparseKernels,
  memory: WebAssembly.Memory,
  layout: SparseLayout,
): void {
  const state = new Int32Array(memory.buffer, layout.control, control.words);
  const chunks = state[control.chunks]!;
  const bounds = new Int32Array(memory.buffer, layout.bounds, chunks + 1);
  for (;;) {
    const chunk = Atomics.add(state, control.next, 1);
    if (chunk >= chunks) return;
    productOfRows(kernels, layout, bounds[chunk]!, bounds[chunk + 1]!);
    if (Atomics.add(state, control.done, 1) === chunks - 1) Atomics.notify(state, control.done);
  }
}

/** (R + iS)(u + iv) = (R u - S v) + i (R v + S u), planar. */
function productOfRows(
  kernels: SparseKernels,
  layout: SparseLayout,
  from: number,
  to: number,
): void {
  const { indptr, indices, values, imag, x, y, rows, cols } = layout;
  kernels.csrRows(indptr, indices, values, x, y, from, to, 1, false);
  if (!layout.complex) return;
  const [xi, yi] = [x + 8 * cols, y + 8 * rows];
  kernels.csrRows(indptr, indices, values, xi, yi, from, to, 1, false);
  if (imag === 0) return;
  kernels.csrRows(indptr, indices, imag, xi, y, from, to, -1, true);
  kernels.csrRows(indptr, indices, imag, x, yi, from, to, 1, true);
}

/** Instantiates the kernels on the shared memory. */
export function sparseKernels(
  module: WebAssembly.Module,
  memory: WebAssembly.Memory,
): SparseKernels {
  const instance = new WebAssembly.Instance(module, { env: { memory, abort: () => undefined } });
  return instance.exports as unknown as SparseKernels;
}
