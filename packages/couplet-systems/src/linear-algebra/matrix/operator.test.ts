import { describe, expect, it } from "vitest";
import { adjointOf, blochSum, scaleDiagonally, stack } from "./builders.ts";
import { kroneckerSum } from "../sparse/kronecker-sum.ts";
import { toComplexDense, toCsr, toDense } from "./convert.ts";
import { csrFromTriplets, csrMatrix } from "../sparse/csr.ts";
import { complexDense, dense, linearOperator } from "./matrix.ts";
import type { AnyOperator } from "./matrix.ts";
import { adjointMatvec, asOperator, matvec } from "./product.ts";
import { supra } from "../../supra/supra.ts";

const real = csrFromTriplets({
  rows: 3,
  cols: 2,
  triplets: [
    [2, 1, 4],
    [0, 0, 1],
    [0, 1, 2],
    [2, 0, -3],
  ],
});
const complex = csrFromTriplets({
  rows: 3,
  cols: 2,
  triplets: [
    [2, 1, 4, -1],
    [0, 0, 1, 2],
    [0, 1, 2],
    [2, 0, -3, 5],
  ],
});
const cases: Record<string, AnyOperator> = {
  dense: dense([
    [1, 2, 3],
    [4, 5, 6],
  ]),
  "complex dense": complexDense([
    [1, [0, 2]],
    [[3, -1], 4],
  ]),
  "real sparse": real,
  "complex sparse": complex,
  "matrix-free": linearOperator({
    rows: 1,
    cols: 2,
    apply: (x, y) => void (y[0] = x[0]! - 2 * x[1]!),
    adjoint: (x, y) => void y.set([x[0]!, -2 * x[0]!]),
  }),
  "rectangular supra": supra({
    layers: [
      { name: "a", size: 3 },
      { name: "b", size: 2 },
    ],
    blocks: {
      a: {
        b: { block: complex, scale: 2, phase: 0.3 },
        a: dense([
          [1, 0, 2],
          [0, 1, 0],
          [5, 0, 1],
        ]),
      },
      b: { a: adjointOf(real) },
    },
  }),
  "real supra": supra({
    layers: [
      { name: "a", size: 3 },
      { name: "b", size: 2 },
    ],
    blocks: { a: { b: { block: real, scale: -2 } }, b: { a: adjointOf(real) } },
  }),
  stack: stack({
    onSite: complexDense([
      [1, [0, 1]],
      [[0, -1], 2],
    ]),
    hopping: complexDense([
      [[0, 1], 2],
      [0, 1],
    ]),
    count: 4,
    phase: 0.7,
  }),
  scaled: scaleDiagonally(
    stack({ onSite: dense([[1]]), hopping: dense([[2]]), count: 3 }),
    [1, 2, 3],
    [4, 5, 6],
  ),
};

describe("every kind of operator", () => {
  for (const [name, a] of Object.entries(cases)) {
    it(`${name}: product, adjoint and assembly agree`, () => {
      const d = toComplexDense(a);
      const operator = asOperator(a);
      const width = operator.complex ? 2 : 1;
      const x = Float64Array.from({ length: width * a.cols }, (_, i) => Math.sin(1 + i));
      const y = Float64Array.from({ length: width * a.rows }, (_, i) => Math.cos(2 + 3 * i));
      const ax = matvec(a, x);
      for (let i = 0; i < a.rows; i++) {
        let [re, im] = [0, 0];
        for (let j = 0; j < a.cols; j++) {
          const [xr, xi] = [x[j]!, operator.complex ? x[a.cols + j]! : 0];
          re += d.re[i * a.cols + j]! * xr - d.im[i * a.cols + j]! * xi;
          im += d.re[i * a.cols + j]! * xi + d.im[i * a.cols + j]! * xr;
        }
        expect(ax[i]).toBeCloseTo(re, 12);
        if (operator.complex) expect(ax[a.rows + i]).toBeCloseTo(im, 12);
      }
      // <A x, y> = <x, A^H y>: the real parts are plain dot products of planar vectors.
      const ahy = adjointMatvec(a, y);
      const dot = (p: Float64Array, q: Float64Array): number =>
        p.reduce((sum, v, i) => sum + v * q[i]!, 0);
      expect(dot(ax, y)).toBeCloseTo(dot(x, ahy), 12);
      const sparse = toComplexDense(toCsr(a));
      expect(sparse.re).toEqual(d.re);
      expect(sparse.im).toEqual(d.im);
    });
  }
});

