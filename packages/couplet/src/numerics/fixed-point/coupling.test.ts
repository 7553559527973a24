/** The linear and nonlinear model problems of the reference set: evaluation counts, fixed points, rates. */
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import {
  aitken,
  type AccelerationSpec,
  constantRelaxation,
  iqnIls,
  noAcceleration,
} from "./acceleration.ts";
import { denseSolver } from "../lu.ts";
import type { FixedPointResult } from "./fixed-point.ts";
import { blockSweep } from "./scheme.ts";
import { fixedPointSync } from "./solve.ts";
import { spectralRadius } from "../spectral-radius.ts";

const golden = JSON.parse(readFileSync(new URL("golden/coupling.json", import.meta.url), "utf8"));

type Matrix = readonly (readonly number[])[];
const times = (a: Matrix, x: ArrayLike<number>): Float64Array =>
  Float64Array.from(a, (row) => row.reduce((sum, value, j) => sum + value * x[j]!, 0));
const solver = (a: Matrix) => denseSolver(a.map((row) => Float64Array.from(row)));
const minus = (a: ArrayLike<number>, b: ArrayLike<number>): Float64Array =>
  Float64Array.from(a, (v, i) => v - b[i]!);

/** The spectral radius of a linear map. */
const radiusOf = (map: (x: Float64Array) => Float64Array, n: number): number =>
  spectralRadius(
    Array.from({ length: n }, (_, j) =>
      map(Float64Array.from({ length: n }, (_v, i) => (i === j ? 1 : 0))),
    ),
  );

// The oracle's IQN keeps every column of the one window, unscaled.
const iqn = (initialFactor: number, limit?: number): AccelerationSpec =>
  iqnIls({
    initialFactor,
    preconditioner: "none",
    filter: limit === undefined ? { kind: "none", limit: 0 } : { kind: "qr2", limit },
  });
const run = (
  map: (x: Float64Array) => Float64Array,
  start: Float64Array,
  acceleration: AccelerationSpec,
  maxIterations = 500,
): FixedPointResult =>
  // Stall handling off: the reference counts are those of the bare methods.
  fixedPointSync({
    map,
    start,
    acceleration,
    maxIterations,
    divergenceLimit: 1e30,
    stall: { action: "ignore" },
  });

/** A reference count: -1 means diverged, maxit + 1 means not converged. Counts may differ by 1 through rounding. */
function expectCount(
  result: FixedPointResult,
  reference: number,
  maxIterations: number,
  slack = 1,
): void {
  if (reference < 0) expect(result.status).toBe("diverged");
  else if (reference > maxIterations) expect(result.status).toBe("notConverged");
  else {
    expect(result.status).toBe("converged");
    expect(Math.abs(result.evaluations - reference)).toBeLessThanOrEqual(slack);
  }
}

