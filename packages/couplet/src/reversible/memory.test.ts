/** What a training step takes in memory: flat in depth where activations are rebuilt, refused where they do not fit. */
import { describe, expect, it } from "vitest";
import { denseNet, describeNetwork, fitClassifier, revNet } from "couplet/reversible";
import { stripedImages } from "../../../../test/striped-images.ts";

describe("activation bytes against depth", () => {
  it.each([
    ["RevNet", revNet({ shape: [8, 8, 3], classes: 10, channels: [16, 32] }), [3, 9, 27]],
    [
      "DenseNet",
      denseNet({ shape: [8, 8, 3], classes: 10, channels: [16], growth: 8 }),
      [2, 8, 32],
    ],
  ] as const)("%s: flat when rebuilt, growing when stored", async (_, spec, units) => {
    const { memory, text } = await describeNetwork(spec, units);
    const [low, middle, high] = memory.map(({ store, reversible }) => [store, reversible] as const);
    expect(high![1] / low![1]).toBeLessThan(1.05);
    expect(high![1] / low![1]).toBeGreaterThanOrEqual(1);
    expect(high![0] / middle![0]).toBeGreaterThan(2);
    expect(text).toMatch(/units a stage \(\d+ couplings\): [\d.]+ MB stored, [\d.]+ MB rebuilt/);
  });
});

it("refuses to store what does not fit into the address space, with the sizes of both modes", async () => {
  // About five values of 128 x 128 x 32 floats for each of the 8 images of a tile and the 60 couplings.
  const { images, labels, shape } = stripedImages(24, 1, 128);
  const spec = revNet({ shape, classes: 3, channels: [64], units: 30 });
  const options = { threads: 1, blas: false, epochs: 1, batch: 8, validation: 0.3 } as const;
  const run = fitClassifier(spec, images, labels, options);
  await expect(run).rejects.toMatchObject({ code: "OUT_OF_MEMORY" });
  await expect(run).rejects.toThrow(
    /within 4 GB of address space, got [45]\.\d GB of stored activations. memory: "reversible" rebuilds them and takes \d{3} MB/,
  );
});
