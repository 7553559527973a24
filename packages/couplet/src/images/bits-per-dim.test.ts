/** Bits per dimension against answers that are known, and the variational bound against sums over all values. */
import { readFile } from "node:fs/promises";
import { expect, test } from "vitest";
import { createModel } from "../flow/model/make.ts";
import type { FlowModel } from "../flow/model/model.ts";
import { uniform } from "../flow/parts/base/index.ts";
import { convolutional } from "../flow/parts/conditioner/index.ts";
import { coupling, dequantise, lu } from "../flow/parts/layer/index.ts";
import { channel, checkerboard } from "../flow/parts/mask/index.ts";
import { rationalQuadratic } from "../flow/parts/transform/index.ts";
import { flow } from "../flow/spec/flow.ts";
import type { FlowSpec } from "../flow/spec/types.ts";
import { columnWord } from "../random/column-words.ts";
import { philoxKey } from "../random/philox.ts";
import { logNormalMass } from "../statistics/normal.ts";
import { bitsPerDim } from "./bits-per-dim.ts";
import { glow } from "./presets.ts";
import { readImages } from "./read-images.ts";

async function perturbed(
  spec: FlowSpec,
  device: "cpu" | "reference",
  by = 0.2,
): Promise<FlowModel> {
  const model = await createModel(spec, { device, threads: 1 });
  model.setParameters(model.parameters.map((value, i) => value + by * Math.sin(i * 1.7 + 1)));
  return model;
}

test.each([
  [2, "cpu"],
  [32, "cpu"],
  [256, "cpu"],
  [256, "reference"],
] as const)(
  "a uniform base gives exactly log2 of %i levels (%s), however many samples",
  async (levels, device) => {
    const spec = flow({
      shape: [2, 2, 1],
      base: uniform({ bound: 0.5 }),
      layers: [
        dequantise({ levels }),
        coupling({
          mask: checkerboard(),
          transform: rationalQuadratic({ bound: 0.5 }),
          conditioner: convolutional({ width: 4 }),
        }),
      ],
    });
    const model = await createModel(spec, { device, threads: 1 });
    const images = Array.from({ length: 50 }, (_, r) =>
      [0, 1, 2, 3].map((k) => (r * 7 + k * 5) % levels),
    );
    for (const samples of [1, 5]) {
      const { bits, standardError, constant } = await bitsPerDim(model, images, { samples });
      expect(bits).toBeCloseTo(Math.log2(levels), 6);
      expect(standardError).toBeCloseTo(0, 6);
      expect(constant).toBe(Math.log2(levels));
    }
    model.dispose();
  },
);

test("one pixel of one bit, with a symmetric density, has one bit on average over the noise", async () => {
  // A standard normal base and the logit are symmetric about the edge between 0 and 1: P(0) = P(1) = 1/2. The bits of single draws differ.
  const spec = flow({ shape: [1, 1, 1], layers: [dequantise({ levels: 2, logit: 1e-6 })] });
  const model = await createModel(spec, { device: "reference" });
  const { perImage } = await bitsPerDim(model, [[0], [1]], { samples: 4000 });
  // E p(x + u) over u in the half is 1/2: the standard error of 4000 samples is below 0.02.
  for (const bits of perImage) expect(Math.abs(bits - 1)).toBeLessThan(0.08);
  model.dispose();
});

test("one pixel of 8 bits through a logit: each of the 256 bins holds the normal's probability between its edges, to 1e-6", async () => {
  const a = 0.05;
  const spec = flow({ shape: [1, 1, 1], layers: [dequantise({ logit: a }), lu()] });
  const latent = (v: number) => {
    const p = a + ((1 - 2 * a) * v) / 256;
    return Math.log(p / (1 - p));
  };
  // Gauss-Legendre, five points in (0, 1).
  const nodes = [
    0.5,
    0.5 - 0.453089922969332,
    0.5 - 0.2692346550528416,
    0.5 + 0.2692346550528416,
    0.5 + 0.453089922969332,
  ];
  const weights = [
    128 / 225,
    0.2369268850561891,
    0.4786286704993665,
    0.4786286704993665,
    0.2369268850561891,
  ];
  using model = await createModel(spec, { device: "reference" });
  const z = Float64Array.from({ length: 256 * 5 }, (_, i) =>
    latent(Math.floor(i / 5) + nodes[i % 5]!),
  );
  const { logDet, x } = await model.decode(z);
  for (let bin = 0; bin < 256; bin++) {
    let mass = 0;
    for (let k = 0; k < 5; k++) {
      const i = 5 * bin + k;
      expect(x[i]).toBe(bin);
      mass +=
        ((weights[k]! / 2) * Math.exp(-0.5 * z[i]! ** 2 + logDet[i]!)) / Math.sqrt(2 * Math.PI);
    }
    const exact = Math.exp(logNormalMass(latent(bin), latent(bin + 1)));
    expect(Math.abs(mass / exact - 1)).toBeLessThan(1e-6);
  }
});

