/**
 * One fresh process: milliseconds, of the clock and of the processor (all threads), of a training step and of `logProb` and `sample` of 512 rows
 * with one checkout's library.
 *
 *   node bench/compare/one-model.mjs CHECKOUT '{ "model": "affine-8", "threads": 2, "counts": { "train": 100, ... } }'
 *
 * Without `counts` it finds how many make about `seconds` seconds, and answers with those.
 */

import { makeRows, modelNamed } from "../models.mjs";
import { specWith } from "../ours-spec.mjs";
import { libraryOf } from "./library.mjs";

const ROWS = 512;
/** Held-out rows, as few as `fit` takes: their score is no part of a step. */
const HELD_OUT = 32;

const [, , checkout = "", request = "{}"] = process.argv;
const { model: name, threads, counts, seconds } = JSON.parse(request);
const wanted = modelNamed(name);
const library = await libraryOf(checkout);
const spec = specWith(library)(wanted);
const { dims, batch } = wanted;
const block = makeRows(dims, 16 * ROWS);

function clock() {
  const start = performance.now();
  const cpu = process.cpuUsage();
  return () => {
    const { user, system } = process.cpuUsage(cpu);
    return { wall: performance.now() - start, cpu: (user + system) / 1000 };
  };
}

/** `steps` steps as one epoch, after an epoch of as many that warms up: the time between the two ends. */
async function training(/** @type {number} */ steps) {
  const rows = new Float32Array(steps * batch * dims);
  for (let i = 0; i < rows.length; i += block.length)
    rows.set(block.subarray(0, Math.min(block.length, rows.length - i)), i);
  let stop = () => ({ wall: NaN, cpu: NaN });
  let measured = { wall: NaN, cpu: NaN };
  const fitted = await library.fit(spec, rows, {
    batch,
    threads,
    seed: 1,
    epochs: 2,
    validation: { rows: rows.subarray(0, HELD_OUT * dims) },
    onEvent: (/** @type {{ type: string, epoch: number }} */ event) => {
      if (event.type !== "epoch") return;
      if (event.epoch === 1) stop = clock();
      else measured = stop();
    },
  });
  if (!(measured.wall > 0)) throw new Error("fit gave no event at the end of its epochs");
  return { fitted, measured };
}

async function calls(
  /** @type {number} */ count,
  /** @type {(i: number) => Promise<unknown>} */ one,
) {
  for (let i = 0; i < Math.min(20, count); i++) await one(i);
  const stop = clock();
  for (let i = 0; i < count; i++) await one(i);
  return stop();
}

const { fitted } = await training(4);
const inputs = Array.from({ length: 16 }, (_, i) =>
  block.subarray(i * ROWS * dims, (i + 1) * ROWS * dims),
);
const works = {
  train: async (/** @type {number} */ n) => {
    const { fitted: trained, measured } = await training(n);
    trained.dispose?.();
    return measured;
  },
  logProb: (/** @type {number} */ n) => calls(n, (i) => fitted.logProb(inputs[i % 16])),
  sample: (/** @type {number} */ n) => calls(n, (i) => fitted.sample(ROWS, { seed: i + 1 })),
};

const result = {};
for (const [what, work] of Object.entries(works)) {
  let count = counts?.[what];
  if (count === undefined) {
    count = 16;
    for (let i = 0; i < 8; i++) {
      const { wall } = await work(count);
      if (wall > 400 * seconds) break;
      count *= 2;
    }
    const { wall } = await work(count);
    count = Math.max(4, Math.round((count * 1000 * seconds) / wall));
  }
  const { wall, cpu } = await work(count);
  result[what] = { count, wall: wall / count, cpu: cpu / count };
}
process.stdout.write(JSON.stringify(result));
process.exit();
