/** The transforms of most flows, which a model file is read with; `index.ts` lists all, and the others load when a spec names one. */
export { additive } from "./additive.ts";
export { affine } from "./affine.ts";
export { rationalQuadratic } from "./rational-quadratic.ts";
export { registeredTransform } from "./registered.ts";
