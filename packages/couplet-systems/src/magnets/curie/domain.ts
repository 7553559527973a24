/** Do films share one Curie temperature. */
import type { Domain } from "../../domain.ts";
import { oneModeExample, curieExample, parseCurieProblem, type CurieProblem } from "./problem.ts";
import { runCurieProblem, type CurieResult } from "./run.ts";
import { curieSections, curieSummary } from "./report.ts";

/** The domain `curie`. */
export const curieDomain: Domain<CurieProblem, CurieResult> = {
  name: "curie",
  description: "films on each other: in which of four meanings they share one Curie temperature",
  usage: "[problem.json]",
  files: "problem file",
  pictures: "Tc and hidden transitions over the coupling, −dm/dT, m(T)",
  lead: "Films on each other: in which sense do they share one Curie temperature?",
  examples: { films: curieExample, "one-mode": oneModeExample },
  parse: parseCurieProblem,
  run: runCurieProblem,
  summarise: curieSummary,
  sections: curieSections,
  monteCarlo: true,
  help: `
The four meanings: one singularity (any coupling), one visible feature (coupling above c*), one curve
(balanced films), one mode (c^2 = a b: one field drives both). Give the films in one of two ways:

  {"matrix": [[4, 0.5], [0.5, 2]], "names": ["Fe", "Ni"]}    fields of each film on each (mean field)
  {"stack": {"layers": [...], "couplings": [...]}}           films on lattices (Monte Carlo too)

"couplings" are the multiples of the coupling between the films to draw the phase diagram for.

Examples:
  couplet systems curie --example > films.json
  couplet systems curie films.json --html films.html
  echo '{"matrix": [[4, 1], [3, 2]]}' | couplet systems curie -`,
};
