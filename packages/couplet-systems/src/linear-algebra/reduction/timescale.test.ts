import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { multiply } from "../matrix/algebra.ts";
import { dense } from "../matrix/matrix.ts";
import { eigenGeneral } from "../eigen/dense-general.ts";
import { schurComplement } from "../schur/complement.ts";
import { groupInverse, reduceTimescales } from "./timescale.ts";

interface OracleCase {
  readonly A0: number[][];
  readonly A1: number[][];
  readonly order0: number;
  readonly order1: number;
  readonly rows: {
    eps: number;
    err0: number;
    err1: number;
    slow: number[] | { re: number[]; im: number[] };
  }[];
}

const oracle = new URL("golden/timescale.json", import.meta.url);
const cases = JSON.parse(readFileSync(oracle, "utf8")) as Record<
  string,
  OracleCase & { schur?: number[][] }
>;

/** The distance between two sets of eigenvalues: the worst nearest-neighbour distance. */
function distance(
  a: { re: ArrayLike<number>; im: ArrayLike<number> },
  b: { re: ArrayLike<number>; im: ArrayLike<number> },
): number {
  let worst = 0;
  for (let i = 0; i < a.re.length; i++) {
    let best = Infinity;
    for (let j = 0; j < b.re.length; j++)
      best = Math.min(best, Math.hypot(a.re[i]! - b.re[j]!, a.im[i]! - b.im[j]!));
    worst = Math.max(worst, best);
  }
  return worst;
}

describe("reduceTimescales against golden/timescale.json", () => {
  for (const name of [
    "qssa",
    "multiplexFastCoupling",
    "multiplexDirected",
    "phosphoTranscription",
  ]) {
    it(`${name}: slow eigenvalues to order eps and eps^2, as in the table`, () => {
      const { A0, A1, rows, order0, order1 } = cases[name]!;
      const errors = rows.map((row) => {
        const r = reduceTimescales({
          fast: dense(A0),
          slow: dense(A1),
          epsilon: row.eps,
          minimumSeparation: 0,
        });
        const slow = Array.isArray(row.slow)
          ? { re: row.slow, im: row.slow.map(() => 0) }
          : row.slow;
        const [e0, e1] = [
          distance(slow, eigenGeneral(r.leading)),
          distance(slow, eigenGeneral(r.effective)),
        ];
        // Same errors as the oracle. Eigenvalues of the full problem carry 1e-16 |A0| / eps of
        // rounding (up to 1e-12 at eps = 1e-4), and the oracle matches eigenvalues by sorting them,
        // which for eps >= 0.1 can pair other ones: compare where the expansion holds.
        if (row.eps <= 0.01) {
          expect(Math.abs(e0 - row.err0)).toBeLessThan(1e-10 + 1e-6 * row.err0);
          expect(Math.abs(e1 - row.err1)).toBeLessThan(1e-10 + 1e-4 * row.err1);
        }
        return [e0, e1] as const;
      });
      const slope = (which: 0 | 1, i: number, j: number): number =>
        Math.log(errors[i]![which] / errors[j]![which]) / Math.log(rows[i]!.eps / rows[j]!.eps);
      // The orders of the table (printed with three decimals).
      expect(slope(0, 8, 6)).toBeCloseTo(order0, 3);
      expect(slope(1, 5, 4)).toBeCloseTo(order1, 2);
    });
  }
  it("the quasi-steady state is the Schur complement", () => {
    const { A0, A1, schur } = cases["qssa"]!;
    const r = reduceTimescales({
      fast: dense(A0),
      slow: dense(A1),
      epsilon: 1e-3,
      minimumSeparation: 0,
    });
    const sum = dense(A0.map((row, i) => row.map((v, j) => v + A1[i]![j]!)));
    const s = schurComplement({ operator: sum, keep: [0, 1, 2, 3] });
    expect(s.kind).toBe("dense");
    const flat = schur!.flat();
    if (s.kind === "dense") s.values.forEach((v, i) => expect(v).toBeCloseTo(flat[i]!, 12));
    expect(distance(eigenGeneral(r.leading), eigenGeneral(dense(schur!)))).toBeLessThan(1e-12);
  });
});

