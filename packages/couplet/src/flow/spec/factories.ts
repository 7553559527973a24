/** Lower-case constructors of the parts of a spec, with defaults filled in. */
import { CoupletError } from "../../error.ts";
import { checkOptions, requireOptions } from "../../options.ts";
import type { OptionNames } from "../../options.ts";
import { checkWhole } from "../../check-integer.ts";
import type {
  ActivationKind,
  ActNormSpec,
  BaseSpec,
  ConditionerSpec,
  CouplingSpec,
  FlowSpec,
  LayerSpec,
  LuSpec,
  MaskSpec,
  PermutationSpec,
  ScaleKind,
  TransformSpec,
} from "./types.ts";
import { parseSpec } from "./validate.ts";

/** Freezes the first half of the variables (rounded up), or with `swap` the rest. */
export function half(swap = false): MaskSpec {
  return { kind: "half", swap };
}

/** Freezes every other variable: the even ones for 0, the odd ones for 1. */
export function alternating(parity: number = 0): MaskSpec {
  checkWhole("alternating: parity", parity, 0);
  return { kind: "alternating", parity: parity % 2 === 0 ? 0 : 1 };
}

/** Freezes a random half, the same one for the same seed. */
export function randomMask(seed: number): MaskSpec {
  return { kind: "random", seed };
}

/** Freezes the variables where `frozen` is true. */
export function explicitMask(frozen: readonly boolean[]): MaskSpec {
  return { kind: "explicit", frozen: [...frozen] };
}

/** y = x + t (Dinh et al. 2015, NICE). */
export function additive(): TransformSpec {
  return { kind: "additive" };
}

/** y = x exp(s) + t (Dinh et al. 2017, RealNVP, eq. 4). `clamp` bounds |s| for softClamp and tanh. */
export function affine(
  options: { readonly scale?: ScaleKind; readonly clamp?: number } = {},
): TransformSpec {
  checkOptions("affine", options, { scale: true, clamp: true });
  return { kind: "affine", scale: options.scale ?? "softClamp", clamp: options.clamp ?? 2 };
}

/**
 * Monotone rational-quadratic spline on [-bound, bound], identity outside (Durkan et al. 2019,
 * Neural Spline Flows, eq. 4).
 */
export function rationalQuadratic(
  options: {
    readonly bins?: number;
    readonly bound?: number;
    readonly minBin?: number;
    readonly minDerivative?: number;
  } = {},
): TransformSpec {
  checkOptions("rationalQuadratic", options, {
    bins: true,
    bound: true,
    minBin: true,
    minDerivative: true,
  });
  return {
    kind: "rationalQuadratic",
    bins: options.bins ?? 8,
    bound: options.bound ?? 3,
    minBin: options.minBin ?? 1e-3,
    minDerivative: options.minDerivative ?? 1e-3,
  };
}

interface NetworkOptions {
  readonly activation?: ActivationKind;
  /** Probability of dropping a hidden value in training. */
  readonly dropout?: number;
  readonly layerNorm?: boolean;
}

const networkOptionNames: OptionNames<NetworkOptions> = {
  activation: true,
  dropout: true,
  layerNorm: true,
};

/** A multi-layer perceptron: `depth` hidden layers of `width`, or hidden layers of `widths`. */
export function mlp(
  options: NetworkOptions & {
    readonly width?: number;
    readonly depth?: number;
    readonly widths?: readonly number[];
  } = {},
): ConditionerSpec {
  checkOptions("mlp", options, { ...networkOptionNames, width: true, depth: true, widths: true });
  if (options.widths !== undefined && (options.width ?? options.depth) !== undefined) {
    throw new CoupletError({
      code: "USAGE",
      where: "mlp",
      expected: "either widths, or width and depth",
      received: "both",
    });
  }
  if (options.depth !== undefined) checkWhole("mlp: depth", options.depth, 0);
  const widths =
    options.widths ?? Array.from({ length: options.depth ?? 2 }, () => options.width ?? 64);
  return {
    kind: "mlp",
    widths: [...widths],
    activation: options.activation ?? "relu",
    dropout: options.dropout ?? 0,
    layerNorm: options.layerNorm ?? false,
  };
}

