/** The transforms: the elementwise maps of couplings. A new transform is a file beside this one and a line here. */
export { additive, type AdditiveTransform } from "./additive.ts";
export { affine, type AffineOptions, type AffineTransform, type ScaleKind } from "./affine.ts";
export { byDomain, type ByDomainOptions, type ByDomainTransform } from "./by-domain.ts";
export {
  rationalQuadratic,
  type RationalQuadraticOptions,
  type RationalQuadraticTransform,
} from "./rational-quadratic.ts";
export {
  circularShift,
  type CircularShiftOptions,
  type CircularShiftTransform,
} from "./circular-shift.ts";
export { registeredTransform } from "./registered.ts";
