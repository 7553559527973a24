/**
 * The GEMM floor: nothing but the matrix products of a training step, or of the pass forward that `logProb` and `sample` make, by the system's BLAS,
 * one caller per thread. Where a machine has no BLAS couplet's own product in WebAssembly takes its place, and the row names it.
 *
 * Every linear layer has weights, a gradient and activations of its own, as in the real step, so caches are met as they are there.
 * Each thread walks its rows in tiles; of a few tile heights, and of products in one call or in the engine's parts, the fastest is
 * kept, so the floor is as low as it gets.
 */

import { once } from "node:events";
import { isMainThread, parentPort, Worker, workerData } from "node:worker_threads";

import { loadBlas } from "../packages/couplet/dist/entry/node.js";

import { blasGemm } from "../packages/couplet/dist/engine/device/cpu/gemm/blas-gemm.js";
import {
  GEMM_SCRATCH_BYTES,
  wasmGemm,
} from "../packages/couplet/dist/engine/device/cpu/gemm/gemm.js";
import { instantiate } from "../packages/couplet/dist/engine/device/cpu/instantiate.js";
import {
  createMemory,
  directAccess,
  Regions,
} from "../packages/couplet/dist/engine/device/cpu/memory.js";
import { EngineKernels } from "../packages/couplet/dist/engine/device/cpu/kernels.js";
import { isProducts, layerSizes, stepFlops } from "./models.mjs";
import { serve, Unsupported } from "./protocol.mjs";

/** What the row says of the product: couplet's own is no rate of the machine's. @param {Awaited<ReturnType<typeof loadBlas>>} blas */
function nameOf(blas) {
  return blas.library ?? `couplet's own product in WebAssembly (no BLAS: ${blas.reason})`;
}

/** The engine's kernels over a memory of this thread's own. */
async function openMemory() {
  const memory = createMemory();
  // The first pages are the kernels' own.
  const regions = new Regions(directAccess(memory));
  const kernels = await instantiate((await EngineKernels.open(false)).modules[0], memory);
  const numbers = (count) => {
    const address = regions.allocate(count * 4);
    new Float32Array(memory.buffer, address, count).forEach((_, i, all) => {
      all[i] = Math.random() - 0.5;
    });
    return address;
  };
  return { memory, kernels, numbers };
}

/** Rows of the calls of `logProb` and `sample` that the benchmark makes. */
const CALLS = [512, 16_384];

/** One thread's share of a step as a function of the rows and whether products go backward, too. `whole`: every product in one call, as the library would have it. */
function makeStep(blas, { memory, kernels, numbers }, model, tile, whole) {
  const scratch = numbers(GEMM_SCRATCH_BYTES / 4);
  const gemm =
    blas.library === undefined
      ? wasmGemm(kernels["gemm"], scratch)
      : blasGemm(whole ? { ...blas, mostUnpacked: 0 } : blas, memory, kernels, scratch);
  const forward = [];
  const backward = [];
  const first = [];
  for (let c = 0; c < model.couplings; c++) {
    for (const [i, [inputs, outputs]] of layerSizes(model).entries()) {
      const data = c === 0 && i === 0 && model.linear === "none";
      const w = numbers(inputs * outputs);
      const gw = numbers(inputs * outputs);
      const x = numbers(tile * inputs);
      const y = numbers(tile * outputs);
      const gx = numbers(tile * inputs);
      const bind = (product) =>
        gemm.bind({ transA: false, transB: false, beta: 0, tile, ...product });
      forward.push(
        bind({
          m: "rows",
          n: outputs,
          k: inputs,
          a: x,
          lda: inputs,
          b: w,
          ldb: outputs,
          c: y,
          ldc: outputs,
        }),
      );
      const gradient = {
        transA: true,
        m: inputs,
        n: outputs,
        k: "rows",
        a: x,
        lda: inputs,
        b: y,
        ldb: outputs,
        c: gw,
        ldc: outputs,
      };
      first.push(bind(gradient));
      const later = [bind({ ...gradient, beta: 1 })];
      if (!data)
        later.push(
          bind({
            transB: true,
            m: "rows",
            n: inputs,
            k: outputs,
            a: y,
            lda: outputs,
            b: w,
            ldb: outputs,
            c: gx,
            ldc: inputs,
          }),
        );
      backward.push(later);
    }
  }
  return (rows, goesBack) => {
    for (let at = 0; at < rows; at += tile) {
      const m = Math.min(tile, rows - at);
      for (const product of forward) product(m);
      if (!goesBack) continue;
      for (let l = backward.length - 1; l >= 0; l--) {
        const [gradient, input] = backward[l];
        (at === 0 ? first[l] : gradient)(m);
        input?.(m);
      }
    }
  };
}

if (!isMainThread) {
  const blas = await loadBlas();
  const place = await openMemory();
  const { model } = workerData;
  const steps = new Map();
  parentPort?.on("message", ({ tile, whole, rows, goesBack, iterations }) => {
    const key = `${tile} ${whole}`;
    if (!steps.has(key)) steps.set(key, makeStep(blas, place, model, tile, whole));
    const step = steps.get(key);
    for (let i = 0; i < iterations; i++) step(rows, goesBack);
    parentPort?.postMessage("done");
  });
  parentPort?.postMessage(nameOf(blas));
} else {
  const heard = async (worker) => (await once(worker, "message"))[0];
  let workers = [];
  /** The fastest way of a training step, and of the pass forward by the rows of a call. */
  let training;
  const passes = new Map();
  const all = async (way, iterations) => {
    const done = workers.map(heard);
    for (const worker of workers) worker.postMessage({ ...way, iterations });
    await Promise.all(done);
  };
  /** Of a few tile heights, in one call and in parts, the fastest. */
  const fastestWay = async (rows, goesBack) => {
    let fastest = Infinity;
    let best;
    const tiles = [...new Set([64, 128, Math.ceil(rows / 3 / 8) * 8, 256, rows])].filter(
      (tile) => tile <= Math.min(rows, 512),
    );
    for (const tile of tiles)
      for (const whole of [true, false]) {
        const way = { tile, whole, rows, goesBack };
        await all(way, 2);
        for (let i = 0; i < (rows > 2048 ? 2 : 5); i++) {
          const start = performance.now();
          await all(way, 2);
          const took = performance.now() - start;
          if (took >= fastest) continue;
          fastest = took;
          best = way;
        }
      }
    return best;
  };
  const forward = (iterations, rows) => {
    const way = passes.get(rows);
    if (way === undefined) throw new Unsupported(`no products of ${rows} rows`);
    return all(way, iterations);
  };
  await serve({
    async setup(model, threads) {
      // The main thread has to load the library first.
      await loadBlas();
      workers = Array.from(
        { length: threads },
        () => new Worker(new URL(import.meta.url), { workerData: { model } }),
      );
      const [library] = await Promise.all(workers.map(heard));
      training = await fastestWay(model.batch / threads, true);
      if (isProducts(model))
        for (const rows of CALLS) passes.set(rows, await fastestWay(rows / threads, false));
      const { tile, whole } = training;
      return { parameters: 0, version: library, flops: stepFlops(model), tile, whole };
    },
    // Both directions of a coupling make the same products.
    work: { train: (iterations) => all(training, iterations), logProb: forward, sample: forward },
    close: () => Promise.all(workers.map((worker) => worker.terminate())),
  });
}
