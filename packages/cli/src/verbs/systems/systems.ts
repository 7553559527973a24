/** couplet systems: coupled systems from files, one verb for each domain. */
import type { Command } from "commander";
import { curie } from "./curie.ts";
import { addDomain } from "./domain.ts";
import { kinetics } from "./kinetics.ts";
import { magnets } from "./magnets.ts";
import { multiphysics } from "./multiphysics.ts";
import { networks } from "./networks.ts";
import { topology } from "./topology.ts";

/** Adds `systems` and its domains to the command. */
export function addSystems(program: Command): void {
  const systems = program
    .command("systems")
    .description("coupled systems: multiphysics, magnets, topology, networks, kinetics")
    .addHelpText(
      "after",
      `
Every domain runs a problem file in JSON (some read the formats of their field too), prints a summary,
and draws a page of pictures. To start, let one print an example:

  couplet systems magnets --example > problem.json
  couplet systems magnets problem.json
  couplet systems magnets problem.json --html page.html
  couplet systems magnets problem.json --set stack.couplings[0].exchange=0.5 --json > result.json

Exit code: 0 done, 1 something did not converge (the result is printed all the same) or failed, 2 wrong
usage, 130 interrupted. All keys of problem files and results: docs/systems/command.md`,
    );
  addDomain(systems, multiphysics);
  addDomain(systems, magnets);
  addDomain(systems, curie);
  addDomain(systems, topology);
  addDomain(systems, networks);
  addDomain(systems, kinetics);
}
