/** Calls of a model: what their options do, what their reports say, and what they refuse. */
import {
  actNorm,
  affine,
  alternating,
  coupling,
  createModel,
  flow,
  gaussian,
  lu,
  mlp,
  permutation,
  realNvp,
  repeat,
  residualMlp,
  rationalQuadratic,
  registerConditioner,
  neuralSpline,
  uniform,
} from "couplet";
import { dense } from "couplet/engine";
import { inspect } from "node:util";
import { describe, expect, it } from "vitest";
import { normals } from "./random.ts";

const one = { threads: 1, blas: false } as const;

function deviation(values: ArrayLike<number>): number {
  const list = Array.from(values);
  const mean = list.reduce((sum, v) => sum + v, 0) / list.length;
  return Math.sqrt(list.reduce((sum, v) => sum + (v - mean) ** 2, 0) / list.length);
}

describe("a console", () => {
  it("shows what a model is, not the thousands of numbers inside", async () => {
    using model = await createModel(realNvp({ dims: 3, couplings: 2, width: 8 }), one);
    expect(inspect(model)).toBe(`FlowModel: ${model.describe().text}`);
    expect(inspect(model).split("\n")).toHaveLength(5);
  });
});

describe("sample", () => {
  it("scales the base by the temperature, and at 0 gives the decoded middle", async () => {
    using model = await createModel(realNvp({ dims: 3, couplings: 2, width: 8 }), one);
    // Identity at birth: samples are the base's. 20,000 of them know a deviation to 0.5 %.
    for (const temperature of [1, 0.5, 2]) {
      const sample = await model.sample(20_000, { seed: 1, temperature });
      expect(Math.abs(deviation(sample) / temperature - 1)).toBeLessThan(0.02);
    }
    model.setParameters(Float32Array.from(normals(model.parameters.length, 2, 0.3)));
    const cold = await model.sample(5, { seed: 1, temperature: 0 });
    const { x } = await model.decode([[0, 0, 0]]);
    for (let i = 0; i < 15; i++) expect(cold[i]).toBeCloseTo(x[i % 3]!, 5);
  });

  it("of the same seed is the same for any number of threads, and its first rows for any count", async () => {
    const spec = realNvp({ dims: 4, couplings: 3, width: 16 });
    using a = await createModel(spec, one);
    using b = await createModel(spec, { threads: 3, blas: false });
    const parameters = Float32Array.from(normals(a.parameters.length, 3, 0.2));
    a.setParameters(parameters);
    b.setParameters(parameters);
    const many = await a.sample(5000, { seed: 9 });
    expect(await b.sample(5000, { seed: 9 })).toEqual(many);
    expect(await a.sample(4992, { seed: 9 })).toEqual(many.slice(0, 4 * 4992));
    expect(await a.sample(0)).toHaveLength(0);
  });

  it("has a fresh seed when none is given", async () => {
    using model = await createModel(realNvp({ dims: 2 }), one);
    expect(await model.sample(4)).not.toEqual(await model.sample(4));
  });

  it.each([
    [-1, {}, /an integer of 0 or more rows, got -1/],
    [1.5, {}, /an integer of 0 or more rows, got 1.5/],
    [2, { temperature: -1 }, /sample: temperature: expected a number from 0 up, got -1/],
    [2, { temperature: NaN }, /got NaN/],
    [
      2,
      { firstRow: 2 ** 32 - 1 },
      /sample: firstRow: expected rows below number 2\^32, where a seed's rows begin again, got row 4294967296\. Take another seed/,
    ],
  ])("refuses %d rows with %j", async (count, options, message) => {
    using model = await createModel(realNvp({ dims: 2 }), one);
    const failed = model.sample(count, options);
    await expect(failed).rejects.toMatchObject({ code: "USAGE" });
    await expect(failed).rejects.toThrow(message);
  });

  it("draws up to the last row of a seed, and takes no temperature where the base has none", async () => {
    using model = await createModel(realNvp({ dims: 2 }), one);
    expect(await model.sample(2, { seed: 1, firstRow: 2 ** 32 - 2 })).toHaveLength(4);
    using box = await createModel(neuralSpline({ dims: 2, base: uniform() }), one);
    expect(await box.sample(2, { seed: 1, temperature: 1 })).toHaveLength(4);
    await expect(box.sample(2, { temperature: 0.5 })).rejects.toThrow(
      "sample: temperature: expected none with a bounded base, got 0.5.",
    );
  });
});

