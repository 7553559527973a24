/** Progress, notices and warnings: on standard error, in colour on a terminal. */
import { styleText } from "node:util";
import { eventLine } from "./event-lines.ts";
import { printable } from "./printable.ts";

type Style = "bold" | "dim" | "green" | "red" | "yellow";

/** Prints lines on standard error. */
export interface Reporter {
  /** Whether only warnings and errors are printed. */
  readonly quiet: boolean;
  /** Whether standard error is a terminal, where a line can be replaced. */
  readonly isLive: boolean;
  /** Prints a line, in a style where the terminal has colours and `--no-color` is absent. */
  say(text: string, look?: Style): void;
  /** Prints a warning, with `--quiet` too. */
  warn(text: string): void;
  /** Prints a line that the next one replaces; on a terminal only. */
  live(text: string): void;
  /** Removes the live line. */
  clear(): void;
}

/** A reporter for a verb's flags. With `json`, for programs: warnings are lines of JSON, and nothing else is printed. */
export function openReporter(options: {
  readonly quiet?: boolean;
  readonly color?: boolean;
  readonly json?: boolean;
}): Reporter {
  const json = options.json === true;
  const quiet = options.quiet === true || json;
  const terminal = process.stderr.isTTY === true;
  let hasLiveLine = false;
  const clear = () => {
    if (hasLiveLine) process.stderr.write("\r\u001B[K");
    hasLiveLine = false;
  };
  const style = (name: Style, text: string) =>
    options.color === false || !terminal || process.env["NO_COLOR"]
      ? text
      : styleText(name, text, { stream: process.stderr });
  const line = (text: string) => {
    clear();
    process.stderr.write(`${text}\n`);
  };
  return {
    quiet,
    isLive: terminal,
    say: (text, look) => {
      if (quiet) return;
      line(look === undefined ? printable(text) : style(look, printable(text)));
    },
    warn: (text) => {
      if (json) eventLine("warning", { message: text });
      else line(`${style("yellow", "warning:")} ${printable(text)}`);
    },
    live: (text) => {
      if (quiet || !terminal) return;
      const width = process.stderr.columns || 80;
      process.stderr.write(`\r\u001B[K${printable(text).slice(0, width - 1)}`);
      hasLiveLine = true;
    },
    clear,
  };
}
