/** Plans of trainings of images, and images and labels that cannot be learned. */
import { expect, test } from "vitest";
import { reducersInMemory } from "../../../../test/reducers-in-memory.ts";
import { coupling } from "../flow/parts/layer/index.ts";
import { checkerboard } from "../flow/parts/mask/index.ts";
import { flow } from "../flow/spec/flow.ts";
import { fit } from "../train/fit.ts";
import { fitImages, planImageFit } from "./fit-images.ts";
import type { FitImagesOptions } from "./fit-images.ts";
import { imageSpec, sizeFor } from "./image-sizes.ts";
import { chooseSteps } from "./image-steps.ts";
import { imageSource, numberedClasses, oneHot } from "./image-source.ts";
import { splitOf } from "./image-plan.ts";
import { glow } from "./presets.ts";

function source(count: number, labels?: readonly number[], side = 8) {
  const data = Uint8Array.from({ length: count * side * side }, (_, i) => 50 + ((i * 31) % 150));
  const given = labels === undefined ? undefined : Uint8Array.from(labels);
  return imageSource({ shape: [side, side, 1], count, data, labels: given }, "squares");
}

test("a plan fills its time, and its parts are apart", async () => {
  const options = { size: "small", threads: 1, maxMinutes: 1, batch: 16 } as const;
  const { plan, imagesPerSecond } = await planImageFit(source(200), options);
  const planned = (plan.epochs * plan.imagesPerEpoch) / imagesPerSecond;
  // Four fifths of the minute, to a half of an epoch, and at most 200 passes.
  expect(planned).toBeLessThan(48 + plan.imagesPerEpoch / imagesPerSecond);
  if (plan.epochs < 200)
    expect(planned).toBeGreaterThan(48 - plan.imagesPerEpoch / imagesPerSecond);
  const { training, validation, heldOut } = splitOf(plan, 200);
  expect([training.length, validation.length, heldOut.length]).toEqual([160, 20, 20]);
  expect(new Set([...training, ...validation, ...heldOut]).size).toBe(200);
});

test("black or white grounds have the logit, others do not", async () => {
  const options = { size: "small", threads: 1, passes: 1, batch: 16 } as const;
  const grey = source(60);
  expect((await planImageFit(grey, options)).plan.logit).toBe(0);
  const black = {
    ...grey,
    read: async (numbers: ArrayLike<number>) =>
      (await grey.read(numbers)).map((value, i) => (i % 5 === 0 ? 0 : value)),
  };
  expect((await planImageFit(black, options)).plan.logit).toBe(1e-3);
});

test("grey images have the pyramid, colours and classes have Glow, and short trainings smaller steps", async () => {
  const options = { size: "small", threads: 1, passes: 1 } as const;
  const grey = (await planImageFit(source(400), options)).plan;
  expect(grey).toMatchObject({ preset: "pyramid", batch: 16 });
  const images = source(400);
  // Glow tells classes apart better, and asks for even sides.
  const halves = Array.from({ length: 400 }, (_, i) => i % 2);
  for (const [side, preset] of [
    [8, "glow"],
    [7, "pyramid"],
  ] as const) {
    const { plan } = await planImageFit(source(400, halves, side), { ...options, given: true });
    expect(plan.preset).toBe(preset);
  }
  const colours = { ...images, shape: [4, 4, 4] as const };
  expect((await planImageFit(colours, options)).plan.preset).toBe("glow");
  const long = (await planImageFit(images, { ...options, passes: 4000 })).plan;
  // A twentieth of 320 images; 1.28 million images in all would allow steps of 128.
  expect(long.batch).toBe(16);
});

test("the size follows the passes that the time has", () => {
  // 60,000 images at 1,000 a second: 1, 30 and 120 passes.
  expect([60, 1800, 7200].map((seconds) => sizeFor(60_000, 1000, seconds))).toEqual([
    "small",
    "medium",
    "large",
  ]);
  expect(sizeFor(500, 1000, 3600)).toBe("small");
});

