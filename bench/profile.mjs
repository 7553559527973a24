/**
 * Where the time of a training step goes, per op: the work that `npm run bench` times, under the engine's own clock.
 *
 *   node bench/profile.mjs [--only affine-64,spline-8] [--threads 2] [--no-blas] [--memory reversible] [--kernels] [--seconds 2]
 *
 * Thread 0 reads the clock around every instruction. What is left of the step after all ops is waiting for the other threads, the
 * reduction of the gradients, Adam, gathering rows and the clock itself.
 */

import os from "node:os";
import { parseArgs } from "node:util";

import { createModel } from "../packages/couplet/dist/entry/couplet.js";

import { settingsFor } from "../packages/couplet/dist/train/options.js";
import { likelihoodTask } from "../packages/couplet/dist/train/likelihood-task.js";
import { Trainer } from "../packages/couplet/dist/train/trainer.js";
import { makeRows, models } from "./models.mjs";
import { specOf } from "./ours-spec.mjs";
import { formatNumber, formatTable } from "./table.mjs";

const { values: options } = parseArgs({
  options: {
    only: { type: "string" },
    threads: { type: "string", default: String(Math.min(2, os.availableParallelism())) },
    "no-blas": { type: "boolean", default: false },
    memory: { type: "string", default: "store" },
    kernels: { type: "boolean", default: false },
    seconds: { type: "string", default: "2" },
  },
});
const wanted = options.only?.split(",");
const threads = Number(options.threads);

for (const bench of models.filter((m) => wanted?.includes(m.name) ?? true)) {
  const rows = 16_384;
  const model = await createModel(specOf(bench), { threads, blas: !options["no-blas"] });
  await /** @type {any} */ (model).runner.device.prepareTraining();
  const portion = {
    rows: { rows, cols: bench.dims, data: makeRows(bench.dims, rows) },
    context: undefined,
    weights: undefined,
  };
  const settings = settingsFor(
    {
      epochs: 1e5,
      batch: bench.batch,
      learningRate: bench.learningRate,
      warmup: 0,
      clipNorm: 0,
      weightDecay: 0,
      standardise: false,
      memory: /** @type {"store" | "reversible"} */ (options.memory),
    },
    rows,
  );
  const trainer = new Trainer(
    likelihoodTask(model, { training: portion, validation: portion }, {}),
    settings,
    Infinity,
  );

  /** Runs steps for about `seconds`: time per step, and milliseconds per instruction. */
  const go = async (seconds, profile) => {
    const start = performance.now();
    let steps = 0;
    const times = [];
    let epoch = 0;
    let from = 0;
    while (performance.now() - start < seconds * 1000) {
      const result = await trainer.steps(epoch, from, 0, { profile });
      steps += result.steps;
      from += result.steps;
      if (from >= trainer.stepsPerEpoch) [epoch, from] = [epoch + 1, 0];
      result.times?.forEach((ms, i) => (times[i] = (times[i] ?? 0) + ms));
    }
    return { ms: (performance.now() - start) / steps, times: times.map((ms) => ms / steps) };
  };

  await go(0.5, false);
  const plain = await go(Number(options.seconds), false);
  const clocked = await go(Number(options.seconds), true);
  const sums = new Map();
  for (const { op, kernel, ms } of trainer.profileRows(clocked.times)) {
    const name = options.kernels && kernel !== undefined ? `${op} ${kernel}` : op;
    const sum = sums.get(name) ?? { calls: 0, ms: 0 };
    sum.calls++;
    sum.ms += ms;
    sums.set(name, sum);
  }
  const inOps = [...sums.values()].reduce((sum, { ms }) => sum + ms, 0);
  sums.set("(between ops)", { calls: 0, ms: clocked.ms - inOps });
  const line = ([name, { calls, ms }]) => [
    name,
    String(calls),
    formatNumber(ms),
    `${((100 * ms) / clocked.ms).toFixed(1)} %`,
  ];
  const lines = [...sums].sort((a, b) => b[1].ms - a[1].ms).map(line);
  process.stdout.write(
    `${bench.title}, ${threads} threads, ${options.memory}, BLAS ${options["no-blas"] ? "off" : "on"}: ` +
      `${formatNumber(plain.ms)} ms a step, ${formatNumber(clocked.ms)} under the clock; ${formatNumber(trainer.arenaBytes / 1e6)} MB of activations a thread\n` +
      `${formatTable(["op", "instructions", "ms", "share"], lines)}\n\n`,
  );
  trainer.dispose();
  model.dispose();
}
