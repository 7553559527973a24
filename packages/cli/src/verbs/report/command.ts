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
    .description("write a page of HTML about the quality of a model")
    .argument("<model>", "a model file")
    .requiredOption(
      "--data <table>",
      "rows to compare with, in any format that fit reads; - for standard input",
    )
    .option("-o, --output <file>", "HTML page to write (default: <model>.report.html)")
    .option("--force", "replace an existing page")
    .option(
      "--samples <n>",
      "samples to draw for the comparisons (default: as many as rows, 2000 to 10000)",
      integerBetween(100, 100_000),
    )
    .addOption(seedOption("seed of the samples and of every random choice").default(0))
    .addOption(threadsOption())
    .addOption(jsonOption("the numbers as one JSON object; the page only with --output"));
  addInputOptions(report, false)
    .addHelpText(
      "after",
      helpText(
        [
          "Of the table that the model was fitted on, the report takes the rows held out of",
          "training; of any other table all rows, or 20,000 at random if it is longer.",
          "The page is one file that opens without a network.",
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
