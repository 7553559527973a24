import { describe, expect, it } from "vitest";
import { toDense } from "../linear-algebra/matrix/convert.ts";
import { dense } from "../linear-algebra/matrix/matrix.ts";
import { eigenGeneral } from "../linear-algebra/eigen/dense-general.ts";
import { eigenSymmetric } from "../linear-algebra/eigen/dense-symmetric.ts";
import { diffuse } from "./diffusion.ts";
import { exponentialAction, matrixExponential } from "./krylov-exponential.ts";
import { multilayerNetwork, type Edge } from "./multilayer.ts";
import { barabasiAlbert } from "./random-graph.ts";
import { randomWalk, supraAdjacency, supraLaplacian } from "./supra-matrices.ts";

const names = (n: number): string[] => Array.from({ length: n }, (_, i) => String(i));
const ring = (n: number): Edge[] => names(n).map((_, i) => [String(i), String((i + 1) % n)]);

describe("matrixExponential", () => {
  it("is exact for a rotation, a Jordan block and a stiff diagonal", () => {
    const r = matrixExponential(Float64Array.of(0, -7, 7, 0), 2);
    // seven radians: 4 squarings of rounding
    [Math.cos(7), -Math.sin(7), Math.sin(7), Math.cos(7)].forEach((v, i) =>
      expect(r[i]).toBeCloseTo(v, 13),
    );
    const j = matrixExponential(Float64Array.of(2, 1, 0, 2), 2);
    expect(j[1]! / Math.exp(2)).toBeCloseTo(1, 14);
    expect(matrixExponential(Float64Array.of(-800, 0, 0, 0), 2)[0]).toBeCloseTo(0, 100);
  });
});

describe("exponentialAction", () => {
  it.each([0.3, 5, 60])(
    "agrees with the spectrum of a supra-Laplacian at t = %d, within its own estimate",
    (t) => {
      const network = multilayerNetwork({
        layers: [
          { name: "a", nodes: names(80), edges: barabasiAlbert(80, 2, 3) },
          { name: "b", nodes: names(80), edges: ring(80) },
        ],
        coupling: { kind: "categorical", weight: 0.4 },
      });
      const l = toDense(supraLaplacian(network));
      const minus = { ...l, values: l.values.map((v) => -v) };
      const x = Float64Array.from({ length: 160 }, (_, i) => Math.sin(i * i));
      const { values, vectors } = eigenSymmetric(l);
      const exact = new Float64Array(160);
      vectors.forEach((v, k) => {
        const c = v.reduce((s, vi, i) => s + vi * x[i]!, 0) * Math.exp(-t * values[k]!);
        v.forEach((vi, i) => (exact[i]! += c * vi));
      });
      for (const tolerance of [1e-4, 1e-8, 1e-12]) {
        const run = exponentialAction(minus, t, x, { tolerance, dimension: 12 });
        const error = Math.sqrt(run.value.reduce((s, v, i) => s + (v - exact[i]!) ** 2, 0));
        const size = Math.sqrt(x.reduce((s, v) => s + v * v, 0));
        // below the tolerance (with a factor for the estimate being one) and rounding of some hundred products
        expect(error).toBeLessThan(2 * tolerance * size + 1e-13 * size);
        expect(error).toBeLessThan(3 * run.errorEstimate + 1e-13 * size);
      }
    },
  );
  it("handles rotations, exact subspaces, zero and backward time", () => {
    const turn = dense([
      [0, -1],
      [1, 0],
    ]);
    expect(exponentialAction(turn, Math.PI / 2, Float64Array.of(1, 0)).value[1]).toBeCloseTo(1, 13);
    expect(exponentialAction(turn, -Math.PI / 2, Float64Array.of(1, 0)).value[1]).toBeCloseTo(
      -1,
      13,
    );
    expect(Array.from(exponentialAction(turn, 0, Float64Array.of(1, 2)).value)).toEqual([1, 2]);
    expect(() => exponentialAction(turn, Number.NaN, Float64Array.of(1, 0))).toThrow(
      "a finite time and vector, got t = NaN",
    );
    expect(() => exponentialAction(turn, 1, Float64Array.of(1))).toThrow(
      "expected a real square operator and a vector of 2",
    );
  });
});

