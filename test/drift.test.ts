/** Reversible mode when rebuilding goes wrong: the sentinel sees it, and denser checkpoints mend it. */
import { affine, alternating, coupling, createModel, fit, flow, mlp, repeat } from "couplet";
import type { FlowModel, TrainEvent } from "couplet";
import { describe, expect, it } from "vitest";
import { settingsFor } from "../packages/couplet/src/train/options.ts";
import { likelihoodTask } from "../packages/couplet/src/train/likelihood-task.ts";
import { Trainer } from "../packages/couplet/src/train/trainer.ts";
import { normals } from "./random.ts";

const DIMS = 8;
const ROWS = 256;

/** Forty couplings with scales within exp(+-2), and weights that use all of that: each loses digits. */
const drifting = flow({
  dims: DIMS,
  layers: repeat(40, (i) =>
    coupling({
      mask: alternating(i),
      transform: affine({ clamp: 2 }),
      conditioner: mlp({ width: 16, depth: 1, activation: "tanh" }),
    }),
  ),
});

/** One step without learning, from the same parameters: what the sentinel says, and the gradient's norm. */
async function oneStep(
  gain: number,
  memory: "store" | "reversible",
  every = Infinity,
): Promise<{ drift: number; norm: number; bytes: number }> {
  const model: FlowModel = (await createModel(drifting, {
    threads: 2,
    blas: false,
    seed: 1,
  })) as unknown as FlowModel;
  const noise = normals(model.parameters.length, 5, gain);
  model.setParameters(model.parameters.map((value, i) => value + noise[i]!));
  const settings = {
    ...settingsFor({ batch: ROWS, epochs: 1, memory, clipNorm: 0 }, ROWS),
    learningRate: 0,
  };
  const training = {
    rows: { rows: ROWS, cols: DIMS, data: normals(ROWS * DIMS, 6) },
    context: undefined,
    weights: undefined,
  };
  const task = likelihoodTask(model, { training, validation: training }, {});
  await model.runner.device.prepareTraining();
  const trainer = new Trainer(task, settings, every);
  const result = await trainer.steps(0, 0, 0);
  const { arenaBytes } = trainer;
  trainer.dispose();
  model.dispose();
  return { drift: result.drift, norm: result.lastNorm, bytes: arenaBytes };
}

describe("a flow that drifts", () => {
  it("is seen by the sentinel, has a wrong gradient, and is mended by checkpoints", async () => {
    const stored = await oneStep(0.6, "store");
    const rebuilt = await oneStep(0.6, "reversible");
    const every8 = await oneStep(0.6, "reversible", 8);
    const every2 = await oneStep(0.6, "reversible", 2);
    const wrong = (norm: number) => Math.abs(norm / stored.norm - 1);
    // The default tolerance is 1e-3: this flow is beyond it, and its gradient is not to be used.
    expect(rebuilt.drift).toBeGreaterThan(1e-3);
    expect(wrong(rebuilt.norm)).toBeGreaterThan(0.1);
    expect(every8.drift).toBeLessThan(rebuilt.drift);
    // Two bijections from a kept state lose a few digits of seven.
    expect(every2.drift).toBeLessThan(1e-3);
    expect(wrong(every2.norm)).toBeLessThan(1e-3);
    // Denser checkpoints cost memory, and still less than keeping everything.
    expect(rebuilt.bytes).toBeLessThan(every8.bytes);
    expect(every8.bytes).toBeLessThan(every2.bytes);
    expect(every2.bytes).toBeLessThan(stored.bytes);
  });

  it("is left alone while it does not drift", async () => {
    const stored = await oneStep(0.02, "store");
    const rebuilt = await oneStep(0.02, "reversible");
    expect(rebuilt.drift).toBeGreaterThan(0);
    // The contract: gradients equal to 1e-4.
    expect(rebuilt.drift).toBeLessThan(1e-4);
    expect(Math.abs(rebuilt.norm / stored.norm - 1)).toBeLessThan(1e-4);
  });
});

describe("fit in reversible mode", () => {
  const rows = normals(300 * DIMS, 7);
  const options = { threads: 2, blas: false, epochs: 6, batch: 64, memory: "reversible" } as const;
  const watched = async (driftTolerance: number) => {
    const events: TrainEvent[] = [];
    const model = await fit(drifting, rows, {
      ...options,
      driftTolerance,
      onEvent: (event) => events.push(event),
    });
    model.dispose();
    return events.flatMap((event) => (event.type === "warning" ? [event.message] : []));
  };

  it("keeps states more densely, step by step, while drift exceeds the tolerance", async () => {
    const warnings = await watched(1e-9);
    expect(warnings.map((text) => /kept every (\d+) bijections/.exec(text)?.[1])).toEqual([
      "16",
      "8",
      "4",
      "2",
    ]);
    expect(warnings[0]).toMatch(/drifted by \d\.\de-\d+ \(tolerance 1e-9\)/);
  });

  it("keeps none while it does not", async () => {
    expect(await watched(1e-2)).toEqual([]);
  });
});
