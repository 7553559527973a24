/** The command under way, as it can be pasted into a shell. */
export function commandLine(): string {
  return `couplet ${process.argv.slice(2).map(shellQuoted).join(" ")}`;
}

/** An argument as a shell takes it back. */
function shellQuoted(argument: string): string {
  return /^[\w@%+=:,./-]+$/.test(argument) ? argument : `'${argument.replaceAll("'", `'\\''`)}'`;
}
