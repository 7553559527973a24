/** couplet complete: completions for bash, zsh, fish and PowerShell, all of it by @bomb.sh/tab. */
import type { Command } from "commander";
import { examples } from "../ui/examples.ts";

/**
 * Adds the verb. Called last: it reads the verbs and options that are there. The package is loaded only when a shell
 * (or a user who installs the script) asks.
 */
export async function addCompletion(program: Command): Promise<void> {
  if (process.argv[2] === "complete") {
    const { default: complete } = await import("@bomb.sh/tab/commander");
    complete(program);
    return;
  }
  program
    .command("complete")
    .summary("completions for your shell")
    .description(
      "Prints a script that completes verbs and options in bash, zsh, fish or powershell.",
    )
    .argument("<shell>", "bash, zsh, fish or powershell")
    .addHelpText(
      "after",
      examples(
        "source <(couplet complete bash)              in ~/.bashrc",
        "source <(couplet complete zsh)               in ~/.zshrc",
        "couplet complete fish | source               in config.fish",
      ),
    );
}
