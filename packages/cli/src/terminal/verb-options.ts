/** The options of the verb under way, so that hints name only those that it has. */
import type { Command } from "commander";

let known: ReadonlySet<string> = new Set();

/** Called once, before the verb runs. */
export function rememberOptions(command: Command): void {
  known = new Set(command.options.flatMap(({ long }) => (long === undefined ? [] : [long])));
}

/** Of options as a hint writes them (`--drop name`), those that the verb has; what begins with no dash stays. */
export function ofThisVerb(hints: readonly string[]): string[] {
  return hints.filter((hint) => !hint.startsWith("--") || known.has(hint.split(" ")[0]!));
}
