/** Drawing rows: one context for all of them, their log-densities, and the seed that draws them again. */
import { createModel, realNvp } from "couplet";
import { expect, it } from "vitest";
import { normals } from "./random.ts";

const one = { threads: 1, blas: false } as const;

async function conditional() {
  const model = await createModel(realNvp({ dims: 2, context: 2, couplings: 2, width: 8 }), one);
  const noise = normals(model.parameters.length, 3, 0.3);
  model.setParameters(model.parameters.map((value, i) => value + noise[i]!));
  return model;
}

it("one row of context is that of every row drawn", async () => {
  using model = await conditional();
  const repeated = await model.sample(50, {
    context: Array.from({ length: 50 }, () => [0.3, -1]),
    seed: 4,
  });
  for (const context of [[[0.3, -1]], Float64Array.of(0.3, -1)])
    expect(await model.sample(50, { context, seed: 4 })).toEqual(repeated);
  expect(await model.sample(0, { context: [[0.3, -1]] })).toHaveLength(0);
  await expect(
    model.sample(50, {
      context: [
        [0, 1],
        [1, 0],
      ],
    }),
  ).rejects.toThrow("sample: context: expected 50 rows, one per row, or one row for all, got 2.");
  // Densities go with rows one by one: there a single context would more likely be a mistake.
  await expect(model.logProb(repeated, { context: [[0.3, -1]] })).rejects.toThrow(
    "expected 50 rows, one per row, got 1",
  );
});

it("comes with its log-densities", async () => {
  using model = await conditional();
  const context = Array.from({ length: 20 }, (_, i) => [i / 10, 1]);
  const { rows, logProb } = await model.sampleWithLogProb(20, { context, seed: 9 });
  expect(rows).toEqual(await model.sample(20, { context, seed: 9 }));
  expect(logProb).toEqual(await model.logProb(rows, { context }));
  const alike = await model.sampleWithLogProb(20, { context: [[0, 1]], seed: 9 });
  expect([...alike.logProb.subarray(0, 1)]).not.toEqual([...logProb.subarray(1, 2)]);
  using plain = await createModel(realNvp({ dims: 2, couplings: 1, width: 8 }), one);
  const drawn = await plain.sampleWithLogProb(30);
  expect(drawn.logProb).toEqual(await plain.logProb(drawn.rows));
});

it("carries the seed that draws it again, given or fresh", async () => {
  using model = await createModel(realNvp({ dims: 2, couplings: 1, width: 8 }), one);
  const fresh = await model.sample(10);
  const again = await model.sample(10, { seed: fresh.seed });
  expect(again).toEqual(fresh);
  expect(again.seed).toBe(fresh.seed);
  expect((await model.sample(10)).seed).not.toBe(fresh.seed);
  expect((await model.sample(1, { seed: 7 })).seed).toBe(7);
  // As a list of numbers it is what it was.
  expect(Object.keys(fresh)).toHaveLength(20);
});
