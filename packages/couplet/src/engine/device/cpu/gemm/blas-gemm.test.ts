import { describe, expect, test } from "vitest";
import { loadBlas } from "../blas/blas.ts";
import { kernelInstance } from "../../../ops/suite/wasm.ts";
import type { BoundProduct } from "../executor.ts";
import { blasGemm } from "./blas-gemm.ts";
import type { BlasLibrary } from "./blas-gemm.ts";

const { memory, kernels } = kernelInstance("engine");
const floats = new Float32Array(memory.buffer);

// Addresses in floats, far enough apart for the largest case; the scratch has the size that a device gives it.
const A = 1 << 20;
const B = 2 << 20;
const C = 3 << 20;
const SCRATCH = 4 << 20;

/** A library that multiplies in plain JavaScript, and counts. */
function plainLibrary(mostUnpacked: number) {
  const volumes: number[] = [];
  const transposed: boolean[] = [];
  const library: BlasLibrary = {
    library: "plain",
    mostUnpacked,
    sgemm(_order, ta, tb, m, n, k, alpha, a, lda, b, ldb, beta, c, ldc) {
      volumes.push(m * n * k);
      transposed.push(tb === 112);
      for (let i = 0; i < m; i++) {
        for (let j = 0; j < n; j++) {
          let sum = 0;
          for (let p = 0; p < k; p++)
            sum +=
              a[ta === 112 ? p * lda + i : i * lda + p]! *
              b[tb === 112 ? j * ldb + p : p * ldb + j]!;
          c[i * ldc + j] = alpha * sum + (beta === 0 ? 0 : beta * c[i * ldc + j]!);
        }
      }
    },
  };
  return { library, volumes, transposed };
}

interface Shape {
  readonly name: string;
  readonly transA: boolean;
  readonly transB: boolean;
  readonly m: number | "rows";
  readonly n: number;
  readonly k: number | "rows";
}

const tile = 60;

function product({ transA, transB, m, n, k }: Shape, beta: 0 | 1): BoundProduct {
  const origin = { kernel: "gemm", op: "", path: "", writes: [] } as const;
  const mMost = m === "rows" ? tile : m;
  const kMost = k === "rows" ? tile : k;
  const [lda, ldb, ldc] = [transA ? mMost : kMost, transB ? kMost : n, n];
  const at = { a: A * 4, b: B * 4, c: C * 4 };
  return { ...origin, transA, transB, m, n, k, ...at, lda, ldb, ldc, beta, tile };
}

const shapes: readonly Shape[] = [
  { name: "forward", transA: false, transB: false, m: "rows", n: 256, k: 160 },
  { name: "forward, odd sizes", transA: false, transB: false, m: "rows", n: 201, k: 143 },
  { name: "weight gradient, small", transA: true, transB: false, m: 33, n: 161, k: "rows" },
  { name: "weight gradient, large", transA: true, transB: false, m: 200, n: 170, k: "rows" },
  { name: "input gradient", transA: false, transB: true, m: "rows", n: 200, k: 256 },
  {
    name: "input gradient, wider than the scratch",
    transA: false,
    transB: true,
    m: "rows",
    n: 270,
    k: 531,
  },
  { name: "input gradient, a few columns", transA: false, transB: true, m: "rows", n: 3, k: 5 },
];

/** C by the definition, in float64, and the largest sum of |terms|: what rounding is measured by. */
function exact(
  { transA, transB, n, ...shape }: Shape,
  rows: number,
  beta: 0 | 1,
  before: Float32Array,
) {
  const m = shape.m === "rows" ? rows : shape.m;
  const k = shape.k === "rows" ? rows : shape.k;
  const mMost = shape.m === "rows" ? tile : shape.m;
  const kMost = shape.k === "rows" ? tile : shape.k;
  const c = new Float64Array(m * n);
  let size = 0;
  for (let i = 0; i < m; i++) {
    for (let j = 0; j < n; j++) {
      let sum = beta * before[i * n + j]!;
      let terms = Math.abs(sum);
      for (let p = 0; p < k; p++) {
        const term =
          floats[A + (transA ? p * mMost + i : i * kMost + p)]! *
          floats[B + (transB ? j * kMost + p : p * n + j)]!;
        sum += term;
        terms += Math.abs(term);
      }
      c[i * n + j] = sum;
      size = Math.max(size, terms);
    }
  }
  return { c, size };
}

function check(library: BlasLibrary, shape: Shape, rows: number, beta: 0 | 1): void {
  for (let i = 0; i < 1 << 18; i++) {
    floats[A + i] = Math.sin(i * 0.37);
    floats[B + i] = Math.cos(i * 0.11 + 1);
    floats[C + i] = Math.sin(i * 0.05 + 2);
  }
  const m = shape.m === "rows" ? rows : shape.m;
  const before = floats.slice(C, C + m * shape.n + 64);
  const { c, size } = exact(shape, rows, beta, before);
  blasGemm(library, memory, kernels, SCRATCH * 4).bind(product(shape, beta))(rows);
  let worst = 0;
  for (let i = 0; i < c.length; i++) worst = Math.max(worst, Math.abs(floats[C + i]! - c[i]!));
  // A float32 sum of up to 331 terms: half a unit each, and never so many of one sign.
  expect(worst / size).toBeLessThan(100 * 2 ** -24);
  // Rows that are not there stay as they were.
  expect(floats.slice(C + c.length, C + c.length + 64)).toEqual(before.subarray(c.length));
}

describe.each(shapes)("$name", (shape) => {
  describe.each([0, 1] as const)("beta %i", (beta) => {
    test.each([tile, 37, 1])("%i rows: the product, in parts or whole", (rows) => {
      for (const most of [0, 1e6, 1e5]) check(plainLibrary(most).library, shape, rows, beta);
    });
  });

  test("by the BLAS of this machine", async (context) => {
    const blas = await loadBlas();
    if (blas.library === undefined) return context.skip(`no BLAS: ${blas.reason}`);
    for (const rows of [tile, 37, 1]) {
      for (const most of [0, 1e6]) check({ ...blas, mostUnpacked: most }, shape, rows, 1);
    }
  });
});

test("parts stay below the limit, and nothing but whole products goes where there is none", () => {
  const limited = plainLibrary(1e6);
  blasGemm(limited.library, memory, kernels, SCRATCH * 4).bind(product(shapes[0]!, 0))(tile);
  expect(limited.volumes.length).toBeGreaterThan(1);
  expect(Math.max(...limited.volumes)).toBeLessThanOrEqual(1e6);
  const packing = plainLibrary(0);
  blasGemm(packing.library, memory, kernels, SCRATCH * 4).bind(product(shapes[4]!, 0))(tile);
  expect(packing.volumes).toEqual([tile * 200 * 256]);
  expect(packing.transposed).toEqual([true]);
});

test("a library with kernels that do not pack never sees a transposed second factor", () => {
  const { library, transposed } = plainLibrary(1e6);
  blasGemm(library, memory, kernels, SCRATCH * 4).bind(product(shapes[5]!, 0))(tile);
  expect(transposed).not.toContain(true);
});
