/**
 * The latency of small calls: `node bench/small-calls.mjs [rounds]`, microseconds a call by the clock and of the processor, medians of interleaved rounds.
 * All compute on one thread, so that on an idle machine both say the same of `logProbSync` and of onnxruntime; on a busy one the second is the one to read.
 *
 * Beside `logProbSync` stand the asynchronous call of the same model and onnxruntime on the exported graph: onnxruntime-node where it is
 * installed, its WebAssembly build otherwise, on one thread each.
 */
import { createModel } from "couplet";
import { toOnnx } from "couplet/onnx";
import { models } from "./models.mjs";
import { specOf } from "./ours-spec.mjs";

const ROUNDS = Number(process.argv[2] ?? 15);
const ROUND_MS = 60;

/** The runtime's name and module; onnxruntime-node is nobody's dependency here. */
async function runtime() {
  const native = "onnxruntime-node";
  try {
    return { name: native, ort: await import(native) };
  } catch {
    const ort = await import("onnxruntime-web");
    ort.env.wasm.numThreads = 1;
    ort.env.logLevel = "error";
    return { name: "onnxruntime-web (wasm)", ort };
  }
}

/** @param {readonly number[]} values */
const median = (values) => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? NaN;

/** Clocks that run: microseconds by the clock and of the processor since the start, a call. */
function stopwatch() {
  const start = performance.now();
  const before = process.cpuUsage();
  return {
    isOver: () => performance.now() - start >= ROUND_MS,
    /** @param {number} calls */
    per: (calls) => {
      const { user, system } = process.cpuUsage(before);
      return {
        clock: ((performance.now() - start) / calls) * 1000,
        processor: (user + system) / calls,
      };
    },
  };
}

/** Microseconds a call, over about ROUND_MS. @param {() => unknown} call */
async function timed(call) {
  const watch = stopwatch();
  let calls = 0;
  do {
    await call();
    calls++;
  } while (!watch.isOver());
  return watch.per(calls);
}

/** The same without a promise in between. @param {() => unknown} call */
function timedNow(call) {
  const watch = stopwatch();
  let calls = 0;
  do {
    call();
    calls++;
  } while (!watch.isOver());
  return watch.per(calls);
}

const { name, ort } = await runtime();
console.log(`microseconds a call; the runtime is ${name}\n`);
console.log("model       rows  by the    logProbSync      logProb  ratio  onnxruntime  ratio");
for (const benchModel of models.filter((model) => /-8$|power/.test(model.name))) {
  const model = await createModel(specOf(benchModel), { seed: 1, threads: 1 });
  const moved = model.parameters.map((value, i) => value + 0.05 * Math.sin(i));
  model.setParameters(moved);
  const session = await ort.InferenceSession.create(toOnnx(model, { direction: "encode" }), {
    intraOpNumThreads: 1,
  });
  for (const rows of [1, 64]) {
    const x = Float64Array.from({ length: rows * benchModel.dims }, (_, i) => Math.sin(i));
    const feeds = { x: new ort.Tensor("float32", Float32Array.from(x), [rows, benchModel.dims]) };
    const outputs = await session.run(feeds);
    const theirs = outputs["logProb"].data;
    const ours = model.logProbSync(x);
    const apart = Math.max(...ours.map((value, i) => Math.abs(value - theirs[i])));
    if (!(apart < 1e-2)) throw new Error(`the exported graph is ${apart} nats away`);
    /** @type {{ clock: number, processor: number }[][]} */
    const times = [[], [], []];
    for (let round = 0; round < ROUNDS; round++) {
      times[0]?.push(timedNow(() => model.logProbSync(x)));
      times[1]?.push(await timed(() => model.logProb(x)));
      times[2]?.push(await timed(() => session.run(feeds)));
    }
    for (const by of /** @type {const} */ (["clock", "processor"])) {
      const [now = NaN, later = NaN, onnx = NaN] = times.map((all) =>
        median(all.map((one) => one[by])),
      );
      const cell = (/** @type {number} */ value, /** @type {number} */ width) =>
        value.toFixed(value < 100 ? 1 : 0).padStart(width);
      console.log(
        `${benchModel.name.padEnd(10)} ${String(rows).padStart(5)}  ${by.padEnd(9)} ${cell(now, 11)} ${cell(later, 12)} ${cell(later / now, 6)} ${cell(onnx, 12)} ${cell(onnx / now, 6)}`,
      );
    }
  }
  await session.release();
  model.dispose();
}
