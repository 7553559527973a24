/** couplet systems: coupled systems from files, one verb for each domain. */
import type { Command } from "commander";
import { domains } from "couplet-systems";
import { addDomain } from "./domain.ts";

/** Adds `systems` and its domains to the command. */
export function addSystems(program: Command): void {
  const systems = program
    .command("systems")
    .description("coupled systems, one verb for each domain")
    .addHelpText(
      "after",
      `
Every domain runs a problem file in JSON (some read the formats of their field too), prints a summary,
and draws a page of pictures. To start, let one print an example:

  couplet systems <domain> --example > problem.json
  couplet systems <domain> problem.json
  couplet systems <domain> problem.json --html page.html
  couplet systems <domain> problem.json --set 'title="A first run"' --json > result.json

Exit code: 0 done, 1 something did not converge (the result is printed all the same) or failed, 2 wrong
usage, 130 interrupted. All keys of problem files and results: docs/systems/command.md`,
    );
  for (const domain of domains) addDomain(systems, domain);
}
