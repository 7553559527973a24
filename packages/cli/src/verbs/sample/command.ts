/** couplet sample: rows like the table's. */
import { Option } from "commander";
import type { Command } from "commander";
import { helpText } from "../../terminal/help-text.ts";
import { inputFormatOption } from "../../terminal/input-option-list.ts";
import {
  condition,
  formatOption,
  integerBetween,
  jsonOption,
  numberBetween,
  seedOption,
  threadsOption,
} from "../../terminal/option-values.ts";

export function addSample(program: Command): void {
  program
    .command("sample")
    .description("draw synthetic rows from a model")
    .argument("<model>", "a model file")
    .option("-n, --rows <n>", "rows to draw", integerBetween(0), 10)
    .addOption(seedOption("the same seed draws the same rows (default: random)"))
    .option(
      "--temperature <t>",
      "spread of the draws: below 1 nearer to the modes, above 1 further out",
      numberBetween(0, 100),
      1,
    )
    .option(
      "--given <column=value>",
      "condition on a column: a value, a range 30..40, 30.. or ..40, or nothing (missing); repeatable",
      condition,
    )
    .addOption(
      new Option(
        "--given-rows <table>",
        "draw one row for each row of this table of context columns; - for standard input",
      ).conflicts(["given"]),
    )
    .addOption(inputFormatOption("of --given-rows"))
    .option(
      "--keys",
      "new keys, and empty cells of free text, for columns that the model leaves out",
    )
    .option("-o, --output <file>", "file to write (default: standard output)")
    .addOption(formatOption("rows"))
    .option("--force", "replace an existing output")
    .addOption(threadsOption())
    .addOption(jsonOption("one JSON object, with the rows in it unless --output is given"))
    .addHelpText(
      "after",
      helpText(
        [
          "Draws synthetic rows with the table's columns and types: its categories, integers as",
          "integers, within its bounds. Rows are written in chunks, so that any number of",
          "them takes the same memory. --given asks for rows that meet conditions, of any",
          "columns: the others follow given these. A condition that few rows meet",
          "takes longer, and a notice says what its draws are worth. Columns that `fit --given`",
          "named need a value each.",
        ],
        "couplet sample data.couplet -n 1000 > new.csv",
        "couplet sample data.couplet -n 1_000_000 --seed 7 -o new.parquet",
        "couplet sample people.couplet --given sex=F --given age=30..40 -n 100",
      ),
    )
    .action(async (model: string, _flags: unknown, command: Command) => {
      if (
        command.getOptionValue("givenRows") !== undefined &&
        command.getOptionValueSource("rows") === "cli"
      )
        command.error("error: --given-rows draws a row for each of its rows: leave --rows out", {
          exitCode: 2,
        });
      const { runSample } = await import("./run.ts");
      await runSample(model, command.optsWithGlobals());
    });
}
