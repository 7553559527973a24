/** Gradients with respect to rows and contexts: against differences, the one-pass rule against encode, and on both devices. */
import type { FlowSpec } from "couplet";
import { createModel } from "couplet";
import { describe, expect, it } from "vitest";
import { runReference } from "../packages/couplet/src/engine/device/reference/run.ts";
import { GraphBuilder, layoutOf } from "../packages/couplet/src/engine/graph.ts";
import type { Graph, ParameterLayout } from "../packages/couplet/src/engine/graph.ts";
import { decodeWithGradient } from "../packages/couplet/src/flow/gradient.ts";
import { lowerLogProb } from "../packages/couplet/src/flow/lower.ts";
import { modelFrom } from "../packages/couplet/src/flow/model/make.ts";
import { identityStandardiser } from "../packages/couplet/src/flow/model/preprocess.ts";
import type { Standardiser } from "../packages/couplet/src/flow/model/preprocess.ts";
import { normals } from "./random.ts";
import { specs } from "./specs.ts";

const ROWS = 9;
/** Nine units of rounding (1e-16) divided by a step of 1e-5 are 1e-10; the step's own error is h^2 times a third derivative. */
const STEP = 1e-5;
const DIFFERENCES = 1e-6;

const all = Object.entries(specs);

function modelOn(device: "cpu" | "reference", spec: FlowSpec, standardiser?: Standardiser) {
  const parameters = Float32Array.from(normals(layoutOf(lowerLogProb(spec)).count, 8, 0.3));
  return modelFrom(
    {
      spec,
      parameters,
      standardiser: standardiser ?? identityStandardiser(spec.dims),
      contextStandardiser: identityStandardiser(spec.context),
      columns: undefined,
      training: undefined,
      records: {},
    },
    device === "cpu" ? { threads: 1 } : { device },
  );
}

const shifted = (values: Float64Array, cols: number, j: number, by: number) =>
  values.map((value, i) => (i % cols === j ? value + by : value));

describe.each(all)("%s", (_name, spec) => {
  const dims = spec.dims;
  const width = spec.context as number;
  // Below every box of the table, so that no row stands outside a bounded base.
  const rows = normals(ROWS * dims, 2, 0.4);
  const context = width === 0 ? undefined : normals(ROWS * width, 7);
  const given = (c = context) => (c === undefined ? {} : { context: c });

  it("has the gradient of central differences", async () => {
    using model = await modelOn("reference", spec);
    const gradient = await model.gradLogProb(rows, given());
    expect(gradient.logProb).toEqual(await model.logProb(rows, given()));
    const slope = (up: Float64Array, down: Float64Array, r: number) =>
      (up[r]! - down[r]!) / (2 * STEP);
    for (let j = 0; j < dims; j++) {
      const up = await model.logProb(shifted(rows, dims, j, STEP), given());
      const down = await model.logProb(shifted(rows, dims, j, -STEP), given());
      for (let r = 0; r < ROWS; r++) {
        const expected = slope(up, down, r);
        const got = gradient.rows[r * dims + j]!;
        expect(Math.abs(got - expected)).toBeLessThan(DIFFERENCES * (1 + Math.abs(expected)));
      }
    }
    expect(gradient.context === undefined).toBe(context === undefined);
    for (let j = 0; j < width; j++) {
      const up = await model.logProb(rows, given(shifted(context!, width, j, STEP)));
      const down = await model.logProb(rows, given(shifted(context!, width, j, -STEP)));
      for (let r = 0; r < ROWS; r++) {
        const expected = slope(up, down, r);
        const got = gradient.context![r * width + j]!;
        expect(Math.abs(got - expected)).toBeLessThan(DIFFERENCES * (1 + Math.abs(expected)));
      }
    }
  });

  it("has the same gradient on the CPU, in float32", async () => {
    using exact = await modelOn("reference", spec);
    using fast = await modelOn("cpu", spec);
    const wanted = await exact.gradLogProb(rows, given());
    const got = await fast.gradLogProb(rows, given());
    const scale = Math.max(1, ...wanted.rows.map(Math.abs));
    // 1e-6 a number in float32, and tens of operations one after another.
    got.rows.forEach((g, i) => expect(Math.abs(g - wanted.rows[i]!)).toBeLessThan(2e-4 * scale));
    got.context?.forEach((g, i) =>
      expect(Math.abs(g - wanted.context![i]!)).toBeLessThan(2e-4 * scale),
    );
  });

  it("is the gradient that decoding gives along the way, to 1e-10", async () => {
    using model = await modelOn("reference", spec);
    const { layout } = model;
    const { z } = await model.encode(rows, given());
    const tensor = (data: Float64Array, cols: number) => ({ rows: ROWS, cols, data });
    const cotangent = Float64Array.from({ length: ROWS }, (_, r) => 1 + r / 4);
    const run = { rows: ROWS, row0: 0, seed: [0, 0] as const, step: 0, training: false };
    const { outputs } = runReference(
      lowerDecodeWithGradient(spec, layout),
      Float64Array.from(model.parameters),
      {
        z: tensor(z, dims),
        cotangent: tensor(cotangent, 1),
        ...(context === undefined ? {} : { context: tensor(context, width) }),
      },
      run,
    );
    const wanted = await model.gradLogProb(outputs.get("x")!.data, given());
    const gradient = outputs.get("gradient")!.data;
    wanted.rows.forEach((g, i) => {
      const r = Math.floor(i / dims);
      const expected = cotangent[r]! * g;
      expect(Math.abs(gradient[i]! - expected)).toBeLessThan(1e-10 * (1 + Math.abs(expected)));
    });
    outputs
      .get("logProb")!
      .data.forEach((value, r) => expect(Math.abs(value - wanted.logProb[r]!)).toBeLessThan(1e-9));
  });
});

