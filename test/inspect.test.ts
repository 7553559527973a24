/** A flow looked into: layer by layer, its Jacobian, and which variable reaches which, over the table of specs. */
import {
  affine,
  alternating,
  coupling,
  createModel,
  fit,
  flow,
  half,
  lu,
  mlp,
  rationalQuadratic,
  repeat,
} from "couplet";
import type { FlowModel, FlowSpec } from "couplet";
import { couplingKnots, influence, jacobian, layers, oneLayer } from "couplet/inspect";
import { luFactor } from "couplet/kit";
import { describe, expect, it } from "vitest";
import { normals } from "./random.ts";
import { specs } from "./specs.ts";

async function perturbed(spec: FlowSpec, device: "cpu" | "reference"): Promise<FlowModel> {
  const model = await createModel(spec, { device, threads: 1, blas: false });
  const noise = normals(model.parameters.length, 11, 0.3);
  model.setParameters(model.parameters.map((value, i) => value + noise[i]!));
  return model;
}

function given(spec: FlowSpec, rows: number): [] | [{ context: Float64Array }] {
  return spec.context === 0 ? [] : [{ context: normals(rows * spec.context, 5) }];
}

describe.each(Object.entries(specs))("%s", (_name, spec) => {
  const { dims } = spec;

  it("goes through its layers to encode's z, and their log-determinants add up to encode's", async () => {
    const rows = 7;
    const x = normals(rows * dims, 3);
    for (const device of ["cpu", "reference"] as const) {
      using model = await perturbed(spec, device);
      const steps = await layers(model, x, ...given(spec, rows));
      const { z, logDet } = await model.encode(x, ...given(spec, rows));
      expect(steps.map(({ layer }) => layer)).toEqual([undefined, ...spec.layers.keys()]);
      // The same float32 numbers; on the way they are put in order, which changes none.
      const tolerance = device === "cpu" ? 1e-5 : 1e-12;
      const largest = Math.max(1, ...z.map(Math.abs));
      for (const [i, value] of steps.at(-1)!.state.entries())
        expect(Math.abs(value - z[i]!)).toBeLessThan(tolerance * largest);
      for (let r = 0; r < rows; r++) {
        const total = steps.reduce((sum, step) => sum + step.logDet[r]!, 0);
        expect(Math.abs(total - logDet[r]!)).toBeLessThan(1e-5 * Math.max(1, Math.abs(total)));
      }
    }
  });

  it("maps states by each layer alone as the whole flow does", async () => {
    const rows = 5;
    using model = await perturbed(spec, "reference");
    const steps = await layers(model, normals(rows * dims, 8), ...given(spec, rows));
    for (const layer of spec.layers.keys()) {
      const own = await oneLayer(model, layer, steps[layer]!.state, ...given(spec, rows));
      expect(own).toMatchObject({ layer, title: steps[layer + 1]!.title });
      for (const [i, value] of own.state.entries())
        expect(value).toBeCloseTo(steps[layer + 1]!.state[i]!, 10);
      for (const [r, value] of own.logDet.entries())
        expect(value).toBeCloseTo(steps[layer + 1]!.logDet[r]!, 10);
    }
    const beyond = oneLayer(model, spec.layers.length, normals(dims, 1), ...given(spec, 1));
    await expect(beyond).rejects.toMatchObject({ code: "USAGE", where: "oneLayer: layer" });
  });

  it("has the log-determinant of its Jacobian, as a whole and layer by layer", async () => {
    using model = await perturbed(spec, "cpu");
    const row = normals(dims, 21, 0.7);
    const options = given(spec, 1);
    const whole = await jacobian(model, row, ...options);
    const determinant = ({ matrix }: { matrix: Float64Array }) =>
      luFactor({ size: dims, re: matrix }).logAbsDeterminant;
    expect(determinant(whole)).toBeCloseTo(whole.logDet, 6);
    let total = 0;
    for (const layer of spec.layers.keys()) {
      const one = await jacobian(model, row, { ...options[0], layer } as { layer: number });
      expect(determinant(one)).toBeCloseTo(one.logDet, 6);
      total += one.logDet;
    }
    // Standardisation is the identity here: the layers are all of it.
    expect(total).toBeCloseTo(whole.logDet, 9);
    using exact = await perturbed(spec, "reference");
    const encoded = await exact.encode(row, ...options);
    expect((await jacobian(exact, row, ...options)).logDet).toBeCloseTo(encoded.logDet[0]!, 6);
  });

  it("depends on what influence says at random parameters, and on nothing else", async () => {
    using model = await perturbed(spec, "cpu");
    const row = normals(dims, 22, 0.7);
    const { layers: all, complete } = influence(spec);
    const options = given(spec, 1);
    for (const { layer, own } of all) {
      const { matrix } = await jacobian(model, row, { ...options[0], layer } as { layer: number });
      for (const [k, value] of matrix.entries()) if (own[k] === 0) expect(value).toBe(0);
    }
    const { matrix } = await jacobian(model, row, ...options);
    const { reach } = all.at(-1)!;
    for (const [k, value] of matrix.entries()) if (reach[k] === 0) expect(value).toBe(0);
    // Of what may be different from 0, elements that are 0 by accident are rare: relu units that are off.
    const may = reach.reduce((sum, value) => sum + value, 0);
    expect(matrix.filter((value) => value !== 0).length).toBeGreaterThan(0.7 * may);
    if (complete !== undefined) expect(may).toBe(dims * dims);
  });

  it("leaves the frozen part of each coupling alone: a block of zeros, and the identity", async () => {
    using model = await perturbed(spec, "cpu");
    const row = normals(dims, 23, 0.7);
    for (const [layer, part] of spec.layers.entries()) {
      if (part.kind !== "coupling" || dims === 1) continue;
      const { own } = influence(spec).layers[layer]!;
      const frozen = Array.from({ length: dims }, (_, i) => i).filter(
        (i) => own.subarray(i * dims, (i + 1) * dims).reduce((sum, v) => sum + v, 0) === 1,
      );
      expect(frozen.length).toBeGreaterThan(0);
      const { matrix } = await jacobian(model, row, { ...given(spec, 1)[0], layer } as {
        layer: number;
      });
      for (const i of frozen)
        for (let j = 0; j < dims; j++) expect(matrix[i * dims + j]).toBe(i === j ? 1 : 0);
    }
  });
});

