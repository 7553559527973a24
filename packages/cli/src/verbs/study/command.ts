/** couplet study: which shape of flow suits a table, at a given number of parameters. */
import type { Command } from "commander";
import { Option } from "commander";
import { helpText } from "../../terminal/help-text.ts";
import { addInputOptions } from "../../terminal/input-option-list.ts";
import {
  columnTypes,
  jsonOption,
  nameList,
  numberBetween,
  parameterBudget,
  seedOption,
  threadsOption,
  integerBetween,
  integerList,
} from "../../terminal/option-values.ts";

/** The values of all options. */
type StudyFlags = Parameters<typeof import("./run.ts").runStudy>[1];

export function addStudy(program: Command): void {
  const study = program
    .command("study")
    .description("compare flows of many shallow and of few deep couplings on a table")
    .argument("<table...>", "a table in any format that fit reads; - for standard input")
    .option("-o, --output <file>", "HTML page to write (default: <table>.study.html)")
    .option("--force", "replace the page, and the journal of a study that was interrupted")
    .option("--resume", "continue an interrupted study from its journal")
    .addOption(jsonOption("the result as one JSON object; the page only with --output"))
    .optionsGroup("The table:")
    .option(
      "--null-values <cells>",
      "cells that mean missing, besides the usual ones (NA, null, ...), separated by commas",
      nameList,
    )
    .option("--mixed-as-category", "treat columns of numbers and words as categories")
    .option("--type <column=type>", "type of a column, several separated by commas", columnTypes)
    .optionsGroup("The study:")
    .option(
      "--budget <parameters>",
      "parameters of every flow, 20000 or 20k",
      parameterBudget,
      50_000,
    )
    .option(
      "--couplings <list>",
      "numbers of couplings to compare",
      integerList(1, 1000),
      [2, 4, 8, 16],
    )
    .option(
      "--depth <list>",
      "hidden layers of each coupling's network",
      integerList(1, 100),
      [1, 2, 4],
    )
    .addOption(
      new Option("--transform <kind>", "transform of the couplings")
        .choices(["spline", "affine"])
        .default("spline"),
    )
    .option(
      "--grid <file>",
      "JSON file with budget, couplings, depth, transform, seeds, learningRates, epochs, batch; options beside it win",
    )
    .option("--seeds <n>", "runs of each shape", integerBetween(1, 100), 3)
    .option(
      "--epochs <n>",
      "passes over the rows (default: about 6,000 steps)",
      integerBetween(1, 1e6),
    )
    .option("--batch <n>", "rows per step", integerBetween(1, 1e6))
    .option(
      "--max-minutes <n>",
      "minutes after which the study stops; --resume continues it",
      numberBetween(1e-3, 1e6),
    )
    .addOption(seedOption("fixes the split and the first runs").default(0))
    .addOption(threadsOption());
  addInputOptions(study, true)
    .addHelpText(
      "after",
      helpText(
        [
          "Trains a flow for each number of couplings and each depth of their networks, all",
          "with the same number of parameters, several times each, one run per core, and",
          "compares them on held-out rows. Shapes within two standard errors of",
          "the best are called tied. --resume continues an interrupted study.",
        ],
        "couplet study data.csv --budget 20k --max-minutes 20",
        "couplet study train.npy --couplings 4,8,16 --depth 1,2 --transform affine",
        "couplet study data.csv --resume",
      ),
    )
    .action(run);
}

/** Runs the study; options that were given win over a grid file. */
async function run(files: string[], _flags: unknown, command: Command): Promise<void> {
  const { runStudy } = await import("./run.ts");
  const flags: StudyFlags = command.optsWithGlobals();
  const chosen = Object.entries(flags).filter(
    ([name]) => command.getOptionValueSourceWithGlobals(name) !== "default",
  );
  await runStudy(files, flags, Object.fromEntries(chosen));
}
