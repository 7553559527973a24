/** couplet sample: rows like the table's. */
import type { Command } from "commander";
import { Option } from "commander";
import { OUTPUT_FORMATS } from "../../output/formats/row-sink.ts";
import { helpText } from "../../terminal/help-text.ts";
import {
  condition,
  jsonOption,
  numberBetween,
  seedOption,
  threadsOption,
  integerBetween,
} from "../../terminal/option-values.ts";

export function addSample(program: Command): void {
  program
    .command("sample")
    .description("draw rows like the table's")
    .argument("<model>", "a model file")
    .option("-n, --rows <n>", "rows to draw", integerBetween(0), 10)
    .addOption(seedOption("same seed, same rows; a fresh one when left out"))
    .option(
      "--temperature <t>",
      "below 1: nearer to the modes; above: further out",
      numberBetween(0, 100),
      1,
    )
    .option(
      "--given <column=value>",
      "a condition, for each column that the model was fitted `--given`",
      condition,
    )
    .option("--given-rows <table>", "one row for each row of a table of conditions")
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
          "Draws rows of the table's own columns and types: categories that it has, whole",
          "numbers whole, bounds kept. The rows come in chunks, so any number of them",
          "takes the same memory.",
        ],
        "couplet sample data.couplet -n 1000 > new.csv",
        "couplet sample data.couplet -n 1_000_000 --seed 7 -o new.parquet",
        'couplet sample customers.couplet --given contract="Two year" -n 100',
      ),
    )
    .action(async (model: string, _flags: unknown, command: Command) => {
      const { runSample } = await import("./run.ts");
      await runSample(model, command.optsWithGlobals());
    });
}
