/** Gradients of whole flows: against differences, between the two memory modes, and between devices. */
import type { FlowSpec, TransformSpec } from "couplet";
import { affine, alternating, coupling, flow, mlp, rationalQuadratic, repeat } from "couplet";
import { describe, expect, it } from "vitest";
import { runReference } from "../packages/couplet/src/engine/device/reference/run.ts";
import { layoutOf } from "../packages/couplet/src/engine/graph.ts";
import { plan } from "../packages/couplet/src/engine/device/cpu/planner.ts";
import { lowerLogProb } from "../packages/couplet/src/flow/lower.ts";
import { lowerTraining } from "../packages/couplet/src/train/objective.ts";
import { maximumLikelihood } from "../packages/couplet/src/train/objectives/maximum-likelihood.ts";
import { normals } from "./random.ts";
import { specs } from "./specs.ts";

const ROWS = 9;

function setUp(spec: FlowSpec) {
  const layout = layoutOf(lowerLogProb(spec));
  const parameters = normals(layout.count, 8, 0.3);
  const tensor = (cols: number, seed: number, scale = 1) => ({
    rows: ROWS,
    cols,
    data: normals(ROWS * cols, seed, scale),
  });
  const inputs = {
    rows: tensor(spec.dims, 2, 0.8),
    cotangent: tensor(1, 6),
    ...(spec.context === 0 ? {} : { context: tensor(spec.context as number, 7) }),
  };
  return { layout, parameters, inputs };
}

const run = { rows: ROWS, row0: 0, seed: [1, 2] as const, step: 3, training: true };

/** sum_r cotangent_r (-log p_r), the scalar whose gradient the training graph gives. */
function objective(
  spec: FlowSpec,
  { layout, parameters, inputs }: ReturnType<typeof setUp>,
  at: Float64Array,
): number {
  const graph = lowerLogProb(spec, layout);
  const { rows, cotangent, ...context } = inputs;
  const logProb = runReference(graph, at, { x: rows, ...context }, run).outputs.get(
    "logProb",
  )!.data;
  void parameters;
  return logProb.reduce((sum, value, r) => sum - value * cotangent.data[r]!, 0);
}

const smooth = Object.entries(specs).filter(([name]) => name !== "uniform base");

describe.each(smooth)("%s", (_name, spec) => {
  const setup = setUp(spec);
  const { layout, parameters, inputs } = setup;
  const gradientOf = (memory: "store" | "reversible", keepStateEvery = Infinity) =>
    runReference(
      lowerTraining(maximumLikelihood, spec, layout, { memory, keepStateEvery }),
      parameters,
      inputs,
      run,
    );

  it("has the gradient that a Taylor expansion shows", () => {
    const { gradients } = gradientOf("store");
    const direction = normals(layout.count, 9);
    const f0 = objective(spec, setup, parameters);
    const slope = gradients.reduce((sum, g, i) => sum + g * direction[i]!, 0);
    const remainder = (h: number) =>
      Math.abs(
        objective(
          spec,
          setup,
          parameters.map((p, i) => p + h * direction[i]!),
        ) -
          f0 -
          h * slope,
      );
    // Without the right gradient the remainder falls like h (a factor 4 here), with it like h^2 (16) or
    // faster. ReLU kinks and knots crossed on the way cost a little.
    expect(remainder(4e-4) / remainder(1e-4)).toBeGreaterThan(11);
  });

  it("has the same gradient when activations are rebuilt", () => {
    const stored = gradientOf("store").gradients;
    for (const every of [Infinity, 2]) {
      const rebuilt = gradientOf("reversible", every);
      const scale = Math.max(...stored.map(Math.abs));
      // float64: rebuilding loses a few digits of sixteen.
      stored.forEach((g, i) =>
        expect(Math.abs(g - rebuilt.gradients[i]!)).toBeLessThan(1e-8 * scale),
      );
      const sentinel = rebuilt.outputs.get("sentinel");
      if (every === Infinity)
        sentinel!.data.forEach((value, i) => expect(value).toBeCloseTo(inputs.rows.data[i]!, 8));
    }
  });
});

it("fails on a gradient that is wrong", () => {
  const spec = specs["affine softClamp, alternating masks"]!;
  const setup = setUp(spec);
  const { gradients } = runReference(
    lowerTraining(maximumLikelihood, spec, setup.layout, { memory: "store" }),
    setup.parameters,
    setup.inputs,
    run,
  );
  const direction = normals(setup.layout.count, 9);
  const f0 = objective(spec, setup, setup.parameters);
  const slope = gradients.reduce((sum, g, i) => sum + 1.01 * g * direction[i]!, 0);
  const remainder = (h: number) =>
    Math.abs(
      objective(
        spec,
        setup,
        setup.parameters.map((p, i) => p + h * direction[i]!),
      ) -
        f0 -
        h * slope,
    );
  expect(remainder(4e-4) / remainder(1e-4)).toBeLessThan(11);
});

describe("peak memory", () => {
  const deep = (couplings: number, transform: TransformSpec = affine()) =>
    flow({
      dims: 16,
      layers: repeat(couplings, (i) =>
        coupling({ mask: alternating(i), transform, conditioner: mlp({ width: 64, depth: 2 }) }),
      ),
    });
  const arena = (spec: FlowSpec, memory: "store" | "reversible") =>
    plan(lowerTraining(maximumLikelihood, spec, layoutOf(lowerLogProb(spec)), { memory }), 128)
      .arenaBytes;

  it.each([
    ["affine", affine()],
    ["spline", rationalQuadratic()],
  ])("does not grow with depth in reversible mode (%s)", (_kind, transform) => {
    // The contract: 64 layers within 5 % of 8. One log-determinant per layer is kept, 8 bytes a row.
    const shallow = arena(deep(8, transform), "reversible");
    const tall = arena(deep(64, transform), "reversible");
    expect(tall / shallow).toBeLessThan(1.05);
    expect(
      arena(deep(64, transform), "store") / arena(deep(8, transform), "store"),
    ).toBeGreaterThan(6);
  });
});
