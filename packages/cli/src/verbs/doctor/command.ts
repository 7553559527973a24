/** couplet doctor: threads, instructions and libraries that couplet uses on this machine, and why. */
import type { Command } from "commander";
import { helpText } from "../../terminal/help-text.ts";
import { jsonOption, threadsOption } from "../../terminal/option-values.ts";

export function addDoctor(program: Command): void {
  program
    .command("doctor")
    .description("print the threads, instructions and libraries that couplet uses here, and why")
    .addOption(threadsOption())
    .addOption(jsonOption())
    .addHelpText(
      "after",
      helpText(
        [
          "Prints the threads, the SIMD instructions, the library of matrix products and the",
          "memory that couplet uses, and why; the readers and writers of tables; and the",
          "environment variables that change them.",
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
