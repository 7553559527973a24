/** What the command says besides its results: on standard error, in colour on a terminal. */
import { styleText } from "node:util";
import { eventLine } from "./event-lines.ts";
import { printable } from "./printable.ts";

type Style = "bold" | "dim" | "green" | "red" | "yellow";

/** Says things on standard error. */
export interface Talk {
  /** Whether only warnings and errors are said. */
  readonly quiet: boolean;
  /** A line, in a style where the terminal has it and nobody minds. */
  say(text: string, look?: Style): void;
  /** A line that --quiet leaves. */
  warn(text: string): void;
  /** A line that the next one replaces; nothing unless on a terminal. */
  live(text: string): void;
}

/** With `json`, for programs: warnings are lines of JSON, the rest is not said. */
export function talkTo(options: {
  readonly quiet?: boolean;
  readonly color?: boolean;
  readonly json?: boolean;
}): Talk {
  const json = options.json === true;
  const quiet = options.quiet === true || json;
  const terminal = process.stderr.isTTY === true;
  let isLive = false;
  const clear = () => {
    if (isLive) process.stderr.write("\r\u001B[K");
    isLive = false;
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
      isLive = true;
    },
  };
}
