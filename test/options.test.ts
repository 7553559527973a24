/** Unknown options are rejected, with the closest valid name, in every call that takes options. */
import {
  affine,
  alternating,
  coupling,
  createModel,
  fit,
  flow,
  mlp,
  FlowModel,
  modelToBytes,
  neuralSpline,
  nice,
  rationalQuadratic,
  realNvp,
  repeat,
  residualMlp,
} from "couplet";
import type { CoupletError } from "couplet";
import { glow } from "couplet/images";
import { toOnnx } from "couplet/onnx";
import { fitTable, inferSchema, table } from "couplet/table";
import { tableReport } from "couplet/report";
import { denseMatrix, spectrum } from "couplet-systems/linear-algebra";
import { epidemicThreshold, multilayerNetwork, randomWalk } from "couplet-systems/networks";
import { describe, expect, it } from "vitest";
import { generator } from "./random.ts";

const rows = Array.from({ length: 40 }, (_, i) => [Math.sin(i), Math.cos(i * i)]);
const spec = realNvp({ dims: 2, couplings: 2, width: 8 });
const { normal } = generator(3);
const people = table({ height: Float64Array.from({ length: 80 }, () => 170 + 10 * normal()) });
const network = multilayerNetwork({
  layers: [{ name: "a", nodes: ["x", "y"], edges: [["x", "y"]] }],
});
const model = await createModel(spec, { threads: 1 });
const ofPeople = await fitTable(people, { epochs: 1, threads: 1 });

/** What a call without types, or with options from elsewhere, may hand over. */
const bag = (key: string) => ({ [key]: 1 }) as never;
const also = (key: string): object => ({ [key]: 1 });
const unknown = (where: string, key: string, hint: string) =>
  expect.objectContaining({
    code: "USAGE",
    message: `${where}: unknown option "${key}". ${hint}`,
  });

const calls: readonly (readonly [where: string, key: string, near: string, () => unknown])[] = [
  ["neuralSpline", "coupling", "couplings", () => neuralSpline({ dims: 2, ...also("coupling") })],
  ["realNvp", "widht", "width", () => realNvp({ dims: 2, ...also("widht") })],
  ["nice", "contxt", "context", () => nice({ dims: 2, ...also("contxt") })],
  ["flow", "layer", "layers", () => flow({ dims: 2, layers: [], ...also("layer") })],
  ["coupling", "masks", "mask", () => coupling(bag("masks"))],
  ["affine", "clamps", "clamp", () => affine(bag("clamps"))],
  ["rationalQuadratic", "bin", "bins", () => rationalQuadratic(bag("bin"))],
  ["mlp", "dropuot", "dropout", () => mlp(bag("dropuot"))],
  ["residualMlp", "widths", "width", () => residualMlp(bag("widths"))],
  ["createModel", "thread", "threads", () => createModel(spec, bag("thread"))],
  ["FlowModel.load", "threds", "threads", () => FlowModel.load("model.couplet", bag("threds"))],
  [
    "FlowModel.fromBytes",
    "wher",
    "where",
    () => FlowModel.fromBytes(modelToBytes(model), bag("wher")),
  ],
  ["logProb", "contex", "context", () => model.logProb(rows, bag("contex"))],
  ["encode", "signals", "signal", () => model.encode(rows, bag("signals"))],
  ["decode", "signals", "signal", () => model.decode(rows, bag("signals"))],
  ["checkInverse", "signals", "signal", () => model.checkInverse(rows, bag("signals"))],
  ["sample", "temprature", "temperature", () => model.sample(3, bag("temprature"))],
  ["fit", "epoch", "epochs", () => fit(spec, rows, bag("epoch"))],
  ["fit", "learning_rate", "learningRate", () => fit(spec, rows, bag("learning_rate"))],
  [
    "fit: validation",
    "row",
    "rows",
    () => fit(spec, rows, { validation: { rows, ...also("row") } }),
  ],
  [
    "fit: checkpoint",
    "everySecond",
    "everySeconds",
    () => fit(spec, rows, { checkpoint: { save: () => {}, ...also("everySecond") } }),
  ],
  ["fitTable", "heldout", "heldOut", () => fitTable(people, bag("heldout"))],
  ["inferSchema", "missingValue", "missingValues", () => inferSchema(people, bag("missingValue"))],
  ["score", "sample", "samples", () => ofPeople.score(people, bag("sample"))],
  ["sample", "sed", "seed", () => ofPeople.sample(3, bag("sed"))],
  ["explain", "sample", "samples", () => ofPeople.explain(people, bag("sample"))],
  ["tableReport", "sampels", "samples", () => tableReport(ofPeople, people, bag("sampels"))],
  [
    "spectrum",
    "wich",
    "which",
    () =>
      spectrum({
        operator: denseMatrix({ rows: 1, cols: 1, values: new Float64Array(1) }),
        k: 1,
        ...also("wich"),
      }),
  ],
  [
    "epidemicThreshold",
    "couplings",
    "coupling",
    () => epidemicThreshold(network, bag("couplings")),
  ],
];

/** A value of a list of words, as a call without types may hand it over. */
const word = (key: string, value: unknown = "zeros") => ({ [key]: value }) as never;

