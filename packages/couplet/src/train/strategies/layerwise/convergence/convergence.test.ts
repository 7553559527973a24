/** Predicted rates beside measured ones: quadratic problems, the reference set's tanh network, a flow in float64. */
import { readFileSync } from "node:fs";
import { affine, alternating, coupling, createModel, fit, flow, mlp } from "couplet";
import { blockConvergence, convergence } from "couplet/layerwise";
import type { BlockProblem, ConvergenceOptions, FlowConvergenceOptions } from "couplet/layerwise";
import { describe, expect, it } from "vitest";
import { generator, normals } from "../../../../../../../test/random.ts";
import { noAcceleration } from "../../../../numerics/fixed-point/acceleration.ts";
import { fixedPointSync } from "../../../../numerics/fixed-point/solve.ts";
import { denseSolver } from "../../../../numerics/lu.ts";
import { spectralRadius } from "../../../../numerics/spectral-radius.ts";
import { slidingAnderson } from "../sliding-anderson.ts";
import { likelihoodProblem } from "./convergence.ts";
import { denseBlocks, denseHessian } from "./local-blocks.ts";
import { sweepOver } from "./measured-rate.ts";

type Matrix = readonly (readonly number[])[];

const named = (sizes: readonly number[]) => sizes.map((size, i) => ({ name: `block ${i}`, size }));

/** x^T H x / 2 - sum x: its minimum is nowhere near 0. */
function quadratic(h: Matrix, sizes: readonly number[]): BlockProblem {
  return {
    blocks: named(sizes),
    evaluate(x) {
      const image = Float64Array.from(h, (row) => row.reduce((s, v, j) => s + v * x[j]!, 0));
      const loss = x.reduce((s, v, i) => s + v * (image[i]! / 2 - 1), 0);
      return { loss, gradient: image.map((v) => v - 1) };
    },
  };
}

/** B^T B / n + shift, with B of normal numbers. */
function random(n: number, seed: number, shift = 0.05): number[][] {
  const b = normals(n * n, seed);
  return Array.from({ length: n }, (_, i) =>
    Array.from(
      { length: n },
      (__, j) =>
        Array.from({ length: n }, (___, k) => (b[k * n + i]! * b[k * n + j]!) / n).reduce(
          (x, y) => x + y,
        ) + (i === j ? shift : 0),
    ),
  );
}

/** rho of (Di + w Lo)^-1 ((1 - w) Di - w Lo^T) (w = 1: Gauss-Seidel), or of -Di^-1 (Lo + Lo^T), with the matrices written out. */
function byFormula(h: Matrix, sizes: readonly number[], kind: "sor" | "jacobi", w = 1): number {
  const owner = sizes.flatMap((size, block) => Array.from({ length: size }, () => block));
  const part = (keep: (i: number, j: number) => number) =>
    h.map((row, i) => Float64Array.from(row, (v, j) => v * keep(owner[i]!, owner[j]!)));
  const left =
    kind === "jacobi"
      ? part((i, j) => (i === j ? 1 : 0))
      : part((i, j) => (i === j ? 1 : i > j ? w : 0));
  const right =
    kind === "jacobi"
      ? part((i, j) => (i === j ? 0 : -1))
      : part((i, j) => (i === j ? 1 - w : i < j ? -w : 0));
  const solve = denseSolver(left);
  return spectralRadius(h.map((_, j) => solve(Float64Array.from(right, (row) => row[j]!))));
}

const rates = async (h: Matrix, sizes: readonly number[], options: ConvergenceOptions = {}) => {
  const found = await blockConvergence(quadratic(h, sizes), new Float64Array(h.length), options);
  return { ...found, predicted: found.predicted.value, measured: found.measured!.value };
};

