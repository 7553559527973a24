/** couplet design: rows with a wanted property. */
import type { Command } from "commander";
import { Option } from "commander";
import { OUTPUT_FORMATS } from "../../output/formats/row-sink.ts";
import { helpText } from "../../terminal/help-text.ts";
import {
  condition,
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
    .description("rows with a wanted property, best first")
    .argument("<model>", "a model file, fitted --given the property")
    .requiredOption("--target <column=value>", "the wanted value; repeatable", targetOf)
    .option("-n, --rows <n>", "designs", integerBetween(1), 100)
    .option(
      "--candidates <n>",
      "rows drawn to choose from; 50 for each design when left out",
      integerBetween(1),
    )
    .option("--bounds <column=low..high>", "a column's range; repeatable", rangeOf)
    .option("--within <table>", "ranges of all columns: those of this table")
    .option("--given <column=value>", "other conditions that the model was fitted given", condition)
    .addOption(seedOption("same seed, same designs; 0 when left out"))
    .option("-o, --output <file>", "write there, not to standard output")
    .addOption(
      new Option(
        "--format <format>",
        "of the rows; the output's ending says it, or CSV, or a table on a terminal",
      ).choices(OUTPUT_FORMATS),
    )
    .option("--force", "replace the output if it is there")
    .addOption(threadsOption())
    .addOption(jsonOption("one JSON object, with the rows in it unless --output is given"))
    .addHelpText(
      "after",
      helpText(
        [
          "Draws rows given the wanted value and ranks them by log p(row | value) - log p(row):",
          "how much more a row speaks for this value than for others. A value that the data",
          "has never shown is warned of, with the distance.",
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
