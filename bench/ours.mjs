/**
 * couplet, through its public API alone: the events of `fit` for steps, and a trained model for `logProb` and `sample`.
 *
 * Training reports in slices of about 200 ms, so a run ends with the slice in which its last step falls, and says how many steps it took.
 */

import { createModel, fit, version } from "couplet";

import { models } from "./models.mjs";
import { specOf } from "./ours-spec.mjs";
import { readRows, serve } from "./protocol.mjs";

/**
 * Copies of the rows in one epoch: an epoch's end checks held-out rows, which is no part of a step. Narrow rows, whose steps
 * are short, get more copies; in bytes it is the same for all.
 */
const copies = (dims) => Math.max(1, Math.round(64 / dims));

/** Held-out rows: as few as `fit` bears. */
const HELD_OUT = 32;

class Ours {
  model = models[0];
  rows = new Float32Array();
  at = 0;
  steps = 0;
  perEpoch = 1;
  /** @type {number | undefined} */
  loss;
  report;
  /** @type {any} */
  wanted;
  /** @type {any} */
  run;
  /** @type {import("couplet").FlowModel<boolean> | undefined} */
  scorer;
  /** @type {() => Promise<import("couplet").FlowModel<boolean>>} */
  makeScorer = () => Promise.reject(new Error("expected setup first"));

  /**
   * @param {import("./models.mjs").BenchModel} model
   * @param {number} threads
   * @param {string} data
   * @param {{ blas?: boolean, memory?: "store" | "reversible" }} options
   */
  async setup(model, threads, data, { blas, memory = "store" }) {
    const spec = specOf(model);
    this.model = model;
    this.rows = readRows(data);
    this.at = 0;
    const validation = { rows: this.rows.subarray(0, HELD_OUT * model.dims) };
    const { batch, learningRate } = model;
    // Constant rate, no decay, no clipping: Adam and nothing else, as the peers run it.
    const options = {
      batch,
      learningRate,
      warmup: 0,
      weightDecay: 0,
      clipNorm: 0,
      standardise: false,
      patience: 1e6,
      validation,
      threads,
      blas,
      memory,
    };
    this.wanted = { spec, options };
    // A training of images takes minutes, and their scores take the same time without.
    const untrained = () => createModel(spec, { threads, ...(blas === undefined ? {} : { blas }) });
    const first =
      model.shape === undefined
        ? await fit(spec, this.rows.subarray(0, 4 * batch * model.dims), { ...options, epochs: 1 })
        : await untrained();
    this.makeScorer = async () =>
      model.shape === undefined ? fit(spec, this.rows, { ...options, epochs: 1 }) : untrained();
    const parameters = first.parameterCount;
    this.report = await first.deviceReport();
    first.dispose();
    return { parameters, version, device: this.report };
  }

  /** The run under way: made when first asked for, alive until other work is asked for. */
  #training() {
    if (this.run === undefined) {
      const { spec, options } = this.wanted;
      const many = new Float32Array(this.rows.length * copies(this.model.dims));
      for (let i = 0; i < many.length; i += this.rows.length) many.set(this.rows, i);
      this.run = fit(spec, many, { ...options, epochs: 1e5 })[Symbol.asyncIterator]();
      this.steps = 0;
      this.perEpoch = Math.ceil(many.length / this.model.dims / this.model.batch);
    }
    return this.run;
  }

  async #scorer() {
    await this.run?.return(undefined);
    this.run = undefined;
    this.scorer ??= await this.makeScorer();
    return this.scorer;
  }

  #next(rows) {
    const size = rows * this.model.dims;
    if (this.at + size > this.rows.length) this.at = 0;
    const start = this.at;
    this.at += size;
    return this.rows.subarray(start, this.at);
  }

  work = {
    train: async (iterations) => {
      const run = this.#training();
      const before = this.steps;
      while (this.steps < before + iterations) {
        const { value, done } = await run.next();
        if (done) throw new Error("training ended");
        if (value.type === "progress") this.steps = value.step;
        if (value.type === "epoch") {
          this.steps = value.epoch * this.perEpoch;
          this.loss = value.trainLoss;
        }
        if (value.type === "warning") throw new Error(value.message);
      }
      return { value: this.loss ?? null, iterations: this.steps - before };
    },
    logProb: async (iterations, rows) => {
      const model = await this.#scorer();
      let values;
      for (let i = 0; i < iterations; i++) values = await model.logProb(this.#next(rows));
      return { value: values.reduce((sum, x) => sum + x, 0) / rows };
    },
    sample: async (iterations, rows) => {
      const model = await this.#scorer();
      let values;
      for (let i = 0; i < iterations; i++) values = await model.sample(rows, { seed: ++this.at });
      return { value: values.reduce((sum, x) => sum + x, 0) / values.length };
    },
  };

  async close() {
    await this.run?.return(undefined);
    this.scorer?.dispose();
  }
}

await serve(new Ours());
