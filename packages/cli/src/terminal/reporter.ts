/** Progress, notices and warnings: on standard error, in colour on a terminal. */
import { styleText } from "node:util";
import { eventLine } from "./event-lines.ts";
import { printable } from "./printable.ts";
import { quietKeyboard } from "./quiet-keyboard.ts";
import { widthOf, wrapped } from "./wrap.ts";

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

/** Text in a style, where a stream is a terminal and colours are wanted. */
export function styled(
  name: Style,
  text: string,
  stream: NodeJS.WriteStream,
  color: boolean | undefined,
): string {
  return color === false || stream.isTTY !== true || process.env["NO_COLOR"]
    ? text
    : styleText(name, text, { stream });
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
  const width = widthOf(process.stderr);
  let hasLiveLine = false;
  const clear = () => {
    if (hasLiveLine) process.stderr.write("\r\u001B[K");
    hasLiveLine = false;
  };
  const style = (name: Style, text: string) => styled(name, text, process.stderr, options.color);
  const line = (text: string) => {
    clear();
    process.stderr.write(`${text}\n`);
  };
  return {
    quiet,
    isLive: terminal,
    say: (text, look) => {
      if (quiet) return;
      const shown = wrapped(printable(text), width);
      line(look === undefined ? shown : style(look, shown));
    },
    warn: (text) => {
      if (json) eventLine("warning", { message: text });
      else {
        const shown = wrapped(`warning: ${printable(text)}`, width);
        line(`${style("yellow", "warning:")}${shown.slice("warning:".length)}`);
      }
    },
    live: (text) => {
      if (quiet || !terminal) return;
      if (!hasLiveLine) quietKeyboard();
      // A terminal may be made narrower while the work goes on.
      process.stderr.write(`\r\u001B[K${printable(text).slice(0, widthOf(process.stderr)! - 1)}`);
      hasLiveLine = true;
    },
    clear,
  };
}
