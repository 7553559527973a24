/**
 * `couplet/inspect`: a flow looked into. `layers` gives rows after each layer, `oneLayer` what a layer makes of any rows, `couplingKnots` the knots of its splines,
 * `jacobian` the derivative of a flow or of one
 * layer, `influence` which variable reaches which, from the spec alone.
 */
export { couplingKnots } from "../inspect/coupling-knots.ts";
export type { SplineKnots } from "../inspect/coupling-knots.ts";
export { influence } from "../inspect/influence.ts";
export type { Influence, LayerInfluence } from "../inspect/influence.ts";
export { jacobian } from "../inspect/jacobian.ts";
export type { Jacobian, JacobianOptions } from "../inspect/jacobian.ts";
export { layers } from "../inspect/layers.ts";
export type { FlowStep } from "../inspect/layers.ts";
export { oneLayer } from "../inspect/one-layer.ts";