describe("reduceTimescales", () => {
  // x1 <-> x2 fast (rates 2 and 1), x1 decays slowly with rate 1: the pool decays with 1/3.
  const fast = dense([
    [-2, 1],
    [2, -1],
  ]);
  const slow = dense([
    [-1, 0],
    [0, 0],
  ]);
  it("a fast exchange with a conserved pool: P A1 R and its next order by hand", () => {
    const r = reduceTimescales({ fast, slow, epsilon: 0.01 });
    expect(r.leading.values[0]).toBeCloseTo(-1 / 3, 14);
    // trace -3/eps - 1, determinant 1/eps: the slow root is -1/3 - (2/27) eps ... = -1/3 + eps * next
    const [t, d] = [-3 / 0.01 - 1, 1 / 0.01];
    const exact = (t + Math.sqrt(t * t - 4 * d)) / 2;
    expect(Math.abs(r.leading.values[0]! - exact)).toBeGreaterThan(5e-4);
    expect(Math.abs(r.effective.values[0]! - exact)).toBeLessThan(1e-5);
    expect(r.separation.ratio).toBeCloseTo(900, 9);
    expect(
      r.project.values[0]! * r.lift.values[0]! + r.project.values[1]! * r.lift.values[1]!,
    ).toBeCloseTo(1, 14);
  });
  it("refuses where there is no gap, and says the rates", () => {
    expect(() => reduceTimescales({ fast, slow, epsilon: 10 })).toThrow(
      /separation of at least 2, got 0\.9.*fastest slow rate 0\.333/,
    );
  });
  it("refuses a Jordan block at 0, a regular fast part, fast growth and fast oscillation", () => {
    const two = dense([
      [0, 0],
      [0, 0],
    ]);
    expect(() =>
      reduceTimescales({
        fast: dense([
          [0, 1],
          [0, 0],
        ]),
        slow: two,
        epsilon: 0.1,
      }),
    ).toThrow(/semisimple/);
    expect(() =>
      reduceTimescales({
        fast: dense([
          [-1, 0],
          [0, -2],
        ]),
        slow: two,
        epsilon: 0.1,
      }),
    ).toThrow(/Every variable is fast/);
    expect(() =>
      reduceTimescales({
        fast: dense([
          [0, 0],
          [0, 1],
        ]),
        slow: two,
        epsilon: 0.1,
      }),
    ).toThrow(/does not settle/);
    const turning = dense([
      [0, 1, 0],
      [-1, 0, 0],
      [0, 0, 0],
    ]);
    expect(() =>
      reduceTimescales({
        fast: turning,
        slow: dense([
          [0, 0, 0],
          [0, 0, 0],
          [0, 0, 0],
        ]),
        epsilon: 0.1,
      }),
    ).toThrow(/does not settle/);
  });
  it("refuses shapes and an epsilon that make no sense", () => {
    expect(() => reduceTimescales({ fast, slow: dense([[1]]), epsilon: 1 })).toThrow(
      /slow: expected 2 x 2, got 1 x 1/,
    );
    expect(() => reduceTimescales({ fast, slow, epsilon: 0 })).toThrow(
      /epsilon: expected a number > 0, got 0/,
    );
  });
});

