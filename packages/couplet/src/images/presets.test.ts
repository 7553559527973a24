import { expect, test } from "vitest";
import { createModel } from "../flow/model/make.ts";
import { splitByMask } from "../flow/parts/mask/mask.ts";
import { placesOf } from "../flow/places.ts";
import type { FlowSpec } from "../flow/spec/types.ts";
import { influence } from "../inspect/influence.ts";
import { fit } from "../train/fit.ts";
import type { FitOptions } from "../train/fit.ts";
import { bitsPerDim } from "./bits-per-dim.ts";
import { glow, realNvpImage } from "./presets.ts";
import { pyramid } from "./pyramid.ts";
import { receptiveField } from "./receptive-field.ts";

test("levels of Glow on 32 x 32 x 3 are those of the paper with halves factored out", () => {
  const places = placesOf(glow({ shape: [32, 32, 3], scales: 3, steps: 2 }));
  const shapes = [...new Set(places.map(({ shape }) => shape.join(" x ")))];
  expect(shapes).toEqual([
    "32 x 32 x 3",
    "16 x 16 x 12",
    "16 x 16 x 6",
    "8 x 8 x 24",
    "8 x 8 x 12",
    "4 x 4 x 48",
  ]);
  expect(places.at(-1)).toMatchObject({ offset: 1536 + 768, dims: 768 });
});

test.each([
  ["glow", glow({ shape: [8, 8, 1], steps: 2, width: 8, levels: 17 })],
  ["realNvpImage", realNvpImage({ shape: [8, 8, 1], width: 4, blocks: 1, levels: 17 })],
  ["pyramid", pyramid({ shape: [8, 8, 1], width: 8, levels: 17, logit: 0.01 })],
  [
    "pyramid of variational noise given a label",
    pyramid({ shape: [8, 8, 1], width: 8, levels: 17, noise: "variational", context: 2 }),
  ],
  ["glow given a label", glow({ shape: [8, 8, 1], steps: 1, width: 8, levels: 17, context: 2 })],
  [
    "glow with variational noise",
    glow({ shape: [8, 8, 1], steps: 1, width: 8, levels: 17, noise: "variational", logit: 0.05 }),
  ],
])(
  "%s is uniform noise at birth but for its scale, and learns from a few steps",
  async (_name, spec) => {
    // Bars: a bright column, or a bright row.
    const images = new Uint8Array(300 * 64);
    const context = new Float64Array(600);
    for (let r = 0; r < 300; r++) {
      const at = (r * 5) % 8;
      const upright = r % 2;
      for (let k = 0; k < 8; k++) images[r * 64 + (upright === 0 ? at * 8 + k : k * 8 + at)] = 16;
      context[2 * r + upright] = 1;
    }
    const given = spec.context === 0 ? {} : { context };
    const fresh = await createModel(spec, { threads: 1 });
    const before = await bitsPerDim(fresh, images, given);
    fresh.dispose();
    const options = { epochs: 6, batch: 32, learningRate: 5e-3, threads: 1, ...given };
    const model = await fit(spec, images, options as FitOptions<boolean>);
    const after = await bitsPerDim(model, images, given);
    // Log2 of 17 is 4.09: bars are mostly black, which a few steps see.
    expect(after.bits).toBeLessThan(Math.min(before.bits, 3));
    const rows = await model.sample(
      3,
      (spec.context === 0 ? { seed: 1 } : { seed: 1, context: [[1, 0]] }) as { seed: number },
    );
    for (const value of rows) {
      expect(Number.isInteger(value)).toBe(true);
      expect(value).toBeGreaterThanOrEqual(0);
      expect(value).toBeLessThan(17);
    }
    model.dispose();
  },
);

test("the receptive field grows with depth, a level at a time", () => {
  const levels = receptiveField(glow({ shape: [32, 32, 1], steps: 2, scales: 2, width: 8 }));
  // Two couplings of radius 2 and the prior's on pixels of 2 x 2 behind a squeeze that adds 1; then two on pixels of 4 x 4.
  expect(levels.map(({ radius }) => radius)).toEqual([
    0,
    1 + 2 * (2 + 2 + 2),
    1 + 12 + 2 + 4 * (2 + 2),
  ]);
  expect(levels.map(({ scale }) => scale)).toEqual([1, 2, 4]);
  expect(() => receptiveField({ ...glow({ shape: [8, 8, 1] }), shape: [64] })).toThrow(/images/);
});