test("one pixel of 8 bits through a logit has the density of the formula at every noise, and the probabilities add up", async () => {
  const a = 0.05;
  const spec = flow({ shape: [1, 1, 1], layers: [dequantise({ logit: a }), lu()] });
  const density = (v: number) => {
    const p = a + ((1 - 2 * a) * v) / 256;
    const y = Math.log(p / (1 - p));
    return (
      -0.5 * y * y -
      0.5 * Math.log(2 * Math.PI) +
      Math.log((1 - 2 * a) / 256) -
      Math.log(p * (1 - p))
    );
  };
  for (const device of ["cpu", "reference"] as const) {
    const model = await createModel(spec, { device, threads: 1 });
    const images = Uint8Array.from({ length: 256 }, (_, i) => i);
    const { perImage, constant } = await bitsPerDim(model, images, { seed: 5 });
    expect(constant).toBeCloseTo(-Math.log2(0.9 / 256), 12);
    for (const [x, bits] of perImage.entries()) {
      const drawn = ((columnWord(x, 0, 0, 0, philoxKey(5)) >>> 17) + 0.5) / 2 ** 15;
      const u = Math.max(2 ** -9, Math.min(1 - 2 ** -9, drawn));
      expect(Math.abs(-bits * Math.LN2 - density(x + u))).toBeLessThan(
        device === "cpu" ? 2e-5 : 1e-12,
      );
    }
    // 256 bins by quadrature: each bin's mean density over 400 samples, against the middle of 64 parts.
    const { perImage: many } = await bitsPerDim(model, images, { samples: 400 });
    let total = 0;
    let exact = 0;
    for (let x = 0; x < 256; x++) {
      total += 2 ** -many[x]!;
      for (let k = 0; k < 64; k++) exact += Math.exp(density(x + (k + 0.5) / 64)) / 64;
    }
    // Densities within a bin differ by a few per cent; 400 samples of 256 bins leave a part in 10^4.
    expect(Math.abs(total - exact)).toBeLessThan(1e-4);
    model.dispose();
  }
});

const variational = flow({
  shape: [2, 2, 1],
  layers: [
    dequantise({
      levels: 2,
      variational: { couplings: 4, conditioner: convolutional({ width: 3, activation: "tanh" }) },
    }),
    coupling({
      mask: checkerboard(),
      conditioner: convolutional({ width: 3, activation: "tanh" }),
    }),
  ],
});

test("the density of variational noise integrates to 1 for every image", async () => {
  const spec = flow({
    shape: [1, 2, 1],
    layers: [
      dequantise({
        levels: 2,
        variational: { conditioner: convolutional({ width: 3, activation: "tanh" }) },
      }),
    ],
  });
  using model = await perturbed(spec, "reference");
  const n = 150;
  for (const x of [
    [0, 0],
    [1, 0],
  ]) {
    // Middles of a grid over the square of the noise: y = (x + u) / 2 - 1/2, whose logDet is -2 ln 2 - log q(u | x).
    const z = Float64Array.from({ length: 2 * n * n }, (_, i) => {
      const r = Math.floor(i / 2);
      const u = ((i % 2 === 0 ? Math.floor(r / n) : r % n) + 0.5) / n;
      return (x[i % 2]! + u) / 2 - 0.5;
    });
    const { logDet } = await model.decode(z);
    const integral =
      logDet.reduce((sum, value) => sum + Math.exp(-value - 2 * Math.LN2), 0) / n ** 2;
    // Smooth, and 0 at the edges: the middle rule's error falls with n^2.
    expect(Math.abs(integral - 1)).toBeLessThan(2e-3);
  }
});

