/** A fast layer in balance leaves a network of its clusters. */
import { expect, it } from "vitest";
import { spectrum } from "../linear-algebra/eigen/spectrum.ts";
import { effectiveLayer } from "./effective-layer.ts";
import { multilayerNetwork } from "./multilayer.ts";
import { supraLaplacian } from "./supra-matrices.ts";

/** Email in two groups, of four and of two; chat across them. */
const office = multilayerNetwork({
  layers: [
    {
      name: "email",
      edges: [
        ["a", "b"],
        ["b", "c", 2],
        ["c", "d"],
        ["a", "d"],
        ["e", "f", 0.7],
      ],
    },
    {
      name: "chat",
      edges: [
        ["a", "e", 0.3],
        ["c", "f"],
        ["d", "g", 0.5],
        ["g", "e"],
      ],
    },
  ],
  coupling: { kind: "categorical", weight: 0.4 },
});

it("is a network again: clusters of the fast layer, off-diagonals from 0 up, columns that sum to 0", () => {
  const { clusters, leading, next } = effectiveLayer(office, { fast: "email", speed: 100 });
  expect(clusters.map((list) => list.map((node) => node.join("/")).join(" "))).toEqual([
    "email/a email/b email/c email/d",
    "email/e email/f",
    "chat/a",
    "chat/e",
    "chat/c",
    "chat/f",
    "chat/d",
    "chat/g",
  ]);
  const n = clusters.length;
  for (let j = 0; j < n; j++) {
    for (const { values } of [leading, next]) {
      let sum = 0;
      for (let i = 0; i < n; i++) sum += values[i * n + j]!;
      expect(Math.abs(sum)).toBeLessThan(1e-12);
    }
    for (let i = 0; i < n; i++)
      if (i !== j) expect(leading.values[i * n + j]!).toBeGreaterThanOrEqual(0);
  }
  // Each of four people in the first group is on chat or not: 3 of 4 have a link of 0.4, spread over 4.
  expect(leading.values[0]).toBeCloseTo((-3 * 0.4) / 4, 12);
});

it("has the slow eigenvalues of the whole, to first order and with the next term to second", () => {
  const errors = [100, 400].map((speed) => {
    const whole = supraLaplacian(office, { layerFactors: [speed, 1] });
    const { clusters, leading, effective } = effectiveLayer(office, { fast: "email", speed });
    const k = clusters.length;
    const slow = [...spectrum({ operator: whole, k, which: "SA" }).values].sort((a, b) => a - b);
    const off = (operator: typeof leading) => {
      const rates = [...spectrum({ operator, k, which: "LR" }).values].map((v) => -v);
      return Math.max(...rates.sort((a, b) => a - b).map((v, i) => Math.abs(v - slow[i]!)));
    };
    return [off(leading), off(effective)] as const;
  });
  const order = (which: 0 | 1) => Math.log(errors[0]![which] / errors[1]![which]) / Math.log(4);
  expect(order(0)).toBeGreaterThan(0.97);
  expect(order(0)).toBeLessThan(1.03);
  expect(order(1)).toBeGreaterThan(1.9);
  expect(order(1)).toBeLessThan(2.1);
});

it("refuses a layer that is not there, and one that is not faster", () => {
  expect(() => effectiveLayer(office, { fast: "post" })).toThrow(
    'expected "email" or "chat", got "post"',
  );
  expect(() => effectiveLayer(office, { fast: "email", speed: 0.5 })).toThrow(/separation/);
});