test("a pyramid moves every value once, and each given values that have not moved before", async () => {
  for (const shape of [
    [12, 8, 3],
    [7, 9, 1],
    [5, 4, 2],
  ]) {
    const spec = pyramid({ shape, width: 4 });
    const places = placesOf(spec);
    let moved = 0;
    for (const [i, layer] of spec.layers.entries()) {
      if (layer.kind !== "coupling") continue;
      const { dims, shape: grid } = places[i]!;
      moved += splitByMask(layer.mask, dims, grid).transformed.length;
    }
    expect(moved).toBe(shape[0]! * shape[1]! * shape[2]!);
  }
});

test.each([
  [[6, 40, 1], 2],
  [[29, 29, 1], 4],
  [[9, 13, 2], 4],
  [[8, 64, 1], 2],
  [[8, 8, 1], 4],
  [[2, 2, 1], 1],
  [[1, 9, 1], 2],
])("each network of a pyramid of %j sees a pixel that has not moved, but %i", (shape, fewest) => {
  const spec = pyramid({ shape, width: 4 });
  const { dims, layers } = influence(spec);
  const pixelOf = (variable: number) => Math.floor(variable / shape[2]!);
  // Which variable of the image stands at each position, and which have moved.
  let standing = Array.from({ length: dims }, (_, i) => i);
  const moved = new Set<number>();
  const blind = new Set<number>();
  const places = placesOf(spec);
  for (const [l, layer] of spec.layers.entries()) {
    const place = places[l]!;
    const seenFrom = (i: number) => standing.filter((_, j) => layers[l]!.own[i * dims + j] === 1);
    if (layer.kind !== "coupling") {
      standing = standing.map((_, i) => seenFrom(i)[0]!);
      continue;
    }
    const moving = splitByMask(layer.mask, place.dims, place.shape).transformed;
    for (const i of moving) {
      const own = standing[place.offset + i]!;
      const others = seenFrom(place.offset + i).filter(
        (variable) => pixelOf(variable) !== pixelOf(own) && !moved.has(variable),
      );
      if (!others.some((variable) => !moving.some((k) => standing[place.offset + k] === variable)))
        blind.add(pixelOf(own));
    }
    for (const i of moving) moved.add(standing[place.offset + i]!);
  }
  expect(moved.size).toBe(dims);
  expect(blind.size).toBe(fewest);
});

test("a pyramid of small squares has networks as deep as was asked", () => {
  const depths = ({ layers }: FlowSpec) =>
    layers.flatMap((layer) =>
      layer.kind === "coupling" && layer.conditioner.kind === "residualConvolutional"
        ? [layer.conditioner.blocks]
        : [],
    );
  expect(depths(pyramid({ shape: [8, 8, 1], width: 4 }))).toEqual([1, 1, 1, 1, 1]);
  expect(depths(pyramid({ shape: [28, 28, 1], width: 4 }))).toEqual(Array(9).fill(1));
  // Lattices of 1, 2, 4 and 8 pixels, two couplings each, and the last one.
  expect(depths(pyramid({ shape: [29, 29, 1], width: 4 }))).toEqual([1, 1, 1, 1, 2, 2, 4, 4, 1]);
});

test("a pyramid's images come back from their latent rows, with the levels of its scales", async () => {
  const spec = pyramid({ shape: [16, 8, 2], width: 4, logit: 1e-3 });
  expect([...new Set(placesOf(spec).map(({ shape }) => shape.join(" x ")))]).toEqual([
    "16 x 8 x 2",
    "8 x 4 x 8",
    "8 x 4 x 4",
    "8 x 4 x 2",
  ]);
  const images = Uint8Array.from({ length: 20 * 256 }, (_, i) =>
    i % 3 === 0 ? 0 : (i * 37) % 256,
  );
  const model = await fit(spec, images, { epochs: 2, batch: 8, threads: 1 });
  const { z } = await model.encode(images);
  expect([...(await model.decode(z)).x]).toEqual([...images]);
  model.dispose();
});

test("a pyramid needs images, and widths and bins that are counts", () => {
  expect(() => pyramid({ shape: [64] })).toThrow(
    /pyramid: expected a shape of height, width and channels, got \[64\]/,
  );
  expect(() => pyramid({ shape: [8, 8, 1], bins: 1 })).toThrow(/pyramid: bins/);
  expect(() => pyramid({ shape: [8, 8, 1], scales: -1 })).toThrow(/pyramid: scales/);
});
