/** The conditioners: the networks of couplings. A new conditioner is a file beside this one and a line here. */
export { mlp, type MlpConditioner, type MlpOptions } from "./mlp.ts";
export {
  residualMlp,
  type ResidualMlpConditioner,
  type ResidualMlpOptions,
} from "./residual-mlp.ts";
export { registeredConditioner } from "./registered.ts";
export {
  convolutional,
  type ConvolutionalConditioner,
  type ConvolutionalOptions,
} from "./convolutional.ts";
export { gatedConvolutional, type GatedConvolutionalConditioner } from "./gated-convolutional.ts";
export {
  residualConvolutional,
  type ResidualConvolutionalConditioner,
  type ImageNetworkOptions,
} from "./residual-convolutional.ts";
