/** The bases of most flows, which a model file is read with; `index.ts` lists all, and the others load when a spec names one. */
export { gaussian } from "./gaussian.ts";
export { studentT } from "./student-t.ts";
export { uniform } from "./uniform.ts";