describe("csrFromTriplets", () => {
  it("sorts, adds duplicates and keeps rows apart", () => {
    const a = csrFromTriplets({
      rows: 3,
      cols: 3,
      triplets: [
        [2, 0, 1],
        [0, 2, 5],
        [2, 0, 2],
        [0, 1, 4],
      ],
    });
    expect([...a.indptr]).toEqual([0, 2, 2, 3]);
    expect([...a.indices]).toEqual([1, 2, 0]);
    expect([...a.values]).toEqual([4, 5, 3]);
  });
  it("names the entry that is outside, and NaN", () => {
    expect(() =>
      csrFromTriplets({
        rows: 2,
        cols: 2,
        triplets: [
          [0, 0, 1],
          [0, 2, 1],
        ],
      }),
    ).toThrow(/entry 1: expected a place in 2 x 2, got \(0, 2\)/);
    expect(() => csrFromTriplets({ rows: 2, cols: 2, triplets: [[0, 0, Number.NaN]] })).toThrow(
      /finite/,
    );
  });
  it("csrMatrix refuses unsorted rows", () => {
    const parts = { rows: 1, cols: 3, indptr: Int32Array.of(0, 2), values: Float64Array.of(1, 1) };
    expect(() => csrMatrix({ ...parts, indices: Int32Array.of(2, 1) })).toThrow(
      /row 0: expected ascending columns/,
    );
    expect(csrMatrix({ ...parts, indices: Int32Array.of(1, 2) }).values.length).toBe(2);
  });
});

describe("supra", () => {
  const layers = [
    { name: "power", size: 3 },
    { name: "water", size: 2, index: [7, 4] },
  ];
  it("knows its node order both ways", () => {
    const { order } = supra({ layers, blocks: {} });
    expect(order.size).toBe(5);
    expect(order.indexOf("water", 4)).toBe(4);
    expect(order.indexOf("water", 0)).toBeUndefined();
    expect(order.placeOf(3)).toEqual({ layer: "water", node: 7 });
    expect(order.placeOf(2)).toEqual({ layer: "power", node: 2 });
    expect([...order.part(Float64Array.of(1, 2, 3, 4, 5), "water")]).toEqual([4, 5]);
    expect(() => order.indexOf("watre", 1)).toThrow(/Did you mean "water"/);
  });
  it("says which block does not fit", () => {
    expect(() => supra({ layers, blocks: { power: { water: adjointOf(real) } } })).toThrow(
      'supra: block "power" x "water": expected 3 x 2, got 2 x 3',
    );
    expect(() => supra({ layers, blocks: { power: { watr: real } } })).toThrow(
      /"power", "water".*"watr"/,
    );
    expect(() =>
      supra({
        layers: [
          { name: "a", size: 1 },
          { name: "a", size: 1 },
        ],
        blocks: {},
      }),
    ).toThrow(/layer "a"/);
    expect(() => supra({ layers: [{ name: "a", size: 2, index: [1, 1] }], blocks: {} })).toThrow(
      /node 1 twice/,
    );
  });
  it("a phase of pi keeps a real operator real", () => {
    expect(
      supra({ layers, blocks: { power: { water: { block: real, phase: Math.PI } } } }).complex,
    ).toBe(false);
  });
});

describe("builders", () => {
  it("kroneckerSum is D_a L_a + L_I (x) I", () => {
    const path = dense([
      [1, -1],
      [-1, 1],
    ]);
    const a = kroneckerSum({
      layers: [
        { name: "a", operator: path, scale: 3 },
        { name: "b", operator: toCsr(path) },
      ],
      between: dense([
        [0.5, -0.5],
        [-0.5, 0.5],
      ]),
    });
    expect([...toDense(a).values]).toEqual([
      3.5, -3, -0.5, 0, -3, 3.5, 0, -0.5, -0.5, 0, 1.5, -1, 0, -0.5, -1, 1.5,
    ]);
  });
  it("kroneckerSum joins only nodes that both layers have", () => {
    const one = dense([[1]]);
    const a = kroneckerSum({
      layers: [
        {
          name: "a",
          operator: dense([
            [1, 0],
            [0, 2],
          ]),
          index: [5, 9],
        },
        { name: "b", operator: one, index: [9] },
      ],
      between: dense([
        [0, 4],
        [4, 0],
      ]),
    });
    expect([...toDense(a).values]).toEqual([1, 0, 0, 0, 2, 4, 0, 4, 1]);
    expect(() =>
      kroneckerSum({
        layers: [
          { name: "a", operator: one },
          {
            name: "b",
            operator: dense([
              [1, 0],
              [0, 1],
            ]),
          },
        ],
        between: dense([
          [0, 1],
          [1, 0],
        ]),
      }),
    ).toThrow(/layer "b": expected 1 nodes/);
  });
  it("blochSum adds hoppings with their phases", () => {
    const hop = complexDense([[[0, 1]]]);
    const h = blochSum(
      [
        { cell: [1, 0], matrix: hop },
        { cell: [-1, 0], matrix: adjointOf(hop) },
        { cell: [0, 0], matrix: dense([[2]]) },
      ],
      [0.3, 9],
    );
    expect(h.re[0]).toBeCloseTo(2 - 2 * Math.sin(0.3), 14);
    expect(h.im[0]).toBeCloseTo(0, 14);
    expect(() => blochSum([{ cell: [1], matrix: hop }], [1, 2])).toThrow(
      /term 0: expected 2 axes, got 1/,
    );
  });
  it("an open stack has the chain's spectrum shape: no corner blocks", () => {
    expect([
      ...toDense(stack({ onSite: dense([[2]]), hopping: dense([[-1]]), count: 3 })).values,
    ]).toEqual([2, -1, 0, -1, 2, -1, 0, -1, 2]);
  });
});
