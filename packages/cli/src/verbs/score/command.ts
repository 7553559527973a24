/** couplet score: the log density of each row, and its percentile among held-out rows. */
import type { Command } from "commander";
import { helpText } from "../../terminal/help-text.ts";
import { addInputOptions } from "../../terminal/input-option-list.ts";
import {
  condition,
  formatOption,
  integerBetween,
  jsonOption,
  threadsOption,
} from "../../terminal/option-values.ts";

export function addScore(program: Command): void {
  const score = program
    .command("score")
    .description(
      "find odd rows (anomalies, outliers): the log density of each row, its percentile, and why",
    )
    .argument("<model>", "a model file")
    .argument("<table...>", "the rows, in any format that fit reads; - for standard input")
    .option(
      "--explain [columns]",
      "add the columns that make a row unusual, and by how many nats",
      integerBetween(1, 100),
    )
    .option(
      "--lowest <n>",
      "only the n least likely rows, least likely first",
      integerBetween(1, 1e6),
    )
    .option("--with-data", "put the columns of the table before the scores")
    .option(
      "--samples <n>",
      "draws that tighten the bound for discrete and rounded columns",
      integerBetween(1, 10_000),
      1,
    )
    .option(
      "--given <column=value>",
      "score the rows given this: a value, a range 30..40 or nothing (missing); repeatable",
      condition,
    )
    .option("--shard <i/n>", "only part i of n of the rows; the parts in order are one run")
    .option("--strict", "fail at a row of probability 0 under the model")
    .option(
      "--soft-relations",
      "score rows that break a relation of the schema: each divides the density by the training rows",
    )
    .option(
      "--standardised",
      "add the log density without units: numbers count on the axis where their column is a standard normal",
    )
    .option("-o, --output <file>", "file to write (default: standard output)")
    .addOption(formatOption("scores"))
    .option("--force", "replace an existing output")
    .addOption(threadsOption())
    .addOption(jsonOption("one JSON object, with the scores in it unless --output is given"));
  addInputOptions(score, false)
    .addHelpText(
      "after",
      helpText(
        [
          "Finds odd rows (anomalies, outliers): they have the lowest log densities.",
          "Gives each row its log density in the table's own units (for discrete columns:",
          "log probability), in nats and bits, and the percentage of held-out rows that",
          "are less likely: 0 is the most unusual. With discrete or rounded columns the",
          "log density is a lower bound in the mean; --samples 16 tightens it. Rows are",
          "read and scored in chunks. --shard 1/8 to 8/8 on as many machines, or Arrow from",
          "and to a pipe (--input-format arrow-stream, --format arrow), scale it further.",
        ],
        "couplet score data.couplet new.csv > scores.csv",
        "couplet score data.couplet new.csv --lowest 20 --explain 3 --with-data",
        "zcat log.csv.gz | couplet score log.couplet - -o scores.parquet",
        "engine | couplet score data.couplet - --input-format arrow-stream --format arrow | engine",
        "couplet score data.couplet rows.parquet --shard 3/8 > scores-3.csv",
      ),
    )
    .action(async (model: string, files: string[], _flags: unknown, command: Command) => {
      const { runScore } = await import("./run.ts");
      await runScore(model, files, command.optsWithGlobals());
    });
}
