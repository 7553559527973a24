/** couplet fit: a table in, a model file and an honest report out. */
import type { Command } from "commander";
import { Option } from "commander";
import { helpText } from "../../terminal/help-text.ts";
import { addInputOptions } from "../../terminal/input-option-list.ts";
import {
  byteCount,
  columnTypes,
  jsonOption,
  nameList,
  numberBetween,
  seedOption,
  threadsOption,
  integerBetween,
} from "../../terminal/option-values.ts";

export function addFit(program: Command): void {
  const fit = program
    .command("fit")
    .description("learn the distribution of a table")
    .argument(
      "<table...>",
      "CSV, TSV, JSON lines, Parquet, Arrow, .npy or .npz; patterns; - for standard input",
    )
    .option(
      "-o, --output <file>",
      "model file to write; the table's name with .couplet when left out",
    )
    .option(
      "--force",
      "replace the model file if it is there, and the checkpoint of an interrupted fit",
    )
    .option(
      "--resume",
      "go on from the checkpoint that an interrupted fit left, and replace its model",
    )
    .option("--dry-run", "say what would be done, how much memory and time it takes, and stop")
    .addOption(
      jsonOption(
        "the closing report as a JSON object on standard output, events as JSON lines on standard error",
      ),
    );
  addTableOptions(fit);
  addTrainingOptions(fit);
  addInputOptions(fit, true)
    .addHelpText(
      "after",
      helpText(
        [
          "Learns the distribution of a table and writes a model file. Guesses what each",
          "column is and says so, warns of what training cannot mend, keeps rows apart to",
          "report how good the model is on them.",
        ],
        "couplet fit data.csv                                  writes data.couplet",
        "couplet fit 'sales-*.parquet' -o sales.couplet --memory 2GB",
        'couplet fit customers.csv --given contract --type zip=category --null-values "n/a,-"',
      ),
    )
    .action(async (files: string[], _flags: unknown, command: Command) => {
      const { runFit } = await import("./run.ts");
      await runFit(files, command.optsWithGlobals());
    });
}

function addTableOptions(fit: Command): void {
  fit
    .optionsGroup("The table:")
    .option(
      "--given <columns>",
      "columns to condition on: the model is then of the others given these",
      nameList,
    )
    .option("--schema <file>", "what each column is, as `couplet schema` prints it")
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
    .option(
      "--relations <auto|none|file>",
      "what holds between columns in every row and is kept in every sample: found in the rows, not at all, or a JSON list (or schema) of relations",
    );
}

function addTrainingOptions(fit: Command): void {
  fit
    .optionsGroup("Training:")
    .addOption(seedOption("fixes the split, the weights and the order").default(0))
    .addOption(threadsOption())
    .addOption(
      new Option(
        "--memory <amount>",
        "memory to use; a table that does not fit is trained on part by part, from disk",
      )
        .env("COUPLET_MEMORY")
        .argParser(byteCount),
    )
    .option("--epochs <n>", "passes over the rows at most", integerBetween(1, 1e6))
    .option("--batch <n>", "rows per step", integerBetween(1, 1e6))
    .option("--learning-rate <x>", "highest step size", numberBetween(1e-9, 10))
    .option(
      "--patience <n>",
      "epochs without a better validation loss that end the training",
      integerBetween(1, 1e6),
    )
    .option(
      "--held-out <fraction>",
      "part of the rows kept for the report, and as many to choose the epoch",
      numberBetween(0.001, 0.49),
    )
    .option(
      "--smoothing <x>",
      "noise on continuous columns of few rows, in standard deviations, falling to 0; chosen by the number of rows when left out",
      numberBetween(0, 0.999),
    )
    .option(
      "--contamination <fraction>",
      "part of the rows that may be anomalies: as many of the least usual are kept out of training, for a model to find them with",
      numberBetween(0, 0.499),
    )
    .option(
      "--max-minutes <n>",
      "minutes of training; then the best model so far is written, and a checkpoint for --resume",
      numberBetween(1e-3, 1e6),
    )
    .option(
      "--checkpoint-every <seconds>",
      "how often the state is saved",
      numberBetween(0, 1e9),
      60,
    );
}
