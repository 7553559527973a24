/** Progress of a system's run on standard error: a live line on a terminal, a line for each stage when piped. */
import type { ProblemProgress } from "couplet-systems";
import { printable } from "../../terminal/printable.ts";

/** Shows stages as they come. */
export interface StageProgress {
  show(progress: ProblemProgress): void;
  /** Clears the live line. */
  end(): void;
}

/** @param quiet shows nothing */
export function stageProgress(quiet: boolean): StageProgress {
  if (quiet) return { show: () => undefined, end: () => undefined };
  const { stderr } = process;
  const started = performance.now();
  let stage = "";
  let said = 0;
  if (stderr.isTTY === true) {
    return {
      show({ stage: name, fraction, detail }) {
        const now = performance.now();
        if (name === stage && now - said < 80) return;
        [stage, said] = [name, now];
        const bar = fraction === undefined ? "" : `  ${barOf(fraction)} ${percent(fraction)}`;
        const more = detail === undefined ? "" : `  ${detail}`;
        const line = `${name}${bar}${more}  ${elapsed(now - started)}`;
        stderr.write(
          `\r\x1b[K${printable(line).slice(0, Math.max(20, (stderr.columns ?? 80) - 1))}`,
        );
      },
      end: () => void (said > 0 && stderr.write("\r\x1b[K")),
    };
  }
  return {
    show({ stage: name, fraction, detail }) {
      const now = performance.now();
      const news = name !== stage;
      // Long stages are told again every ten seconds; quick ones in the first second are not worth a line.
      if (!news && now - said < 10_000) return;
      if (news && now - started < 1000) return void (stage = name);
      [stage, said] = [name, now];
      const share =
        fraction === undefined || (news && fraction === 0) ? "" : ` ${percent(fraction)}`;
      const more = detail === undefined || news ? "" : `, ${detail}`;
      stderr.write(printable(`${elapsed(now - started)}  ${name}${share}${more}\n`));
    },
    end: () => undefined,
  };
}

function barOf(fraction: number): string {
  const full = Math.round(20 * Math.min(1, Math.max(0, fraction)));
  return `[${"#".repeat(full)}${"-".repeat(20 - full)}]`;
}

const percent = (fraction: number): string => `${Math.floor(100 * Math.min(1, fraction))} %`;

function elapsed(ms: number): string {
  const seconds = Math.floor(ms / 1000);
  return seconds < 60 ? `${seconds} s` : `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
}