describe("checkInverse", () => {
  const spec = flow({
    dims: 3,
    layers: [
      lu(),
      actNorm(),
      coupling({ mask: alternating(0), transform: affine(), conditioner: mlp({ width: 8 }) }),
      permutation("reverse"),
      lu(),
    ],
  });

  it("names the layer that loses digits, and each layer's share of the log-determinant", async () => {
    using model = await createModel(spec, one);
    const parameters = model.parameters;
    const place = (name: string) => model.layout.offsets.get(name)!;
    parameters.fill(0.5, place("layers[1].logScale"), place("layers[1].logScale") + 3);
    const rows = normals(3 * 500, 4);
    model.setParameters(parameters);
    const sound = await model.checkInverse(rows);
    expect(sound.rows).toBe(500);
    expect(sound.layers.map(({ kind }) => kind)).toEqual([
      "lu",
      "actNorm",
      "coupling (affine)",
      "permutation",
      "lu",
    ]);
    // exp(0.5) in three columns.
    expect(sound.layers[1]!.logDet.least).toBeCloseTo(1.5, 5);
    expect(sound.logDet.most).toBeCloseTo(1.5, 5);
    expect(sound.layers[3]!.logDet).toEqual({ least: 0, most: 0 });
    expect(sound.error.most).toBeLessThan(1e-5);
    // Planted: the last layer's columns are nearly the same combination, so undoing it cancels digits.
    for (let k = 0; k < 9; k++) {
      parameters[place("layers[4].lower") + k] = 300;
      parameters[place("layers[4].upper") + k] = 300;
    }
    model.setParameters(parameters);
    const broken = await model.checkInverse(rows);
    const errors = broken.layers.map(({ error }) => error.most);
    expect(errors.indexOf(Math.max(...errors))).toBe(4);
    expect(errors[4]).toBeGreaterThan(1e-3);
    expect(broken.error.most).toBeGreaterThan(1e-3);
    for (const error of errors.slice(0, 4)) expect(error).toBeLessThan(1e-5);
    expect(broken.layers[4]!.largest).toBeGreaterThan(1e4);
    const { most, p999, median } = broken.error;
    expect([most >= p999, p999 >= median]).toEqual([true, true]);
  });
});

describe("the description of a model", () => {
  it("counts every parameter once and names every part", async () => {
    const spec = flow({
      dims: 4,
      context: 2,
      base: gaussian({ learned: true }),
      layers: repeat(2, (i) => [
        lu(),
        coupling({
          mask: alternating(i),
          transform: rationalQuadratic({ bins: 5 }),
          conditioner: residualMlp({ width: 6, blocks: 1 }),
        }),
      ]),
    });
    using model = await createModel(spec, one);
    const { text, layers, parameters, base } = model.describe();
    const ofBase = 2 * 4;
    expect(layers.reduce((sum, layer) => sum + layer.parameters, ofBase)).toBe(parameters);
    expect(parameters).toBe(model.parameterCount);
    expect(base).toBe("Gaussian with learned location and scale");
    expect(text.split("\n")).toHaveLength(5);
    expect(text).toMatch(/flow of 4 variables given 2 of context, [\d,]+ parameters/);
    expect(text).toMatch(/odd variables frozen, rational-quadratic spline of 5 bins on \+-3/);
  });
});