describe("orders of the expansion, without the oracle", () => {
  // Slopes of the error between eps = 1e-2 and 1e-3: the next term of either series changes them by a few per cent.
  const laplacian = (
    edges: readonly (readonly [number, number, number])[],
    n: number,
  ): number[][] => {
    const a = Array.from({ length: n }, () => new Array<number>(n).fill(0));
    // Amounts flow from i to j with the rate: columns sum to 0.
    for (const [i, j, rate] of edges) {
      a[i]![i]! -= rate;
      a[j]![i]! += rate;
    }
    return a;
  };
  const both = (
    edges: readonly (readonly [number, number, number])[],
  ): [number, number, number][] =>
    edges.flatMap(([i, j, rate]) => [
      [i, j, rate],
      [j, i, rate],
    ]);
  const cases: readonly (readonly [string, number[][], number[][]])[] = [
    [
      // Two layers of four nodes, exchange between them fast: the mean Laplacian of a path and a star.
      "fast coupling of two layers",
      laplacian(
        both([
          [0, 4, 1],
          [1, 5, 1],
          [2, 6, 1],
          [3, 7, 1],
        ]),
        8,
      ),
      laplacian(
        both([
          [0, 1, 1],
          [1, 2, 1],
          [2, 3, 1],
          [4, 5, 1],
          [4, 6, 1],
          [4, 7, 2],
        ]),
        8,
      ),
    ],
    [
      // The same with other rates one way: the layers weigh 2 to 1, and the slow matrix is not symmetric.
      "directed fast coupling",
      laplacian(
        [
          [0, 3, 1],
          [3, 0, 2],
          [1, 4, 1],
          [4, 1, 2],
          [2, 5, 1],
          [5, 2, 2],
        ],
        6,
      ),
      laplacian(
        [
          [0, 1, 1],
          [1, 2, 0.7],
          [2, 0, 0.4],
          [3, 4, 0.3],
          [4, 5, 1.2],
          [5, 3, 0.6],
        ],
        6,
      ),
    ],
    [
      // Two proteins, each switched fast between two forms (a singular fast block), which drive two genes that drive them back.
      "conserved pools and genes",
      laplacian(
        [
          [0, 1, 3],
          [1, 0, 1],
          [2, 3, 2],
          [3, 2, 5],
        ],
        6,
      ),
      [
        [-0.3, 0, 0, 0, 0.1, 0],
        [0, -0.5, 0, 0, 0, 0],
        [0, 0, -0.2, 0, 0, 0.2],
        [0, 0, 0, -0.4, 0, 0],
        [0, 0.8, 0, 0, -0.9, 0],
        [0, 0, 0, 0.6, 0.3, -1.1],
      ],
    ],
  ];
  it.each(cases)(
    "%s: P A1 R errs by O(eps), with the next term by O(eps^2)",
    (_, fastRates, slowRates) => {
      const errors = [1e-2, 1e-3].map((epsilon) => {
        const r = reduceTimescales({
          fast: dense(fastRates),
          slow: dense(slowRates),
          epsilon,
          minimumSeparation: 0,
        });
        const whole = eigenGeneral(
          dense(fastRates.map((row, i) => row.map((v, j) => v / epsilon + slowRates[i]![j]!))),
        );
        const slowest = Array.from(whole.re, (_v, i) => i)
          .sort((a, b) => whole.re[b]! - whole.re[a]!)
          .slice(0, r.leading.rows);
        const slow = { re: slowest.map((i) => whole.re[i]!), im: slowest.map((i) => whole.im[i]!) };
        return [distance(slow, eigenGeneral(r.leading)), distance(slow, eigenGeneral(r.effective))];
      });
      expect(Math.abs(Math.log10(errors[0]![0]! / errors[1]![0]!) - 1)).toBeLessThan(0.05);
      expect(Math.abs(Math.log10(errors[0]![1]! / errors[1]![1]!) - 2)).toBeLessThan(0.1);
    },
  );
});

describe("groupInverse", () => {
  it("satisfies its three equations, also for a badly scaled matrix", () => {
    const a = dense([
      [-2e6, 1e6, 0],
      [2e6, -3e6, 0.5e6],
      [0, 2e6, -0.5e6],
    ]);
    const g = groupInverse(a);
    const scaled = (x: Float64Array, y: Float64Array, by: number): void =>
      x.forEach((v, i) => expect(Math.abs(v - y[i]!)).toBeLessThan(1e-12 * by));
    scaled(multiply(multiply(a, g), a).values, a.values, 1e7);
    scaled(multiply(multiply(g, a), g).values, g.values, 1e-5);
    scaled(multiply(a, g).values, multiply(g, a).values, 10);
  });
});