it("takes the units of standardised columns into the Jacobian", async () => {
  const rows = normals(3 * 400, 4).map((value, i) => value * [1e-3, 1, 5e4][i % 3]! + 7);
  const spec = flow({ dims: 3, layers: [coupling({ mask: alternating(0) }), lu()] });
  using model = await fit(spec, rows, { epochs: 2, threads: 1 });
  const row = rows.subarray(0, 3);
  const { matrix, logDet } = await jacobian(model, row);
  expect(luFactor({ size: 3, re: matrix }).logAbsDeterminant).toBeCloseTo(logDet, 6);
  const encoded = await model.encode(row);
  expect(logDet).toBeCloseTo(encoded.logDet[0]!, 4);
  // A hundredth of a deviation to either side.
  const h = model.standardiser.scale.map((scale) => 0.01 * scale);
  for (let j = 0; j < 3; j++) {
    const moved = (sign: number) => row.map((value, k) => (k === j ? value + sign * h[j]! : value));
    const [up, down] = [await model.encode(moved(1)), await model.encode(moved(-1))];
    for (let i = 0; i < 3; i++) {
      const slope = (up.z[i]! - down.z[i]!) / (2 * h[j]!);
      // float32 in the difference, and its own curvature.
      expect(Math.abs(slope - matrix[3 * i + j]!)).toBeLessThan(
        1e-3 / model.standardiser.scale[j]!,
      );
    }
  }
});

it("says what a call of the Jacobian lacks", async () => {
  using model = await createModel(flow({ dims: 2, layers: [coupling({})] }));
  await expect(jacobian(model, [1, 2, 3])).rejects.toThrow(
    "jacobian: row 0: expected 2 columns, got 3",
  );
  await expect(jacobian(model, [1, 2], { layer: 1 })).rejects.toThrow(
    "jacobian: layer: expected the number of a layer, below 1, got 1",
  );
});

it("knows when every variable has reached every other", () => {
  const stack = (layers: number, swap: (i: number) => number) =>
    influence(
      flow({ dims: 6, layers: repeat(layers, (i) => coupling({ mask: alternating(swap(i)) })) }),
    );
  expect(stack(4, (i) => i).complete).toBe(3);
  // Masks that never change: what is frozen sees itself alone, however many layers there are.
  const still = stack(8, () => 0);
  expect(still.complete).toBeUndefined();
  expect(still.layers[7]!.reach).toEqual(still.layers[0]!.reach);
});