describe("rows", () => {
  const spec = realNvp({ dims: 3, couplings: 2, width: 8 });
  const named = { ...one, columns: ["age", "height", "weight"] };

  it("may be none, one, arrays or typed arrays: the same numbers", async () => {
    using model = await createModel(spec, named);
    model.setParameters(Float32Array.from(normals(model.parameters.length, 3, 0.2)));
    expect(await model.logProb([])).toHaveLength(0);
    expect((await model.encode(new Float32Array(0))).z).toHaveLength(0);
    const rows = [
      [1, 2, 3],
      [0.5, -0.25, 4],
    ];
    const flat = Float64Array.from(rows.flat());
    const [a, b] = await model.logProb(rows);
    expect([...(await model.logProb(flat))]).toEqual([a, b]);
    expect([...(await model.logProb(Float32Array.from(flat)))]).toEqual([a, b]);
    expect([...(await model.logProb([rows[1]!]))]).toEqual([b]);
  });

  it.each([
    [
      "one column less",
      [[1, 2]],
      "SHAPE_MISMATCH",
      /logProb: row 0: expected 3 columns, got 2\. The columns are: age, height, weight/,
    ],
    [
      "a ragged row",
      [
        [1, 2, 3],
        [1, 2, 3, 4],
      ],
      "SHAPE_MISMATCH",
      /row 1: expected 3 columns, got 4/,
    ],
    [
      "half a row",
      new Float32Array(7),
      "SHAPE_MISMATCH",
      /a multiple of 3 numbers, got 7 numbers.*age, height, weight/,
    ],
    [
      "NaN",
      [
        [1, 2, 3],
        [1, NaN, 3],
      ],
      "NON_FINITE_INPUT",
      /row 1, column height: expected a finite number, got NaN/,
    ],
    [
      "infinity",
      Float64Array.of(1, 2, 3, 4, 5, -Infinity),
      "NON_FINITE_INPUT",
      /row 1, column weight: .* got -Infinity/,
    ],
    ["text", [[1, "2", 3]], "NON_FINITE_INPUT", /row 0, column height/],
    [
      "no rows at all",
      null,
      "SHAPE_MISMATCH",
      /an array of rows, a Float64Array, a Float32Array or a Uint8Array, got null/,
    ],
    ["an object", { rows: 3 }, "SHAPE_MISMATCH", /got object/],
  ])("with %s are refused", async (_name, rows, code, message) => {
    using model = await createModel(spec, named);
    for (const call of ["logProb", "encode", "checkInverse"] as const) {
      const failed = model[call](rows as never);
      await expect(failed).rejects.toMatchObject({ code });
      await expect(failed).rejects.toThrow(new RegExp(message.source.replace("logProb", call)));
    }
  });

  it("with a context that is missing, too much or of another size are refused", async () => {
    using plain = await createModel(spec, one);
    using given = await createModel(realNvp({ dims: 2, context: 2 }), one);
    const code = "CONTEXT_MISMATCH";
    // @ts-expect-error no context here
    await expect(plain.logProb([[1, 2, 3]], { context: [[1]] })).rejects.toMatchObject({ code });
    // @ts-expect-error a context is needed
    await expect(given.logProb([[1, 2]])).rejects.toThrow(/options\.context of 2 columns/);
    // @ts-expect-error a context is needed
    await expect(given.sample(2)).rejects.toMatchObject({ code });
    const three = {
      context: [
        [1, 2],
        [1, 2],
        [1, 2],
      ],
    };
    await expect(given.logProb([[1, 2]], three)).rejects.toThrow(/context: expected 1 rows.*got 3/);
    await expect(given.sample(2, three)).rejects.toMatchObject({ code });
    await expect(given.logProb([[1, 2]], { context: [[1, NaN]] })).rejects.toThrow(
      /logProb: context: row 0, column 1/,
    );
  });
});

describe("what would silently mean something else is refused:", () => {
  const spec = realNvp({ dims: 2, couplings: 2, width: 8 });

  it("a seed that is a text", async () => {
    using model = await createModel(spec, one);
    const seed = "7" as never;
    const expected = /seed: expected a number, got "7"/;
    await expect(model.sample(1, { seed })).rejects.toThrow(expected);
    await expect(createModel(spec, { ...one, seed })).rejects.toThrow(expected);
  });

  it.each([0.5, -1, NaN, 2 ** 53])("a seed of %s, a first row of it", async (seed) => {
    using model = await createModel(spec, one);
    await expect(model.sample(1, { seed })).rejects.toThrow(
      /sample: seed: expected an integer of 0 or more/,
    );
    await expect(model.sample(1, { seed: 1, firstRow: seed })).rejects.toMatchObject({
      code: "USAGE",
    });
    await expect(createModel(spec, { ...one, seed })).rejects.toThrow(/model: seed/);
  });

  it("a device that there is not, and names that are not as many as the variables", async () => {
    // @ts-expect-error no such device
    await expect(createModel(spec, { device: "gpu" })).rejects.toThrow(
      'model: device: expected "cpu" or "reference", or an open device, got "gpu"',
    );
    await expect(createModel(spec, { columns: ["a"] })).rejects.toMatchObject({
      code: "SHAPE_MISMATCH",
    });
  });
});

describe("a part of one's own", () => {
  const made = (name: string) =>
    createModel(
      flow({
        dims: 2,
        layers: [
          coupling({
            conditioner: { kind: "registered", name, options: {} },
            transform: affine(),
          }),
        ],
      }),
      one,
    );

  it("with two layers of one name and different sizes is told to name them", async () => {
    registerConditioner("two of a name", (b, input) =>
      dense(b, dense(b, input, { outputs: 8 }), { outputs: 4 }),
    );
    await expect(made("two of a name")).rejects.toMatchObject({
      code: "SPEC_INVALID",
      message:
        "layers[0].conditioner.weight: expected 1 x 8, as the parameter of that name is, got 8 x 4. " +
        'Two layers need two names: b.within("name", () => ...).',
    });
  });

  it("that makes other parameters the next time is told not to", async () => {
    let calls = 0;
    registerConditioner("changing", (b, input) =>
      b.within(`layer${calls++}`, () => dense(b, input, { outputs: 4 })),
    );
    using model = await made("changing");
    await expect(model.logProb([[1, 2]])).rejects.toMatchObject({
      code: "SPEC_INVALID",
      where: "layers[0].conditioner.layer1.weight",
    });
  });
});
