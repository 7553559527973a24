/** couplet schema: what each column of a table is taken for. */
import type { Command } from "commander";
import { Option } from "commander";
import { helpText } from "../../terminal/help-text.ts";
import { addInputOptions } from "../../terminal/input-option-list.ts";
import { byteCount, columnTypes, jsonOption, nameList } from "../../terminal/option-values.ts";

export function addSchema(program: Command): void {
  const schema = program
    .command("schema")
    .description("what each column of a table is taken for, to look at and to edit")
    .argument("<table...>", "a table in any format that fit reads; - for standard input")
    .option(
      "--null-values <spellings>",
      "more spellings of a missing cell, separated by commas",
      nameList,
    )
    .option("--mixed-as-category", "take columns of numbers and words as categories")
    .option(
      "--type <column=type>",
      "what a column is, several separated by commas: zip=category,note=text",
      columnTypes,
    )
    .addOption(
      new Option(
        "--memory <amount>",
        "memory to use; a table that does not fit is looked at part by part, from disk",
      )
        .env("COUPLET_MEMORY")
        .argParser(byteCount),
    )
    .option("--no-relations", "columns alone: not what holds between them in every row")
    .addOption(jsonOption("JSON on a terminal too"));
  addInputOptions(schema, true)
    .addHelpText(
      "after",
      helpText(
        [
          "Says what `fit` would take each column for, and why: as text on a terminal, as",
          "JSON in a file or a pipe. Edit the JSON and give it to `fit --schema`.",
        ],
        "couplet schema data.csv",
        "couplet schema data.csv --type zip=category,note=text > schema.json",
        "couplet fit data.csv --schema schema.json",
      ),
    )
    .action(async (files: string[], _flags: unknown, command: Command) => {
      const { runSchema } = await import("./run.ts");
      await runSchema(files, command.optsWithGlobals());
    });
}
