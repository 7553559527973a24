/** The conditioners of most flows, which a model file is read with; `index.ts` lists all, and the others load when a spec names one. */
export { mlp } from "./mlp.ts";
export { residualMlp } from "./residual-mlp.ts";
export { registeredConditioner } from "./registered.ts";