describe("diffuse", () => {
  it("keeps mass, spreads to all layers evenly, and follows a ring's exact solution", () => {
    const n = 16;
    const network = multilayerNetwork({
      layers: [
        { name: "email", nodes: names(n), edges: ring(n) },
        { name: "chat", nodes: names(n), edges: ring(n) },
      ],
      coupling: { kind: "categorical" },
    });
    const run = diffuse(network, { from: ["email", "3"], times: [0, 0.5, 2, 400], coupling: 0.7 });
    expect(run.states[0]![3]).toBe(1);
    run.states.forEach((x) => expect(x.reduce((a, b) => a + b, 0)).toBeCloseTo(1, 12));
    // equal layers: the amount in the second is (1 - e^(-2 D t)) / 2
    run.times.forEach((t, k) =>
      expect(run.perLayer[1]![k]).toBeCloseTo((1 - Math.exp(-1.4 * t)) / 2, 9),
    );
    run.states[3]!.forEach((x) => expect(x).toBeCloseTo(1 / 32, 9));
  });
  it("walks: one column of the walk's exponential, and the stationary distribution in the end", () => {
    const network = multilayerNetwork({
      layers: [
        {
          name: "a",
          edges: [
            ["0", "1"],
            ["1", "2"],
            ["0", "2"],
            ["2", "3"],
          ],
        },
        { name: "b", edges: [["0", "1"]] },
      ],
      coupling: { kind: "categorical", weight: 2 },
    });
    const walk = randomWalk(network);
    const end = diffuse(network, { from: ["a", "0"], times: [200], process: "walk" }).states[0]!;
    walk.stationary!.forEach((p, i) => expect(end[i]).toBeCloseTo(p, 9));
  });
  it("wants ascending times", () => {
    const network = multilayerNetwork({ layers: [{ name: "a", edges: [["0", "1"]] }] });
    expect(() => diffuse(network, { from: ["a", "0"], times: [2, 1] })).toThrow(
      "times that ascend, at least 2, got 1",
    );
  });
});

describe("supra matrices", () => {
  it("puts a directed link from j to i at A[i, j], so that columns of the Laplacian sum to zero", () => {
    const network = multilayerNetwork({
      layers: [
        {
          name: "a",
          nodes: ["x", "y", "z"],
          edges: [
            ["x", "y", 2],
            ["y", "z"],
            ["z", "z", 5],
          ],
          directed: true,
        },
      ],
    });
    expect(Array.from(toDense(supraAdjacency(network)).values)).toEqual([
      0, 0, 0, 2, 0, 0, 0, 1, 5,
    ]);
    const l = toDense(supraLaplacian(network)).values;
    expect(Array.from(l)).toEqual([2, 0, 0, -2, 1, 0, 0, -1, 0]);
  });
  it("has an explicit order: layer by layer, absent nodes without a row", () => {
    const network = multilayerNetwork({
      layers: [
        { name: "a", edges: [["x", "y"]] },
        { name: "b", edges: [["y", "z"]] },
      ],
      coupling: { kind: "categorical" },
    });
    expect(network.size).toBe(4);
    expect([0, 1, 2, 3].map((i) => network.at(i).join("/"))).toEqual(["a/x", "a/y", "b/y", "b/z"]);
    expect(network.indexOf("b", "z")).toBe(3);
    const a = toDense(supraAdjacency(network, { coupling: 3 }));
    expect(a.values[1 * 4 + 2]).toBe(3);
  });
  it("random walks have columns that sum to 1, and the symmetric form has the same spectrum", () => {
    const network = multilayerNetwork({
      layers: [
        {
          name: "a",
          edges: [
            ["0", "1"],
            ["1", "2"],
            ["2", "0"],
          ],
        },
        { name: "b", edges: [["0", "1", 3]] },
      ],
      coupling: { kind: "categorical", weight: 0.5 },
    });
    for (const kind of ["classical", "diffusive"] as const) {
      const p = toDense(randomWalk(network, { kind }).transition);
      for (let j = 0; j < p.cols; j++) {
        let sum = 0;
        for (let i = 0; i < p.rows; i++) sum += p.values[i * p.cols + j]!;
        expect(sum).toBeCloseTo(1, 14);
      }
    }
    const walk = randomWalk(network);
    const own = [...eigenGeneral(toDense(walk.transition)).re].sort((x, y) => x - y);
    const symmetric = eigenSymmetric(toDense(walk.symmetric!)).values;
    own.forEach((value, i) => expect(value).toBeCloseTo(symmetric[i]!, 11));
    expect(own.at(-1)).toBeCloseTo(1, 13);
  });
});
