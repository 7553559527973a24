/** The table of flows that the laws are checked on. A new transform, mask, layer or base is a new row. */
import {
  actNorm,
  additive,
  affine,
  alternating,
  circularShift,
  box,
  byDomain,
  circle,
  coupling,
  domains,
  explicit,
  flow,
  gaussian,
  gaussianMixture,
  half,
  lu,
  mlp,
  channel,
  channelActNorm,
  checkerboard,
  convolutional,
  dequantise,
  factorOut,
  gatedConvolutional,
  invertibleConvolution,
  nice,
  neuralSpline,
  permutation,
  random,
  rationalQuadratic,
  real,
  realNvp,
  repeat,
  residualConvolutional,
  residualMlp,
  squeeze,
  studentT,
  uniform,
} from "couplet";
import type { FlowSpec } from "couplet";
import {
  autoregressive,
  maskedAutoregressive,
  neuralSplineAutoregressive,
} from "couplet/autoregressive";
import "./registered.ts";

const small = mlp({ width: 7, depth: 2, activation: "tanh" });
const smooth = residualMlp({ width: 6, blocks: 2, activation: "silu" });

export const specs: Readonly<Record<string, FlowSpec>> = {
  "additive, half masks": flow({
    dims: 5,
    layers: repeat(3, (i) =>
      coupling({ mask: half(i % 2 === 1), transform: additive(), conditioner: small }),
    ),
  }),
  "affine softClamp, alternating masks": flow({
    dims: 4,
    layers: repeat(4, (i) =>
      coupling({ mask: alternating(i), transform: affine(), conditioner: small }),
    ),
  }),
  "affine tanh, random masks": flow({
    dims: 6,
    layers: repeat(3, (i) =>
      coupling({ mask: random(i), transform: affine({ scale: "tanh" }), conditioner: smooth }),
    ),
  }),
  "affine, linear conditioners": flow({
    dims: 4,
    layers: repeat(3, (i) =>
      coupling({ mask: alternating(i), transform: affine(), conditioner: mlp({ depth: 0 }) }),
    ),
  }),
  "affine sigmoid, explicit masks": flow({
    dims: 3,
    layers: [
      coupling({
        mask: explicit([true, false, false]),
        transform: affine({ scale: "sigmoid" }),
        conditioner: small,
      }),
      coupling({
        mask: explicit([false, true, true]),
        transform: affine({ scale: "sigmoid" }),
        conditioner: small,
      }),
    ],
  }),
  "affine exp, GELU with layer norm": flow({
    dims: 4,
    layers: repeat(2, (i) =>
      coupling({
        mask: alternating(i),
        transform: affine({ scale: "exp" }),
        conditioner: mlp({ width: 6, activation: "gelu", layerNorm: true }),
      }),
    ),
  }),
  "autoregressive, affine": flow({
    dims: 5,
    layers: repeat(3, (i) => [
      ...(i === 0 ? [] : [permutation("reverse")]),
      autoregressive({ transform: affine(), conditioner: small }),
    ]),
  }),
  "autoregressive spline, residual network narrower than the row": flow({
    dims: 6,
    layers: [
      autoregressive({
        transform: rationalQuadratic({ bins: 5 }),
        conditioner: residualMlp({ width: 3, blocks: 2, activation: "silu" }),
      }),
      lu(),
      autoregressive({ transform: additive(), conditioner: mlp({ depth: 0 }) }),
    ],
  }),
  "autoregressive given a context, one variable": flow({
    dims: 1,
    context: 2,
    layers: [
      autoregressive({ conditioner: small }),
      autoregressive({ transform: rationalQuadratic(), conditioner: smooth }),
    ],
  }),
  "autoregressive, one variable alone": flow({
    dims: 1,
    layers: [autoregressive({ transform: rationalQuadratic(), conditioner: smooth })],
  }),
  "masked autoregressive flow": maskedAutoregressive({ dims: 4, layers: 2, width: 9 }),
  "autoregressive spline flow in a box, given a context": neuralSplineAutoregressive({
    dims: 3,
    context: 2,
    layers: 2,
    width: 8,
    bins: 4,
    base: uniform({ bound: 6 }),
  }),
  "autoregressive spline flow, given a context": neuralSplineAutoregressive({
    dims: 3,
    context: 2,
    layers: 3,
    width: 8,
    bins: 4,
  }),
  "spline, permutations and LU": flow({
    dims: 5,
    layers: [
      permutation("reverse"),
      coupling({
        mask: alternating(0),
        transform: rationalQuadratic({ bins: 5 }),
        conditioner: smooth,
      }),
      permutation({ random: 3 }),
      lu(),
      coupling({
        mask: alternating(1),
        transform: rationalQuadratic({ bins: 8, bound: 4 }),
        conditioner: smooth,
      }),
      permutation([4, 0, 3, 1, 2]),
    ],
  }),
  "spline with ActNorm, learned Gaussian": flow({
    dims: 2,
    base: gaussian({ learned: true }),
    layers: repeat(2, (i) => [
      actNorm(),
      coupling({ mask: half(i === 1), transform: rationalQuadratic(), conditioner: small }),
    ]),
  }),
  "spline with linear, circular and free tails": flow({
    dims: 4,
    layers: (["linear", "circular", "free"] as const).map((tails, i) =>
      coupling({
        mask: alternating(i),
        transform: rationalQuadratic({ bins: 5, bound: 2, tails }),
        conditioner: small,
      }),
    ),
  }),
  "circular shift of angles": flow({
    dims: 3,
    base: uniform({ bound: Math.PI }),
    layers: repeat(2, (i) => [
      coupling({ mask: alternating(i), transform: circularShift(), conditioner: small }),
      coupling({
        mask: alternating(i),
        transform: rationalQuadratic({ bound: Math.PI, tails: "circular" }),
        conditioner: smooth,
      }),
    ]),
  }),
  "real, box and circle": flow({
    dims: 4,
    base: domains([real(), circle(), box(-Math.PI, Math.PI), circle()]),
    layers: repeat(3, (i) =>
      coupling({
        mask: alternating(i),
        transform: byDomain({ bins: 6 }),
        conditioner: i === 1 ? smooth : small,
      }),
    ),
  }),
  "Student-t base": flow({
    dims: 3,
    base: studentT(),
    layers: repeat(2, (i) => coupling({ mask: alternating(i), conditioner: small })),
  }),
  "mixture-of-Gaussians base": flow({
    dims: 3,
    base: gaussianMixture({ components: 5 }),
    layers: repeat(2, (i) => coupling({ mask: alternating(i), conditioner: small })),
  }),
  "uniform base": flow({
    dims: 2,
    base: uniform({ bound: 6 }),
    layers: repeat(2, (i) =>
      coupling({
        mask: half(i === 1),
        transform: rationalQuadratic({ bound: 6 }),
        conditioner: small,
      }),
    ),
  }),
  "one column": flow({
    dims: 1,
    layers: [coupling({ transform: rationalQuadratic(), conditioner: small }), lu()],
  }),
  "one column given a context": flow({
    dims: 1,
    context: 2,
    layers: repeat(2, () => coupling({ transform: rationalQuadratic(), conditioner: small })),
  }),
  conditional: flow({
    dims: 4,
    context: 3,
    layers: repeat(3, (i) => [
      lu(),
      coupling({
        mask: alternating(i),
        transform: i === 1 ? affine() : rationalQuadratic(),
        conditioner: smooth,
      }),
    ]),
  }),
  "registered transform and conditioner": flow({
    dims: 5,
    context: 1,
    layers: repeat(3, (i) =>
      coupling({
        mask: alternating(i),
        transform: { kind: "registered", name: "affineThenSpline", options: { bins: 4 } },
        conditioner: { kind: "registered", name: "gated", options: { width: 8 } },
      }),
    ),
  }),
  "images: checkerboards": flow({
    shape: [3, 4, 2],
    layers: repeat(3, (i) =>
      coupling({
        mask: checkerboard(i),
        transform: i === 2 ? rationalQuadratic({ bins: 4 }) : affine(),
        conditioner: gatedConvolutional({ width: 4, blocks: 1, activation: "silu" }),
      }),
    ),
  }),
  "images: two levels with factored-out channels": flow({
    shape: [4, 4, 1],
    layers: [
      squeeze(),
      channelActNorm(),
      invertibleConvolution({ seed: 1 }),
      coupling({
        mask: channel(),
        conditioner: convolutional({ width: 5, activation: "tanh" }),
      }),
      factorOut({ conditioner: convolutional({ width: 3, activation: "silu" }) }),
      squeeze(),
      invertibleConvolution({ seed: 2, learned: false }),
      coupling({
        mask: channel(true),
        transform: rationalQuadratic({ bins: 3 }),
        conditioner: residualConvolutional({ width: 4, blocks: 1, activation: "tanh" }),
      }),
      factorOut({ conditioner: null }),
      channelActNorm(),
    ],
  }),
  "images given a context": flow({
    shape: [4, 2, 1],
    context: 3,
    layers: [
      coupling({
        mask: checkerboard(),
        conditioner: convolutional({ width: 4, activation: "silu" }),
      }),
      squeeze(),
      coupling({
        mask: alternating(1),
        conditioner: convolutional({ width: 4, activation: "silu" }),
      }),
      factorOut({ conditioner: mlp({ width: 4, activation: "tanh" }) }),
    ],
  }),
  "preset nice": nice({ dims: 4, width: 8 }),
  "preset realNvp": realNvp({ dims: 5, width: 8, couplings: 3 }),
  "preset neuralSpline": neuralSpline({ dims: 6, width: 8, couplings: 3 }),
};

/** Flows of integers: their encode adds noise, so that the laws of bijections do not hold; `src/images` has their own. */
export const integerSpecs: Readonly<Record<string, FlowSpec>> = {
  "uniform noise": flow({ shape: [2, 3, 1], layers: [dequantise({ levels: 16, logit: 0.05 })] }),
  "variational noise": flow({
    shape: [2, 4, 1],
    layers: [
      dequantise({
        levels: 8,
        variational: {
          couplings: 4,
          conditioner: gatedConvolutional({ width: 3, blocks: 1, activation: "silu" }),
        },
      }),
      coupling({
        mask: checkerboard(),
        conditioner: convolutional({ width: 3, activation: "silu" }),
      }),
    ],
  }),
};