const words: readonly (readonly [where: string, expected: string, call: () => unknown])[] = [
  ["score: impossible", '"error" or "zero"', () => ofPeople.score(people, word("impossible"))],
  ["read: impossible", '"error" or "zero"', () => ofPeople.codec.read(people, word("impossible"))],
  [
    "draw: noise",
    '"drawn" or "median"',
    () => ofPeople.codec.draw(ofPeople.codec.read(people), word("noise")),
  ],
  ["inferSchema: mixed", '"error" or "category"', () => inferSchema(people, word("mixed"))],
  ["fitTable: relations", '"auto", "none" or a list', () => fitTable(people, word("relations"))],
  ["fit: memory", '"store" or "reversible"', () => fit(spec, rows, word("memory"))],
  ["toOnnx: direction", '"encode" or "decode"', () => toOnnx(model, word("direction"))],
  ["model: device", '"cpu" or "reference"', () => createModel(spec, word("device"))],
  ["realNvp: settings", '"paper"', () => realNvp({ dims: 2, settings: "papers" as never })],
  ["coupling: head", '"zero" or "glorot"', () => coupling(word("head"))],
  ["affine: scale", '"softClamp", "tanh", "sigmoid" or "exp"', () => affine(word("scale"))],
  [
    "rationalQuadratic: tails",
    '"identity", "linear", "circular" or "free"',
    () => rationalQuadratic(word("tails")),
  ],
  ["mlp: activation", '"relu", "tanh", "gelu" or "silu"', () => mlp(word("activation"))],
  ["glow: noise", '"uniform" or', () => glow({ shape: [4, 4, 1], noise: "none" as never })],
  ["randomWalk: kind", '"classical" or "diffusive"', () => randomWalk(network, word("kind"))],
];

describe("an option that takes one of a few words", () => {
  it.each(words)("%s: refuses another word", async (where, expected, call) => {
    const error = await Promise.resolve()
      .then(call)
      .catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code: "USAGE", where });
    expect((error as CoupletError).expected).toContain(expected);
  });

  it("names the nearest word, and refuses values other than words", async () => {
    await expect(ofPeople.score(people, word("impossible"))).rejects.toThrow(
      'score: impossible: expected "error" or "zero", got "zeros". Did you mean "zero"?',
    );
    await expect(ofPeople.score(people, word("impossible", false))).rejects.toThrow(
      'score: impossible: expected "error" or "zero", got false.',
    );
    const { nats } = await ofPeople.score(people, { impossible: undefined } as never);
    expect(nats).toHaveLength(people.rows);
  });
});

describe("an unknown option", () => {
  it.each(calls)("%s: %s", async (where, _name, near, call) => {
    const error = await Promise.resolve()
      .then(call)
      .catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code: "USAGE", where, hint: `Did you mean "${near}"?` });
  });

  it("lists what there is where nothing is near", async () => {
    await expect(model.sample(3, bag("colour"))).rejects.toEqual(
      unknown("sample", "colour", "Known options: signal, context, seed, firstRow, temperature."),
    );
  });

  it("needs options where they cannot be left out", () => {
    expect(() => neuralSpline(undefined as never)).toThrow(
      "neuralSpline: expected options as an object, got undefined.",
    );
  });

  it("needs options to be an object", async () => {
    await expect(fit(spec, rows, 12 as never)).rejects.toMatchObject({
      code: "USAGE",
      message: "fit: expected options as an object, got number.",
    });
  });
});

describe("a checkpoint that could never be saved", () => {
  it.each([
    [{}, "save: expected a function that takes the bytes of a checkpoint, got undefined."],
    [{ save: "run.checkpoint" }, `save: expected a function, got "run.checkpoint".`],
    [
      { save: () => undefined, everySeconds: NaN },
      "everySeconds: expected a number from 0 to Infinity, got NaN.",
    ],
  ])("%o is refused before training", async (checkpoint, message) => {
    await expect(fit(spec, rows, { checkpoint: checkpoint as never })).rejects.toThrow(
      `fit: checkpoint: ${message}`,
    );
  });
});

describe("counts in a spec", () => {
  it.each([
    ["neuralSpline: couplings", "2.5", () => neuralSpline({ dims: 2, couplings: 2.5 })],
    ["realNvp: couplings", "-1", () => realNvp({ dims: 2, couplings: -1 })],
    ["nice: couplings", "0", () => nice({ dims: 2, couplings: 0 })],
    ["repeat: count", "NaN", () => repeat(NaN, () => [])],
    ["alternating: parity", "0.5", () => alternating(0.5)],
    ["mlp: depth", "-2", () => mlp({ depth: -2 })],
  ])("%s refuses %s", (where, received, call) => {
    expect(call).toThrow(
      expect.objectContaining({
        code: "USAGE",
        where,
        received,
        expected: expect.stringMatching(/^an integer of [01] or more$/) as string,
      }),
    );
  });

  it("takes the widths of a network in one way", () => {
    expect(() => mlp({ widths: [8, 8], width: 16 })).toThrow(/either widths, or width and depth/);
  });
});
