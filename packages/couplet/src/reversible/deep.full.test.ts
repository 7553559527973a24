/** A chain of 1,024 couplings: refused where activations are stored, trained where they are rebuilt. */
import { expect, it } from "vitest";
import { fitClassifier, revNet } from "couplet/reversible";
import type { ClassifierEvent } from "couplet/reversible";
import { stripedImages } from "../../../../test/striped-images.ts";

it("1,024 couplings of 64 channels at 32 x 32 train below 100 MB of activations", async () => {
  const { images, labels, shape } = stripedImages(20, 1, 32);
  const spec = revNet({ shape, classes: 3, channels: [64], units: 512 });
  const options = { threads: 1, epochs: 1, batch: 8, validation: 0.5 } as const;
  await expect(fitClassifier(spec, images, labels, options)).rejects.toThrow(
    /got 5\.\d GB of stored activations. memory: "reversible" rebuilds them and takes \d\d MB/,
  );
  let start: Extract<ClassifierEvent, { type: "start" }> | undefined;
  const model = await fitClassifier(spec, images, labels, {
    ...options,
    memory: "reversible",
    onEvent: (event) => {
      if (event.type === "start") start = event;
    },
  });
  expect(start!.plannedMemory.activations.reversible).toBeLessThan(100e6);
  expect(start!.plannedMemory.activations.store).toBeGreaterThan(4e9);
  expect(model.training!.history).toHaveLength(1);
  expect(Number.isFinite(model.heldOut!.negativeLogLikelihood)).toBe(true);
  model.dispose();
}, 600_000);
