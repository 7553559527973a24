import { describe, expect, it } from "vitest";
import { coupling, permutation } from "../parts/layer/index.ts";
import { explicit, random } from "../parts/mask/index.ts";
import { affine, rationalQuadratic } from "../parts/transform/index.ts";
import { uniform } from "../parts/base/index.ts";
import { flow } from "./flow.ts";
import { parseSpec } from "./parse.ts";
import { specText } from "./text.ts";

const good = JSON.parse(
  JSON.stringify(flow({ dims: 3, layers: [permutation("reverse"), coupling({})] })),
) as Record<string, unknown>;
const layer = (value: unknown) => ({ ...good, layers: [value] });
const withOptions = (options: unknown) =>
  layer({ ...coupling({}), conditioner: { kind: "registered", name: "mine", options } });

describe("a spec from anywhere", () => {
  it("comes back as it is", () => {
    expect(parseSpec(good)).toEqual(good);
    expect(parseSpec(withOptions({ a: [1, "b", null, { c: true }] }))).toBeDefined();
  });

  it("has a shape: given, or the dims of a spec that was written before there were shapes", () => {
    const { shape, dims, ...rest } = good;
    expect([shape, dims]).toEqual([[3], 3]);
    expect(parseSpec({ ...rest, dims: 3 })).toEqual(good);
    expect(parseSpec({ ...rest, shape: [3] })).toEqual(good);
    expect(parseSpec({ ...rest, shape: [3, 1], dims: 3 })).toMatchObject({
      shape: [3, 1],
      dims: 3,
    });
    expect(flow({ shape: [2, 2, 3], layers: [] })).toMatchObject({ shape: [2, 2, 3], dims: 12 });
  });

  it("is written without a shape of one axis, which version 0.1 would refuse", () => {
    expect(JSON.parse(specText(parseSpec(good)))).toEqual({ ...good, shape: undefined });
    const image = flow({ shape: [2, 2], layers: [] });
    expect(parseSpec(JSON.parse(specText(image)))).toEqual(image);
  });

  it.each<[string, unknown, string]>([
    [
      "a shape of another size",
      { ...good, shape: [2, 2] },
      "spec.shape: expected a product of 3, as dims, got 2 x 2 = 4.",
    ],
    [
      "a shape beyond all bounds",
      { ...good, dims: undefined, shape: [1000, 1000] },
      "spec.shape: expected at most 100000 variables, got 1000 x 1000 = 1000000.",
    ],
    [
      "neither dims nor shape",
      { ...good, dims: undefined, shape: undefined },
      "spec.dims: expected a number of variables, or a shape, got neither.",
    ],
    ["nothing", null, "spec: expected a flow, as flow() or a preset makes it, got null."],
    [
      "a misspelt layer",
      layer({ kind: "cupling" }),
      'spec.layers[0].kind: expected "coupling" or "permutation" or "lu" or "actNorm" or "squeeze" or "factorOut" or "channelActNorm" or "invertibleConvolution" or "dequantise", got "cupling". Did you mean "coupling"?',
    ],
    [
      "a key too many",
      layer({ kind: "lu", size: 3 }),
      'spec.layers[0]: unknown key "size". Known keys: kind.',
    ],
    [
      "half a variable",
      { ...good, dims: 2.5, shape: undefined },
      "spec.dims: expected an integer from 1 to 100000, got 2.5.",
    ],
    [
      "no variables",
      { ...good, dims: 0 },
      "spec.dims: expected an integer from 1 to 100000, got 0.",
    ],
    ["another version", { ...good, version: 2 }, "spec.version: expected 1, got 2."],
    [
      "a seed that is no seed",
      layer(coupling({ mask: random(0.5) })),
      "spec.layers[0].mask.seed: expected an integer from 0 to 9007199254740991, got 0.5.",
    ],
    [
      "a head that starts otherwise",
      layer({ ...coupling({}), head: "ones" }),
      'spec.layers[0].head: expected "zero" or "glorot", got "ones".',
    ],
    [
      "a mask of another size",
      layer(coupling({ mask: explicit([true]) })),
      "spec.layers[0].mask.frozen: expected 3 entries, one per variable, got 1.",
    ],
    [
      "a mask that freezes all",
      layer(coupling({ mask: explicit([true, true, true]) })),
      "spec.layers[0].mask.frozen: expected at least one variable that is transformed, got all frozen.",
    ],
    [
      "a spline's bound that float32 has as 0",
      layer(coupling({ transform: rationalQuadratic({ bound: 1e-50 }) })),
      "spec.layers[0].transform.bound: expected 1e-30 or more, got 1e-50.",
    ],
    [
      "a clamp that float32 has as Infinity",
      layer(coupling({ transform: affine({ clamp: 1e39 }) })),
      "spec.layers[0].transform.clamp: expected 1e+30 or less, got 1e+39.",
    ],
    [
      "a box that float32 has as all of the line",
      { ...good, base: uniform({ bound: 1e39 }) },
      "spec.base.bound: expected 1e+30 or less, got 1e+39.",
    ],
    [
      "an order with a place twice",
      layer(permutation([0, 1, 1])),
      "spec.layers[0].order: expected each of 0..2 once, got [0,1,1].",
    ],
    [
      "options that JSON loses",
      withOptions({ width: Number.NaN }),
      "spec.layers[0].conditioner.options: expected plain JSON values, so that the spec can be saved, got an object.",
    ],
    [
      "a function among options",
      withOptions({ nested: [() => 1] }),
      "spec.layers[0].conditioner.options: expected plain JSON values, so that the spec can be saved, got an object.",
    ],
  ])("%s is refused with its place", (_name, value, message) => {
    expect(() => parseSpec(value)).toThrow(
      expect.objectContaining({ code: "SPEC_INVALID", message }) as Error,
    );
  });

  it("has all its problems told at once", () => {
    const both = { ...good, dims: 0, base: { kind: "gausian", learned: false } };
    expect(() => parseSpec(both)).toThrow(/spec\.dims: .*Also spec\.base\.kind: expected/);
  });

  it("without layers is refused by the factory as well", () => {
    // @ts-expect-error layers are needed
    expect(() => flow({ dims: 2 })).toThrow(/^spec\.layers: expected a list, got nothing/);
  });

  it.each([
    ["an array", [[1, 2]]],
    ["a typed array", new Float64Array(2)],
    ["null", null],
    ["string", "realNvp"],
  ])("%s is no spec", (received, value) => {
    expect(() => parseSpec(value)).toThrow(
      `spec: expected a flow, as flow() or a preset makes it, got ${received}.`,
    );
  });
});
