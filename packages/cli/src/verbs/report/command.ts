/** couplet report: how good a model is, as a page of HTML. */
import type { Command } from "commander";
import { addInputOptions } from "../../terminal/input-option-list.ts";
import {
  jsonOption,
  seedOption,
  threadsOption,
  integerBetween,
} from "../../terminal/option-values.ts";
import { helpText } from "../../terminal/help-text.ts";

export function addReport(program: Command): void {
  const report = program
    .command("report")
    .description("how good a model is, as one page of HTML that needs no network")
    .argument("<model>", "a model file")
    .requiredOption(
      "--data <table>",
      "rows to judge it by, in any format that fit reads; - for standard input",
    )
    .option("-o, --output <file>", "the page to write; <model>.report.html when left out")
    .option("--force", "replace the page if it is there")
    .option(
      "--samples <n>",
      "rows to draw for the comparisons; as many as are judged, 2000 to 10000, when left out",
      integerBetween(100, 100_000),
    )
    .addOption(seedOption("of the samples and of every random choice").default(0))
    .addOption(threadsOption())
    .addOption(jsonOption("the numbers as one JSON object; the page only with --output"));
  addInputOptions(report, false)
    .addHelpText(
      "after",
      helpText(
        [
          "Of the table that the model was fitted on, only the rows count that were held",
          "out of training; any other table counts as a whole, or 20,000 of its rows at",
          "random if it is longer.",
        ],
        "couplet report data.couplet --data data.csv",
        "couplet report data.couplet --data next-month.csv -o next-month.html",
        "couplet report data.couplet --data data.csv --json > report.json",
      ),
    )
    .action(async (model: string, _flags: unknown, command: Command) => {
      const { runReport } = await import("./run.ts");
      await runReport(model, command.optsWithGlobals());
    });
}
