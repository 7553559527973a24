/** couplet predict: a column of new rows from the others, or the classes of images. */
import type { Command } from "commander";
import { helpText } from "../../terminal/help-text.ts";
import { addInputOptions } from "../../terminal/input-option-list.ts";
import {
  formatOption,
  integerBetween,
  jsonOption,
  shareList,
  threadsOption,
} from "../../terminal/option-values.ts";

export function addPredict(program: Command): void {
  const predict = program
    .command("predict")
    .description("predict a column of new rows, or the classes of images")
    .argument("<model>", "a model of a table, or a classifier, as couplet fit --classify writes it")
    .argument(
      "<data...>",
      "rows, in any format that fit reads (- for standard input); or images: idx, CIFAR, .npy of three or four axes, a folder of PNG files",
    )
    .option("--target <column>", "of rows: the column to predict, whether the rows have it or not")
    .option(
      "--labels <file>",
      "of images: the classes that are known (an idx file, or class for those of folders and of CIFAR): says how many are right",
    )
    .option(
      "--quantiles <shares>",
      "of numbers and dates: which quantiles, separated by commas (default: 0.05,0.25,0.5,0.75,0.95)",
      shareList,
    )
    .option(
      "--samples <n>",
      "draws of the noise that fills the other columns' discrete cells",
      integerBetween(1, 10_000),
      4,
    )
    .option("--with-data", "put the columns of the table before the predictions")
    .option("-o, --output <file>", "file to write (default: standard output)")
    .addOption(formatOption("predictions"))
    .option("--force", "replace an existing output")
    .addOption(threadsOption())
    .addOption(jsonOption("one JSON object, with the predictions in it unless --output is given"));
  addInputOptions(predict, false)
    .addHelpText(
      "after",
      helpText(
        [
          "Gives p(target | the other columns) of each row: of a category the likeliest",
          "value and the probability of each, of numbers and dates mean and quantiles. Any",
          "column can be the target; the model needs no training for it. Missing cells of",
          "the other columns are averaged over. A classifier gives each image the most",
          "probable class and the probability of every class, in a column p_<class> each.",
        ],
        "couplet predict people.couplet new.csv --target churn -o churn.csv",
        "couplet predict people.couplet new.csv --target income --quantiles 0.1,0.5,0.9",
        "couplet predict digits.couplet test.idx.gz --labels test-labels.idx.gz",
      ),
    )
    .action(async (model: string, files: string[], _flags: unknown, command: Command) => {
      const { runPredict } = await import("./run.ts");
      await runPredict(model, files, command.optsWithGlobals());
    });
}