/** Pre-activation residual blocks h + W2 act(W1 act(h)) of one width (He et al. 2016). */
export function residualMlp(
  options: NetworkOptions & { readonly width?: number; readonly blocks?: number } = {},
): ConditionerSpec {
  checkOptions("residualMlp", options, { ...networkOptionNames, width: true, blocks: true });
  return {
    kind: "residualMlp",
    width: options.width ?? 64,
    blocks: options.blocks ?? 2,
    activation: options.activation ?? "relu",
    dropout: options.dropout ?? 0,
    layerNorm: options.layerNorm ?? false,
  };
}

/** Splits by the mask, freezes one part, transforms the other as a function of it. */
export function coupling(options: {
  readonly mask?: MaskSpec;
  readonly transform?: TransformSpec;
  readonly conditioner?: ConditionerSpec;
}): CouplingSpec {
  requireOptions("coupling", options, { mask: true, transform: true, conditioner: true });
  return {
    kind: "coupling",
    mask: options.mask ?? half(),
    transform: options.transform ?? affine(),
    conditioner: options.conditioner ?? mlp(),
  };
}

/** Moves variables about: `"reverse"`, a seed for a random order, or the order itself. */
export function permutation(
  order: "reverse" | { readonly random: number } | readonly number[],
): PermutationSpec {
  return { kind: "permutation", order };
}

/** A learned linear map W = L U with bias (Kingma & Dhariwal 2018, eq. 10, without the permutation). */
export function lu(): LuSpec {
  return { kind: "lu" };
}

/** A learned scale and shift per variable, set from the data at the start (Kingma & Dhariwal 2018, 3.1). */
export function actNorm(): ActNormSpec {
  return { kind: "actNorm" };
}

/** Normal base, standard unless `learned`. */
export function gaussian(options: { readonly learned?: boolean } = {}): BaseSpec {
  checkOptions("gaussian", options, { learned: true });
  return { kind: "gaussian", learned: options.learned ?? false };
}

/** Student-t base with `degrees` of freedom at the start; learned unless said otherwise. */
export function studentT(
  options: { readonly degrees?: number; readonly learned?: boolean } = {},
): BaseSpec {
  checkOptions("studentT", options, { degrees: true, learned: true });
  return { kind: "studentT", degrees: options.degrees ?? 5, learned: options.learned ?? true };
}

/** Uniform base on [-bound, bound]. */
export function uniform(options: { readonly bound?: number } = {}): BaseSpec {
  checkOptions("uniform", options, { bound: true });
  return { kind: "uniform", bound: options.bound ?? 3 };
}

/**
 * `layers(i)` for i = 0 .. count - 1, in one list.
 *
 * @throws CoupletError USAGE when `count` is no whole number
 */
export function repeat(
  count: number,
  layers: (i: number) => LayerSpec | readonly LayerSpec[],
): LayerSpec[] {
  checkWhole("repeat: count", count, 0);
  return Array.from({ length: count }, (_, i) => layers(i)).flat();
}

/**
 * A flow: log p(x) = log p_base(encode(x)) + logDet(x).
 *
 * @param options `layers` run in order from data to latent; nested lists are flattened. With
 *   `context` the densities are conditional, and every call needs the context's values.
 * @throws CoupletError SPEC_INVALID with every problem found
 */
export function flow(options: FlowOptions & { readonly context: number }): FlowSpec<true>;
export function flow(options: FlowOptions & { readonly context?: never }): FlowSpec<false>;
export function flow(options: FlowOptions & { readonly context?: number }): FlowSpec {
  requireOptions("flow", options, { dims: true, base: true, layers: true, context: true });
  return parseSpec({
    version: 1,
    dims: options.dims,
    context: options.context ?? 0,
    base: options.base ?? gaussian(),
    // A list that is not there is for the check to tell.
    layers: Array.isArray(options.layers) ? options.layers.flat() : options.layers,
  });
}

/** What {@link flow} takes. */
export interface FlowOptions {
  readonly dims: number;
  readonly base?: BaseSpec;
  readonly layers: readonly (LayerSpec | readonly LayerSpec[])[];
}
