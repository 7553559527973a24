/** couplet inspect: the contents of a model file. */
import type { Command } from "commander";
import { helpText } from "../../terminal/help-text.ts";
import { jsonOption, integerBetween } from "../../terminal/option-values.ts";

export function addInspect(program: Command): void {
  program
    .command("inspect")
    .description("print the contents of a model file, and check its inverse")
    .argument("<model>", "a model file")
    .option("--data <table>", "check the inverse on rows of this table")
    .option("--rows <n>", "rows to check it on", integerBetween(1, 1e7), 1000)
    .addOption(jsonOption())
    .addHelpText(
      "after",
      helpText(
        [
          "Prints the schema, the layers, how the model was trained and how it scored on",
          "held-out rows, and checks on rows (its own samples, or those of --data) how",
          "exactly decoding undoes encoding.",
        ],
        "couplet inspect data.couplet",
        "couplet inspect data.couplet --data new.csv",
        "couplet inspect data.couplet --json | jq .heldOut",
      ),
    )
    .action(async (model: string, _flags: unknown, command: Command) => {
      const { runInspect } = await import("./run.ts");
      await runInspect(model, command.optsWithGlobals());
    });
}
