// One flow with every kind of layer and a base whose kernels lie in a file of their own, its parameters moved away from the identity, on rows made from
// integers: whatever runs this file has to come to the same numbers.
import {
  actNorm,
  affine,
  alternating,
  coupling,
  createModel,
  flow,
  gaussianMixture,
  lu,
  mlp,
  permutation,
  rationalQuadratic,
  residualMlp,
} from "couplet";
import { numbers } from "./numbers.js";

const dims = 5;

export async function run({ rows, threads, relaxedSimd }) {
  const spec = flow({
    dims,
    base: gaussianMixture({ components: 3 }),
    layers: [
      actNorm(),
      lu(),
      coupling({
        mask: alternating(0),
        transform: rationalQuadratic({ bins: 8 }),
        conditioner: residualMlp({ width: 48, blocks: 2 }),
      }),
      permutation("reverse"),
      coupling({
        mask: alternating(1),
        transform: affine(),
        conditioner: mlp({ width: 33, depth: 2, activation: "tanh" }),
      }),
      coupling({
        mask: alternating(0),
        transform: rationalQuadratic({ bins: 5 }),
        conditioner: mlp({ width: 40, depth: 1, activation: "gelu" }),
      }),
    ],
  });
  const model = await createModel(spec, { seed: 1, threads, blas: false, relaxedSimd });
  try {
    const noise = numbers(model.parameters.length, 7);
    model.setParameters(model.parameters.map((value, i) => value + noise[i] / 8));
    const x = numbers(rows * dims, 3).map((value) => 3 * value);
    const now = model.logProbSync(x);
    const logProb = await model.logProb(x);
    const { z } = await model.encode(x);
    const sample = await model.sample(rows, { seed: 11 });
    const report = await model.deviceReport();
    return {
      threads: report.threads,
      threadsReason: report.threadsReason ?? null,
      simd: report.simd,
      gemm: report.gemm,
      syncEqual: now.every((value, i) => Object.is(value, logProb[i])),
      logProb: Array.from(logProb),
      z: Array.from(z),
      sample: Array.from(sample),
    };
  } finally {
    model.dispose();
  }
}
