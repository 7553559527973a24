/** couplet predict: class probabilities of images. */
import type { Command } from "commander";
import { Option } from "commander";
import { OUTPUT_FORMATS } from "../../output/formats/row-sink.ts";
import { helpText } from "../../terminal/help-text.ts";
import { jsonOption, threadsOption } from "../../terminal/option-values.ts";

export function addPredict(program: Command): void {
  program
    .command("predict")
    .description("predict the class of each image, with probabilities")
    .argument("<model>", "a classifier's file, as couplet fit --classify writes it")
    .argument("<images...>", "idx, CIFAR, .npy of three or four axes, or a folder of PNG files")
    .option(
      "--labels <file>",
      "the classes that are known (an idx file, or class for those of folders and of CIFAR): says how many are right",
    )
    .option("-o, --output <file>", "file to write (default: standard output)")
    .addOption(
      new Option(
        "--format <format>",
        "format of the predictions (default: by the output's ending; CSV; a table on a terminal)",
      ).choices(OUTPUT_FORMATS),
    )
    .option("--force", "replace an existing output")
    .addOption(threadsOption())
    .addOption(jsonOption("one JSON object, with the predictions in it unless --output is given"))
    .addHelpText(
      "after",
      helpText(
        [
          "Gives each image the most probable class and the probability of every class,",
          "in a column p_<class> each.",
        ],
        "couplet predict digits.couplet new.idx.gz > classes.csv",
        "couplet predict digits.couplet test.idx.gz --labels test-labels.idx.gz",
        "couplet predict animals.couplet photos/ -o classes.parquet",
      ),
    )
    .action(async (model: string, files: string[], _flags: unknown, command: Command) => {
      const { runPredict } = await import("./run.ts");
      await runPredict(model, files, command.optsWithGlobals());
    });
}
