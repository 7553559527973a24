/**
 * Reversible networks against depth: `node bench/reversible.mjs [units ...] [--json]` (3, 9 and 27 when left out), on one thread.
 *
 * For each depth one step of the same network stored and reversible, in turn with PyTorch (stored by autograd) and memcnn (rebuilt):
 * activation bytes (planned; in PyTorch the storages that autograd keeps), processor time of a step (the least of the rounds), and the largest
 * relative difference between the gradients of ours over parameter tensors, at birth and after some steps. `--dense` takes the DenseNet, with its
 * units as couplings / 2, which no peer has.
 */
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { denseNet, revNet } from "../packages/couplet/dist/entry/reversible.js";
import { openDevice } from "../packages/couplet/dist/engine/device/open.js";
import { layoutOf } from "../packages/couplet/dist/engine/graph.js";
import { initialParameters } from "../packages/couplet/dist/flow/initial.js";
import { lowerLogits } from "../packages/couplet/dist/reversible/lower.js";
import { crossEntropyObjective } from "../packages/couplet/dist/reversible/objective.js";
import { lowerTraining } from "../packages/couplet/dist/train/objective.js";
import { Process } from "./participants.mjs";
import { python } from "./peers/python.mjs";

const isDense = process.argv.includes("--dense");
const asJson = process.argv.includes("--json");
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

/** PyTorch's network in a process of its own, `stored` or `rebuilt`; a reason where it cannot be had. */
async function peerOf(mode, { shape, stages, classes }) {
  const name = mode === "stored" ? "PyTorch" : "memcnn";
  const command = [python, fileURLToPath(new URL("peers/torch_revnet.py", import.meta.url))];
  if (!existsSync(python)) return { name, mode, reason: "not installed (bench/setup)" };
  const peer = new Process({ name, command });
  const model = {
    shape,
    channels: stages.map(({ channels }) => channels),
    units: stages[0].units,
    classes,
    mode,
    batch: BATCH,
  };
  const setup = await peer.ask({ cmd: "setup", model, threads: 1, data: "" });
  const reason = setup.unsupported ?? setup.error;
  if (reason !== undefined) await peer.close();
  return reason === undefined ? { name, mode, peer } : { name, mode, reason };
}

const results = [];
if (!asJson)
  console.log(
    "units  MB: stored  rebuilt  PyTorch  memcnn   ms: stored  rebuilt  ratio  PyTorch  memcnn   gradients at birth, after training",
  );
for (const units of depths) {
  const spec = networkOf(units);
  const stored = await sessionOf(spec, "store");
  const rebuilt = await sessionOf(spec, "reversible");
  const others = isDense
    ? []
    : await Promise.all(["stored", "rebuilt"].map((m) => peerOf(m, spec)));
  const compare = async () =>
    apart(stored.parameters, await gradientOf(stored), await gradientOf(rebuilt));
  const atBirth = await compare();
  const times = { stored: Infinity, rebuilt: Infinity };
  const peers = [];
  for (const { name, mode, peer, reason } of others) {
    if (peer === undefined) console.error(`${name}: left out: ${reason}`);
    else {
      const { value } = await peer.ask({ cmd: "run", what: "logProb", iterations: 1, rows: BATCH });
      peers.push({ name, mode, bytes: value, ms: Infinity, peer });
    }
  }
  for (let round = 0; round < ROUNDS; round++) {
    times.stored = Math.min(times.stored, (await stored.step()).ms);
    times.rebuilt = Math.min(times.rebuilt, (await rebuilt.step()).ms);
    for (const one of peers) {
      const { processorSeconds } = await one.peer.ask({ cmd: "run", what: "train", iterations: 1 });
      one.ms = Math.min(one.ms, processorSeconds * 1e3);
    }
  }
  // The same parameters in both, those that stored steps have led to.
  rebuilt.session.restore(await stored.session.snapshot());
  const trained = await compare();
  for (const { peer } of peers) await peer.close();
  const result = {
    network: isDense ? "DenseNet" : "RevNet",
    units,
    stored: { bytes: stored.bytes, ms: times.stored },
    rebuilt: { bytes: rebuilt.bytes, ms: times.rebuilt },
    peers: peers.map(({ name, mode, bytes, ms }) => ({ name, mode, bytes, ms })),
    gradients: { atBirth, trained },
  };
  results.push(result);
  stored.device.dispose();
  rebuilt.device.dispose();
  if (asJson) continue;
  const megabytes = (bytes) => (bytes === undefined ? "-" : (bytes / 1e6).toFixed(1));
  const of = (name) => result.peers.find((one) => one.name === name);
  const figures = [
    units,
    megabytes(stored.bytes),
    megabytes(rebuilt.bytes),
    megabytes(of("PyTorch")?.bytes),
    megabytes(of("memcnn")?.bytes),
    times.stored.toFixed(0),
    times.rebuilt.toFixed(0),
    (times.rebuilt / times.stored).toFixed(2),
    of("PyTorch")?.ms.toFixed(0) ?? "-",
    of("memcnn")?.ms.toFixed(0) ?? "-",
    `${atBirth.toExponential(1)}, ${trained.toExponential(1)}`,
  ];
  console.log(figures.join("  "));
}
if (asJson) console.log(JSON.stringify({ networks: results }));
