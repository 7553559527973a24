/** couplet complete: completions for bash, zsh, fish and PowerShell, all of it by @bomb.sh/tab. */
import type { Command } from "commander";
import { helpText } from "../../terminal/help-text.ts";

/**
 * Adds the verb. Called last: it reads the verbs and options that are there. The package is loaded only when a shell
 * (or a user who installs the script) asks.
 */
export async function addCompletion(program: Command): Promise<void> {
  if (process.argv[2] === "complete") {
    const { default: complete } = await import("@bomb.sh/tab/commander");
    offerFiles();
    complete(program);
    return;
  }
  program
    .command("complete")
    .description("print a script of completions for your shell")
    .argument("<shell>", "bash, zsh, fish or powershell")
    .addHelpText(
      "after",
      helpText(
        ["Prints a script that completes verbs and options in bash, zsh, fish or", "powershell."],
        "source <(couplet complete bash)              in ~/.bashrc",
        "source <(couplet complete zsh)               in ~/.zshrc",
        "couplet complete fish | source               in config.fish",
      ),
    );
}

/** The function is one of the package bash-completion, which a shell may lack. */
const WITHOUT_BASH_COMPLETION = [
  "$1if declare -F _get_comp_words_by_ref >/dev/null; then",
  "$1    $2",
  "$1else",
  '$1    words=("${COMP_WORDS[@]}") cword=$COMP_CWORD',
  "$1    cur=${words[cword]} prev=${words[cword-1]}",
  "$1fi",
].join("\n");

/**
 * The package tells shells never to offer files; tables and models are files. Where it has nothing to offer (it prints
 * a candidate a line, then a colon and its wish), the wish becomes 0: whatever the shell does by itself.
 */
function offerFiles(): void {
  // eslint-disable-next-line no-console
  const print = console.log;
  let offered = 0;
  // eslint-disable-next-line no-console
  console.log = (text: string) => {
    if (/^:\d+$/.test(text)) print(offered > 0 ? text : ":0");
    else
      print(
        text
          .replace(/^complete -F (\S+) couplet$/m, "complete -o default -F $1 couplet")
          .replace(/^( *)(_get_comp_words_by_ref .*)$/m, WITHOUT_BASH_COMPLETION),
      );
    offered++;
  };
}
