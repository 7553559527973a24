/**
 * The contracts on exactness, as JSON: round trip of a trained model, and reversible mode against store mode.
 *
 * Looks below the public API for what it does not tell: the arena of a training program and the gradients of one step.
 */

import {
  fit,
  FlowModel,
  modelToBytes,
  neuralSpline,
} from "../packages/couplet/dist/entry/couplet.js";

import { lowerLogProb } from "../packages/couplet/dist/flow/lower.js";
import { layoutOf } from "../packages/couplet/dist/engine/graph.js";
import { plan } from "../packages/couplet/dist/engine/device/cpu/planner.js";
import { settingsFor } from "../packages/couplet/dist/train/options.js";
import { lowerTraining } from "../packages/couplet/dist/train/objective.js";
import { maximumLikelihood } from "../packages/couplet/dist/train/objectives/maximum-likelihood.js";
import { likelihoodTask } from "../packages/couplet/dist/train/likelihood-task.js";
import { Trainer } from "../packages/couplet/dist/train/trainer.js";
import { makeRows, modelNamed } from "./models.mjs";
import { specOf } from "./ours-spec.mjs";

const quick = process.argv.includes("--quick");
const model64 = modelNamed("affine-64");

/** Peak bytes of what lives during a training step on one thread, at two depths. */
function activationBytes() {
  const at = (couplings) => {
    const spec = specOf({ ...model64, couplings });
    const layout = layoutOf(lowerLogProb(spec));
    return plan(lowerTraining(maximumLikelihood, spec, layout, { memory: "reversible" }), 128)
      .arenaBytes;
  };
  return { shallow: at(8), deep: at(64) };
}

/**
 * Largest ||g_reversible - g_store|| / ||g_store|| over the parameter tensors of a trained model, in float32.
 * After one step Adam's first moment is (1 - beta1) times the gradient, so the two moments tell.
 */
async function gradientError() {
  const model = {
    ...model64,
    dims: 16,
    conditioner: { kind: "mlp", width: 64, depth: 2 },
    transform: "rationalQuadratic",
  };
  const data = makeRows(model.dims, 4096);
  const options = { epochs: quick ? 4 : 20, batch: 512, seed: 1 };
  const trained = await fit(specOf(model), data, options);
  const parameters = trained.parameters;
  const portion = {
    rows: { rows: 512, cols: model.dims, data: data.subarray(0, 512 * model.dims) },
    context: undefined,
    weights: undefined,
  };
  const moments = [];
  for (const memory of /** @type {const} */ (["store", "reversible"])) {
    trained.setParameters(parameters);
    const settings = settingsFor({ epochs: 1, batch: 512, clipNorm: 0, memory }, 512);
    const trainer = new Trainer(
      likelihoodTask(trained, { training: portion, validation: portion }, {}),
      settings,
      Infinity,
    );
    await trainer.steps(0, 0, 0);
    moments.push((await trainer.snapshot()).mean);
    trainer.dispose();
  }
  const [store, reversible] = moments;
  let worst = 0;
  // Internal, so not in the types: this benchmark looks inside.
  const { parameterList } = /** @type {any} */ (trained);
  for (const { offset, size } of parameterList) {
    let difference = 0;
    let norm = 0;
    for (let i = offset; i < offset + size; i++) {
      difference += (reversible[i] - store[i]) ** 2;
      norm += store[i] ** 2;
    }
    if (norm > 0) worst = Math.max(worst, Math.sqrt(difference / norm));
  }
  trained.dispose();
  return worst;
}

/** |decode(encode(x)) - x| of the default spline flow, trained on standardised rows, in float32 and in float64. */
async function roundTrip() {
  const dims = 6;
  const data = makeRows(dims, quick ? 4000 : 20_000);
  const model = await fit(neuralSpline({ dims }), data, { epochs: quick ? 1 : 10, seed: 1 });
  const errors = async (flow, rows) => {
    const { z } = await flow.encode(rows);
    const { x } = await flow.decode(z);
    return Float64Array.from(x, (value, i) => Math.abs(value - rows[i])).sort();
  };
  const float32 = await errors(model, data);
  const exact = await FlowModel.fromBytes(modelToBytes(model), { device: "reference" });
  const float64 = await errors(
    exact,
    Float64Array.from(data.subarray(0, (quick ? 50 : 500) * dims)),
  );
  model.dispose();
  exact.dispose();
  return {
    percentile: float32[Math.floor(0.999 * float32.length)],
    largest: float32.at(-1),
    reference: float64.at(-1),
  };
}

const found = {
  activationBytes: activationBytes(),
  gradientError: await gradientError(),
  roundTrip: await roundTrip(),
};
process.stdout.write(JSON.stringify(found));
