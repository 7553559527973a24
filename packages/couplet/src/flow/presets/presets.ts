/** Flows with the papers' names and settings. */
import { requireOptions } from "../../options.ts";
import type { OptionNames } from "../../options.ts";
import type { BaseSpec } from "../parts/base/base.ts";
import type { FlowSpec } from "../spec/types.ts";
import type { LayerSpec } from "../parts/layer/layer.ts";
import { actNorm, coupling, lu, permutation } from "../parts/layer/index.ts";
import { additive, affine, rationalQuadratic } from "../parts/transform/index.ts";
import { alternating } from "../parts/mask/index.ts";
import { gaussian } from "../parts/base/index.ts";
import { mlp, residualMlp } from "../parts/conditioner/index.ts";
import { repeat } from "../spec/flow.ts";
import { parseSpec } from "../spec/parse.ts";
import { checkWhole } from "../../check-integer.ts";

interface PresetOptions {
  /** Variables per row. */
  readonly dims: number;
  /** Variables of the context; leave out for an unconditional flow. */
  readonly context?: number;
  /** Couplings (or steps). */
  readonly couplings?: number;
  /** Width of the conditioner's hidden layers. */
  readonly width?: number;
  readonly base?: BaseSpec;
}

const presetOptionNames: OptionNames<PresetOptions> = {
  dims: true,
  context: true,
  couplings: true,
  width: true,
  base: true,
};

interface SplineOptions extends PresetOptions {
  readonly bins?: number;
  readonly bound?: number;
  readonly dropout?: number;
  /** Residual blocks of each conditioner. */
  readonly blocks?: number;
}

const splineOptionNames: OptionNames<SplineOptions> = {
  ...presetOptionNames,
  bins: true,
  bound: true,
  dropout: true,
  blocks: true,
};

function preset<O extends PresetOptions>(options: O, layers: readonly LayerSpec[]): PresetSpec<O> {
  return parseSpec({
    version: 1,
    dims: options.dims,
    context: options.context ?? 0,
    base: options.base ?? gaussian(),
    layers,
  }) as PresetSpec<O>;
}

/** Conditional exactly when the options have a context. */
type PresetSpec<O> = O extends { readonly context: number } ? FlowSpec<true> : FlowSpec<false>;

/**
 * NICE: additive couplings on alternating masks, and a scale at the end (Dinh et al. 2015, section
 * 5.1: 4 couplings, 5 hidden layers of 1000; the scale is an ActNorm here).
 *
 * @throws CoupletError USAGE, SPEC_INVALID
 */
export function nice<const O extends PresetOptions>(options: O): PresetSpec<O> {
  requireOptions<PresetOptions>("nice", options, presetOptionNames);
  const { couplings = 4, width = 128 } = options;
  checkWhole("nice: couplings", couplings, 1);
  return preset(options, [
    ...repeat(couplings, (i) =>
      coupling({
        mask: alternating(i),
        transform: additive(),
        conditioner: mlp({ width, depth: 2 }),
      }),
    ),
    actNorm(),
  ]);
}

/**
 * RealNVP: affine couplings on alternating masks, normalised between (Dinh et al. 2017, sections 3.4, 3.7).
 *
 * @throws CoupletError USAGE, SPEC_INVALID
 */
export function realNvp<const O extends PresetOptions>(options: O): PresetSpec<O> {
  requireOptions<PresetOptions>("realNvp", options, presetOptionNames);
  const { couplings = 8, width = 128 } = options;
  checkWhole("realNvp: couplings", couplings, 1);
  return preset(
    options,
    repeat(couplings, (i) => [
      actNorm(),
      coupling({
        mask: alternating(i),
        transform: affine(),
        conditioner: mlp({ width, depth: 2 }),
      }),
    ]),
  );
}

/**
 * Neural spline flow, coupling form, RQ-NSF (C): steps of a random permutation, an LU-linear map and
 * a rational-quadratic coupling; residual conditioners of 2 blocks (Durkan et al. 2019, appendix B.1:
 * POWER is 10 steps, width 256, 8 bins, bound 3).
 *
 * @throws CoupletError USAGE, SPEC_INVALID
 */
export function neuralSpline<const O extends SplineOptions>(options: O): PresetSpec<O> {
  requireOptions<SplineOptions>("neuralSpline", options, splineOptionNames);
  const { couplings = 10, width = 256, bins = 8, bound = 3, dropout = 0, blocks = 2 } = options;
  checkWhole("neuralSpline: couplings", couplings, 1);
  const mix = (seed: number): LayerSpec[] =>
    options.dims === 1 ? [] : [permutation({ random: seed }), lu()];
  return preset(options, [
    ...repeat(couplings, (i) => [
      ...mix(i + 1),
      coupling({
        mask: alternating(i),
        transform: rationalQuadratic({ bins, bound }),
        conditioner: residualMlp({ width, blocks, dropout }),
      }),
    ]),
    ...mix(couplings + 1),
  ]);
}
