/** Training a classifier: what it learns, the same bits again, checkpoints, both kinds of memory, refusals. */
import { afterAll, describe, expect, it } from "vitest";
import { FlowModel } from "couplet";
import { ClassifierModel, denseNet, fitClassifier, revNet } from "couplet/reversible";
import type { ClassifierEvent, ClassifierOptions } from "couplet/reversible";
import { openDevice } from "../engine/device/open.ts";
import { createModel } from "../flow/model/make.ts";
import { flow } from "../flow/spec/flow.ts";
import { modelToBytes } from "../flow/model/write.ts";
import { reducersInMemory } from "../../../../test/reducers-in-memory.ts";
import { stripedImages } from "../../../../test/striped-images.ts";

const device = await openDevice("cpu", { threads: 1, blas: false });
afterAll(() => device.dispose());

const train = stripedImages(360, 1);
const test = stripedImages(200, 2);
const { shape } = train;
const network = revNet({ shape, classes: 3, channels: [8, 8], units: 1 });
const usual: ClassifierOptions = { device, epochs: 4, batch: 32, learningRate: 1e-2, seed: 1 };

function fitOn(options: ClassifierOptions = {}, spec = network) {
  return fitClassifier(spec, train.images, train.labels, { ...usual, ...options });
}

describe("fitClassifier", () => {
  it("learns, tells of it, and comes back from its file", async () => {
    const events: ClassifierEvent[] = [];
    const model = await fitOn({
      epochs: 10,
      onEvent: (e) => events.push(e),
      classNames: ["a", "b", "c"],
    });
    const metrics = await model.evaluate(test.images, test.labels);
    expect(metrics.images).toBe(200);
    // Noise of 25 about +-40 over 64 pixels: hardly any image is ambiguous.
    expect(metrics.accuracy).toBeGreaterThan(0.95);
    expect(metrics.negativeLogLikelihood).toBeLessThan(0.3);

    const start = events.find((e) => e.type === "start")!;
    expect(start.validationLoss).toBeCloseTo(Math.log(3), 6);
    expect(start.trainingRows + start.validationRows).toBe(360);
    const epochs = events.filter((e) => e.type === "epoch");
    expect(epochs.map(({ epoch }) => epoch)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
    expect(epochs.at(-1)!.accuracy).toBeGreaterThan(0.9);
    const end = events.find((e) => e.type === "end")!;
    expect(end.heldOut.images).toBe(start.validationRows);
    expect(end.heldOut.negativeLogLikelihood).toBeCloseTo(end.best.validationLoss, 5);

    const again = await ClassifierModel.fromBytes(model.toBytes(), { device });
    expect(again.parameters).toEqual(model.parameters);
    expect(again.spec).toEqual(model.spec);
    expect(again.training).toEqual(model.training);
    expect(again.heldOut).toEqual(end.heldOut);
    expect(again.classNames).toEqual(["a", "b", "c"]);
    const [a, b] = [await model.predict(test.images), await again.predict(test.images)];
    expect(b).toEqual(a);
    for (let r = 0; r < 200; r++)
      expect(
        a.probabilities[3 * r]! + a.probabilities[3 * r + 1]! + a.probabilities[3 * r + 2]!,
      ).toBeCloseTo(1, 12);
    // A row's bits depend on the image alone.
    const one = await model.predict(test.images.subarray(0, 64));
    expect(one.probabilities).toEqual(a.probabilities.subarray(0, 3));
    model.dispose();
    again.dispose();
    await expect(model.predict(test.images)).rejects.toMatchObject({ code: "DISPOSED" });
  });

  it("takes the DenseNet, momentum, steps, smoothing and augmentation", async () => {
    const spec = denseNet({ shape, classes: 3, channels: [8], units: 1, layers: 2, growth: 4 });
    const model = await fitOn(
      {
        optimiser: "sgd",
        learningRate: 0.1,
        schedule: "steps",
        labelSmoothing: 0.1,
        augment: { flip: true, shift: 1 },
        epochs: 6,
      },
      spec,
    );
    expect(model.training!.settings).toMatchObject({
      momentum: 0.9,
      schedule: "steps",
      labelSmoothing: 0.1,
      shift: 1,
    });
    expect((await model.evaluate(test.images, test.labels)).accuracy).toBeGreaterThan(0.9);
    model.dispose();
  });

  it("ends with the same bits when resumed, with augmentation, as when nobody stopped it", async () => {
    const options: ClassifierOptions = {
      augment: { shift: 2 },
      optimiser: "sgd",
      memory: "reversible",
      epochs: 3,
    };
    const whole = await fitOn(options);
    const controller = new AbortController();
    let bytes: Uint8Array | undefined;
    const cut = fitOn({
      ...options,
      signal: controller.signal,
      checkpoint: { everySeconds: 1e6, save: (b) => void (bytes = b) },
      onEpoch: ({ epoch }) => {
        if (epoch === 1) controller.abort();
      },
    });
    await expect(cut).rejects.toMatchObject({ name: "AbortError" });
    const resumed = await fitOn({ ...options, resume: bytes! });
    expect(resumed.parameters).toEqual(whole.parameters);
    expect(resumed.training!.history).toEqual(whole.training!.history);
    await expect(fitOn({ ...options, seed: 2, resume: bytes! })).rejects.toThrow(
      /seed \(1, now 2\)/,
    );
    await expect(
      fitClassifier(
        network,
        train.images,
        train.labels.map((l) => (l + 1) % 3),
        { ...usual, ...options, resume: bytes! },
      ),
    ).rejects.toThrow(/images and labels/);
    whole.dispose();
    resumed.dispose();
  });

  it("gives models on the way and stops early; goes on from a model", async () => {
    const run = fitOn({ epochs: 50 });
    for await (const event of run) {
      if (event.type !== "epoch") continue;
      const snapshot = await event.snapshot();
      expect((await snapshot.predict(test.images)).classes).toHaveLength(200);
      snapshot.dispose();
      run.stop();
    }
    const model = await run;
    expect(model.training!.epochs).toBeLessThan(50);
    const further = await fitClassifier(model, train.images, train.labels, { ...usual, epochs: 1 });
    expect(further.units).toEqual(model.units);
    expect(further.training!.history).toHaveLength(1);
    model.dispose();
    further.dispose();
  });

  it("is the same for one thread and for two", async () => {
    const two = await openDevice("cpu", { threads: 2, blas: false });
    try {
      const options: ClassifierOptions = { epochs: 1, batch: 64 };
      const a = await fitOn(options);
      const b = await fitOn({ ...options, device: two });
      expect(b.parameters).toEqual(a.parameters);
      a.dispose();
      b.dispose();
    } finally {
      two.dispose();
    }
  });

  it("is the same training on two processes", async () => {
    // 324 images are trained on: batches of 128 in two lanes, and a ragged one of 68 that leaves the second lane few.
    const options: ClassifierOptions = { threads: 1, blas: false, epochs: 2, batch: 128, seed: 1 };
    const outcome = async (more: ClassifierOptions) => {
      const augment = { shift: 1 };
      const own = { ...options, augment, ...more };
      const model = await fitClassifier(network, train.images, train.labels, own);
      model.dispose();
      return {
        parameters: model.parameters,
        history: model.training!.history,
        best: model.training!.best,
      };
    };
    const alone = await outcome({});
    const both = reducersInMemory(2).map((reducer) => outcome({ reducer }));
    for (const one of await Promise.all(both)) expect(one).toEqual(alone);

    const seeds = reducersInMemory(2).map((reducer, seed) => outcome({ reducer, seed }));
    const [first, second] = await Promise.allSettled(seeds);
    expect(first).toMatchObject({ status: "rejected" });
    expect(String((second as PromiseRejectedResult).reason)).toMatch(
      /^CoupletError: fitClassifier: rank 1: expected the settings/,
    );
  });
});

describe("refusals", () => {
  it.each([
    [
      { labelSmoothing: 1 },
      /fitClassifier: labelSmoothing: expected a number from 0 up, below 1, got 1/,
    ],
    [{ momentum: 0.5 }, /fitClassifier: momentum: expected optimiser: "sgd" beside it/],
    [{ optimiser: "lion" as never }, /expected "adam" or "sgd", got "lion"/],
    [{ augment: { shift: 1.5 } }, /fitClassifier: augment/],
    [{ augment: { flips: true } as never }, /unknown option "flips"/],
    [{ masks: 1 } as never, /unknown option "masks"/],
    [{ batch: 0 }, /fitClassifier: batch/],
    [{ memory: "some" as never }, /fitClassifier: memory: expected "store" or "reversible"/],
    [{ validation: 2 }, /fitClassifier: validation/],
    [{ classNames: ["a"] }, /fitClassifier: classNames: expected 3 names, one per class, got 1/],
  ] as const)("of options: %j", async (options, message) => {
    await expect(fitOn(options)).rejects.toThrow(message);
  });

  it("of labels and images that do not fit", async () => {
    const { images, labels } = train;
    const fitWith = (i: Uint8Array, l: ArrayLike<number>) => fitClassifier(network, i, l, usual);
    await expect(fitWith(images, [...labels.slice(1), 3])).rejects.toThrow(
      /fitClassifier: labels\[359\]: expected an integer from 0 to 2, got 3/,
    );
    await expect(fitWith(images, labels.slice(1))).rejects.toMatchObject({
      code: "SHAPE_MISMATCH",
    });
    await expect(fitWith(images.subarray(1), labels)).rejects.toThrow(
      /a multiple of 64 bytes: images of 8 x 8 x 1/,
    );
    await expect(
      fitClassifier(
        network,
        Float64Array.from(images, (v, i) => (i === 70 ? NaN : v)),
        labels,
        usual,
      ),
    ).rejects.toMatchObject({ code: "NON_FINITE_INPUT" });
    await expect(fitWith(images.subarray(0, 64 * 4), labels.slice(0, 4))).rejects.toThrow(
      /at least 20 images/,
    );
  });

  it("of classes without images: a warning says so", async () => {
    const warnings: string[] = [];
    const model = await fitClassifier(
      revNet({ shape, classes: 5, channels: [4], units: 1 }),
      train.images,
      train.labels,
      { ...usual, epochs: 1, onEvent: (e) => e.type === "warning" && warnings.push(e.message) },
    );
    expect(warnings.join()).toMatch(/no training image has class 3, 4/);
    model.dispose();
  });

  it("of a network that does not fit its images", () => {
    expect(() => revNet({ shape: [7, 8, 1], classes: 3 })).toThrow(
      /spec.shape: expected sides that halve 2 times, once between stages, got 7 x 8/,
    );
    expect(() => revNet({ shape, classes: 3, channels: [5] })).toThrow(/an even number/);
    expect(() => revNet({ shape, classes: 3, channels: [4, 8], transition: "squeeze" })).toThrow(
      /expected 16: a squeeze makes four channels of each, got 8/,
    );
    expect(() => revNet({ shape, classes: 1 })).toThrow(/spec.classes/);
    expect(() => revNet({ shape, classes: 3, units: [1, 2] })).toThrow(/one number, or 3/);
  });

  it("of each other's files, by name", async () => {
    const classifier = await ClassifierModel.from(
      {
        spec: network,
        units: { shift: [0], scale: [1] },
        classNames: undefined,
        training: undefined,
        heldOut: undefined,
        parameters: undefined,
      },
      { device },
    );
    await expect(FlowModel.fromBytes(classifier.toBytes(), { where: "c.couplet" })).rejects.toThrow(
      /c.couplet: expected a Couplet model .*, got a classifier. ClassifierModel of couplet\/reversible loads it/,
    );
    const flowModel = await createModel(flow({ dims: 2, layers: [] }), { device });
    await expect(ClassifierModel.fromBytes(modelToBytes(flowModel), { device })).rejects.toThrow(
      /expected a classifier .*, got a flow. FlowModel of couplet/,
    );
    const bytes = classifier.toBytes();
    bytes[bytes.length - 3]! ^= 1;
    await expect(ClassifierModel.fromBytes(bytes, { device })).rejects.toMatchObject({
      code: "FILE_INVALID",
    });
    classifier.dispose();
    flowModel.dispose();
  });
});
