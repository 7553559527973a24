/** A bounded base: layers that leave its box are refused by name, and what keeps it learns uniform rows. */
import {
  actNorm,
  additive,
  affine,
  circularShift,
  coupling,
  fit,
  flow,
  lu,
  neuralSpline,
  permutation,
  rationalQuadratic,
  realNvp,
  uniform,
} from "couplet";
import type { LayerSpec } from "couplet";
import { expect, it } from "vitest";
import { generator } from "./random.ts";

const base = uniform({ bound: 2 });
const spline = (options: Parameters<typeof rationalQuadratic>[0]) =>
  coupling({ transform: rationalQuadratic(options) });

it.each<[string, LayerSpec]>([
  ["lu", lu()],
  ["actNorm", actNorm()],
  ["coupling (affine)", coupling({ transform: affine() })],
  ["coupling (additive)", coupling({ transform: additive() })],
  ["coupling (rationalQuadratic)", spline({ bound: 3 })],
  ["coupling (rationalQuadratic)", spline({ bound: 1, tails: "linear" })],
  ["coupling (circularShift)", coupling({ transform: circularShift() })],
])("refuses %s, which leaves the box", (name, layer) => {
  expect(() => flow({ dims: 2, base, layers: [permutation("reverse"), layer] })).toThrow(
    `spec.layers[1]: expected a layer that maps the base's box, [-2, 2], onto itself, got ${name}.`,
  );
});

it("takes permutations and splines of its box or of a smaller one", () => {
  const layers = [
    permutation("reverse"),
    spline({ bound: 2 }),
    spline({ bound: 1 }),
    spline({ bound: 1, tails: "free" }),
    spline({ bound: 2, tails: "linear" }),
    spline({ bound: 2, tails: "circular" }),
    coupling({ transform: circularShift({ bound: 2 }) }),
  ];
  expect(flow({ dims: 2, base, layers }).layers).toHaveLength(layers.length);
  expect(() => realNvp({ dims: 2, base })).toThrow(/layer that maps the base's box.*got actNorm/);
  expect(neuralSpline({ dims: 3, base }).layers.every(({ kind }) => kind !== "lu")).toBe(true);
});

it("learns uniform rows to a tenth of a nat", async () => {
  const { uniform: draw } = generator(5);
  // Two independent columns on [-1, 1]: the log-density is -2 log 2 everywhere.
  const rows = Float64Array.from({ length: 2 * 3000 }, () => 2 * draw() - 1);
  using model = await fit(
    neuralSpline({ dims: 2, base: uniform(), couplings: 4, width: 16 }),
    rows,
    { epochs: 30, batch: 100, seed: 1, threads: 1, blas: false },
  );
  const fresh = Float64Array.from({ length: 2 * 2000 }, () => 1.98 * draw() - 0.99);
  const logProb = await model.logProb(fresh);
  const mean = logProb.reduce((sum, value) => sum + value, 0) / logProb.length;
  expect(Math.abs(mean + 2 * Math.log(2))).toBeLessThan(0.1);
});