describe("quadratic problems", () => {
  // Complex pairs beat: over the last third of the sweeps their mean is right to 1e-3.
  it.each([
    [[3, 4], 1e-6],
    [[2, 3, 2], 1e-6],
    [[2, 2, 2, 2, 2], 1e-3],
  ])("blocks of %j: measured is predicted to %d, which is the formula", async (sizes, within) => {
    const h = random(
      sizes.reduce((a, b) => a + b),
      31 + sizes.length,
    );
    const schemes = [
      [{}, byFormula(h, sizes, "sor")],
      [{ scheme: { kind: "sor", factor: 0.8 } }, byFormula(h, sizes, "sor", 0.8)],
      [{ scheme: "jacobi" }, byFormula(h, sizes, "jacobi")],
    ] satisfies [ConvergenceOptions, number][];
    for (const [options, formula] of schemes) {
      const { predicted, measured } = await rates(h, sizes, { ...options, sweeps: 3000 });
      expect(Math.abs(predicted / formula - 1), JSON.stringify(options)).toBeLessThan(1e-8);
      expect(Math.abs(measured / predicted - 1), JSON.stringify(options)).toBeLessThan(within);
    }
  });

  it.each([1, 3, 10])("%d gradient steps a visit: measured is predicted to 1e-6", async (steps) => {
    const h = random(6, 3);
    const visit = { kind: "gradient", steps, rate: 0.2 } as const;
    const exact = await rates(h, [2, 2, 2], { sweeps: 3000 });
    const { predicted, measured } = await rates(h, [2, 2, 2], { visit, sweeps: 6000 });
    expect(Math.abs(measured / predicted - 1)).toBeLessThan(1e-6);
    expect(predicted).toBeGreaterThan(exact.predicted - 1e-9);
    expect(predicted).toBeLessThan(1);
  });

  it("two blocks: Gauss-Seidel's rate is the square of Jacobi's, which is the coupling", async () => {
    const h = random(7, 5);
    const serial = await rates(h, [3, 4]);
    const parallel = await rates(h, [3, 4], { scheme: "jacobi" });
    expect(serial.predicted).toBeCloseTo(parallel.predicted ** 2, 9);
    expect(serial.coupling![0]![1]).toBeCloseTo(parallel.predicted, 9);
    const best = 2 / (1 + Math.sqrt(1 - serial.predicted));
    expect(serial.text).toContain(`the best relaxation of exact visits is ${best.toPrecision(4)}`);
    // There all eigenvalues have modulus w - 1, and the largest is defective: half of the digits are left.
    const sor = await rates(h, [3, 4], { scheme: { kind: "sor", factor: best } });
    expect(sor.predicted).toBeCloseTo(best - 1, 5);
  });

  it("names a Jacobi iteration that diverges, and what converges", async () => {
    const h = [0, 1, 2].map((i) => [0, 1, 2].map((j) => (i === j ? 1 : 0.9)));
    const { predicted, measured, text } = await rates(h, [1, 1, 1], { scheme: "jacobi" });
    expect(predicted).toBeCloseTo(1.8, 9);
    expect(measured).toBeCloseTo(1.8, 6);
    expect(text).toBe(
      `the sweeps diverge: each multiplies the error by 1.80000 (measured ${measured.toPrecision(6)}); the strongest coupling is 0.9000, between block 0 and block 1; Gauss-Seidel's exact visits converge, and Jacobi's do with a factor below 0.714.`,
    );
    const edge = (factor: number) => rates(h, [1, 1, 1], { scheme: { kind: "jacobi", factor } });
    expect((await edge(0.71)).predicted).toBeLessThan(1);
    expect((await edge(0.72)).predicted).toBeGreaterThan(1);
    expect((await rates(h, [1, 1, 1])).predicted).toBeLessThan(1);
  });

  it("leaves flat directions out", async () => {
    // x2 and x3 enter as their sum.
    const h0 = random(3, 8);
    const c = [0, 1, 2, 2];
    const problem: BlockProblem = {
      blocks: named([2, 2]),
      evaluate: (x) => {
        const y = Float64Array.of(x[0]!, x[1]!, x[2]! + x[3]!);
        const { loss, gradient } = quadratic(h0, [2, 1]).evaluate(y);
        return { loss, gradient: Float64Array.from(c, (i) => gradient[i]!) };
      },
    };
    const { flat, predicted, measured } = await blockConvergence(problem, new Float64Array(4));
    expect(flat).toBe(1);
    expect(predicted.value).toBeCloseTo(byFormula(h0, [2, 1], "sor"), 7);
    expect(measured!.value).toBeCloseTo(predicted.value, 6);
  });

  it("are predicted by power iteration, too, with products of the Hessian alone", async () => {
    const h = random(8, 9);
    for (const options of [
      {},
      { visit: { kind: "gradient", steps: 2, rate: 0.2 } },
    ] satisfies ConvergenceOptions[]) {
      const whole = await rates(h, [3, 5], options);
      const { predicted, measured, method } = await blockConvergence(
        quadratic(h, [3, 5]),
        new Float64Array(8),
        { ...options, dense: 0, sweeps: 400 },
      );
      expect(method).toBe("power");
      expect(measured).toBeUndefined();
      expect(Math.abs(predicted.value / whole.predicted - 1)).toBeLessThan(1e-5);
    }
  });

  it("without a minimum are refused", async () => {
    const saddle: Matrix = [
      [1, 2],
      [2, 1],
    ];
    await expect(rates(saddle, [1, 1])).rejects.toThrow(/convergence: expected a minimum/);
    const free = blockConvergence(
      quadratic(
        [
          [-1, 0],
          [0, 1],
        ],
        [1, 1],
      ),
      new Float64Array(2),
      { dense: 0 },
    );
    await expect(free).rejects.toThrow(/expected a minimum of the loss, with curvatures above 0/);
  });

  it.each([
    [{ scheme: { kind: "anderson" } }, /expected a scheme that is a matrix/],
    [{ scheme: "jacoby" }, /convergence: scheme: expected .*Did you mean "jacobi"/],
    [
      { order: [0] },
      /convergence: order: expected each block of 0 to 1 \(block 0, block 1\), got 0/,
    ],
    [{ order: "symmetric", scheme: "jacobi" }, /each block once a sweep/],
    [{ visit: { kind: "gradient", steps: 0, rate: 1 } }, /visit: steps: expected an integer/],
    [{ visit: { kind: "gradient", steps: 1, rate: 0 } }, /visit: rate: expected a number above 0/],
    [{ visit: { kind: "gradient", steps: 1, rate: Infinity } }, /visit: rate: expected a number/],
    [{ visit: { kind: "gradient", steps: 1e9, rate: 1 } }, /visit: steps: expected an integer/],
    [{ visit: { kind: "exact", steps: 3 } }, /visit: .*unknown option "steps"/],
    [{ visit: { kind: "gradient", step: 3, rate: 1 } }, /visit: .*unknown option "step"/],
    [{ order: "forwards" }, /convergence: order: .*Did you mean "forward"/],
    [{ order: [0, 1, -1] }, /convergence: order: expected an integer from 0/],
    [{ order: [0, 1, 0.5] }, /convergence: order: expected an integer from 0/],
    [{ order: { first: 0 } }, /convergence: order: expected "forward"/],
    [{ sweeps: 1e9 }, /convergence: sweeps: expected an integer from 9 to 100000/],
    [{ dense: 1e6 }, /convergence: dense: expected an integer from 0 to 5000/],
    [{ sweep: 3 }, /unknown option "sweep"/],
  ])("refuses %j", async (options, message) => {
    const run = rates(random(4, 1), [2, 2], options as unknown as ConvergenceOptions);
    await expect(run).rejects.toThrow(message);
  });

  it("refuses blocks of another length", async () => {
    await expect(rates(random(4, 1), [2, 3])).rejects.toThrow(/sizes that add up to 4, got 5/);
  });
});

