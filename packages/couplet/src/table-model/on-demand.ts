/** What of scoring is loaded when it is first asked for, in one file: a file each would cut what pages load at once into more pieces. */
export { explainOptionNames } from "./explain/explain.ts";
export { explainPicked } from "./explain/explain-picked.ts";
export { standardisedScores } from "./score/standardised.ts";