test("decode gives the integers back, with encode's log-determinant", async () => {
  for (const spec of [
    variational,
    flow({ shape: [2, 2, 1], layers: [dequantise({ levels: 256, logit: 0.05 })] }),
  ]) {
    using model = await perturbed(spec, "reference");
    const levels = spec === variational ? 2 : 256;
    const images = Float64Array.from({ length: 4 * 200 }, (_, i) => (i * 37) % levels);
    const { z, logDet } = await model.encode(images);
    const back = await model.decode(z);
    expect(back.x).toEqual(images);
    for (const [r, value] of logDet.entries()) expect(back.logDet[r]).toBeCloseTo(value, 6);
    const logProb = await model.logProb(images);
    for (const [r, value] of logProb.entries()) {
      const base =
        z.subarray(4 * r, 4 * r + 4).reduce((s, v) => s - 0.5 * v * v, 0) -
        2 * Math.log(2 * Math.PI);
      expect(value).toBeCloseTo(base + logDet[r]!, 9);
    }
  }
});

test("200 digits come back pixel by pixel, in float32", async () => {
  const { data, shape } = await readImages(
    await readFile(new URL("../../../../examples/data/digits.idx.gz", import.meta.url)),
  );
  const images = data.subarray(0, 200 * 784);
  // As far from the identity as latent values of 11 deviations, and of 80 through the logit.
  for (const [logit, by] of [
    [0, 0.1],
    [1e-3, 0.02],
  ] as const) {
    using model = await perturbed(glow({ shape, steps: 2, width: 8, logit }), "cpu", by);
    const { z } = await model.encode(images);
    const { x } = await model.decode(z);
    // Without the margin of the noise seven of these 156,800 are others: their u is 2^-16 of a step from an edge.
    expect(x.reduce((wrong, value, i) => wrong + (value === images[i] ? 0 : 1), 0)).toBe(0);
  }
});

test("more samples tighten the bound", async () => {
  using model = await perturbed(variational, "cpu");
  const images = Array.from({ length: 400 }, (_, r) => [0, 1, 2, 3].map((k) => (r >> k) & 1));
  const one = await bitsPerDim(model, images);
  const eight = await bitsPerDim(model, images, { samples: 8 });
  expect(eight.bits).toBeLessThan(one.bits);
  expect(eight.text).toMatch(
    /^\d\.\d{3} bits\/dim \(8 samples\), standard error \d\.\d{3} over 400 images; 1 of it for/,
  );
});

test.each([
  ["a fraction", [[0.5, 0, 0, 1]], "row 0, column 0: expected an integer from 0 to 1, got 0.5"],
  [
    "a value too large",
    [
      [0, 0, 0, 1],
      [0, 0, 2, 1],
    ],
    "row 1, column 2: .* got 2",
  ],
  ["a value below 0", [[0, -1, 0, 1]], "row 0, column 1: .* got -1"],
] as const)("%s is refused with its place", async (_name, images, message) => {
  using model = await createModel(variational, { threads: 1 });
  const attempt = bitsPerDim(model, images as unknown as number[][]);
  await expect(attempt).rejects.toThrow(new RegExp(message));
  await expect(attempt).rejects.toMatchObject({ code: "DATA_INVALID" });
});

test("flows of real numbers have no bits, and dequantisation comes first", async () => {
  using model = await createModel(flow({ dims: 2, layers: [coupling({})] }), { threads: 1 });
  await expect(bitsPerDim(model, [[1, 2]])).rejects.toMatchObject({ code: "NOT_SUPPORTED" });
  expect(() => flow({ dims: 2, layers: [coupling({}), dequantise()] })).toThrow(
    "spec.layers[1]: expected a dequantisation in front of all other layers",
  );
  expect(() =>
    flow({ shape: [2, 2, 2], layers: [dequantise(), coupling({ mask: channel() })] }),
  ).not.toThrow();
});
