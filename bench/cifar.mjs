/**
 * CIFAR-10, the same time for the same flow: `node bench/cifar.mjs [--minutes 45] [--samples 8] [--rate 1e-3]`.
 *
 * The benchmark's Glow (`glow-cifar` of models.mjs), by couplet and by normflows, both with Adam at the same highest rate, a warm-up of 5 % and a half
 * cosine down to 0, gradients clipped at a norm of 5 and no weight decay, on the same 29,488 images in batches of 64 with fresh noise, on one thread, for so
 * many minutes of *processor time*, both at once: what else runs on the machine meets both. couplet takes as many whole epochs as its pace in its first steps
 * lets fit, and chooses among them on 512 further images, within its time; normflows goes on until its time is over, which its schedule follows, and is taken as its
 * last step leaves it. Bits per dimension of the 1,000 test images with K noise samples each, log-mean-exp over them. Prints the table; writes
 * bench/out/cifar.json.
 */
import { spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";

import { fit } from "couplet";
import { bitsPerDim, readImages } from "couplet/images";

import { dataFolder, needData } from "./data-folder.mjs";
import { modelNamed } from "./models.mjs";
import { specOf } from "./ours-spec.mjs";
import { python } from "./peers/python.mjs";

const { values: options } = parseArgs({
  options: {
    minutes: { type: "string", default: "45" },
    samples: { type: "string", default: "8" },
    rate: { type: "string", default: "1e-3" },
    side: { type: "string" },
  },
});
const minutes = Number(options.minutes);
const samples = Number(options.samples);
const learningRate = Number(options.rate);
const model = modelNamed("glow-cifar");
const HELD_OUT = 512;

if (options.side === "couplet") await ours();
else await compare();

async function images() {
  needData("images/cifar10");
  const read = async (name) =>
    (await readImages(readFileSync(`${dataFolder}/images/cifar10/${name}`), name)).data;
  const parts = [];
  for (const k of [1, 2, 3]) parts.push(await read(`data_batch_${k}.bin.gz`));
  const all = Buffer.concat(parts);
  const cut = all.length - HELD_OUT * model.dims;
  return {
    train: new Uint8Array(all.subarray(0, cut)),
    held: new Uint8Array(all.subarray(cut)),
    test: await read("test_batch_first1000.bin.gz"),
  };
}

/** couplet's side: one JSON line. */
async function ours() {
  const { train, held, test } = await images();
  const stop = new AbortController();
  const used = () => (process.cpuUsage().user + process.cpuUsage().system) / 1e6;
  const settings = {
    batch: model.batch,
    learningRate,
    weightDecay: 0,
    standardise: false,
    threads: 1,
    seed: 1,
  };
  const perEpoch =
    (await paceOf(train, held, settings, used)) *
    Math.ceil(train.length / model.dims / model.batch);
  const epochs = Math.max(1, Math.floor((0.97 * 60 * minutes) / perEpoch));
  process.stderr.write(`couplet: ${perEpoch.toFixed(0)} s an epoch, ${epochs} epochs\n`);
  const began = used();
  let steps = 0;
  let last;
  const training = fit(specOf(model), train, {
    ...settings,
    epochs,
    patience: epochs,
    validation: { rows: held },
    stop: stop.signal,
  });
  let flow;
  try {
    for await (const event of training) {
      if (event.type === "progress") ({ step: steps } = event);
      if (event.type === "epoch") {
        last?.dispose();
        last = await event.snapshot();
        process.stderr.write(
          `couplet: ${(used() - began).toFixed(0)} s, epoch ${event.epoch}, ${bitsOf(event.validationLoss).toFixed(3)} bits/dim held out\n`,
        );
      }
      if (used() - began >= 60 * minutes) stop.abort();
    }
    flow = await training;
  } catch (error) {
    // Glow's scales have no lower bound, so that the inverse may leave float32: such a model scores images though `fit` refuses it.
    if (error.code !== "DIVERGED" || last === undefined) throw error;
    process.stderr.write(`couplet: ${error.message} The last epoch's model is scored.\n`);
    flow = last;
  }
  const seconds = used() - began;
  const { bits, standardError } = await bitsPerDim(flow, test, { samples });
  print({ side: "couplet", parameters: flow.parameterCount, steps, seconds, bits, standardError });
  flow.dispose();
}

/** Processor seconds a step, by the second half of a short run. */
async function paceOf(train, held, settings, used) {
  const marks = [];
  const flow = await fit(specOf(model), train.subarray(0, 32 * model.batch * model.dims), {
    ...settings,
    // So few steps at the full rate leave a model that cannot be sampled.
    learningRate: 1e-5,
    epochs: 1,
    validation: { rows: held.subarray(0, model.batch * model.dims) },
    onEvent: (event) => {
      if (event.type === "progress") marks.push([event.step, used()]);
    },
  });
  flow.dispose();
  const [from, to] = [marks[Math.floor(marks.length / 2)], marks.at(-1)];
  return (to[1] - from[1]) / (to[0] - from[0]);
}

/** @param {number} nats per image, of values divided by 256 or not: as `fit` reports them, of the integers */
function bitsOf(nats) {
  return nats / model.dims / Math.LN2;
}

function print(result) {
  console.log(JSON.stringify(result));
}

async function compare() {
  const { train, test } = await images();
  const folder = mkdtempSync(join(tmpdir(), "couplet-cifar-"));
  try {
    const paths = { train: join(folder, "train.bin"), test: join(folder, "test.bin") };
    writeFileSync(paths.train, train);
    writeFileSync(paths.test, test);
    const request = { model, minutes, samples, learningRate, ...paths };
    const peers = fileURLToPath(new URL("peers/normflows_cifar.py", import.meta.url));
    const results = await Promise.all([
      answerOf(process.execPath, [
        fileURLToPath(import.meta.url),
        "--side",
        "couplet",
        "--minutes",
        String(minutes),
        "--samples",
        String(samples),
        "--rate",
        String(learningRate),
      ]),
      answerOf(python, [peers, JSON.stringify(request)]),
    ]);
    console.log("side        parameters   steps  processor s  test bits/dim      +-");
    for (const { side, parameters, steps, seconds, bits, standardError } of results)
      console.log(
        `${side.padEnd(10)}${String(parameters).padStart(12)}${String(steps).padStart(8)}${seconds.toFixed(0).padStart(13)}${bits.toFixed(3).padStart(15)}${standardError.toFixed(3).padStart(8)}`,
      );
    const out = fileURLToPath(new URL("out/", import.meta.url));
    mkdirSync(out, { recursive: true });
    writeFileSync(`${out}cifar.json`, JSON.stringify({ minutes, samples, results }, null, 1));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** The JSON line that a program prints. */
function answerOf(program, args) {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { stdio: ["ignore", "pipe", "inherit"] });
    let text = "";
    child.stdout.on("data", (data) => (text += data));
    child.on("error", reject);
    child.on("close", (code) => {
      const line = text.split("\n").find((one) => one.startsWith("{"));
      if (line === undefined) reject(new Error(`${program} ended with ${code} and no result`));
      else resolve(JSON.parse(line));
    });
  });
}
