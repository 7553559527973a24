/** What parts for images do with positions, and what they refuse. */
import { expect, test } from "vitest";
import { createModel } from "../model/make.ts";
import { flow } from "../spec/flow.ts";
import { convolutional, gatedConvolutional, residualConvolutional } from "./conditioner/index.ts";
import {
  channelActNorm,
  coupling,
  factorOut,
  invertibleConvolution,
  permutation,
  squeeze,
} from "./layer/index.ts";
import type { LayerSpec } from "./layer/layer.ts";
import { channel, checkerboard } from "./mask/index.ts";
import { splitByMask } from "./mask/mask.ts";

const encode = async (spec: ReturnType<typeof flow>, x: number[]) => {
  const model = await createModel(spec, { device: "reference" });
  const { z } = await model.encode([x]);
  const { x: back } = await model.decode(z);
  model.dispose();
  expect([...back]).toEqual(x);
  return [...z];
};

test("a squeeze puts channel c of pixel (2h + dh, 2w + dw) to channel (c * 2 + dh) * 2 + dw of (h, w)", async () => {
  const [height, width, channels] = [4, 6, 2];
  const x = Array.from({ length: height * width * channels }, (_, i) => i);
  const z = await encode(flow({ shape: [height, width, channels], layers: [squeeze()] }), x);
  for (let y = 0; y < height; y++)
    for (let w = 0; w < width; w++)
      for (let c = 0; c < channels; c++) {
        const k = (c * 2 + (y % 2)) * 2 + (w % 2);
        const pixel = Math.floor(y / 2) * (width / 2) + Math.floor(w / 2);
        expect(z[pixel * 4 * channels + k]).toBe(x[(y * width + w) * channels + c]);
      }
});

test("the latent row is what leaves first, then what leaves next, then the rest: nothing is lost", async () => {
  const spec = flow({
    shape: [4, 4, 1],
    layers: [squeeze(), factorOut({ conditioner: null }), squeeze(), factorOut()],
  });
  const x = Array.from({ length: 16 }, (_, i) => i);
  // The 2 x 2 pixels of the first squeeze have channels (0, 1, 4, 5), (2, 3, 6, 7), ...: channels 2 and 3 leave.
  const first = [4, 5, 6, 7, 12, 13, 14, 15];
  // Then one pixel of channels (0, 2, 8, 10, 1, 3, 9, 11): the last four leave.
  expect(await encode(spec, x)).toEqual([...first, 1, 3, 9, 11, 0, 2, 8, 10]);
});

test("a permutation of channels is the same at every pixel", async () => {
  const layers = [invertibleConvolution({ seed: 3, learned: false })];
  const z = await encode(
    flow({ shape: [2, 2, 5], layers }),
    Array.from({ length: 20 }, (_, i) => i),
  );
  const first = z.slice(0, 5);
  expect(first).not.toEqual([0, 1, 2, 3, 4]);
  for (let pixel = 0; pixel < 4; pixel++)
    expect(z.slice(pixel * 5, pixel * 5 + 5)).toEqual(first.map((c) => c + 5 * pixel));
});

test("masks freeze pixels of a checkerboard, and channels", () => {
  const shape = [2, 3, 2];
  expect(splitByMask(checkerboard(), 12, shape).frozen).toEqual([0, 1, 4, 5, 8, 9]);
  expect(splitByMask(checkerboard(1), 12, shape).frozen).toEqual([2, 3, 6, 7, 10, 11]);
  expect(splitByMask(channel(), 12, shape).frozen).toEqual([0, 2, 4, 6, 8, 10]);
  expect(splitByMask(channel(true), 12, shape).frozen).toEqual([1, 3, 5, 7, 9, 11]);
});

test.each<[name: string, shape: number[], layer: LayerSpec, message: string]>([
  ["a checkerboard on vectors", [6], coupling({ mask: checkerboard() }), "mask: expected images"],
  ["channels of vectors", [6], coupling({ mask: channel() }), "mask: expected images"],
  ["channels of a grey image", [4, 4, 1], coupling({ mask: channel() }), "at least 2 channels"],
  ["a squeeze of vectors", [8], squeeze(), "expected images"],
  ["a squeeze of an odd height", [7, 4, 1], squeeze(), "got 7 x 4"],
  ["half of one channel", [4, 4, 1], factorOut(), "at least 2 channels"],
  ["ActNorm of channels of vectors", [8], channelActNorm(), "expected images"],
  ["an invertible convolution of vectors", [8], invertibleConvolution({ seed: 0 }), "images"],
  ...[convolutional(), residualConvolutional(), gatedConvolutional()].map(
    (conditioner): [string, number[], LayerSpec, string] => [
      `${conditioner.kind} on vectors`,
      [8],
      coupling({ conditioner }),
      "conditioner: expected images",
    ],
  ),
])("%s is refused with its place", (_name, shape, layer, message) => {
  expect(() => flow({ shape, layers: [permutation("reverse"), layer] })).toThrow(
    expect.objectContaining({
      code: "SPEC_INVALID",
      message: expect.stringMatching(
        new RegExp(`^spec.layers\\[1\\].*${message.replaceAll("[", "\\[")}`),
      ) as string,
    }) as Error,
  );
});

test("a squeeze behind a squeeze sees what the first one left", () => {
  expect(() => flow({ shape: [6, 6, 1], layers: [squeeze(), squeeze()] })).toThrow(
    /^spec.layers\[1\]: expected an even height .*, got 3 x 3/,
  );
});
