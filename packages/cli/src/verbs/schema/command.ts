/** couplet schema: the inferred type of each column of a table. */
import type { Command } from "commander";
import { Option } from "commander";
import { helpText } from "../../terminal/help-text.ts";
import { addInputOptions } from "../../terminal/input-option-list.ts";
import { byteCount, columnTypes, jsonOption, nameList } from "../../terminal/option-values.ts";

export function addSchema(program: Command): void {
  const schema = program
    .command("schema")
    .description("infer the type of each column of a table, as text or as JSON to edit")
    .argument("<table...>", "a table in any format that fit reads; - for standard input")
    .option(
      "--null-values <cells>",
      "cells that mean missing, besides the usual ones (NA, null, ...), separated by commas",
      nameList,
    )
    .option("--mixed-as-category", "treat columns of numbers and words as categories")
    .option(
      "--type <column=type>",
      "type of a column, several separated by commas: zip=category,note=text",
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
    .option("--no-relations", "columns alone, without relations between them")
    .addOption(jsonOption("JSON on a terminal too"));
  addInputOptions(schema, true)
    .addHelpText(
      "after",
      helpText(
        [
          "Prints the type that `fit` infers for each column, and the reason: as a table on a",
          "terminal, as JSON into a file or a pipe; and the warnings of `fit`. Edit the JSON and pass it to",
          "`fit --schema`.",
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
