/** couplet fit: learns a table, writes a model file, and reports on held-out rows. */
import type { Command } from "commander";
import { Option } from "commander";
import { helpText } from "../../terminal/help-text.ts";
import { addInputOptions } from "../../terminal/input-option-list.ts";
import {
  byteCount,
  columnTypes,
  contaminationValue,
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
    .description("train a model of a table: learn the distribution of its rows")
    .argument(
      "<table...>",
      "CSV, TSV, JSON lines, Parquet, Arrow, .npy or .npz; patterns; - for standard input; or images",
    )
    .option("-o, --output <file>", "model file to write (default: the table's name with .couplet)")
    .option("--force", "replace an existing model file, and the checkpoint of an interrupted fit")
    .option("--resume", "continue an interrupted fit from its checkpoint, and replace its model")
    .option("--dry-run", "print the plan, its memory and time, and stop")
    .addOption(
      jsonOption(
        "the report as one JSON object on standard output, events as JSON lines on standard error",
      ),
    );
  addTableOptions(fit);
  addTrainingOptions(fit);
  addImageOptions(fit);
  addClassifierOptions(fit);
  addInputOptions(fit, true)
    .addHelpText(
      "after",
      helpText(
        [
          "Learns the distribution of a table and writes a model file: infers the type of",
          "each column, warns of data that training cannot correct, and reports the log",
          "density of held-out rows beside simpler models (in nats, higher is better).",
        ],
        "couplet fit data.csv                                  writes data.couplet",
        "couplet fit 'sales-*.parquet' -o sales.couplet --memory 2GB",
        "couplet fit digits.idx.gz --given labels.idx.gz --max-minutes 20",
        "couplet fit digits.idx.gz --classify labels.idx.gz    a classifier, for couplet predict",
        "mpirun -n 4 couplet fit data.parquet                  several processes, the same model",
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
    .addOption(
      new Option(
        "--from <model>",
        "go on from the model of a table with the same columns: its schema, its encoders, its flow as training left it",
      ).conflicts(["given", "schema", "nullValues", "mixedAsCategory", "type", "relations"]),
    )
    .option(
      "--given <columns>",
      "context columns: the model is of the other columns, given these; of images a file of labels, or class",
      nameList,
    )
    .option("--schema <file>", "types of the columns, as `couplet schema` prints them")
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
    .option(
      "--relations <auto|none|file>",
      "relations between columns that hold in every row, for samples to keep: find them (auto), ignore them (none), or take those of a JSON file",
    );
}

function addImageOptions(fit: Command): void {
  fit
    .optionsGroup("Images (idx, CIFAR, .npy of three or four axes, a folder of PNG files):")
    .addOption(
      new Option(
        "--preset <preset>",
        "kind of flow (default: pyramid for grey images, glow for colours and given labels)",
      ).choices(["glow", "pyramid", "realNvpImage"]),
    )
    .addOption(
      new Option(
        "--size <size>",
        "size of the flow (default: by --max-minutes, 20 when left out, and the machine's speed)",
      ).choices(["small", "medium", "large"]),
    )
    .addOption(
      new Option("--noise <noise>", "noise of dequantisation (default: uniform)").choices([
        "uniform",
        "variational",
      ]),
    )
    .option("--bits <n>", "bits of a value that are kept, the upper ones", integerBetween(1, 8))
    .option(
      "--samples <k>",
      "noise samples of a held-out image, for the figure at the end (default: 8)",
      integerBetween(1, 10_000),
    );
}

function addClassifierOptions(fit: Command): void {
  fit
    .optionsGroup("Classifiers of images:")
    .option(
      "--classify <labels>",
      "fit a classifier of the images: an idx file of labels, or class for those of folders and of CIFAR",
    )
    .addOption(
      new Option("--network <network>", "kind of network (default: revnet)").choices([
        "revnet",
        "densenet",
      ]),
    )
    .option(
      "--units <n>",
      "pairs of couplings in each stage (default: 3)",
      integerBetween(1, 100_000),
    )
    .option(
      "--rebuild",
      "rebuild activations on the way back: a third slower, in memory that depth does not change",
    );
}

function addTrainingOptions(fit: Command): void {
  fit
    .optionsGroup("Training:")
    .addOption(seedOption("seed of the split, the weights and the order of rows").default(0))
    .addOption(threadsOption())
    .addOption(
      new Option(
        "--memory <amount>",
        "memory to use (default: half of the machine's); a larger table is trained on in parts, from disk",
      )
        .env("COUPLET_MEMORY")
        .argParser(byteCount),
    )
    .option(
      "--epochs <n>",
      "greatest number of passes over the rows (default: by the size of the table)",
      integerBetween(1, 1e6),
    )
    .option(
      "--batch <n>",
      "rows per training step (default: by the size of the table)",
      integerBetween(1, 1e6),
    )
    .option("--learning-rate <x>", "greatest step size of the optimiser", numberBetween(1e-9, 10))
    .option(
      "--patience <n>",
      "stop after this many epochs without a better validation loss",
      integerBetween(1, 1e6),
    )
    .option(
      "--held-out <fraction>",
      "fraction of the rows kept for the report, and as many to choose the epoch (default: 0.1)",
      numberBetween(0.001, 0.49),
    )
    .option(
      "--smoothing <x>",
      "noise on continuous columns in training, in standard deviations, falling to 0 (default: by the number of rows)",
      numberBetween(0, 0.999),
    )
    .option(
      "--contamination <fraction|auto>",
      "fraction of the rows that may be anomalies: so many of the most unusual rows are kept out of training; auto finds it by a first fit",
      contaminationValue,
    )
    .option(
      "--any-condition",
      "also learn to propose rows under any condition: sample --given, impute and predict begin at once; takes a quarter more time on thousands of rows, more on hundreds",
    )
    .option(
      "--max-minutes <n>",
      "stop training after this time, and write the best model so far and a checkpoint for --resume",
      numberBetween(1e-3, 1e6),
    )
    .option(
      "--checkpoint-every <seconds>",
      "seconds between checkpoints",
      numberBetween(0, 1e9),
      60,
    );
}
