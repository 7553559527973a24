/** The layers of a flow. A new layer is a file beside this one and a line here. */
export { coupling, type CouplingOptions, type CouplingSpec } from "./coupling.ts";
export { permutation, type PermutationSpec } from "./permutation.ts";
export { lu, type LuSpec } from "./lu.ts";
export { actNorm, type ActNormSpec } from "./act-norm.ts";
export { squeeze, type SqueezeSpec } from "./squeeze.ts";
export { factorOut, type FactorOutOptions, type FactorOutSpec } from "./factor-out.ts";
export { channelActNorm, type ChannelActNormSpec } from "./channel-act-norm.ts";
export {
  invertibleConvolution,
  type InvertibleConvolutionOptions,
  type InvertibleConvolutionSpec,
} from "./invertible-convolution.ts";
export { dequantise, type DequantiseOptions, type DequantiseSpec } from "./dequantise.ts";
