/** couplet systems: coupled systems from files, one verb for each domain. */
import { CommanderError, type Command } from "commander";
import { domains } from "couplet-systems";
import { addDomain } from "./domain.ts";

/** Adds `systems` and its domains to the command. */
export function addSystems(program: Command): void {
  const systems = program
    .command("systems")
    .description("coupled systems, one verb for each domain")
    .option("--list", "list all examples, and do nothing else")
    .addHelpText(
      "after",
      `
Every domain runs a problem file in JSON (some read the formats of their field too), prints a summary,
and draws a page of pictures. To start, let one print an example:

  couplet systems --list
  couplet systems <domain> --example [name] > problem.json
  couplet systems <domain> problem.json
  couplet systems <domain> problem.json --html page.html
  couplet systems <domain> problem.json --set 'title="A first run"' --json > result.json

Exit code: 0 done, 1 something did not converge (the result is printed all the same) or failed, 2 wrong
usage, 130 interrupted. All keys of problem files and results: docs/systems/command.md`,
    );
  systems.on("option:list", () => {
    process.stdout.write(exampleList());
    // As --version does: nothing else is looked at.
    throw new CommanderError(0, "couplet.list", "");
  });
  for (const domain of domains) addDomain(systems, domain);
}

/** A line for each example: domain, name, title. */
function exampleList(): string {
  const lines = domains.flatMap(({ name, examples }) =>
    Object.entries(examples).map(([example, problem]) => [
      name,
      example,
      (problem as { readonly title?: string }).title ?? "",
    ]),
  );
  const width = (column: number) => Math.max(...lines.map((line) => line[column]!.length));
  const widths = [width(0), width(1)] as const;
  const rows = lines.map(
    ([name, example, title]) =>
      `${name!.padEnd(widths[0])}  ${example!.padEnd(widths[1])}  ${title}`,
  );
  return `${rows.join("\n")}\n`;
}