describe("the two-layer tanh network of the reference set", () => {
  const golden = JSON.parse(
    readFileSync(
      new URL("../../../../numerics/fixed-point/golden/coupling.json", import.meta.url),
      "utf8",
    ),
  );
  const {
    X,
    t,
    lam,
    W1_0,
    W1,
    w2: outer,
    rhoPredicted,
  } = golden.layerwiseTanh as {
    readonly X: Matrix;
    readonly t: readonly number[];
    readonly lam: number;
    readonly W1_0: Matrix;
    readonly W1: Matrix;
    readonly w2: readonly number[];
    readonly rhoPredicted: number;
  };
  /** |tanh(X W1) w2 - t|^2 / 2 + lam (|W1|^2 + |w2|^2) / 2; W1 is 2 x 2, row-major. */
  const network: BlockProblem = {
    blocks: [
      { name: "first layer", size: 4 },
      { name: "second layer", size: 2 },
    ],
    evaluate(x) {
      const gradient = x.map((v) => lam * v);
      let loss = (lam / 2) * x.reduce((sum, v) => sum + v * v, 0);
      X.forEach((row, n) => {
        const hidden = [0, 1].map((h) => Math.tanh(row[0]! * x[h]! + row[1]! * x[2 + h]!));
        const error = hidden[0]! * x[4]! + hidden[1]! * x[5]! - t[n]!;
        loss += error ** 2 / 2;
        hidden.forEach((a, h) => {
          const slope = error * x[4 + h]! * (1 - a * a);
          gradient[h]! += row[0]! * slope;
          gradient[2 + h]! += row[1]! * slope;
          gradient[4 + h]! += error * a;
        });
      });
      return { loss, gradient };
    },
  };
  const end = Float64Array.of(...W1.flat(), ...outer);

  it("has the predicted rate to 1e-6, and the measured one", async () => {
    const near = end.map((v, i) => v + 0.01 * Math.sin(i + 1));
    const { predicted, measured, flat } = await blockConvergence(network, near, { sweeps: 600 });
    expect(rhoPredicted).toBeCloseTo(0.9476198, 7);
    expect(Math.abs(predicted.value - rhoPredicted)).toBeLessThan(1e-6);
    expect(Math.abs(measured!.value - rhoPredicted)).toBeLessThan(1e-5);
    expect(flat).toBe(0);
  });

  it("needs a third of the sweeps at most with Anderson's method of depth 5", () => {
    const local = denseBlocks(denseHessian(network, end), network.blocks);
    const plan = {
      visits: [1, 0],
      sweep: "gaussSeidel",
      factor: 1,
      visit: { kind: "exact" },
    } as const;
    const start = Float64Array.of(...W1_0.flat(), 1, -1);
    const sweeps = (depth: number) => {
      const { status, evaluations, x } = fixedPointSync({
        map: (point) => sweepOver(network, local, plan, point),
        start,
        acceleration: depth === 0 ? noAcceleration() : slidingAnderson(depth, [], false),
        stall: { action: "ignore" },
        convergence: [{ kind: "relative", limit: 1e-8 }],
        maxIterations: 1000,
      });
      expect(status).toBe("converged");
      x.forEach((v, i) => expect(Math.abs(v - end[i]!)).toBeLessThan(1e-5));
      return evaluations;
    };
    const [plain, fast] = [sweeps(0), sweeps(5)];
    expect(plain).toBeGreaterThan(100);
    expect(fast).toBeLessThanOrEqual(plain / 3);
  });
});