test("epochs follow from the pace of the batch that is chosen, and of the size", async () => {
  const timed: string[] = [];
  // A machine with a cost of each step, and of each image: 200 and 1,000 images a second in steps of 16 and 128.
  const rateOf = async (size: string, batch: number) => {
    timed.push(`${size} ${batch}`);
    const seconds = 0.0771 + 0.0001786 * batch;
    return (batch / seconds) * (size === "small" ? 4 : 1);
  };
  const about = { training: 50_000, imagesPerEpoch: 5000, seconds: 100 };
  const options = { passes: undefined, size: undefined, batch: undefined };
  const short = await chooseSteps({ ...about, ...options }, rateOf);
  // 128,000 images in steps of 128 are fewer than four passes: small; 512,000 of those want steps of 64, which have 2,891 images a second.
  expect(timed).toEqual(["medium 128", "small 128", "small 64"]);
  expect(short).toMatchObject({ size: "small", batch: 64 });
  expect(short.imagesPerSecond).toBe(await rateOf("small", 64));
  expect(short.epochs).toBe(Math.round((short.imagesPerSecond * 100) / 5000));
  timed.length = 0;
  const given = { passes: 2, size: "small", batch: undefined } as const;
  const two = await chooseSteps({ ...about, ...given }, rateOf);
  // The passes say how many images: one measurement, of the batch that trains.
  expect([two.batch, two.epochs, timed]).toEqual([16, 20, ["small 16"]]);
  timed.length = 0;
  await chooseSteps({ ...about, ...options, size: "large", batch: 32 }, rateOf);
  expect(timed).toEqual(["large 32"]);
});

test.each([
  [
    "too few images",
    source(10),
    {},
    "DATA_INVALID",
    /squares: expected at least 40 images, got 10/,
  ],
  [
    "no labels",
    source(60),
    { given: true },
    "DATA_INVALID",
    /expected labels of the images, got none/,
  ],
  [
    "one class",
    { ...source(60, Array(60).fill(0) as number[]), classes: ["only"] },
    { given: true },
    "DATA_INVALID",
    /expected two classes or more, got 1/,
  ],
  [
    "a label that is no class",
    {
      ...source(
        60,
        [...Array(59).keys(), 59].map((i) => i % 4),
      ),
      classes: ["a", "b", "c"],
    },
    { given: true },
    "DATA_INVALID",
    /expected labels from 0 to 2, got 3 for image 3/,
  ],
  [
    "another number of labels",
    { ...source(60), labels: [0, 1], classes: ["a", "b"] },
    { given: true },
    "DATA_INVALID",
    /expected 60 labels, one per image, got 2/,
  ],
  [
    "odd sides",
    source(60, undefined, 7),
    { preset: "glow" },
    "SPEC_INVALID",
    /expected images with even sides, .* got 7 x 7 pixels\. Crop or pad/,
  ],
  ["nine bits", source(60), { bits: 9 }, "USAGE", /bits: expected an integer from 1 to 8, got 9/],
] as const)("%s: refused", async (_name, images, options, code, words) => {
  const attempt = fitImages(images, { ...options, passes: 1, threads: 1 });
  await expect(attempt).rejects.toMatchObject({
    code,
    message: expect.stringMatching(words) as string,
  });
});

test("odd sides have the preset without a squeeze", () => {
  const spec = imageSpec("realNvpImage", "small", { shape: [7, 9, 1] });
  expect(spec.layers.some(({ kind }) => kind === "squeeze")).toBe(false);
});

test("a checkerboard needs an image", () => {
  expect(() => flow({ dims: 4, layers: [coupling({ mask: checkerboard() })] })).toThrow(
    /mask.*expected .*(image|height)/,
  );
});