describe("two linear blocks", () => {
  const { A11, A12, A21, A22, b1, b2, sweep } = golden.twoBlockLinear;
  const [inverse1, inverse2] = [solver(A11), solver(A22)];
  const scaled = (a: Matrix, s: number): Matrix => a.map((row) => row.map((value) => s * value));
  const sweepOf = (s: number, kind: "jacobi" | "gaussSeidel", homogeneous = false) =>
    blockSweep({
      blocks: [
        {
          name: "first",
          size: 8,
          solve: ({ second }) =>
            inverse1(minus(homogeneous ? new Float64Array(8) : b1, times(scaled(A12, s), second!))),
        },
        {
          name: "second",
          size: 6,
          solve: ({ first }) =>
            inverse2(minus(homogeneous ? new Float64Array(6) : b2, times(scaled(A21, s), first!))),
        },
      ],
      scheme: { kind },
    });

  for (const row of sweep) {
    const serial = sweepOf(row.s, "gaussSeidel");
    const parallel = sweepOf(row.s, "jacobi");
    const zeros = (n: number): Float64Array => new Float64Array(n);
    it(`s = ${row.s}: evaluation counts of six methods`, () => {
      const counts = row.iterations;
      expectCount(run(serial.map, zeros(6), noAcceleration()), counts.gs, 500);
      expectCount(run(parallel.map, zeros(14), noAcceleration(), 2000), counts.jacobi, 2000);
      expectCount(
        run(serial.map, zeros(6), constantRelaxation({ factor: 0.5 }), 2000),
        counts["constant0.5"],
        2000,
      );
      expectCount(run(serial.map, zeros(6), aitken(), 2000), counts["aitken0.5"], 2000);
      expectCount(run(serial.map, zeros(6), iqn(0.5)), counts.iqn_serial, 500);
      expectCount(run(parallel.map, zeros(14), iqn(0.5)), counts.iqn_parallel, 500);
    });
    it(`s = ${row.s}: the solution is that of the whole system`, () => {
      const result = run(serial.map, zeros(6), iqn(0.5));
      // Stopped at a relative residual of 1e-10; the error is that times ||(I - G)^-1||, under 100 here.
      result.x.forEach((value, i) => expect(value).toBeCloseTo(row.solution[8 + i], 7));
    });
    it(`s = ${row.s}: rho(Gauss-Seidel) = rho(Jacobi)^2`, () => {
      const gs = radiusOf(sweepOf(row.s, "gaussSeidel", true).map, 6);
      const jacobi = radiusOf(sweepOf(row.s, "jacobi", true).map, 14);
      expect(gs / row.rhoGS).toBeCloseTo(1, 9); // 40 squarings, each good to 1e-14
      expect(jacobi / row.rhoJacobi).toBeCloseTo(1, 9);
      expect(jacobi ** 2 / gs).toBeCloseTo(1, 9);
    });
    it(`s = ${row.s}: serial quasi-Newton ends within dim(interface) + 2 evaluations`, () => {
      expect(run(serial.map, zeros(6), iqn(0.5)).evaluations).toBeLessThanOrEqual(6 + 2);
    });
  }

  it("only the interface is iterated: the serial scheme has 6 unknowns, the parallel one 14", () => {
    expect(sweepOf(1, "gaussSeidel").fields).toEqual([{ name: "second", size: 6 }]);
    expect(sweepOf(1, "jacobi").fields.map((f) => f.size)).toEqual([8, 6]);
  });
});

describe("two rods, Dirichlet-Neumann", () => {
  for (const rod of golden.twoRods) {
    const { k1, L1, k2, L2, T0, T1 } = rod;
    const map = (x: Float64Array): Float64Array =>
      Float64Array.of(T1 + ((k1 / L1) * (T0 - x[0]!)) / (k2 / L2));
    it(`(k1/L1):(k2/L2) = ${k1 / L1}:${k2 / L2}, contraction ${rod.contraction}`, () => {
      const methods = {
        none: noAcceleration(),
        constant: constantRelaxation({ factor: 0.5 }),
        aitken: aitken(),
        iqn: iqn(0.5),
      };
      for (const [name, spec] of Object.entries(methods)) {
        expectCount(run(map, new Float64Array(1), spec), rod.its[name], 500);
      }
      expect(map(Float64Array.of(1))[0]! - map(Float64Array.of(0))[0]!).toBeCloseTo(
        rod.contraction,
        12,
      );
      // With the optimal factor one relaxed step is exact; the second evaluation confirms it.
      const optimal = run(map, new Float64Array(1), constantRelaxation({ factor: rod.omegaOpt }));
      expect(optimal.evaluations).toBe(2);
      expect(optimal.x[0]).toBeCloseTo(rod.interface, 12);
    });
  }
});

