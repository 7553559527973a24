/**
 * A flow as a plain JSON value. What can be written down can be saved, loaded, compared, drawn and
 * sent to a worker. Factories (factories.ts) fill in the defaults; validation (validate.ts) checks
 * values from anywhere.
 */

/** Which variables a coupling freezes. Positions are those at the layer, after permutations before it. */
export type MaskSpec =
  /** The first half (rounded up) is frozen; with `swap` the other part. */
  | { readonly kind: "half"; readonly swap: boolean }
  /** Every other variable is frozen: the even ones for parity 0, the odd ones for parity 1. */
  | { readonly kind: "alternating"; readonly parity: 0 | 1 }
  /** A random half is frozen, drawn once from the seed. */
  | { readonly kind: "random"; readonly seed: number }
  | { readonly kind: "explicit"; readonly frozen: readonly boolean[] };

/** How an affine coupling makes log-scales from what the conditioner gives. Zero gives scale 1 in all. */
export type ScaleKind =
  /** s = c (2/pi) atan(raw / c): symmetric, within +-c, polynomial saturation. */
  | "softClamp"
  /** s = c tanh(raw / c). */
  | "tanh"
  /** exp(s) = 2 sigmoid(raw), within (0, 2). */
  | "sigmoid"
  /** s = raw: unbounded, as in NICE and RealNVP without its gain. */
  | "exp";

/** The elementwise monotone map inside a coupling. */
export type TransformSpec =
  | { readonly kind: "additive" }
  | { readonly kind: "affine"; readonly scale: ScaleKind; readonly clamp: number }
  | {
      readonly kind: "rationalQuadratic";
      readonly bins: number;
      readonly bound: number;
      readonly minBin: number;
      readonly minDerivative: number;
    }
  /** A transform of the user's, registered under a name with `registerTransform`. */
  | { readonly kind: "registered"; readonly name: string; readonly options: JsonObject };

/** Activations of hidden layers. */
export type ActivationKind = "relu" | "tanh" | "gelu" | "silu";

/** The network from the frozen part (and the context) to the transform's parameters. */
export type ConditionerSpec =
  | {
      readonly kind: "mlp";
      /** Widths of the hidden layers. */
      readonly widths: readonly number[];
      readonly activation: ActivationKind;
      readonly dropout: number;
      readonly layerNorm: boolean;
    }
  | {
      readonly kind: "residualMlp";
      readonly width: number;
      /** Blocks h + W2 act(W1 act(h)), pre-activation. */
      readonly blocks: number;
      readonly activation: ActivationKind;
      readonly dropout: number;
      readonly layerNorm: boolean;
    }
  /** A conditioner of the user's, registered under a name with `registerConditioner`. */
  | { readonly kind: "registered"; readonly name: string; readonly options: JsonObject };

/** A bijection that freezes one part and transforms the other as a function of it. */
export interface CouplingSpec {
  readonly kind: "coupling";
  readonly mask: MaskSpec;
  readonly transform: TransformSpec;
  readonly conditioner: ConditionerSpec;
}

/** A fixed order of the variables; its logDet is 0. */
export interface PermutationSpec {
  readonly kind: "permutation";
  /** `order[i]` is the position that moves to position i. */
  readonly order: "reverse" | { readonly random: number } | readonly number[];
}

/** y = W x + b with W = L U, unit-lower L, and an upper U with a positive diagonal. Identity at birth. */
export interface LuSpec {
  readonly kind: "lu";
}

/** y = exp(logScale) (x + shift), set from the first data so that y has mean 0 and variance 1. */
export interface ActNormSpec {
  readonly kind: "actNorm";
}

/** A layer of a flow. */
export type LayerSpec = CouplingSpec | PermutationSpec | LuSpec | ActNormSpec;

/** The distribution in latent space. */
export type BaseSpec =
  /** Standard normal; with `learned`, location and scale per variable are parameters. */
  | { readonly kind: "gaussian"; readonly learned: boolean }
  /** Student-t per variable, heavy tails; location, scale and degrees of freedom (above 2) are learned. */
  | { readonly kind: "studentT"; readonly degrees: number; readonly learned: boolean }
  /** Uniform on [-bound, bound]; outside the density is 0. */
  | { readonly kind: "uniform"; readonly bound: number };

/**
 * A whole flow. `Conditional` says, in the type, whether densities are of x alone or of x given a
 * context, so that forgetting the context does not compile.
 */
export interface FlowSpec<Conditional extends boolean = boolean> {
  readonly version: 1;
  /** Variables per row. */
  readonly dims: number;
  /** Variables of the context; 0 for none. */
  readonly context: Conditional extends true ? number : Conditional extends false ? 0 : number;
  readonly base: BaseSpec;
  readonly layers: readonly LayerSpec[];
}

/** Anything that JSON can hold. */
export type JsonValue = string | number | boolean | null | readonly JsonValue[] | JsonObject;
/** A JSON object. */
export interface JsonObject {
  readonly [key: string]: JsonValue;
}
