/** The options of every verb that reads tables. */
import type { Command } from "commander";
import { Option } from "commander";
import { ENCODINGS, INPUT_FORMATS } from "../input/input-options.ts";
import { integerBetween, nameList, oneCharacter } from "./option-values.ts";

/** --input-format. @param whose "of the files" */
export function inputFormatOption(whose: string): Option {
  return new Option(
    "--input-format <format>",
    `format ${whose} (default: by first bytes and names)`,
  ).choices(INPUT_FORMATS);
}

/** @param choosing also options that choose columns */
export function addInputOptions(command: Command, choosing: boolean): Command {
  command.optionsGroup("Reading:");
  if (choosing) {
    command.option("--columns <names>", "only these columns, separated by commas", nameList);
    command.option("--drop <names>", "all columns but these", nameList);
  }
  return command
    .addOption(inputFormatOption("of the files"))
    .option("--delimiter <character>", "separator of cells (default: detected)", oneCharacter)
    .option("--header", "the first line holds the names of the columns (default: detected)")
    .option("--no-header", "the first line holds data")
    .addOption(new Option("--encoding <name>", "encoding of text files").choices(ENCODINGS))
    .option(
      "--skip-lines <n>",
      "lines before the table (default: those that begin with #)",
      integerBetween(0),
    )
    .option(
      "--escape <character>",
      'what stands before a quote in a cell (default: ")',
      oneCharacter,
    )
    .option("--array <name>", "name of the array in an .npz file")
    .option("--skip-bad-rows", "skip rows that cannot be read, and print their number");
}