describe("Laplace on two rectangles, finite differences", () => {
  const ny = 9;
  /** The Dirichlet-to-Neumann operator of a strip (Schur complement on the interface) and its interior solver. */
  function strip(nx: number, k: number) {
    const n = nx * ny;
    const at = (i: number, j: number): number => i * ny + j;
    const a = Array.from({ length: n }, () => new Float64Array(n));
    for (let i = 0; i < nx; i++) {
      for (let j = 0; j < ny; j++) {
        a[at(i, j)]![at(i, j)] = 4 * k;
        if (j + 1 < ny) a[at(i, j)]![at(i, j + 1)] = a[at(i, j + 1)]![at(i, j)] = -k;
        if (i + 1 < nx) a[at(i, j)]![at(i + 1, j)] = a[at(i + 1, j)]![at(i, j)] = -k;
      }
    }
    const inner = denseSolver(a);
    const lift = (x: ArrayLike<number>): Float64Array => {
      const right = new Float64Array(n);
      for (let j = 0; j < ny; j++) right[at(nx - 1, j)] = k * x[j]!;
      return right;
    };
    const trace = (u: Float64Array): Float64Array => u.slice(n - ny).map((value) => k * value);
    const apply = (x: Float64Array): Float64Array => {
      const interior = trace(inner(lift(x)));
      return x.map((v, j) => k * (2 * v - ((x[j - 1] ?? 0) + (x[j + 1] ?? 0)) / 2) - interior[j]!);
    };
    return { apply, load: trace(inner(new Float64Array(n).fill(0.01))) };
  }
  for (const row of golden.partitionedLaplace2D) {
    it(`${row.nx1}x9|${row.nx2}x9, k ${row.k1}:${row.k2}`, () => {
      const [one, two] = [strip(row.nx1, row.k1), strip(row.nx2, row.k2)];
      const s2 = Array.from({ length: ny }, (_, j) =>
        two.apply(Float64Array.from({ length: ny }, (_v, i) => (i === j ? 1 : 0))),
      );
      const inverse = denseSolver(s2);
      const g = one.load.map((value, j) => value + two.load[j]! + 0.01);
      const map = (x: Float64Array): Float64Array => inverse(minus(g, one.apply(x)));
      expect(radiusOf((x) => inverse(one.apply(x)), ny) / row.rho).toBeCloseTo(1, 8);
      const cases: [string, AccelerationSpec][] = [
        ["none1", noAcceleration()],
        ["constant0.5", constantRelaxation({ factor: 0.5 })],
        ["constant0.2", constantRelaxation({ factor: 0.2 })],
        ["aitken0.5", aitken()],
        ["iqn0.5", iqn(0.5, 1e-12)],
        ["iqn0.1", iqn(0.1, 1e-12)],
      ];
      for (const [name, spec] of cases)
        expectCount(run(map, new Float64Array(ny), spec, 1000), row.its[name], 1000);
      const { x } = run(map, new Float64Array(ny), iqn(0.5, 1e-12));
      x.forEach((value, j) => expect(value).toBeCloseTo(row.solution[j], 9));
    });
  }
});