test("values other than bytes are refused by position", async () => {
  const spec = glow({ shape: [4, 4, 1], steps: 1, width: 4, scales: 1 });
  const rows = Float64Array.from({ length: 40 * 16 }, (_, i) => (i === 50 ? 256 : i % 256));
  await expect(fit(spec, rows, { epochs: 1, threads: 1 })).rejects.toMatchObject({
    code: "DATA_INVALID",
    message: expect.stringMatching(
      /row 3, column 2: expected an integer from 0 to 255, got 256/,
    ) as string,
  });
});

test("a class without a training image is named, and scores are of the images at the call", async () => {
  const images = source(
    60,
    Array.from({ length: 60 }, () => 1),
  );
  const warnings: string[] = [];
  const model = await fitImages(images, {
    given: true,
    size: "small",
    passes: 1,
    threads: 1,
    samples: 1,
    onEvent: (event) => event.type === "warning" && warnings.push(event.message),
  });
  expect(warnings[0]).toBe("no training image has class 0: its samples and densities are a guess");
  const rows = await images.read([0, 1, 2]);
  const { bits } = await model.score(rows);
  const later = model.score(rows);
  rows.fill(0);
  // Each class is a pass of its own over the images.
  expect((await later).bits).toEqual(bits);
  for (const count of [NaN, -1, 1.5, Infinity])
    await expect(model.sample(count)).rejects.toMatchObject({ code: "USAGE" });
  await expect(model.score(rows.subarray(1))).rejects.toMatchObject({ code: "SHAPE_MISMATCH" });
  await expect(model.bitsPerDim(rows.subarray(0, 0))).rejects.toThrow(/at least one image/);
  model.dispose();
});

test("labels that are no classes have no names and no context", () => {
  expect(numberedClasses([0, 2])).toEqual(["0", "1", "2"]);
  for (const label of [-1, 0.5, NaN, 1e9]) {
    expect(() => numberedClasses([label])).toThrow(/labels from 0 to 65535/);
    expect(() => oneHot([label], 3)).toThrow(/labels from 0 to 2/);
  }
  expect(() => oneHot([0], NaN)).toThrow(/oneHot: classes/);
});

test("two processes share a training, by the plan that rank 0 makes", async () => {
  const outcome = async (options: FitImagesOptions) => {
    const plans: unknown[] = [];
    const model = await fitImages(source(120), {
      size: "small",
      threads: 1,
      blas: false,
      passes: 1,
      batch: 64,
      samples: 1,
      ...options,
      onEvent: (event) => event.type === "plan" && plans.push(event.plan),
    });
    model.flow.dispose();
    const { parameters, training } = model.flow;
    const { history, best } = training!;
    return { plans, parameters, history, best, heldOut: model.record.heldOut };
  };
  const alone = await outcome({});
  const both = reducersInMemory(2).map((reducer) => outcome({ reducer }));
  for (const one of await Promise.all(both)) expect(one).toEqual(alone);
  // What ends rank 0 before there is a plan ends the others, too.
  const refused = reducersInMemory(2).map((reducer) =>
    outcome({ reducer, ...(reducer.rank === 0 ? { heldOut: 2 } : {}) }),
  );
  const [first, second] = await Promise.allSettled(refused);
  expect(String((first as PromiseRejectedResult).reason)).toMatch(/heldOut: expected a fraction/);
  expect(String((second as PromiseRejectedResult).reason)).toMatch(/rank 0 has left: .*heldOut/);
  // One that goes on from a checkpoint waits for no plan.
  for (const resuming of [0, 1]) {
    const [zero, one] = await Promise.allSettled(
      reducersInMemory(2).map((reducer) =>
        outcome({ reducer, ...(reducer.rank === resuming ? { resume: new Uint8Array(8) } : {}) }),
      ),
    );
    expect(String((one as PromiseRejectedResult).reason)).toMatch(
      /fitImages: rank 1: expected the checkpoint to go on from of rank 0/,
    );
    expect(String((zero as PromiseRejectedResult).reason)).toMatch(/rank 1 has left|resume/);
  }
});
