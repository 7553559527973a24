/** Flows with the papers' names: their structure, at a size for the data or at that of the papers. */
import { checkInteger } from "../../check-integer.ts";
import { requireOptions } from "../../options.ts";
import type { OptionNames } from "../../options.ts";
import { knowAllParts } from "../parts/all.ts";
import type { BaseSpec } from "../parts/base/base.ts";
import { boundOf, domainsOf } from "../parts/base/base.ts";
import { gaussian } from "../parts/base/index.ts";
import type { ConditionerSpec } from "../parts/conditioner/conditioner.ts";
import { mlp, residualMlp } from "../parts/conditioner/index.ts";
import { actNorm, coupling } from "../parts/layer/index.ts";
import type { LayerSpec } from "../parts/layer/layer.ts";
import { alternating } from "../parts/mask/index.ts";
import { additive, affine } from "../parts/transform/index.ts";
import { repeat } from "../spec/flow.ts";
import { parseSpec } from "../spec/parse.ts";
import type { FlowSpec } from "../spec/types.ts";
import { flowSize, narrowSize } from "./size.ts";
import { domainLayers } from "./domain-layers.ts";
import { STEPS_IN_TURN, splineLayers } from "./spline-layers.ts";

/** Options of {@link nice} and {@link realNvp}. */
export interface PresetOptions {
  /** Variables per row. */
  readonly dims: number;
  /** Variables of the context; leave out for an unconditional flow. */
  readonly context?: number;
  /** Training rows that there will be: the size is then that which `fitTable` takes for so many. */
  readonly rows?: number;
  /** `"paper"` for the size in the paper; default a size by `dims` and `rows`. */
  readonly settings?: "paper";
  /** Couplings (or steps). */
  readonly couplings?: number;
  /** Width of the conditioner's hidden layers. */
  readonly width?: number;
  readonly base?: BaseSpec;
}

/** Names of {@link PresetOptions}. */
export const presetOptionNames: OptionNames<PresetOptions> = {
  dims: 0,
  context: 0,
  rows: 0,
  settings: ["paper"],
  couplings: 0,
  width: 0,
  base: true,
};

/** Options of {@link neuralSpline}. */
export interface SplinePresetOptions extends PresetOptions {
  readonly bins?: number;
  readonly bound?: number;
  readonly dropout?: number;
  /** Residual blocks of each conditioner. */
  readonly blocks?: number;
}

const splineOptionNames: OptionNames<SplinePresetOptions> = {
  ...presetOptionNames,
  bins: 0,
  bound: 0,
  dropout: 0,
  blocks: 0,
};

/** A checked spec of these layers. */
export function preset<O extends PresetOptions>(
  options: O,
  layers: readonly LayerSpec[],
): PresetSpec<O> {
  return parseSpec({
    version: 1,
    dims: options.dims,
    context: options.context ?? 0,
    base: options.base ?? gaussian(),
    layers,
  }) as PresetSpec<O>;
}

/** Conditional exactly when the options have a context. */
export type PresetSpec<O> = O extends { readonly context: number }
  ? FlowSpec<true>
  : FlowSpec<false>;

function check(name: string, { dims, rows, couplings }: PresetOptions): void {
  checkInteger(`${name}: dims`, dims, 1);
  if (couplings !== undefined) checkInteger(`${name}: couplings`, couplings, 1);
  if (rows !== undefined) checkInteger(`${name}: rows`, rows, 1);
}

/**
 * The network of a NICE or RealNVP coupling: a multi-layer perceptron. With a context it is smooth, since a location that is a
 * function of the context has no kinks, and where it has two hidden layers they are a residual block: what is linear in the context
 * does not have to be made of curves, which few rows at its edge would bend.
 */
export function networkFor(
  { context = 0 }: PresetOptions,
  width: number,
  depth: number,
): ConditionerSpec {
  if (context === 0) return mlp({ width, depth });
  return depth === 2
    ? residualMlp({ width, blocks: 1, activation: "silu" })
    : mlp({ width, depth, activation: "silu" });
}

/**
 * NICE: additive couplings on alternating masks, and a scale at the end (Dinh et al. 2015; the scale is an ActNorm here):
 * 4 couplings with 2 hidden layers, of width 40 + 9 sqrt(dims), to a multiple of 16 and at most 128 (with `rows` 32, 64 or 128). `settings: "paper"`: 5 hidden layers of 1000
 * (section 5.1). Its volume does not depend on the row: posteriors of a width that depends on the context want another preset.
 *
 * @throws CoupletError USAGE, SPEC_INVALID
 */
