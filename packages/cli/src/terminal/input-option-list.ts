/** The options of every verb that reads tables. */
import type { Command } from "commander";
import { Option } from "commander";
import { ENCODINGS, INPUT_FORMATS } from "../input/input-options.ts";
import { nameList, oneCharacter } from "./option-values.ts";

/** @param choosing also options that choose columns */
export function addInputOptions(command: Command, choosing: boolean): Command {
  command.optionsGroup("Reading:");
  if (choosing) {
    command.option("--columns <names>", "only these columns, separated by commas", nameList);
    command.option("--drop <names>", "all columns but these", nameList);
  }
  return command
    .addOption(
      new Option(
        "--input-format <format>",
        "what the files are, when their content does not say it",
      ).choices(INPUT_FORMATS),
    )
    .option(
      "--delimiter <character>",
      "what separates cells; found out when left out",
      oneCharacter,
    )
    .option("--header", "the first line has the names of the columns; found out when left out")
    .option("--no-header", "the first line is data already")
    .addOption(new Option("--encoding <name>", "of text files").choices(ENCODINGS))
    .option("--array <name>", "which array of an .npz file")
    .option("--skip-bad-rows", "leave out rows that cannot be read, and say how many");
}
