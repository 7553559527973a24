/** Targets with known answers, and the flow and the training of each. Sizes and steps were found on seed 100; the tables' seeds are others. */
import {
  affine,
  alternating,
  circle,
  coupling,
  domains,
  flow,
  mlp,
  neuralSpline,
  repeat,
} from "couplet";
import { coupledAngles, funnel, gaussianMixture40, latticeField, manyWell } from "couplet/energy";

export const cases = {
  "double-well": {
    target: manyWell(1),
    spec: neuralSpline({ dims: 2, width: 32, couplings: 6 }),
    fit: { steps: 4000, batch: 512, temperature: { start: 4, by: "resampling" } },
  },
  torus: {
    target: coupledAngles(),
    spec: neuralSpline({
      dims: 2,
      width: 32,
      couplings: 6,
      base: domains([circle(), circle()]),
    }),
    fit: { steps: 3000, batch: 512, learningRate: 2e-3 },
  },
  "many-well-8": {
    target: manyWell(4),
    spec: neuralSpline({ dims: 8, width: 48, couplings: 6 }),
    fit: { steps: 6000, batch: 512, temperature: { start: 4, by: "resampling" } },
  },
  "many-well-32": {
    target: manyWell(16),
    spec: neuralSpline({ dims: 32, width: 64, couplings: 8 }),
    fit: { steps: 8000, batch: 512, temperature: { start: 4, by: "annealing" } },
  },
  funnel: {
    target: funnel(),
    // Its width runs over four orders of magnitude: beyond any box of a spline.
    spec: flow({
      dims: 10,
      layers: repeat(4, (i) =>
        coupling({
          mask: alternating(i),
          transform: affine({ clamp: 8 }),
          conditioner: mlp({ width: 64, activation: "silu" }),
        }),
      ),
    }),
    fit: { steps: 6000, batch: 512 },
  },
  "gmm-40": {
    target: gaussianMixture40(),
    spec: neuralSpline({ dims: 2, width: 96, couplings: 10, bins: 16 }),
    fit: { steps: 10_000, batch: 512, temperature: { start: 100, by: "annealing" } },
  },
  lattice: {
    target: latticeField(),
    spec: neuralSpline({ dims: 64, width: 96, couplings: 8 }),
    fit: { steps: 6000, batch: 256 },
  },
};
