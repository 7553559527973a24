import { expect, test } from "vitest";
import { builds, kernelInstance } from "../../../ops/suite/wasm.ts";
import type { Build } from "../../../ops/suite/wasm.ts";

/** Bytes: where the matrices and the scratch lie. */
const A = 1 << 20;
const B = 4 << 20;
const C = 8 << 20;
const SCRATCH = 16 << 20;

/** Numbers in [-1/2, 1/2), the same every time. */
function* numbers(): Generator<number> {
  for (let state = 1; ;) {
    state = (Math.imul(state, 1103515245) + 12345) >>> 0;
    yield state / 2 ** 32 - 0.5;
  }
}
const random = numbers();
const draw = (): number => random.next().value as number;

interface Product {
  readonly transA: boolean;
  readonly transB: boolean;
  readonly beta: 0 | 1;
  readonly m: number;
  readonly n: number;
  readonly k: number;
}

/** Runs one product, in rows longer than it needs; gives the numbers around it back. */
function multiply(build: Build, { transA, transB, beta, m, n, k }: Product) {
  const { memory, kernels } = kernelInstance(build);
  const floats = new Float32Array(memory.buffer);
  const [lda, ldb, ldc] = [(transA ? m : k) + 1, (transB ? k : n) + 2, n + 3];
  const a = Float32Array.from({ length: (transA ? k : m) * lda }, draw);
  const b = Float32Array.from({ length: (transB ? n : k) * ldb }, draw);
  const before = Float32Array.from({ length: m * ldc + 16 }, draw);
  floats.set(a, A / 4);
  floats.set(b, B / 4);
  floats.set(before, C / 4);
  kernels["gemm"]!(+transA, +transB, m, n, k, A, lda, B, ldb, beta, C, ldc, SCRATCH);
  const after = floats.slice(C / 4, C / 4 + before.length);
  return { a, b, before, after, lda, ldb, ldc };
}

/** The largest error inside the product, and whether anything outside was touched. */
function judge(build: Build, product: Product): { error: number; outside: boolean } {
  const { transA, transB, beta, m, n, k } = product;
  const { a, b, before, after, lda, ldb, ldc } = multiply(build, product);
  let error = 0;
  const within = new Set<number>();
  for (let i = 0; i < m; i++) {
    for (let j = 0; j < n; j++) {
      let sum = beta === 1 ? before[i * ldc + j]! : 0;
      for (let p = 0; p < k; p++)
        sum += a[transA ? p * lda + i : i * lda + p]! * b[transB ? j * ldb + p : p * ldb + j]!;
      error = Math.max(error, Math.abs(sum - after[i * ldc + j]!));
      within.add(i * ldc + j);
    }
  }
  const outside = before.some((value, at) => !within.has(at) && after[at] !== value);
  return { error, outside };
}

// Panels of A have 5 rows or 4, the last may have fewer; B's have 8 columns; the depth goes two by two.
const shapes = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 24].flatMap((m) =>
  [1, 3, 4, 7, 8, 9, 12, 16].flatMap((n) => [1, 2, 3, 4, 5, 8, 11].map((k) => ({ m, n, k }))),
);
const ways = [false, true].flatMap((transA) =>
  [false, true].flatMap((transB) => ([0, 1] as const).map((beta) => ({ transA, transB, beta }))),
);

test.each(builds)("%s: every shape of panel, transposed or not, added or not", (build) => {
  for (const way of ways) {
    for (const shape of shapes) {
      const { error, outside } = judge(build, { ...way, ...shape });
      // 12 sums of numbers below 1/4, each rounded to 2^-24.
      expect(error, JSON.stringify({ ...way, ...shape })).toBeLessThan(1e-6);
      expect(outside, JSON.stringify({ ...way, ...shape })).toBe(false);
    }
  }
});

test.each(builds)("%s: more rows and more depth than one block", (build) => {
  for (const way of ways) {
    const { error, outside } = judge(build, { ...way, m: 259, n: 10, k: 515 });
    // 516 roundings of sums below 10, in 2^-21: what a walk of that length reaches, and to spare.
    expect(error).toBeLessThan(3e-5);
    expect(outside).toBe(false);
  }
});

test.each(builds)("%s: a row's sums do not depend on how many rows there are", (build) => {
  const { memory, kernels } = kernelInstance(build);
  const floats = new Float32Array(memory.buffer);
  const [n, k] = [11, 37];
  floats.set(Float32Array.from({ length: 64 * k }, draw), A / 4);
  floats.set(Float32Array.from({ length: k * n }, draw), B / 4);
  const run = (m: number): Float32Array => {
    kernels["gemm"]!(0, 0, m, n, k, A, k, B, n, 0, C, n, SCRATCH);
    return floats.slice(C / 4, C / 4 + m * n);
  };
  const all = run(64);
  for (let m = 1; m < 64; m++) expect(run(m)).toEqual(all.slice(0, m * n));
});
