/** Reaction networks with a fast and a slow layer. */
import { CoupletError } from "couplet/kit";
import type { Domain } from "../domain.ts";
import {
  kineticsExample,
  millisecondsExample,
  parseKineticsProblem,
  type KineticsProblem,
} from "./problem/problem.ts";
import { runKineticsProblem, type KineticsResult } from "./problem/run.ts";
import { kineticsSections, kineticsSummary } from "./report.ts";

/** The domain `kinetics`. */
export const kineticsDomain: Domain<KineticsProblem, KineticsResult> = {
  name: "kinetics",
  description:
    "reaction networks: trajectories, steady states, fast layers replaced by their balance",
  usage: "[problem.json | model.xml]",
  files: "problem file, SBML",
  pictures: "trajectories whole and reduced, time scales, their difference",
  lead: "Reactions with a fast and a slow layer.",
  examples: { phosphorylation: kineticsExample, milliseconds: millisecondsExample },
  parse: parseKineticsProblem,
  run: runKineticsProblem,
  summarise: kineticsSummary,
  sections: kineticsSections,
  options: [
    { flags: "--until <time>", description: "end time (needed with SBML)", value: "number" },
    {
      flags: "--fast <reactions>",
      description: "fast reactions, separated by commas",
      value: "names",
    },
    {
      flags: "--fast-species <species>",
      description: "fast species, separated by commas",
      value: "names",
    },
    {
      flags: "--observe <names>",
      description: "what to report, separated by commas",
      value: "names",
    },
  ],
  fromFiles: (files, { until }) => {
    if (files.length !== 1) return undefined;
    if (until === undefined) {
      throw new CoupletError({
        code: "USAGE",
        where: "couplet systems kinetics",
        expected: "--until with the end time",
        received: "none",
        hint: "An SBML file does not say how long to follow its model.",
      });
    }
    return { sbml: files[0] };
  },
  change: (problem, { until, fast, fastSpecies, observe }) => ({
    ...problem,
    ...(until === undefined ? {} : { until }),
    ...(fast === undefined ? {} : { fast: { reactions: fast } }),
    ...(fastSpecies === undefined ? {} : { fast: { species: fastSpecies } }),
    ...(observe === undefined ? {} : { observe }),
  }),
  help: `
A problem holds a reaction network (or names an SBML file), an end time, and which part is fast. The fast part is
replaced by its balance, and the slow model is compared with the whole one; where the time scales do not allow
that, it is refused with the rates, and the exit code is 1.

Examples:
  couplet systems kinetics --example > switch.json
  couplet systems kinetics switch.json --html switch.html
  couplet systems kinetics model.xml --until 100 --fast kinase,phosphatase
  couplet systems kinetics switch.json --set network.parameters.eps=0.5`,
};
