/** Strategies that only this test knows go through the same loop: blocks in turn, and steps that are tried and taken back. */
import { actNorm, affine, alternating, coupling, fit, flow, mlp } from "couplet";
import type { FitOptions, ParameterRange, StepDriver, Strategy, StrategyTensors } from "couplet";
import { describe, expect, it } from "vitest";

const rowCount = 400;
const rows = Float64Array.from({ length: 3 * rowCount }, (_, i) => Math.sin(i * i) + (i % 3));
const spec = flow({
  dims: 3,
  layers: [
    actNorm(),
    ...[0, 1, 0].map((start) =>
      coupling({
        mask: alternating(start as 0 | 1),
        transform: affine(),
        conditioner: mlp({ width: 16, depth: 1, dropout: 0.1 }),
      }),
    ),
  ],
});
type Options = Omit<FitOptions<false>, "context">;
// 360 rows are trained on: a batch of 128 in four lanes of 32, 32 ... and a ragged one of 104.
const common: Options = { batch: 128, epochs: 8, patience: 8, seed: 7, blas: false, threads: 2 };

async function outcome(options: Options) {
  using model = await fit(spec, rows, options);
  return { parameters: model.parameters, history: model.training!.history };
}

type Ranges = readonly (readonly [number, number])[];

/** The parameters of each layer, one block each. */
function blocksOf(parameters: readonly ParameterRange[]): Ranges[] {
  const blocks = new Map<string, [number, number][]>();
  for (const { name, start, end } of parameters) {
    const layer = name.split(".")[0]!;
    blocks.set(layer, [...(blocks.get(layer) ?? []), [start, end]]);
  }
  return [...blocks.values()];
}

/** What happened to the parameters in a visit. */
interface Visit {
  readonly block: number;
  readonly moved: readonly number[];
}

/** Blocks in turn, `steps` each; they are Adam's own, with the moments of a block held while others move. */
function cyclic(steps: number, visits?: Visit[]): Strategy {
  return {
    name: "cyclic",
    settings: { steps },
    begin(driver, saved) {
      const blocks = blocksOf(driver.parameters);
      const done = saved?.["done"]?.slice() ?? new Float64Array(blocks.length);
      let next = saved?.["next"]?.[0] ?? 0;
      return {
        async advance(place) {
          const block = Math.floor(next / steps) % blocks.length;
          const before = visits === undefined ? undefined : await driver.read();
          const result = await driver.run(place, {
            most: steps - (next % steps),
            updates: { ranges: blocks[block]!, earlier: done[block]! },
          });
          done[block]! += result.steps;
          next += result.steps;
          if (before !== undefined)
            visits!.push({ block, moved: await changed(driver, blocks, before) });
          return result;
        },
        snapshot: () => ({ done, next: Float64Array.of(next) }),
      };
    },
  };
}

/** The blocks of which any parameter or moment is another than before. */
async function changed(driver: StepDriver, blocks: readonly Ranges[], before: StrategyTensors) {
  const after = await driver.read();
  const differs = (name: string, i: number) => after[name]![i] !== before[name]![i];
  return blocks.flatMap((ranges, block) =>
    ranges.some(([start, end]) =>
      Array.from({ length: end - start }, (_, i) => start + i).some((i) =>
        ["parameters", "mean", "square"].some((name) => differs(name, i)),
      ),
    )
      ? [block]
      : [],
  );
}

describe("a strategy of blocks in turn", () => {
  it("moves the block that it visits and holds the others", async () => {
    const visits: Visit[] = [];
    const { history } = await outcome({ ...common, strategy: cyclic(2, visits) });
    // 3 steps an epoch, and a visit does not go beyond its end.
    expect(visits.slice(0, 7).map(({ block }) => block)).toEqual([0, 1, 1, 2, 3, 0, 0]);
    for (const { block, moved } of visits) expect(moved).toEqual([block]);
    expect(new Set(visits.map(({ block }) => block)).size).toBe(4);
    expect(history.at(-1)![1]).toBeLessThan(history[0]![1]);
  });

  it("is the joint training, to the last bit, when all parameters are one block", async () => {
    const whole: Strategy = {
      name: "whole",
      settings: {},
      begin(driver) {
        const last = driver.parameters.at(-1)!;
        return {
          advance: ({ epoch, step, skippedInARow }) =>
            driver.run(
              { epoch, step, skippedInARow },
              {
                updates: { ranges: [[0, last.end]], earlier: epoch * driver.stepsPerEpoch + step },
              },
            ),
          snapshot: () => ({}),
        };
      },
    };
    const options = { ...common, ema: 0.9 };
    expect(await outcome({ ...options, strategy: whole })).toEqual(await outcome(options));
  });

  it("has the same bits on any number of threads, in reversible mode too", async () => {
    for (const memory of ["store", "reversible"] as const) {
      const options: Options = { ...common, epochs: 3, memory, strategy: cyclic(2) };
      const alone = await outcome({ ...options, threads: 1 });
      for (const threads of [2, 3]) expect(await outcome({ ...options, threads })).toEqual(alone);
    }
  });

  it("goes on from a checkpoint to the same bits, cut between two visits", async () => {
    const strategy = cyclic(2);
    const whole = await outcome({ ...common, strategy });
    // 3 steps an epoch: at the end of the fifth the visit under way has a step left.
    const saved = await savedAfter(5, { ...common, strategy });
    expect(await outcome({ ...common, strategy, resume: saved })).toEqual(whole);
    await expect(outcome({ ...common, resume: saved })).rejects.toThrow(/one with other strategy/);
    await expect(outcome({ ...common, strategy: cyclic(3), resume: saved })).rejects.toThrow(
      /one with other strategy/,
    );
  });
});

