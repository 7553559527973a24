/** A run that was cut goes on to the same bits as one that was not, or says why it cannot. */
import {
  affine,
  alternating,
  coupling,
  CoupletError,
  fit,
  flow,
  mlp,
  rationalQuadratic,
  repeat,
} from "couplet";
import type { FitOptions, FlowSpec } from "couplet";
import { beforeAll, describe, expect, it } from "vitest";
import { readSafetensors } from "../packages/couplet/src/file/read-safetensors.ts";
import type { FileTensor } from "../packages/couplet/src/file/safetensors.ts";
import { writeSafetensors } from "../packages/couplet/src/file/write-safetensors.ts";
import { normals } from "./random.ts";

type Bytes = Uint8Array<ArrayBuffer>;

const spec = flow({
  dims: 3,
  context: 1,
  layers: repeat(8, (i) =>
    coupling({
      mask: alternating(i),
      transform: i < 2 ? rationalQuadratic({ bins: 4 }) : affine(),
      conditioner: mlp({ width: 8, depth: 1, dropout: 0.2, layerNorm: true }),
    }),
  ),
});
const rows = normals(3 * 400, 1);
const context = normals(400, 2);
const weights = normals(400, 3).map(Math.abs);
const held = { rows: normals(3 * 60, 4), context: normals(60, 5) };

/** Every feature that has a state of its own: moving average, dropout, weights, new rows each epoch. */
const options = {
  context,
  weights,
  validation: held,
  rowsOfEpoch: (epoch: number) => rows.map((value, i) => value + 0.01 * Math.sin(i + epoch)),
  epochs: 5,
  batch: 32,
  threads: 2,
  blas: false,
  seed: 7,
  ema: 0.95,
} satisfies FitOptions<true>;

function progressOf(bytes: Bytes): { epoch: number; step: number; timesDriftExceeded: number } {
  return JSON.parse(readSafetensors(bytes, "checkpoint").metadata["progress"]!) as never;
}

interface Whole {
  readonly saved: readonly Bytes[];
  /** Everything that training left: Adam's moments and the average too, not only what was best. */
  readonly state: ReadonlyMap<string, Float32Array | Float64Array>;
  readonly parameters: Float32Array;
}

/** A run to its end that saves after every slice. */
async function runToTheEnd(given: FitOptions<true>): Promise<Whole> {
  const saved: Bytes[] = [];
  const save = (bytes: Bytes) => void saved.push(bytes);
  using model = await fit(spec, rows, { ...given, checkpoint: { everySeconds: 0, save } });
  const { tensors } = readSafetensors(saved.at(-1)!, "checkpoint");
  const state = new Map([...tensors].map(([name, { data }]) => [name, data]));
  return { saved, state, parameters: model.parameters };
}

/** The run from this checkpoint ends as the whole one did. */
async function expectSameEnd(bytes: Bytes, whole: Whole, given: FitOptions<true>): Promise<void> {
  const resumed = await runToTheEnd({ ...given, resume: bytes });
  expect([...resumed.state.keys()].sort()).toEqual([
    "average",
    "best",
    "mean",
    "parameters",
    "square",
  ]);
  for (const [name, data] of whole.state) expect(resumed.state.get(name), name).toEqual(data);
  expect(resumed.parameters).toEqual(whole.parameters);
}

/** The checkpoint of a run that is aborted while it does what `when` says. */
async function cutAt(
  when: "first step of epoch 3" | "end of epoch 2",
  given: FitOptions<true>,
): Promise<Bytes> {
  const controller = new AbortController();
  const saved: Bytes[] = [];
  const save = (bytes: Bytes) => {
    saved.push(bytes);
    // Epoch 2 has its last step and no validation yet.
    const { epoch, step } = progressOf(bytes);
    if (when === "end of epoch 2" && epoch === 1 && step === 13) controller.abort();
  };
  const running = fit(spec, rows, {
    ...given,
    signal: controller.signal,
    checkpoint: { everySeconds: when === "end of epoch 2" ? 0 : 1e6, save },
    onEpoch: (e) => when === "first step of epoch 3" && e.epoch === 2 && controller.abort(),
  });
  await expect(running).rejects.toThrow(/aborted/);
  return saved.at(-1)!;
}

describe.each([
  ["store", options],
  [
    "reversible, with drift that makes states denser",
    { ...options, memory: "reversible", driftTolerance: 1e-9 },
  ],
] as const)("resume (%s)", (name, given) => {
  let whole: Whole;
  beforeAll(async () => {
    whole = await runToTheEnd(given);
  });

  it("gives the same bits from every checkpoint", async () => {
    expect(whole.saved.length).toBeGreaterThanOrEqual(5);
    // The last one was saved after the last step: nothing is left to do from there.
    for (const bytes of whole.saved.slice(0, -1)) await expectSameEnd(bytes, whole, given);
    if (name !== "store") expect(progressOf(whole.saved.at(-1)!).timesDriftExceeded).toBe(4);
  });

  it("gives the same bits after an abort in the middle of an epoch", async () => {
    const bytes = await cutAt("first step of epoch 3", given);
    // The abort was heard after one step of thirteen.
    expect(progressOf(bytes)).toMatchObject({ epoch: 2, step: 1 });
    await expectSameEnd(bytes, whole, given);
  });

  it("gives the same bits after an abort between the last step and the validation", async () => {
    const bytes = await cutAt("end of epoch 2", given);
    expect(progressOf(bytes)).toMatchObject({ epoch: 1, step: 13 });
    await expectSameEnd(bytes, whole, given);
  });
});

