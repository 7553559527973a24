import { describe, expect, it } from "vitest";
import { existsSync } from "node:fs";
import { spectrum } from "../../eigen/spectrum.ts";
import { kroneckerSum } from "../kronecker-sum.ts";
import { csrFromTriplets } from "../csr.ts";
import { complexDense, dense, linearOperator } from "../../matrix/matrix.ts";
import type { AnyOperator, CsrMatrix, Triplet } from "../../matrix/matrix.ts";
import { matvec } from "../../matrix/product.ts";
import { isSupra, supra } from "../../../supra/supra.ts";
import { onThreads, parallelOperator, storedEntries } from "./parallel-operator.ts";

/** Numbers in (-1, 1) from a seed. */
function numbers(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) | 0;
    return state / 2147483648;
  };
}

function sparse(rows: number, cols: number, perRow: number, complex: boolean): CsrMatrix {
  const next = numbers(rows + cols);
  const triplets: Triplet[] = [];
  for (let i = 0; i < rows; i++) {
    // Rows of every length from 0 up: the kernel takes four entries at a time and the rest one by one.
    for (let e = 0; e < (i * 7) % (2 * perRow); e++) {
      const j = Math.floor(((next() + 1) / 2) * cols) % cols;
      triplets.push(complex ? [i, j, next(), next()] : [i, j, next()]);
    }
  }
  return csrFromTriplets({ rows, cols, triplets });
}

const random = (length: number): Float64Array => new Float64Array(length).map(numbers(7));

const layered = supra({
  layers: [
    { name: "a", size: 500 },
    { name: "b", size: 300 },
  ],
  blocks: {
    a: { a: sparse(500, 500, 9, true), b: { block: sparse(500, 300, 4, false), phase: 0.7 } },
    b: { a: { block: sparse(300, 500, 3, false), scale: -2 }, b: sparse(300, 300, 5, false) },
  },
});

const built = existsSync(
  new URL("../../../../dist/linear-algebra/sparse/parallel/worker.js", import.meta.url),
);

describe.skipIf(!built)("parallelOperator (needs the compiled threads: npm run build)", () => {
  const cases: readonly (readonly [string, AnyOperator])[] = [
    ["a real sparse matrix, wider than high", sparse(700, 900, 6, false)],
    ["a complex sparse matrix", sparse(600, 600, 6, true)],
    [
      "a small dense matrix",
      dense([
        [1, 2],
        [3, 4],
        [5, 6],
      ]),
    ],
    [
      "a complex dense matrix",
      complexDense([
        [1, [0, 2]],
        [[3, -1], 4],
      ]),
    ],
    ["a supra operator with rectangular blocks, a factor and a phase", layered],
  ];
  it.each(cases)(
    "%s: the product of the operator, bit for bit the same on 1, 2 and 3 threads",
    (_, a) => {
      const complex =
        a.kind === "complexDense" || (a.kind === "csr" && a.imag !== undefined) || a === layered;
      const x = random((complex ? 2 : 1) * a.cols);
      const expected = matvec(a, x);
      const results = [1, 2, 3].map((threads) => {
        const fast = parallelOperator(a, { threads });
        expect(fast.threads).toBe(threads);
        const y = new Float64Array(expected.length);
        // Again and again: a thread that wakes up late must not disturb the next product.
        for (let i = 0; i < 50; i++) fast.apply(x, y.fill(NaN));
        fast.dispose();
        return y;
      });
      // Four partial sums against one: rounding of sums of at most 20 terms of size 1.
      results[0]!.forEach((v, i) => expect(Math.abs(v - expected[i]!)).toBeLessThan(1e-13));
      expect(results[1]).toEqual(results[0]);
      expect(results[2]).toEqual(results[0]);
    },
  );
  it("keeps blocks, node order and adjoint of a supra operator, and works on after dispose", () => {
    const fast = parallelOperator(layered, { threads: 2 });
    expect(isSupra(fast) && fast.order.indexOf("b", 3)).toBe(503);
    const x = random(1600);
    const before = matvec(fast, x);
    const [y, z] = [new Float64Array(1600), new Float64Array(1600)];
    fast.adjoint!(x, y);
    layered.adjoint(x, z);
    expect(y).toEqual(z);
    fast.dispose();
    fast.dispose();
    matvec(fast, x).forEach((v, i) => expect(Math.abs(v - before[i]!)).toBeLessThan(1e-13));
  });
  it("gives spectrum the same pairs on any number of threads", () => {
    const ring = (n: number): CsrMatrix =>
      csrFromTriplets({
        rows: n,
        cols: n,
        triplets: Array.from({ length: n }, (_, i): Triplet[] => [
          [i, i, 2],
          [i, (i + 1) % n, -1],
          [i, (i + n - 1) % n, -1],
        ]).flat(),
      });
    const n = 450;
    const operator = kroneckerSum({
      layers: [
        { name: "a", operator: ring(n) },
        { name: "b", operator: ring(n) },
      ],
      between: dense([
        [3, -3],
        [-3, 3],
      ]),
    });
    const pairs = [0, 1, 2].map((threads) => spectrum({ operator, k: 3, threads, which: "LA" }));
    // Largest: 6 from the layers against each other, on top of 4 and of 2 - 2 cos(pi (n - 2) / n), twice.
    const top = 8 - 2 * Math.cos((Math.PI * (n - 2)) / n);
    for (const r of pairs) {
      expect(r.converged).toBe(true);
      [top, top, 10].forEach((v, i) => expect(Math.abs(r.values[i]! - v)).toBeLessThan(1e-9));
    }
    expect(pairs[2]!.vectors).toEqual(pairs[1]!.vectors);
  });
  it("says what it cannot do", () => {
    const free = linearOperator({ rows: 3, cols: 3, apply: (x, y) => y.set(x) });
    expect(() => parallelOperator(free)).toThrow(
      /expected an operator with its entries, got a matrix-free block/,
    );
    expect(() => parallelOperator(layered, { threads: 0 })).toThrow(
      /threads: expected an integer from 1 to 64, got 0/,
    );
    expect(storedEntries(free)).toBeUndefined();
    // A matrix-free operator is used as it is, also where threads are asked for.
    expect(onThreads(free, 2, (map) => map)).toBe(free);
    // Small operators are not worth a thread.
    expect(onThreads(layered, undefined, (map) => map)).toBe(layered);
  });
});
