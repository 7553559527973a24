/** The layers of most flows, which a model file is read with; `index.ts` lists all, and the others load when a spec names one. */
export { coupling } from "./coupling.ts";
export { permutation } from "./permutation.ts";
export { lu } from "./lu.ts";
export { actNorm } from "./act-norm.ts";