describe("layer-wise training is block Gauss-Seidel", () => {
  it("linear net of rank 1: the rate is (s2/s1)^2", () => {
    const { Y, w1_0, ratePredicted, rateMeasured } = golden.layerwiseLinear;
    const transposed: Matrix = Y[0].map((_: number, j: number) => Y.map((row: number[]) => row[j]));
    const square = (w: Float64Array): number => w.reduce((sum, v) => sum + v * v, 0);
    const sweep = blockSweep({
      blocks: [
        { name: "w2", size: 6, solve: ({ w1 }) => times(Y, w1!).map((v) => v / square(w1!)) },
        {
          name: "w1",
          size: 5,
          solve: ({ w2 }) => times(transposed, w2!).map((v) => v / square(w2!)),
        },
      ],
      scheme: { kind: "gaussSeidel" },
    });
    const unit = (w: Float64Array): Float64Array => w.map((v) => v / Math.sqrt(square(w)));
    let w: Float64Array = Float64Array.from(w1_0);
    for (let k = 0; k < 60; k++) w = sweep.map(w); // 0.36^60 is far below rounding
    const limit = unit(w);
    w = Float64Array.from(w1_0);
    const errors = Array.from({ length: 21 }, () => {
      w = sweep.map(w);
      return Math.sqrt(square(minus(unit(w), limit)));
    });
    expect(errors[20]! / errors[19]!).toBeCloseTo(rateMeasured, 5); // errors are 1e-9, rounding 1e-16
    expect(ratePredicted).toBeCloseTo(0.361624, 6);
  });

  it("tanh net: the rate is the spectral radius of the Hessian's Gauss-Seidel matrix", () => {
    const { X, t, lam, W1_0, W1, w2: w2End, rhoPredicted } = golden.layerwiseTanh;
    const hidden = (w: ArrayLike<number>): number[][] =>
      X.map(([p, q]: number[]) => [
        Math.tanh(p! * w[0]! + q! * w[2]!),
        Math.tanh(p! * w[1]! + q! * w[3]!),
      ]);
    const outer = (w1: ArrayLike<number>): Float64Array => {
      const a = hidden(w1);
      const m = [0, 1].map((i) =>
        Float64Array.from([0, 1], (j) => a.reduce((s, r) => s + r[i]! * r[j]!, i === j ? lam : 0)),
      );
      return denseSolver(m)(
        Float64Array.from([0, 1], (i) => a.reduce((s, r, n) => s + r[i]! * t[n], 0)),
      );
    };
    const gradient = (w: Float64Array, w2: ArrayLike<number>): Float64Array => {
      const g = w.map((v) => lam * v);
      hidden(w).forEach((a, n) => {
        const error = a[0]! * w2[0]! + a[1]! * w2[1]! - t[n];
        for (let h = 0; h < 2; h++) {
          const slope = error * w2[h]! * (1 - a[h]! ** 2);
          g[h]! += X[n][0] * slope;
          g[2 + h]! += X[n][1] * slope;
        }
      });
      return g;
    };
    const inner = (start: Float64Array, w2: ArrayLike<number>): Float64Array => {
      let w = start;
      for (let k = 0; k < 50; k++) {
        const step = 1e-6; // central differences: the Hessian only steers Newton, the gradient decides
        const columns = Array.from({ length: 4 }, (_, j) => {
          const shift = (sign: number): Float64Array =>
            gradient(
              w.map((v, i) => (i === j ? v + sign * step : v)),
              w2,
            );
          return minus(shift(1), shift(-1)).map((v) => v / (2 * step));
        });
        const change = denseSolver(columns)(gradient(w, w2));
        w = minus(w, change) as Float64Array;
        if (Math.hypot(...change) < 1e-14) break;
      }
      return w;
    };
    let current: Float64Array = Float64Array.from(W1_0.flat());
    const end = Float64Array.from(W1.flat());
    const errors = Array.from({ length: 201 }, () => {
      current = inner(current, outer(current));
      return Math.hypot(...minus(current, end));
    });
    expect(rhoPredicted).toBeCloseTo(0.9476198, 7);
    expect(errors[200]! / errors[199]!).toBeCloseTo(rhoPredicted, 6); // next mode decays faster; error 1e-5, end known to 1e-12
    Array.from(outer(end)).forEach((v, i) => expect(v).toBeCloseTo(w2End[i], 8));
  });
});

it("Sellar's two disciplines", () => {
  const { z, x: x1, y1, y2 } = golden.sellar;
  const sweep = blockSweep({
    blocks: [
      {
        name: "y1",
        size: 1,
        solve: (v) => Float64Array.of(z[0] ** 2 + z[1] + x1 - 0.2 * v.y2![0]!),
      },
      {
        name: "y2",
        size: 1,
        solve: (v) => Float64Array.of(Math.sqrt(Math.abs(v.y1![0]!)) + z[0] + z[1]),
      },
    ],
    scheme: { kind: "gaussSeidel" },
  });
  const result = fixedPointSync({
    map: sweep.map,
    start: Float64Array.of(1),
    acceleration: noAcceleration(),
    convergence: [{ kind: "absolute", limit: 1e-12 }],
  });
  expect(result.status).toBe("converged");
  expect(sweep.values().y1![0]!).toBeCloseTo(y1, 8);
  expect(sweep.values().y2![0]!).toBeCloseTo(y2, 8);
  expect(Math.abs(result.evaluations - 10)).toBeLessThanOrEqual(1);
});
