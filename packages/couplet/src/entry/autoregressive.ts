/**
 * `couplet/autoregressive`: flows whose layers transform each variable as a function of those before it.
 *
 * `autoregressive` is a layer beside `coupling`; `maskedAutoregressive` and `neuralSplineAutoregressive` are whole flows. Densities take
 * one pass, samples one step for each variable and layer. Everything that takes a spec takes these; files load as others do.
 */
export { autoregressive } from "../flow/parts/layer/autoregressive/autoregressive.ts";
export type { AutoregressiveOptions } from "../flow/parts/layer/autoregressive/autoregressive.ts";
export type { AutoregressiveSpec } from "../flow/parts/layer/autoregressive/spec.ts";
export {
  maskedAutoregressive,
  neuralSplineAutoregressive,
} from "../flow/presets/autoregressive.ts";
export type {
  AutoregressivePresetOptions,
  SplineAutoregressivePresetOptions,
} from "../flow/presets/autoregressive.ts";
