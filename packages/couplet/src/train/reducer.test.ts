/** Two and four runs in one process, each with a part of the lanes, are one training. */
import { actNorm, affine, alternating, coupling, fit, flow, lu, mlp } from "couplet";
import type { FitOptions, Reducer, Strategy } from "couplet";
import { describe, expect, it } from "vitest";
import { reducersInMemory } from "../../../../test/reducers-in-memory.ts";

const rowCount = 500;
const rows = Float64Array.from({ length: 3 * rowCount }, (_, i) => Math.sin(i * i) + (i % 3));
const weights = Float64Array.from({ length: rowCount }, (_, i) => 0.5 + (i % 5));
const spec = flow({
  dims: 3,
  layers: [
    actNorm(),
    lu(),
    ...[0, 1].map((start) =>
      coupling({
        mask: alternating(start as 0 | 1),
        transform: affine(),
        conditioner: mlp({ width: 16, depth: 2, dropout: 0.1 }),
      }),
    ),
  ],
});
type Options = Omit<FitOptions<false>, "context">;
// 450 rows are trained on: a batch of 256 in four lanes, and a ragged one of 194 that leaves the last lane a part.
const common: Options = { batch: 256, epochs: 4, seed: 7, blas: false, threads: 2, weights };

async function outcome(options: Options) {
  using model = await fit(spec, rows, options);
  return { parameters: model.parameters, history: model.training!.history };
}

const together = (reducers: readonly Reducer[], options: (rank: number) => Options) =>
  Promise.allSettled(reducers.map((reducer, rank) => outcome({ ...options(rank), reducer })));

const reasons = (results: readonly PromiseSettledResult<unknown>[]) =>
  results.map((one) => (one.status === "rejected" ? (one.reason as Error).message : "fulfilled"));