describe("a flow of two couplings, in float64", () => {
  const spec = flow({
    dims: 2,
    layers: [0, 1].map((start) =>
      coupling({
        mask: alternating(start as 0 | 1),
        transform: affine(),
        conditioner: mlp({ width: 4, depth: 1, activation: "tanh" }),
      }),
    ),
  });
  const { normal } = generator(2);
  const rows = Array.from({ length: 40 }, () => {
    const x = normal();
    return [x, 0.4 * x * x + 0.6 * x + 0.5 * normal()];
  });

  it.each<[FlowConvergenceOptions]>([
    [{ ridge: 0.1, sweeps: 120 }],
    [{ ridge: 0.3, sweeps: 400, visit: { kind: "gradient", steps: 8, rate: 0.1 } }],
  ])("has the predicted rate within two per cent: %j", async (options) => {
    using model = await fit(spec, rows, {
      batch: 40,
      validation: { rows },
      epochs: 200,
      patience: 200,
      learningRate: 2e-2,
      seed: 1,
      threads: 1,
      blas: false,
    });
    const { predicted, measured, blocks } = await convergence(model, rows, options);
    expect(blocks).toEqual([
      { name: "layers[0]", size: 18 },
      { name: "layers[1]", size: 18 },
    ]);
    expect(predicted.value).toBeLessThan(1);
    // The slower the iteration, the less 2 % of the rate say: 2 % of its distance to 1.
    expect(Math.abs((measured!.value - predicted.value) / (1 - predicted.value))).toBeLessThan(
      0.02,
    );
  });

  it("is differentiated: the loss is that of the model, the gradient its slope, given a context, too", async () => {
    const context = rows.map(([x]) => [x! * x!]);
    const options = { epochs: 3, threads: 1, blas: false } as const;
    using plain = await fit(spec, rows, options);
    const conditional = flow({ dims: 2, context: 1, layers: spec.layers });
    using given = await fit(conditional, rows, { ...options, context });
    for (const [{ problem, start }, density, { scale }] of [
      [
        await likelihoodProblem(plain, rows, undefined, 0.1),
        await plain.logProb(rows),
        plain.standardiser,
      ],
      [
        await likelihoodProblem(given, rows, context, 0.1),
        await given.logProb(rows, { context }),
        given.standardiser,
      ],
    ] as const) {
      const { loss, gradient } = problem.evaluate(start);
      expect(problem.blocks.reduce((sum, { size }) => sum + size, 0)).toBe(start.length);
      const ridge = 0.05 * start.reduce((sum, v) => sum + v * v, 0);
      const units = scale.reduce((sum, s) => sum + Math.log(s), 0);
      const mean = -density.reduce((sum, v) => sum + v, 0) / rows.length - units;
      // float32 against float64.
      expect(Math.abs(loss - ridge - mean)).toBeLessThan(1e-5);
      const direction = normals(start.length, 4);
      const at = (step: number) =>
        problem.evaluate(start.map((v, i) => v + step * direction[i]!)).loss;
      const slope = (at(1e-5) - at(-1e-5)) / 2e-5;
      const along = gradient.reduce((sum, g, i) => sum + g * direction[i]!, 0);
      expect(Math.abs(slope - along)).toBeLessThan(1e-7 * (1 + Math.abs(along)));
    }
  });

  it("is refused with a ridge below 0, or a context that it has not", async () => {
    using model = await createModel(spec);
    await expect(convergence(model, rows, { ridge: -1 })).rejects.toThrow(/ridge/);
    await expect(convergence(model, rows, { context: [[1]] })).rejects.toThrow(/no context/);
  });
});
