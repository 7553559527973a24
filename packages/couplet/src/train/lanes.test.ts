/** The same seed gives the same parameters, losses and noise for any number of threads. */
import { actNorm, affine, alternating, coupling, fit, flow, gaussian, lu, mlp } from "couplet";
import type { FitOptions, FlowModel, FlowSpec, TrainEvent } from "couplet";
import { describe, expect, it } from "vitest";

const rowCount = 400;
const rows = Float64Array.from({ length: 3 * rowCount }, (_, i) => Math.sin(i * i) + (i % 3));
const context = Float64Array.from({ length: rowCount }, (_, i) => Math.cos(3 * i));
const weights = Float64Array.from({ length: rowCount }, (_, i) => 0.5 + (i % 5));

const layers = (dropout: number) => [
  actNorm(),
  lu(),
  ...[0, 1, 0].map((start) =>
    coupling({
      mask: alternating(start as 0 | 1),
      transform: affine(),
      conditioner: mlp({ width: 24, depth: 2, dropout }),
    }),
  ),
];
const conditional = flow({ dims: 3, context: 1, layers: layers(0.2), base: gaussian() });
const plain = flow({ dims: 3, layers: layers(0) });

// 360 rows are trained on: batches of 256 and a ragged one of 104 rows, which fills two lanes of four.
const common = { batch: 256, epochs: 3, seed: 7, blas: false } as const;

interface Outcome {
  readonly parameters: Float32Array;
  readonly history: readonly (readonly [number, number])[];
  readonly norms: readonly number[];
}

async function outcome(
  train: (onEpoch: (event: Extract<TrainEvent, { type: "epoch" }>) => void) => Promise<FlowModel>,
): Promise<Outcome> {
  const norms: number[] = [];
  using model = await train((event) => norms.push(event.gradientNorm));
  return { parameters: model.parameters, history: model.training!.history, norms };
}

function conditionalFit(threads: number, more: object = {}) {
  const options = { ...common, context, weights, threads, ...more };
  return outcome((onEpoch) => fit(conditional, rows, { ...options, onEpoch }));
}

function plainFit(threads: number, more: Omit<FitOptions<false>, "context"> = {}) {
  return outcome((onEpoch) =>
    fit(plain as FlowSpec<false>, rows, { ...common, threads, ...more, onEpoch }),
  );
}

describe("any number of threads", () => {
  it("gives the same bits, with dropout, weights, a context and a ragged last batch", async () => {
    const alone = await conditionalFit(1);
    // 5 threads: one more than the lanes, which is left out.
    for (const threads of [2, 3, 4, 5]) expect(await conditionalFit(threads)).toEqual(alone);
    // Another seed is another training: the comparison can fail.
    expect((await conditionalFit(2, { seed: 8 })).parameters).not.toEqual(alone.parameters);
  });

  it.each([
    ["in reversible mode", { memory: "reversible" }],
    ["with a moving average", { ema: 0.9 }],
    ["in one lane", { batch: 24 }],
    ["in two lanes", { batch: 64 }],
    ["by the platform's matrix product", { blas: true }],
  ] as const)("gives the same bits %s", async (_, options) => {
    const alone = await plainFit(1, options);
    for (const threads of [2, 3]) expect(await plainFit(threads, options)).toEqual(alone);
  });

  it("goes on from a checkpoint of another number of threads to the same bits", async () => {
    const whole = await conditionalFit(1);
    const saved: Uint8Array[] = [];
    const stop = new AbortController();
    await conditionalFit(3, {
      stop: stop.signal,
      checkpoint: { everySeconds: 0, save: (bytes: Uint8Array) => void saved.push(bytes) },
      onEvent: (event: TrainEvent) => {
        if (event.type === "epoch" && event.epoch === 2) stop.abort();
      },
    });
    const warnings: string[] = [];
    const resumed = await conditionalFit(2, {
      resume: saved.at(-1)!,
      onEvent: (event: TrainEvent) => {
        if (event.type === "warning") warnings.push(event.message);
      },
    });
    expect(resumed.parameters).toEqual(whole.parameters);
    expect(resumed.history).toEqual(whole.history);
    expect(warnings.filter((message) => message.includes("checkpoint"))).toEqual([]);
  });
});
