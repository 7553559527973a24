/** couplet impute: missing cells filled from a model. */
import type { Command } from "commander";
import { Option } from "commander";
import { helpText } from "../../terminal/help-text.ts";
import { addInputOptions } from "../../terminal/input-option-list.ts";
import {
  formatOption,
  integerBetween,
  jsonOption,
  seedOption,
  threadsOption,
} from "../../terminal/option-values.ts";

export function addImpute(program: Command): void {
  const impute = program
    .command("impute")
    .description("fill the missing cells of a table")
    .argument("<model>", "a model file")
    .argument("<table...>", "the rows, in any format that fit reads; - for standard input")
    .addOption(
      new Option(
        "--method <method>",
        "draw: a random completion of each row; median: the median, or the likeliest category, of each cell",
      )
        .choices(["draw", "median"])
        .default("draw"),
    )
    .addOption(seedOption("another seed, other draws").default(0))
    .option(
      "--copies <n>",
      "completions that are weighed for each row; uneven weights get more",
      integerBetween(1, 100_000),
      64,
    )
    .option(
      "--cells <file>",
      "also write a table of the filled cells: row, column, cell, and its interval or probability",
    )
    .option("-o, --output <file>", "file to write (default: standard output)")
    .addOption(formatOption("rows"))
    .option("--force", "replace an existing output")
    .addOption(threadsOption())
    .addOption(jsonOption("one JSON object about the cells; needs --output"));
  addInputOptions(impute, false)
    .addHelpText(
      "after",
      helpText(
        [
          "Fills each missing cell given the other cells of its row; all other cells stay",
          "as they are. Draws keep the spread and what depends on what: fill with several",
          "seeds and compare what you compute to see what the gaps cost. Medians are",
          "nearest in the mean and narrower than the table. What relations compute is",
          "computed. A model fitted with --any-condition begins at once; another one",
          "learns to propose completions first.",
        ],
        "couplet impute people.couplet people.csv -o filled.csv",
        "couplet impute people.couplet people.csv --seed 2 -o filled-2.csv",
        "couplet impute people.couplet new.csv --method median --cells cells.csv -o new-filled.csv",
      ),
    )
    .action(async (model: string, files: string[], _flags: unknown, command: Command) => {
      const { runImpute } = await import("./run.ts");
      await runImpute(model, files, command.optsWithGlobals());
    });
}
