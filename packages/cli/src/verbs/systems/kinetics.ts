/** couplet systems kinetics: reaction networks with a fast and a slow layer. */
import { CoupletError } from "couplet";
import {
  kineticsExample,
  parseKineticsProblem,
  runKineticsProblem,
  type KineticsProblem,
} from "couplet-systems";
import { finiteNumber, type Domain } from "./domain.ts";

/** The domain. */
export const kinetics: Domain<KineticsProblem> = {
  name: "kinetics",
  description:
    "reaction networks: trajectories, steady states, fast layers replaced by their balance",
  usage: "[problem.json | model.xml]",
  example: kineticsExample,
  parse: parseKineticsProblem,
  run: runKineticsProblem,
  options: (command) =>
    command
      .option("--until <time>", "end time (needed with SBML)", finiteNumber("--until"))
      .option("--fast <reactions>", "fast reactions, separated by commas", commas)
      .option("--fast-species <species>", "fast species, separated by commas", commas)
      .option("--observe <names>", "what to report, separated by commas", commas),
  fromFiles: async (files, { until }) => {
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
    ...(problem as object),
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

function commas(text: string): string[] {
  return text.split(",").map((name) => name.trim());
}
