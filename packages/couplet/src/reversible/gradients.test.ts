/** Gradients of stored and of rebuilt activations, and against differences. */
import { afterAll, describe, expect, it } from "vitest";
import { openDevice } from "../engine/device/open.ts";
import { runReference } from "../engine/device/reference/run.ts";
import { layoutOf } from "../engine/graph.ts";
import { normals } from "../../../../test/random.ts";
import { lowerLogits } from "./lower.ts";
import { crossEntropyObjective } from "./objective.ts";
import { lowerTraining } from "../train/objective.ts";
import { denseNet, revNet } from "./presets.ts";
import type { NetworkSpec } from "./spec.ts";

const device = await openDevice("cpu", { threads: 1, blas: false });
afterAll(() => device.dispose());

const networks: readonly (readonly [string, NetworkSpec])[] = [
  ["RevNet", revNet({ shape: [6, 4, 2], classes: 3, channels: [4, 6], units: 2 })],
  [
    "RevNet with squeezes",
    revNet({ shape: [4, 4, 1], classes: 3, channels: [2, 8], units: 2, transition: "squeeze" }),
  ],
  [
    "DenseNet",
    denseNet({ shape: [4, 4, 1], classes: 3, channels: [4, 6], units: 1, layers: 2, growth: 3 }),
  ],
];

/** Loss and gradients in float64, at parameters away from the zeros of a fresh network. */
function float64(
  spec: NetworkSpec,
  memory: "store" | "reversible",
  parameters: Float64Array,
  rows = 4,
) {
  const layout = layoutOf(lowerLogits(spec));
  const graph = lowerTraining(crossEntropyObjective(0.1), spec, layout, { memory });
  const size = spec.shape.reduce((a, b) => a * b, 1);
  const inputs = {
    images: { rows, cols: size, data: normals(rows * size, 3) },
    labels: {
      rows,
      cols: 1,
      data: Float64Array.from({ length: rows }, (_, r) => r % spec.classes),
    },
    cotangent: { rows, cols: 1, data: new Float64Array(rows).fill(1 / rows) },
  };
  const run = { rows, row0: 0, seed: [1, 2] as const, step: 1, training: true };
  return runReference(graph, parameters, inputs, run);
}

function parametersOf(spec: NetworkSpec): Float64Array {
  return normals(layoutOf(lowerLogits(spec)).count, 5).map((v) => 0.4 * v);
}

describe.each(networks)("%s", (_, spec) => {
  it("has the gradients of stored activations when they are rebuilt", () => {
    const parameters = parametersOf(spec);
    const stored = float64(spec, "store", parameters);
    const rebuilt = float64(spec, "reversible", parameters);
    const scale = Math.hypot(...stored.gradients);
    const apart = Math.hypot(...stored.gradients.map((g, i) => g - rebuilt.gradients[i]!));
    // Rounding of float64, over some tens of operations.
    expect(apart / scale).toBeLessThan(1e-12);
    expect(scale).toBeGreaterThan(0.1);
    const [original, sentinel] = ["original", "sentinel"].map(
      (name) => rebuilt.outputs.get(name)!.data,
    );
    expect(original!.length).toBeGreaterThan(0);
    expect(original!.some((v, i) => v !== sentinel![i])).toBe(true);
    for (const [i, v] of original!.entries())
      expect(Math.abs(v - sentinel![i]!)).toBeLessThan(1e-12 * (1 + Math.abs(v)));
  });

  it("has the gradient that differences say", () => {
    const parameters = parametersOf(spec);
    const { gradients } = float64(spec, "reversible", parameters);
    const direction = normals(parameters.length, 9);
    const h = 1e-6;
    const lossAt = (t: number) => {
      const { outputs } = float64(
        spec,
        "store",
        parameters.map((p, i) => p + t * direction[i]!),
      );
      const loss = outputs.get("loss")!.data;
      return loss.reduce((a, b) => a + b, 0) / loss.length;
    };
    const slope = gradients.reduce((sum, g, i) => sum + g * direction[i]!, 0);
    // relu has kinks; a step of 1e-6 meets few of them.
    expect(Math.abs((lossAt(h) - lossAt(-h)) / (2 * h) - slope)).toBeLessThan(
      1e-5 * (1 + Math.abs(slope)),
    );
  });
});