function lowerDecodeWithGradient(spec: FlowSpec, layout: ParameterLayout): Graph {
  const b = new GraphBuilder(layout);
  const z = b.input("z", { kind: "rows", cols: spec.dims });
  const width = spec.context as number;
  const context = width === 0 ? undefined : b.input("context", { kind: "rows", cols: width });
  const cotangent = b.input("cotangent", { kind: "perRow" });
  for (const [name, value] of Object.entries(decodeWithGradient(b, spec, z, context, cotangent)))
    b.output(name, value);
  return b.finish();
}

it("computes each conditioner once on the way", () => {
  const spec = specs["preset neuralSpline"]!;
  const layout = layoutOf(lowerLogProb(spec));
  const count = (graph: Graph) => graph.nodes.filter(({ op }) => op.name === "linear").length;
  expect(count(lowerDecodeWithGradient(spec, layout))).toBe(count(lowerLogProb(spec, layout)));
});

it("keeps units: the gradient is per the user's own unit", async () => {
  const spec = specs["affine softClamp, alternating masks"]!;
  using plain = await modelOn("reference", spec);
  const shift = [1, 2, 3, 4];
  const scale = [10, 0.5, 2, 1];
  using scaled = await modelOn("reference", spec, { shift, scale });
  const z = normals(ROWS * 4, 3, 0.5);
  const rows = z.map((value, i) => value * scale[i % 4]! + shift[i % 4]!);
  const [inner, outer] = [await plain.gradLogProb(z), await scaled.gradLogProb(rows)];
  outer.rows.forEach((g, i) => expect(g * scale[i % 4]!).toBeCloseTo(inner.rows[i]!, 10));
});

it("has no gradient where the density is 0", async () => {
  const spec = specs["uniform base"]!;
  using model = await createModel(spec);
  const { logProb, rows } = await model.gradLogProb([
    [7, 0],
    [1, 1],
  ]);
  expect([...logProb]).toEqual([-Infinity, expect.any(Number)]);
  expect([...rows]).toEqual([NaN, NaN, expect.any(Number), expect.any(Number)]);
  expect(Number.isFinite(rows[2]! + rows[3]!)).toBe(true);
});
