/** couplet studio: the page that fits, explores and explains, served to this machine alone. */
import type { Command } from "commander";
import { helpText } from "../../terminal/help-text.ts";
import { integerBetween } from "../../terminal/option-values.ts";

export function addStudio(program: Command): void {
  program
    .command("studio")
    .description("open a page in the browser that fits, explores and explains models of tables")
    .argument("[file]", "a table or a model to open in the page")
    .option(
      "--port <number>",
      "port of the server; a free one by default",
      integerBetween(0, 65_535),
    )
    .option("--no-open", "print the address only, without opening a browser")
    .addHelpText(
      "after",
      helpText(
        [
          "Serves the page at 127.0.0.1, for this machine alone, until Ctrl-C. Everything is",
          "computed in the page; it can read the given file and no other, and sends nothing.",
        ],
        "couplet studio",
        "couplet studio data.csv",
        "couplet studio data.couplet --port 8080 --no-open",
      ),
    )
    .action(async (file: string | undefined, _flags: unknown, command: Command) => {
      const { runStudio } = await import("./run.ts");
      await runStudio(file, command.optsWithGlobals());
    });
}
