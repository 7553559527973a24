/** couplet design: rows with a wanted property. */
import type { Command } from "commander";
import { helpText } from "../../terminal/help-text.ts";
import {
  condition,
  formatOption,
  integerBetween,
  jsonOption,
  rangeOf,
  seedOption,
  targetOf,
  threadsOption,
} from "../../terminal/option-values.ts";

export function addDesign(program: Command): void {
  program
    .command("design")
    .description("draw rows with a wanted property, and rank them")
    .argument("<model>", "a model file, fitted --given the property or with it among its columns")
    .requiredOption("--target <column=value>", "the wanted value; repeatable", targetOf)
    .option("-n, --rows <n>", "rows to give", integerBetween(1), 100)
    .option(
      "--candidates <n>",
      "rows to draw and choose from (default: 50 for each row to give)",
      integerBetween(1),
    )
    .option("--bounds <column=low..high>", "range of a column; repeatable", rangeOf)
    .option("--within <table>", "keep all columns within the ranges of this table")
    .option(
      "--given <column=value>",
      "values of the other context columns; of a model of all columns, of any",
      condition,
    )
    .addOption(seedOption("seed of the draws (default: 0)"))
    .option("-o, --output <file>", "file to write (default: standard output)")
    .addOption(formatOption("rows"))
    .option("--force", "replace an existing output")
    .addOption(threadsOption())
    .addOption(jsonOption("one JSON object, with the rows in it unless --output is given"))
    .addHelpText(
      "after",
      helpText(
        [
          "Draws rows given the wanted value and ranks them by log p(row | value) - log p(row):",
          "how much more a row speaks for this value than for others. A value that the data",
          "has never shown gives a warning, with its distance.",
        ],
        "couplet fit mixes.csv --given strength",
        "couplet design mixes.couplet --target strength=60 -n 100",
        "couplet design mixes.couplet --target strength=60 --within mixes.csv --bounds water=140..180",
      ),
    )
    .action(async (model: string, _flags: unknown, command: Command) => {
      const { runDesign } = await import("./run.ts");
      await runDesign(model, command.optsWithGlobals());
    });
}
