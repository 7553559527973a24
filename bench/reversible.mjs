/**
 * Reversible networks against depth: `node bench/reversible.mjs [units ...]` (3, 9 and 27 when left out), on one thread.
 *
 * For each depth one step of the same network stored and reversible, in turn: planned activation bytes, CPU time (the least of the rounds),
 * and the largest relative difference between their gradients over parameter tensors, at birth and after some steps.
 * `--dense` takes the DenseNet, with its units as couplings / 2.
 */
import { denseNet, revNet } from "../packages/couplet/dist/entry/reversible.js";
import { openDevice } from "../packages/couplet/dist/engine/device/open.js";
import { layoutOf } from "../packages/couplet/dist/engine/graph.js";
import { initialParameters } from "../packages/couplet/dist/flow/initial.js";
import { lowerLogits } from "../packages/couplet/dist/reversible/lower.js";
import { crossEntropyObjective } from "../packages/couplet/dist/reversible/objective.js";
import { lowerTraining } from "../packages/couplet/dist/train/objective.js";

const isDense = process.argv.includes("--dense");
const given = process.argv.slice(2).filter((word) => /^\d+$/.test(word));
const depths = given.length > 0 ? given.map(Number) : isDense ? [2, 8, 32] : [3, 9, 27];

/** Images of a step: one tile. */
const BATCH = 8;
const ROUNDS = 3;
const CLASSES = 10;

/** @param {number} units */
function networkOf(units) {
  const shape = [32, 32, 3];
  return isDense
    ? denseNet({ shape: [16, 16, 3], classes: CLASSES, channels: [64], units })
    : revNet({ shape, classes: CLASSES, units });
}

/**
 * A training session of the network in one mode, over random images.
 *
 * @param {import("couplet/reversible").NetworkSpec} spec
 * @param {"store" | "reversible"} memory
 */
async function sessionOf(spec, memory) {
  const device = await openDevice("cpu", { threads: 1 });
  await device.prepareTraining();
  const logits = lowerLogits(spec);
  const graph = lowerTraining(crossEntropyObjective(0), spec, layoutOf(logits), { memory });
  const size = spec.shape.reduce((a, b) => a * b, 1);
  const session = device.trainSession(graph, {
    parameters: device.buffer(initialParameters(logits, 1)),
    feeds: {
      images: Float32Array.from({ length: BATCH * size }, (_, i) => Math.sin(i * 0.7) * 1.4),
      labels: Float32Array.from({ length: BATCH }, (_, i) => i % CLASSES),
    },
    rows: BATCH,
    seed: [1, 2],
    step: {
      batch: BATCH,
      peakRate: 1e-3,
      warmupSteps: 1,
      totalSteps: 1000,
      decay: 0,
      decayRanges: [],
      clipNorm: 0,
      beta1: 0.9,
      beta2: 0.999,
      epsilon: 1e-8,
      averageDecay: 0,
      mostSkipped: 10,
    },
  });
  session.setOrder(Int32Array.from({ length: BATCH }, (_, i) => i));
  let step = 0;
  return {
    device,
    session,
    parameters: logits.parameters,
    bytes: session.planned.activations,
    /** @param {object} [more] */
    async step(more = {}) {
      const request = { step, epochStep: 0, steps: 1, skippedInARow: 0, sliceMs: 1e9, ...more };
      const before = process.cpuUsage();
      const result = await session.steps(request);
      const { user, system } = process.cpuUsage(before);
      if (more === undefined || Object.keys(more).length === 0) step++;
      return { result, ms: (user + system) / 1000 };
    },
  };
}

/** The gradient of the batch; nothing is updated. @param {Awaited<ReturnType<typeof sessionOf>>} of */
async function gradientOf(of) {
  await of.step({ updates: { ranges: [], earlier: 0 } });
  return of.session.gradient();
}

/**
 * The largest relative difference over parameter tensors.
 *
 * @param {readonly import("couplet/engine").Parameter[]} parameters
 * @param {Float32Array} a
 * @param {Float32Array} b
 */
function apart(parameters, a, b) {
  let worst = 0;
  for (const { offset, size } of parameters) {
    let [difference, norm] = [0, 0];
    for (let i = offset; i < offset + size; i++) {
      difference += ((a[i] ?? 0) - (b[i] ?? 0)) ** 2;
      norm += (a[i] ?? 0) ** 2;
    }
    if (norm > 0) worst = Math.max(worst, Math.sqrt(difference / norm));
  }
  return worst;
}

console.log(
  "units  stored MB  rebuilt MB  stored ms  rebuilt ms  ratio  gradients at birth, after training",
);
for (const units of depths) {
  const spec = networkOf(units);
  const stored = await sessionOf(spec, "store");
  const rebuilt = await sessionOf(spec, "reversible");
  const compare = async () =>
    apart(stored.parameters, await gradientOf(stored), await gradientOf(rebuilt)).toExponential(1);
  const atBirth = await compare();
  const times = { stored: Infinity, rebuilt: Infinity };
  for (let round = 0; round < ROUNDS; round++) {
    times.stored = Math.min(times.stored, (await stored.step()).ms);
    times.rebuilt = Math.min(times.rebuilt, (await rebuilt.step()).ms);
  }
  // The same parameters in both, those that stored steps have led to.
  rebuilt.session.restore(await stored.session.snapshot());
  const after = await compare();
  const figures = [
    units,
    (stored.bytes / 1e6).toFixed(1),
    (rebuilt.bytes / 1e6).toFixed(1),
    times.stored.toFixed(0),
    times.rebuilt.toFixed(0),
    (times.rebuilt / times.stored).toFixed(2),
    `${atBirth}, ${after}`,
  ];
  console.log(figures.join("  "));
  stored.device.dispose();
  rebuilt.device.dispose();
}