async function savedAfter(epochs: number, options: Options): Promise<Uint8Array> {
  const stop = new AbortController();
  let saved: Uint8Array | undefined;
  await outcome({
    ...options,
    stop: stop.signal,
    onEpoch: ({ epoch }) => {
      if (epoch === epochs) stop.abort();
    },
    checkpoint: { everySeconds: 1e6, save: (bytes) => void (saved = bytes) },
  });
  return saved!;
}

/**
 * Steps against the gradient of the whole data, halved until the loss falls; what does not lower it is taken back. Batches are all rows, and
 * each is visited several times.
 */
function descent(losses: number[], slopes?: [number, number][]): Strategy {
  return {
    name: "descent",
    settings: {},
    begin: (driver) => ({
      async advance(place) {
        const { result, gradient } = await driver.gradient(place);
        const before = result.loss / result.weight;
        losses.push(before);
        const { parameters } = await driver.read();
        const along = (factor: number) =>
          driver.write({ parameters: parameters!.map((p, i) => p - factor * gradient[i]!) });
        const lossHere = async () => {
          const { result: tried } = await driver.gradient(place);
          return tried.loss / tried.weight;
        };
        if (slopes !== undefined) {
          const square = gradient.reduce((sum, g) => sum + g * g, 0);
          const h = 3e-3 / Math.sqrt(square);
          along(-h);
          const up = await lossHere();
          along(h);
          slopes.push([(up - (await lossHere())) / (2 * h), square]);
        }
        for (let rate = 0.5; rate > 1e-4; rate /= 2) {
          along(rate);
          if ((await lossHere()) < before) return result;
        }
        along(0);
        return result;
      },
      snapshot: () => ({}),
    }),
  };
}

describe("a strategy that tries steps and takes them back", () => {
  const options: Options = {
    ...common,
    batch: rowCount,
    epochs: 6,
    validation: { rows: rows.slice(0, 120) },
  };
  const still = flow({
    dims: 3,
    layers: spec.layers.map((layer) =>
      layer.kind === "coupling" ? { ...layer, conditioner: mlp({ width: 16, depth: 1 }) } : layer,
    ),
  });

  it("has the gradient of the batch's loss, and never a worse loss", async () => {
    const losses: number[] = [];
    const slopes: [number, number][] = [];
    using model = await fit(still, rows, { ...options, strategy: descent(losses, slopes) });
    expect(model.training!.history).toHaveLength(6);
    expect(losses).toHaveLength(6);
    for (let i = 1; i < losses.length; i++) expect(losses[i]).toBeLessThan(losses[i - 1]!);
    // Central differences of losses with errors of 1e-7, over 6e-3 times the gradient's norm (above 0.1): 2e-4, and the third derivative.
    for (const [numeric, exact] of slopes) expect(Math.abs(numeric / exact - 1)).toBeLessThan(1e-3);
  });

  it("has the same bits on any number of threads", async () => {
    const run = async (threads: number) => {
      const losses: number[] = [];
      const strategy = descent(losses);
      using model = await fit(still, rows, { ...options, threads, strategy });
      return { losses, parameters: model.parameters };
    };
    expect(await run(2)).toEqual(await run(1));
  });
});

describe("a strategy that does not work", () => {
  it.each([
    ["no steps", 0],
    ["half a step", 0.5],
    ["more steps than are left", 4],
  ])("is refused: %s", async (_, steps) => {
    const strategy: Strategy = {
      name: "wrong",
      settings: {},
      begin: (driver) => ({
        advance: async (place) => ({ ...(await driver.gradient(place)).result, steps }),
        snapshot: () => ({}),
      }),
    };
    await expect(outcome({ ...common, strategy })).rejects.toThrow(
      `fit: strategy: advance: expected a result with 1 to 3 steps, got ${steps}`,
    );
  });

  it.each([[{}], ["layerwise"], [null], [{ name: "x", begin: () => undefined }]])(
    "is refused: %j",
    async (strategy) => {
      await expect(
        outcome({ ...common, strategy: strategy as unknown as Strategy }),
      ).rejects.toThrow("fit: strategy: expected a strategy: { name, settings, begin }");
    },
  );
});
