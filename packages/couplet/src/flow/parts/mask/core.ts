/** The masks of most flows, which a model file is read with; `index.ts` lists all, and the others load when a spec names one. */
export { half } from "./half.ts";
export { alternating } from "./alternating.ts";
export { random } from "./random.ts";
export { explicit } from "./explicit.ts";