export function nice<const O extends PresetOptions>(options: O): PresetSpec<O> {
  requireOptions<PresetOptions>("nice", options, presetOptionNames);
  check("nice", options);
  const paper = options.settings === "paper";
  const { couplings = 4, width = paper ? 1000 : flowSize(options).width } = options;
  const conditioner = networkFor(options, width, paper ? 5 : 2);
  return preset(options, [
    ...repeat(couplings, (i) =>
      coupling({ mask: alternating(i), transform: additive(), conditioner }),
    ),
    actNorm(),
  ]);
}

/**
 * RealNVP: affine couplings on alternating masks, normalised between (Dinh et al. 2017, sections 3.4, 3.7): 8 couplings with 2
 * hidden layers, of width 40 + 9 sqrt(dims), to a multiple of 16 and at most 128 (with `rows` 32, 64 or 128); with a context 6, whose two hidden layers are a residual block. `settings: "paper"`: 10 couplings of width 100, as for tables in
 * Papamakarios et al. 2017, section 4.3 (the paper itself has images only).
 *
 * @throws CoupletError USAGE, SPEC_INVALID
 */
export function realNvp<const O extends PresetOptions>(options: O): PresetSpec<O> {
  requireOptions<PresetOptions>("realNvp", options, presetOptionNames);
  check("realNvp", options);
  const paper = options.settings === "paper";
  const own = (options.context ?? 0) > 0 ? 6 : 8;
  const { couplings = paper ? 10 : own, width = paper ? 100 : flowSize(options).width } = options;
  const conditioner = networkFor(options, width, 2);
  return preset(
    options,
    repeat(couplings, (i) => [
      actNorm(),
      coupling({ mask: alternating(i), transform: affine(), conditioner }),
    ]),
  );
}

/**
 * Neural spline flow, coupling form, RQ-NSF (C): steps of a random permutation, an LU-linear map and
 * a rational-quadratic coupling; residual conditioners of 2 blocks (Durkan et al. 2019). With a context the first and the last
 * step are affine, so that a posterior's tails have its own width; without `rows` and `settings` affine steps and splines are in turn. With a
 * bounded base (`uniform()`) it has splines of the base's box and permutations alone.
 *
 * The size, unless given: for `rows` below 1,000 4 couplings of width 32, below 10,000 6 of width 64, beyond 6 of width 128, with
 * dropout 0.2, 0.1, 0.05; without `rows` 12 couplings with the parameters of 6
 * of width 40 + 9 sqrt(dims), to a multiple of 16 and at most 128: width 32 at two variables, 64 at 64. Those 6 where `couplings` or `width` is given, or the base has a
 * box or domains; with a context 7 steps of their width, four affine and three of splines. One variable alone gets 2 couplings, 3 with a context.
 * `settings: "paper"`: 10 couplings of width 256 (appendix B.1, POWER).
 *
 * @throws CoupletError USAGE, SPEC_INVALID
 */
export function neuralSpline<const O extends SplinePresetOptions>(options: O): PresetSpec<O> {
  requireOptions<SplinePresetOptions>("neuralSpline", options, splineOptionNames);
  check("neuralSpline", options);
  const { dims, context = 0 } = options;
  // The base is looked at before the spec is made.
  knowAllParts();
  const box = options.base === undefined ? undefined : boundOf(options.base);
  const hasDomains = options.base !== undefined && domainsOf(options.base) !== undefined;
  const isOwn = options.rows === undefined && options.settings === undefined;
  const isPlain = isOwn && box === undefined && !hasDomains;
  const isNarrow = isPlain && context === 0 && dims > 1;
  const isSized = options.couplings !== undefined || options.width !== undefined;
  const inTurn = isPlain && context > 0;
  const size =
    options.settings === "paper"
      ? { couplings: 10, width: 256, bins: 8, dropout: 0 }
      : isNarrow && !isSized
        ? narrowSize(dims)
        : flowSize(options);
  const usual = inTurn && dims > 1 ? STEPS_IN_TURN : size.couplings;
  const { couplings = usual, width = size.width } = options;
  const { bins = size.bins, bound = box ?? 3, dropout = size.dropout, blocks = 2 } = options;
  if (hasDomains)
    return preset(options, domainLayers({ dims, couplings, bins, bound, width, blocks, dropout }));
  return preset(
    options,
    splineLayers({
      dims,
      context,
      couplings,
      bins,
      bound,
      least: 1e-3,
      width,
      dropout,
      blocks,
      inTurn,
      keepsBox: box !== undefined,
    }),
  );
}