interface Parts {
  readonly tensors: Map<string, FileTensor>;
  readonly metadata: Record<string, string>;
  readonly progress: Record<string, unknown>;
}

/** The checkpoint with something else in it, and the checksum that goes with that. */
function altered(bytes: Bytes, alter: (parts: Parts) => void): Uint8Array {
  const { tensors, metadata } = readSafetensors(bytes, "checkpoint");
  const parts = {
    tensors: new Map(tensors),
    metadata: { ...metadata },
    progress: JSON.parse(metadata["progress"]!) as Record<string, unknown>,
  };
  alter(parts);
  return writeSafetensors(parts.tensors, {
    ...parts.metadata,
    progress: JSON.stringify(parts.progress),
  });
}

describe("resume refuses", () => {
  let bytes: Bytes;
  beforeAll(async () => {
    [bytes] = (await runToTheEnd({ ...options, epochs: 1 })).saved as [Bytes];
  });
  const once = { ...options, epochs: 1 };
  const other = (values: Float64Array) =>
    values.map((value, i) => (i === 7 ? value + 1e-9 : value));

  it.each([
    ["rows", { data: other(rows) }, /other data\./],
    ["context", { context: other(context) }, /other context\./],
    ["weights", { weights: other(weights) }, /other weights\./],
    ["validation rows", { validation: { ...held, rows: other(held.rows) } }, /other validation\./],
    ["a seed", { seed: 8 }, /other seed \(7, now 8\)\./],
    ["epochs and batch", { epochs: 2, batch: 16 }, /epochs \(1, now 2\), batch \(32, now 16\)/],
    ["a spec", { spec: { ...spec, layers: spec.layers.slice(1) } }, /other spec\./],
  ] as [
    string,
    { data?: Float64Array; spec?: FlowSpec<true> } & Partial<FitOptions<true>>,
    RegExp,
  ][])(
    "other %s, by name",
    async (_name, { data = rows, spec: given = spec, ...changes }, message) => {
      const failed = fit(given, data, { ...once, ...changes, resume: bytes });
      await expect(failed).rejects.toMatchObject({ code: "USAGE", where: "resume" });
      await expect(failed).rejects.toThrow(message);
    },
  );

  it("bytes that are no whole checkpoint", async () => {
    const broken = bytes.slice();
    broken[broken.length - 5]! ^= 1;
    for (const wrong of [new Uint8Array(3), bytes.slice(0, -8), broken]) {
      await expect(fit(spec, rows, { ...once, resume: wrong })).rejects.toMatchObject({
        code: "FILE_INVALID",
      });
    }
  });

  it.each<[string, (parts: Parts) => void, RegExp]>([
    ...["parameters", "mean", "square", "best"].map(
      (name): [string, (p: Parts) => void, RegExp] => [
        `NaN in ${name}`,
        ({ tensors }) => void (tensors.get(name)!.data[3] = NaN),
        new RegExp(`numbers (from 0 up )?in ${name}, got NaN at 3`),
      ],
    ),
    [
      "a square below 0",
      ({ tensors }) => void (tensors.get("square")!.data[0] = -1),
      /numbers from 0 up in square, got -1 at 0/,
    ],
    [
      "a best epoch that is text",
      ({ progress }) => void (progress["best"] = { epoch: "1", validationLoss: 1 }),
      /one without its progress/,
    ],
    [
      "a best epoch that is to come",
      ({ progress }) => void (progress["best"] = { epoch: 7, validationLoss: 1 }),
      /one without its progress/,
    ],
    [
      "a best loss that is no number",
      ({ progress }) => void (progress["best"] = { epoch: 1, validationLoss: { number: "NaN" } }),
      /one without its progress/,
    ],
    [
      "a history of more epochs",
      ({ progress }) => void (progress["history"] as unknown[]).push([1, 1]),
      /one without its progress/,
    ],
    [
      "deep lists",
      ({ metadata }) => void (metadata["machine"] = "[".repeat(20_000) + "]".repeat(20_000)),
      /nested 20000 deep/,
    ],
    [
      "settings that hide their words",
      ({ metadata }) => {
        const print = JSON.parse(metadata["fingerprint"]!) as { settings: Record<string, unknown> };
        print.settings["batch"] = { toString: 1, valueOf: 1 };
        metadata["fingerprint"] = JSON.stringify(print);
      },
      /other batch \(\{"toString":1,"valueOf":1\}, now 32\)/,
    ],
  ])("a checkpoint with %s, though its checksum is right", async (_name, alter, message) => {
    const resume = altered(bytes, alter);
    const failed = fit(spec, rows, { ...once, resume });
    await expect(failed).rejects.toThrow(CoupletError);
    await expect(failed).rejects.toThrow(message);
  });

  it("not another number of threads: training does not depend on it", async () => {
    const messages: string[] = [];
    for await (const event of fit(spec, rows, { ...once, threads: 1, resume: bytes })) {
      if (event.type === "warning") messages.push(event.message);
    }
    expect(messages.join()).not.toMatch(/last digits/);
  });
});