describe("heads of couplings", () => {
  const deep = (head: "zero" | "glorot") =>
    flow({
      dims: 8,
      layers: repeat(32, (i) =>
        coupling({
          mask: alternating(i),
          transform: affine(),
          conditioner: mlp({ width: 64 }),
          head,
        }),
      ),
    });

  it("start at zero, the identity, or as Glorot's, a random map whose log-determinants spread", async () => {
    const x = normals(8 * 200, 9);
    const spread = async (head: "zero" | "glorot") => {
      using model = await createModel(deep(head), { device: "reference", seed: 1 });
      const { logDet } = await model.encode(x);
      const mean = logDet.reduce((sum, v) => sum + v, 0) / logDet.length;
      return Math.sqrt(logDet.reduce((sum, v) => sum + (v - mean) ** 2, 0) / logDet.length);
    };
    expect(await spread("zero")).toBe(0);
    expect(await spread("glorot")).toBeGreaterThan(10);
  });

  it("write nothing into a spec that starts at zero, as before", () => {
    expect(coupling({ head: "zero" })).toEqual(coupling({}));
    expect(coupling({ head: "glorot" }).head).toBe("glorot");
  });

  it("are the identity where training ends worse than a Gaussian, which then takes its place", async () => {
    const spec = flow({
      dims: 3,
      layers: [lu(), ...repeat(6, (i) => coupling({ mask: alternating(i), head: "glorot" }))],
    });
    const warnings: string[] = [];
    // Normal rows, and a rate at which nothing is learned.
    using model = await fit(spec, normals(3 * 300, 6), {
      epochs: 1,
      learningRate: 1e-9,
      threads: 1,
      onEvent: (event) => event.type === "warning" && warnings.push(event.message),
    });
    expect(warnings.join()).toContain("the model is that Gaussian");
    const steps = await layers(model, normals(3, 2));
    for (const { state } of steps.slice(3))
      for (const [i, value] of state.entries()) expect(value).toBeCloseTo(steps[2]!.state[i]!, 5);
  });
});

describe("the knots of a coupling's splines", () => {
  const frozen = [-1.2, 0, 0.7];
  const states = (moving: (i: number) => number) =>
    Float64Array.from({ length: 2 * frozen.length }, (_, i) =>
      i % 2 === 0 ? frozen[i >> 1]! : moving(i >> 1),
    );

  it.each(["identity", "linear", "circular", "free"] as const)(
    "lie on the layer's curves, with their slopes: %s tails",
    async (tails) => {
      const spline = rationalQuadratic({ bins: 5, bound: 2, tails });
      const spec = flow({
        dims: 2,
        layers: [
          lu(),
          coupling({ mask: half(), transform: spline, conditioner: mlp({ width: 8 }) }),
        ],
      });
      using model = await perturbed(spec, "reference");
      const knots = (await couplingKnots(
        model,
        1,
        states(() => 9),
      ))!;
      expect(knots.map((row) => row.length)).toEqual([1, 1, 1]);
      expect(knots[0]![0]!.y).not.toEqual(knots[1]![0]!.y);
      // Not the ends, whose slope may be another one beyond.
      for (let k = 1; k < 5; k++) {
        const at = await oneLayer(
          model,
          1,
          states((row) => knots[row]![0]!.x[k]!),
        );
        for (const [row, [own]] of knots.entries()) {
          expect(at.state[2 * row + 1]).toBeCloseTo(own!.y[k]!, 12);
          expect(Math.exp(at.logDet[row]!)).toBeCloseTo(own!.slopes[k]!, 12);
        }
      }
      for (const [own] of knots)
        expect([own!.x[0], own!.y[0], own!.x[5], own!.y[5]]).toEqual([-2, -2, 2, 2]);
    },
  );

  it("are there for each variable that moves, and none of layers without splines", async () => {
    const spec = flow({
      dims: 5,
      layers: [
        coupling({ mask: half(), transform: rationalQuadratic({ bins: 3 }) }),
        coupling({ mask: half(), transform: affine() }),
        lu(),
      ],
    });
    using model = await perturbed(spec, "cpu");
    const rows = normals(2 * 5, 3);
    const found = (await couplingKnots(model, 0, rows))!;
    expect(found.map((row) => row.map(({ x }) => x.length))).toEqual([
      [4, 4],
      [4, 4],
    ]);
    for (const layer of [1, 2]) expect(await couplingKnots(model, layer, rows)).toBeUndefined();
    await expect(couplingKnots(model, 3, rows)).rejects.toMatchObject({
      code: "USAGE",
      where: "couplingKnots: layer",
    });
  });
});
