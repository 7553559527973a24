/** The published configurations for POWER beside the published rows. */
import {
  affine,
  alternating,
  coupling,
  fit,
  flow,
  lu,
  neuralSpline,
  permutation,
  repeat,
  residualMlp,
} from "couplet";
import { power } from "./rows.mjs";

/*
 * Mean log-density of test rows, nats, of the whole of POWER (2005-2010; the rows here are those of January to June 2007, so that only orders
 * compare): Papamakarios et al. 2017, table 1 (Gaussian, RealNVP); Durkan et al. 2019, table 3 (Glow, RQ-NSF).
 */
/** @type {readonly (readonly [name: string, nats: number])[]} */
export const published = [
  ["Gaussian", -7.74],
  ["RealNVP, 10 couplings", 0.17],
  ["Glow: affine couplings and LU maps", 0.42],
  ["RQ-NSF (C)", 0.64],
];

/**
 * Ten steps of a permutation, an LU-linear map and a coupling whose conditioner has two residual blocks (Durkan et al. 2019, appendix B.1: of
 * width 256), with affine or rational-quadratic transforms.
 */
const flows = {
  affine: ({ width }) =>
    flow({
      dims: 6,
      layers: repeat(10, (i) => [
        permutation({ random: i + 1 }),
        lu(),
        coupling({
          mask: alternating(i),
          transform: affine(),
          conditioner: residualMlp({ width, blocks: 2 }),
        }),
      ]),
    }),
  couplings: ({ width }) => neuralSpline({ dims: 6, settings: "paper", width }),
};

/** Trains both on all training rows and scores the test rows. */
export async function comparePower({ kinds, width, epochs, minutes, threads }) {
  const [train, validation, test] = ["train", "val", "test"].map((part) => power(part).rows);
  const results = [];
  for (const kind of kinds) {
    if (flows[kind] === undefined)
      throw new Error(`power: expected --flows of ${Object.keys(flows)}, got ${kind}`);
    const began = performance.now();
    const model = await fit(flows[kind]({ width }), train, {
      validation: { rows: validation },
      epochs,
      batch: 512,
      learningRate: 5e-4,
      maxMinutes: minutes,
      seed: 1,
      threads,
    });
    const seconds = (performance.now() - began) / 1000;
    const scores = await model.logProb(test);
    const mean = scores.reduce((sum, value) => sum + value / scores.length, 0);
    const square = scores.reduce((sum, value) => sum + (value - mean) ** 2, 0);
    const error = Math.sqrt(square / (scores.length - 1) / scores.length);
    const { epochs: done } = model.training ?? {};
    results.push({
      flow: kind,
      width,
      nats: mean,
      error,
      epochs: done,
      seconds,
      parameters: model.parameterCount,
    });
    console.log(
      `${kind.padEnd(40)}  ${mean.toFixed(3).padStart(7)} +- ${error.toFixed(3)}  width ${width}, ${model.parameterCount} parameters, ${done ?? "?"} epochs, ${seconds.toFixed(0)} s`,
    );
    model.dispose();
  }
  for (const [name, nats] of published)
    console.log(`${`published: ${name}`.padEnd(40)}  ${nats.toFixed(2).padStart(7)}`);
  return results;
}
