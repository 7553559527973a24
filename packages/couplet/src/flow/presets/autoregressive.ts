/** Autoregressive flows with the papers' names. */
import { checkInteger } from "../../check-integer.ts";
import { requireOptions } from "../../options.ts";
import { knowAllParts } from "../parts/all.ts";
import { boundOf } from "../parts/base/base.ts";
import { autoregressive } from "../parts/layer/autoregressive/autoregressive.ts";
import { actNorm, permutation } from "../parts/layer/index.ts";
import type { LayerSpec } from "../parts/layer/layer.ts";
import { affine } from "../parts/transform/index.ts";
import { repeat } from "../spec/flow.ts";
import { networkFor, preset, presetOptionNames } from "./presets.ts";
import type { PresetOptions, PresetSpec, SplinePresetOptions } from "./presets.ts";
import { flowSize } from "./size.ts";
import { splineLayers } from "./spline-layers.ts";

/** Options of {@link maskedAutoregressive}. */
export interface AutoregressivePresetOptions extends Omit<PresetOptions, "couplings"> {
  /** Autoregressive layers. */
  readonly layers?: number;
}

/** Options of {@link neuralSplineAutoregressive}. */
export interface SplineAutoregressivePresetOptions extends Omit<SplinePresetOptions, "couplings"> {
  /** Autoregressive layers. */
  readonly layers?: number;
}

const { couplings: _couplings, ...plainNames } = presetOptionNames;
const names = { ...plainNames, layers: 0 } as const;

/**
 * Masked autoregressive flow: affine autoregressive layers, the order of the variables reversed between them, with an ActNorm before
 * each (Papamakarios et al. 2017; batch normalisation there): 5 layers with 2 hidden layers of the width that `realNvp` has.
 * `settings: "paper"`: of width 100, as MAF (5) for POWER there.
 *
 * @throws CoupletError USAGE, SPEC_INVALID
 */
export function maskedAutoregressive<const O extends AutoregressivePresetOptions>(
  options: O,
): PresetSpec<O> {
  requireOptions<AutoregressivePresetOptions>("maskedAutoregressive", options, names);
  const paper = options.settings === "paper";
  const layers = layersOf("maskedAutoregressive", options, 5);
  const { width = paper ? 100 : flowSize(options).width } = options;
  const conditioner = networkFor(options, width, 2);
  return preset(
    options,
    repeat(layers, (i) => [
      ...(i === 0 ? [] : [permutation("reverse")]),
      actNorm(),
      autoregressive({ transform: affine(), conditioner }),
    ]),
  );
}

/**
 * Neural spline flow, autoregressive form, RQ-NSF (AR): steps of a random permutation, an LU-linear map and an autoregressive layer of
 * rational-quadratic splines, whose residual conditioner has 2 blocks (Durkan et al. 2019). With a context the first and the last
 * step are affine; those between are splines, where `neuralSpline` may have affine steps, too. Otherwise it differs from `neuralSpline`
 * in the layers, and has the 6 wide ones of its `couplings: 6`: as many of the same width have about as many parameters, since half of a masked network's weights do not
 * exist. `settings: "paper"`: 10 layers of width 256 (appendix B.1, POWER).
 *
 * Densities and training take one pass, samples one step for each variable and layer.
 *
 * @throws CoupletError USAGE, SPEC_INVALID
 */
export function neuralSplineAutoregressive<const O extends SplineAutoregressivePresetOptions>(
  options: O,
): PresetSpec<O> {
  requireOptions<SplineAutoregressivePresetOptions>("neuralSplineAutoregressive", options, {
    ...names,
    bins: 0,
    bound: 0,
    dropout: 0,
    blocks: 0,
  });
  const { dims, context = 0, base } = options;
  const paper = options.settings === "paper";
  const own = flowSize(options);
  const size = paper ? { couplings: 10, width: 256, bins: 8, dropout: 0 } : own;
  const couplings = layersOf("neuralSplineAutoregressive", options, size.couplings);
  knowAllParts();
  const box = base === undefined ? undefined : boundOf(base);
  const { width = size.width, bins = size.bins, bound = box ?? 3 } = options;
  const { dropout = size.dropout, blocks = 2 } = options;
  const about = { dims, context, couplings, bins, bound, width, dropout, blocks };
  const layers = splineLayers({ ...about, least: 1e-3, keepsBox: box !== undefined });
  return preset(options, layers.flatMap(wholeLayer));
}

/** An autoregressive layer in the place of each coupling; two couplings in a row, which transform all variables together, become one. */
function wholeLayer(
  layer: LayerSpec,
  i: number,
  all: readonly LayerSpec[],
): LayerSpec | readonly LayerSpec[] {
  if (layer.kind !== "coupling") return layer;
  const { transform, conditioner } = layer;
  return all[i - 1]?.kind === "coupling" ? [] : autoregressive({ transform, conditioner });
}

function layersOf(name: string, options: AutoregressivePresetOptions, usual: number): number {
  const { dims, rows, layers = usual } = options;
  checkInteger(`${name}: dims`, dims, 1);
  checkInteger(`${name}: layers`, layers, 1);
  if (rows !== undefined) checkInteger(`${name}: rows`, rows, 1);
  return layers;
}
