/**
 * The GEMM floor: nothing but the matrix products of a training step, by the system's BLAS, one caller per thread.
 *
 * Every linear layer has weights, a gradient and activations of its own, as in the real step, so caches are met as they are there.
 * Each thread walks its rows in tiles; of a few tile heights the fastest is kept, so the floor is as low as it gets.
 */

import { once } from "node:events";
import { isMainThread, parentPort, Worker, workerData } from "node:worker_threads";

import { loadBlas } from "couplet/node";

import { layerSizes, stepFlops } from "./models.mjs";
import { serve } from "./protocol.mjs";

const ROW_MAJOR = 101;
const PLAIN = 111;
const TRANSPOSED = 112;

/** The BLAS that couplet finds, as it uses it: the main thread has to load it first. */
async function loadSgemm() {
  const blas = await loadBlas();
  if (blas.library === undefined) throw new Error(`no BLAS: ${blas.reason}`);
  return { sgemm: blas.sgemm, name: blas.library };
}

/** One thread's share of a step as a function of nothing. */
function makeStep(sgemm, model, rows, tile) {
  const fill = (n) => new Float32Array(n).map(() => Math.random() - 0.5);
  const layers = [];
  for (let c = 0; c < model.couplings; c++) {
    for (const [i, [inputs, outputs]] of layerSizes(model).entries()) {
      const data = c === 0 && i === 0 && model.linear === "none";
      layers.push({
        inputs,
        outputs,
        data,
        w: fill(inputs * outputs),
        gw: fill(inputs * outputs),
        x: fill(tile * inputs),
        y: fill(tile * outputs),
        gx: fill(tile * inputs),
      });
    }
  }
  return () => {
    for (let at = 0; at < rows; at += tile) {
      const m = Math.min(tile, rows - at);
      for (const { inputs, outputs, w, x, y } of layers) {
        sgemm(ROW_MAJOR, PLAIN, PLAIN, m, outputs, inputs, 1, x, inputs, w, outputs, 0, y, outputs);
      }
      for (let l = layers.length - 1; l >= 0; l--) {
        const { inputs, outputs, data, w, gw, x, y, gx } = layers[l];
        sgemm(
          ROW_MAJOR,
          TRANSPOSED,
          PLAIN,
          inputs,
          outputs,
          m,
          1,
          x,
          inputs,
          y,
          outputs,
          at === 0 ? 0 : 1,
          gw,
          outputs,
        );
        if (!data)
          sgemm(
            ROW_MAJOR,
            PLAIN,
            TRANSPOSED,
            m,
            inputs,
            outputs,
            1,
            y,
            outputs,
            w,
            outputs,
            0,
            gx,
            inputs,
          );
      }
    }
  };
}

if (!isMainThread) {
  const { sgemm, name } = await loadSgemm();
  const steps = new Map();
  parentPort.on("message", ({ tile, iterations }) => {
    if (!steps.has(tile)) steps.set(tile, makeStep(sgemm, workerData.model, workerData.rows, tile));
    const step = steps.get(tile);
    for (let i = 0; i < iterations; i++) step();
    parentPort.postMessage("done");
  });
  parentPort.postMessage(name);
} else {
  const heard = async (worker) => (await once(worker, "message"))[0];
  let workers = [];
  let best;
  const all = async (tile, iterations) => {
    const done = workers.map(heard);
    for (const worker of workers) worker.postMessage({ tile, iterations });
    await Promise.all(done);
  };
  await serve({
    async setup(model, threads) {
      await loadSgemm();
      const rows = model.batch / threads;
      workers = Array.from(
        { length: threads },
        () => new Worker(new URL(import.meta.url), { workerData: { model, rows } }),
      );
      const [library] = await Promise.all(workers.map(heard));
      let fastest = Infinity;
      for (const tile of new Set([64, 128, 256, rows].filter((t) => t <= rows))) {
        await all(tile, 2);
        for (let i = 0; i < 5; i++) {
          const start = performance.now();
          await all(tile, 2);
          const took = performance.now() - start;
          if (took < fastest) [fastest, best] = [took, tile];
        }
      }
      return { parameters: 0, version: library, flops: stepFlops(model), tile: best };
    },
    work: { train: (iterations) => all(best, iterations) },
    close: () => Promise.all(workers.map((worker) => worker.terminate())),
  });
}
