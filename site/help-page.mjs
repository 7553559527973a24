// The command's own help, verb by verb: what the terminal prints, on one page.
import { execFileSync } from "node:child_process";
import path from "node:path";

export function helpPage(root) {
  const main = path.join(root, "packages/cli/dist/main.js");
  const help = (...parameters) =>
    execFileSync(process.execPath, [main, ...parameters, "--help"], {
      encoding: "utf8",
      env: { ...process.env, NO_COLOR: "1", COLUMNS: "76", FORCE_COLOR: "0" },
    }).trimEnd();
  const all = help();
  const verbs = all
    .split("\n")
    .slice(all.split("\n").findIndex((line) => line.startsWith("Commands:")) + 1)
    .map((line) => /^ {2}([a-z]+)\b/.exec(line)?.[1])
    .filter((verb) => verb && verb !== "help" && verb !== "couplet");
  if (verbs.length < 10)
    throw new Error(`expected the command's verbs in its help, got ${verbs.length}`);
  const block = (title, text) => `## ${title}\n\n\`\`\`text\n${text}\n\`\`\`\n`;
  return [
    "# Help of the command\n",
    "What `couplet --help` and `couplet <verb> --help` print. [The page of the command](../command.md) has files, formats, exit codes and recipes.\n",
    block("couplet", all),
    ...[...new Set(verbs)].map((verb) => block(`couplet ${verb}`, help(verb))),
  ].join("\n");
}
