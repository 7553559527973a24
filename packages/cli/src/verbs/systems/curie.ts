/** couplet systems curie: do films share one Curie temperature. */
import {
  curieExample,
  parseCurieProblem,
  runCurieProblem,
  type CurieProblem,
} from "couplet-systems";
import type { Domain } from "./domain.ts";

/** The domain. */
export const curie: Domain<CurieProblem> = {
  name: "curie",
  description: "films on each other: in which of three meanings they share one Curie temperature",
  usage: "[problem.json]",
  monteCarlo: true,
  example: curieExample,
  parse: parseCurieProblem,
  run: runCurieProblem,
  help: `
The three meanings: one singularity (any coupling), one visible feature (coupling above c*), one curve
(balanced films). Give the films in one of two ways:

  {"matrix": [[4, 0.5], [0.5, 2]], "names": ["Fe", "Ni"]}    fields of each film on each (mean field)
  {"stack": {"layers": [...], "couplings": [...]}}           films on lattices (Monte Carlo too)

"couplings" are the multiples of the coupling between the films to draw the phase diagram for.

Examples:
  couplet systems curie --example > films.json
  couplet systems curie films.json --html films.html
  echo '{"matrix": [[4, 1], [3, 2]]}' | couplet systems curie -`,
};
