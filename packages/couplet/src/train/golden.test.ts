/** A checkpoint of version 0.1 goes on. */
import { readFileSync } from "node:fs";
import { actNorm, affine, alternating, coupling, fit, flow, lu, mlp } from "couplet";
import type { TrainEvent } from "couplet";
import { expect, it } from "vitest";

it("resumes a checkpoint of version 0.1, of weighted rows, in the middle of a run", async () => {
  const rows = Float64Array.from(
    { length: 600 },
    (_, i) => Math.sin(i) + (i % 2) * Math.cos(i / 7),
  );
  const weights = Float64Array.from({ length: 300 }, (_, i) => 1 + (i % 3));
  const conditioner = mlp({ width: 8 });
  const spec = flow({
    dims: 2,
    layers: [
      actNorm(),
      lu(),
      ...[0, 1].map((i) => coupling({ mask: alternating(i), transform: affine(), conditioner })),
    ],
  });
  const epochs: Extract<TrainEvent, { type: "epoch" }>[] = [];
  using model = await fit(spec, rows, {
    weights,
    seed: 4,
    epochs: 4,
    batch: 32,
    threads: 1,
    blas: false,
    relaxedSimd: false,
    onEpoch: (event) => epochs.push(event),
    resume: readFileSync(new URL("golden/checkpoint-0.1.safetensors", import.meta.url)),
  });
  // Written after the last step of epoch 2, before its validation. Of the uninterrupted run in version 0.1:
  const history = model.training!.history;
  expect(epochs.map(({ epoch }) => epoch)).toEqual([2, 3, 4]);
  expect(history).toHaveLength(4);
  expect(history[0]![0]).toBeCloseTo(2.4828347100104327, 12);
  expect(history[1]![0]).toBeCloseTo(2.448694681816572, 5);
  expect(history[1]![1]).toBeCloseTo(2.392059776715233, 5);
  // From there on the batches are divided by the mean weight of all rows: near, not the same.
  expect(history[3]![1]).toBeCloseTo(2.3774817850360086, 2);
});
