/** The start of a run says what a step takes in memory, in either mode. */
import { alternating, coupling, fit, flow, mlp, repeat } from "couplet";
import type { TrainEvent } from "couplet";
import { expect, it } from "vitest";
import { normals } from "../../../../test/random.ts";

async function planned(couplings: number, memory: "store" | "reversible", threads = 1) {
  const spec = flow({
    dims: 4,
    layers: repeat(couplings, (i) =>
      coupling({ mask: alternating(i), conditioner: mlp({ width: 8 }) }),
    ),
  });
  let start: Extract<TrainEvent, { type: "start" }> | undefined;
  const run = fit(spec, normals(4 * 600, 1), {
    epochs: 1,
    batch: 256,
    memory,
    threads,
    blas: false,
  });
  for await (const event of run) if (event.type === "start") start = event;
  using model = await run;
  return { ...start!.plannedMemory, numbers: model.parameters.length };
}

it("is the same plan whichever mode trains, and counts parameters, gradients and moments", async () => {
  const { numbers, ...stored } = await planned(4, "store", 2);
  expect(stored).toEqual({
    activations: expect.anything(),
    parameters: 4 * numbers,
    // One set a lane: four at this batch.
    gradients: 4 * 4 * numbers,
    moments: 2 * 4 * numbers,
  });
  const { numbers: _, ...reversible } = await planned(4, "reversible", 2);
  expect(reversible).toEqual(stored);
});

it("grows with depth where activations are stored, and not where they are rebuilt", async () => {
  const [shallow, deep] = [await planned(8, "store"), await planned(32, "store")];
  // Each coupling keeps its own activations; the ends of the flow are in both.
  expect(deep.activations.store / shallow.activations.store).toBeGreaterThan(3);
  // Four times as many couplings: log-determinants of one column, and alignment.
  expect(deep.activations.reversible / shallow.activations.reversible).toBeLessThan(1.3);
  expect(deep.activations.reversible).toBeLessThan(deep.activations.store / 10);
});