describe("processes that share a training", () => {
  it.each([2, 4])("%i of them end with the bits of one alone", async (ranks) => {
    const alone = await outcome(common);
    const results = await together(reducersInMemory(ranks), (rank) => ({
      ...common,
      // One has another number of threads: nothing depends on it.
      threads: rank === 1 ? 1 : 2,
    }));
    for (const one of results) expect(one).toEqual({ status: "fulfilled", value: alone });
  });

  it.each([
    { ranks: 2, order: "all" },
    { ranks: 4, order: "lanes" },
  ] as const)("read the rows of their own lanes alone: $ranks, order $order", async (shared) => {
    const { ranks, order } = shared;
    const options: Options = { ...common, order, weights: weights.slice(50), epochs: 3 };
    const [held, trained] = [rows.slice(0, 3 * 50), rows.slice(3 * 50)];
    // Rows that a reader makes of their numbers, a little different in each epoch.
    const made = (epoch: number, numbers: Iterable<number>) =>
      Float64Array.from(
        [...numbers].flatMap((n) => [0, 1, 2].map((j) => trained[3 * n + j]! + epoch / 50)),
      );
    const run = async (reducer?: Reducer, heedsNumbers = true) => {
      const read: Int32Array[] = [];
      const all = Int32Array.from({ length: 450 }, (_, n) => n);
      using model = await fit(spec, trained, {
        ...options,
        validation: { rows: held },
        rowsOfEpoch: (epoch, numbers) => {
          if (numbers !== undefined) read.push(numbers);
          return made(epoch, heedsNumbers ? (numbers ?? all) : all);
        },
        ...(reducer && { reducer }),
      });
      return { parameters: model.parameters, history: model.training!.history, read };
    };
    const alone = await run();
    // One of them gives all rows all the same.
    const all = await Promise.all(reducersInMemory(ranks).map((one) => run(one, one.rank > 0)));
    for (const { parameters, history } of all)
      expect({ parameters, history }).toEqual({
        parameters: alone.parameters,
        history: alone.history,
      });
    for (let epoch = 0; epoch < 3; epoch++) {
      const numbers = all.flatMap(({ read }) => [...read[epoch]!]);
      expect(numbers.sort((a, b) => a - b)).toEqual(Array.from({ length: 450 }, (_, n) => n));
      for (const { read } of all) {
        // Batches of 256 and 194 in lanes of 64: the last lane of the second has 2 rows.
        expect([128, 66, 256, 194]).toContain(read[epoch]!.length);
        if (order !== "lanes") continue;
        expect(read[epoch]).toEqual(read[0]);
        expect(read[epoch]!.at(-1)! - read[epoch]![0]! + 1).toBe(read[epoch]!.length);
      }
    }
    // Of a fit whose rows stay, the device has them too, and no more.
    const usual = await outcome({ ...common, order });
    for (const one of await together(reducersInMemory(ranks), () => ({ ...common, order })))
      expect(one).toEqual({ status: "fulfilled", value: usual });
  });

  it("refuse rows that are neither all nor those that were asked for", async () => {
    const given = {
      ...common,
      weights: undefined as never,
      validation: { rows: rows.slice(0, 30) },
    };
    const short = await together(reducersInMemory(2), (rank) => ({
      ...given,
      rowsOfEpoch: (_epoch, numbers) => rows.slice(0, 3 * (numbers!.length - rank)),
    }));
    expect(reasons(short)[1]).toMatch(
      /^fit: rowsOfEpoch: expected the 244 rows that were asked for, or all 500, got 243/,
    );
  });

  it("share reversible training, whose drift is the largest of all", async () => {
    const options: Options = { ...common, memory: "reversible" };
    const alone = await outcome(options);
    for (const one of await together(reducersInMemory(2), () => options))
      expect(one).toEqual({ status: "fulfilled", value: alone });
  });

  it("share the visits of a strategy", async () => {
    const alternate: Strategy = {
      name: "alternate",
      settings: {},
      begin: ({ parameters, run }) => ({
        advance: (place) => {
          const half = parameters.filter((_, i) => i % 2 === place.step % 2);
          const ranges = half.map(({ start, end }) => [start, end] as const);
          return run(place, { most: 1, updates: { ranges, earlier: place.epoch } });
        },
        snapshot: () => ({}),
      }),
    };
    const options: Options = { ...common, strategy: alternate };
    const alone = await outcome(options);
    expect(alone).not.toEqual(await outcome(common));
    for (const one of await together(reducersInMemory(2), () => options))
      expect(one).toEqual({ status: "fulfilled", value: alone });
  });

  it("refuse a number of them that does not divide the lanes", async () => {
    expect(reasons(await together(reducersInMemory(3), () => common))).toEqual(
      Array(3).fill(expect.stringMatching(/expected 1, 2, 4 \.\.\. 4 processes/)),
    );
  });

  it.each([
    ["seed", { seed: 8 }, "settings"],
    ["data", { weights: weights.map((w) => w + 1) }, "weights"],
    ["kernels", { relaxedSimd: true }, "kernels"],
  ])("refuse one with another %s, by name", async (_, other, name) => {
    const results = reasons(
      await together(reducersInMemory(2), (rank) => ({
        ...common,
        relaxedSimd: false,
        ...(rank === 1 ? other : {}),
      })),
    );
    expect(results[1]).toMatch(new RegExp(`rank 1: expected the .*${name}.* of rank 0`));
    expect(results[0]).toMatch(/rank 1 has left/);
  });

  it("refuse one of another version, by name", async () => {
    const [zero, one] = reducersInMemory(2) as [Reducer, Reducer];
    let told = 0;
    // The first that ranks compare is the version: here rank 0 tells that of another.
    const elsewhere: Reducer = {
      ...one,
      broadcast: async (value) => (await one.broadcast(value)) + (told++ === 0 ? 1 : 0),
    };
    expect(reasons(await together([zero, elsewhere], () => common))).toEqual([
      expect.stringMatching(/rank 1 has left/),
      expect.stringMatching(/rank 1: expected the version of rank 0/),
    ]);
  });

  it.each([0, 1])("all name the op that diverged in the lanes of rank %i alone", async (wrong) => {
    // Lanes of 64 rows: the first half of a batch is rank 0's.
    const made = (_epoch: number, numbers: Iterable<number> = Array(450).keys()) =>
      Float64Array.from(
        [...numbers].flatMap((n) => {
          const scale = Math.floor((n % 256) / 128) === wrong ? 1e30 : 1;
          return [0, 1, 2].map((j) => scale * rows[3 * n + j]!);
        }),
      );
    const results = await together(reducersInMemory(2), () => ({
      ...common,
      weights: undefined as never,
      order: "lanes",
      validation: { rows: rows.slice(0, 30) },
      standardise: false,
      epochs: 60,
      patience: 60,
      rowsOfEpoch: made,
    }));
    const [first, second] = reasons(results);
    expect(first).toMatch(/steps in a row without; the first number .* came from \w+ in layers/);
    expect(second).toBe(first);
  });

  it("all stop when rank 0 does, and only then", async () => {
    const stop = new AbortController();
    const results = await together(reducersInMemory(2), (rank) => ({
      ...common,
      epochs: 500,
      patience: 500,
      // Rank 1 would have stopped at once.
      stop: rank === 0 ? stop.signal : AbortSignal.abort(),
      maxMinutes: rank === 0 ? 1000 : 1e-9,
      onEpoch: ({ epoch }) => {
        if (rank === 0 && epoch === 3) stop.abort();
      },
    }));
    const [first, second] = results.map((one) => (one.status === "fulfilled" ? one.value : one));
    expect(first).toHaveProperty("parameters");
    expect(second).toEqual(first);
    expect((first as unknown as { history: unknown[] }).history).toHaveLength(3);
  });

  it("end when one of them has other parameters, by a single bit", async () => {
    const flip = (gradient: Float32Array, rank: number, round: number) => {
      const bits = new Uint32Array(gradient.buffer, gradient.byteOffset, gradient.length);
      if (rank === 1 && round === 20) bits[0]! ^= 1 << 16;
    };
    // Two steps an epoch: the comparison comes after 100 steps.
    const results = await together(reducersInMemory(2, flip), () => ({
      ...common,
      epochs: 150,
      patience: 150,
    }));
    expect(reasons(results)).toEqual([
      expect.stringMatching(/rank 1 has left/),
      expect.stringMatching(/rank 1: expected the parameters of rank 0/),
    ]);
  });

  it("save a checkpoint when one of them dies, from which any number goes on to the same bits", async () => {
    const alone = await outcome(common);
    const saved: Uint8Array[] = [];
    const died = new Error("killed");
    const reducers = reducersInMemory(2);
    const [zero, one] = reducers as [Reducer, Reducer];
    let round = 0;
    const dying: Reducer = {
      ...one,
      reduce: (gradient, sums) => {
        if (round++ < 5) return one.reduce(gradient, sums);
        one.leave("killed");
        return Promise.reject(died);
      },
    };
    const results = await together([zero, dying], (rank) => ({
      ...common,
      checkpoint: {
        everySeconds: 1000,
        save: (bytes: Uint8Array) => void (rank === 0 && saved.push(bytes)),
      },
    }));
    expect(reasons(results)).toEqual([expect.stringMatching(/rank 1 has left/), "killed"]);
    expect(saved).toHaveLength(1);
    expect(await outcome({ ...common, threads: 1, resume: saved[0]! })).toEqual(alone);
  });
});
