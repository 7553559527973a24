/** couplet doctor: what will be used on this machine, and why. */
import type { Command } from "commander";
import { helpText } from "../../terminal/help-text.ts";
import { jsonOption, threadsOption } from "../../terminal/option-values.ts";

export function addDoctor(program: Command): void {
  program
    .command("doctor")
    .description("what will be used on this machine, and why")
    .addOption(threadsOption())
    .addOption(jsonOption())
    .addHelpText(
      "after",
      helpText(
        [
          "Says how many threads, which SIMD, which matrix products and how much memory",
          "will be used, and why; what reads and writes tables; and which variables of",
          "the environment change it.",
        ],
        "couplet doctor",
        "couplet doctor --json",
        "COUPLET_BLAS=0 couplet doctor",
      ),
    )
    .action(async (_flags: unknown, command: Command) => {
      const { runDoctor } = await import("./run.ts");
      await runDoctor(command.optsWithGlobals());
    });
}
