/** Progress of long work on standard error: one live line on a terminal, a plain line now and then when piped. */
import type { Reporter } from "./reporter.ts";
import { widthOf } from "./wrap.ts";

/** Where the work stands. */
export interface Progress {
  /** The part of the work, by name. */
  readonly stage: string;
  /** 0 to 1 within the stage, where that is known. */
  readonly fraction?: number;
  /** The line for people. */
  readonly text: string;
}

/** Milliseconds between two live lines, and between two plain lines of one stage. */
const [LIVE_MS, PLAIN_MS] = [80, 60_000];

/** What of the work is too quick for a plain line; nothing where left out. */
export interface Quick {
  /** Stages that begin earlier than this, in milliseconds, print none. */
  readonly stageMs?: number;
  /** Tenths of a stage that come sooner than this after a line, in milliseconds, print none. */
  readonly tenthMs?: number;
}

/**
 * A printer of progress. On a terminal the line is live. Piped, each stage, each tenth of a stage and each minute without
 * either prints a line.
 */
export function progressPrinter(
  reporter: Reporter,
  { stageMs = 0, tenthMs = 0 }: Quick = {},
): (progress: Progress) => void {
  const started = performance.now();
  let [stage, tenth, printed] = ["", 0, started];
  const isDue = (isNew: boolean, isNextTenth: boolean, now: number): boolean => {
    if (reporter.isLive) return isNew || now - printed >= LIVE_MS;
    if (isNew) return now - started >= stageMs;
    return now - printed >= (isNextTenth ? tenthMs : PLAIN_MS);
  };
  return ({ stage: name, fraction = 0, text }) => {
    const now = performance.now();
    const tenths = Math.floor(10 * fraction);
    const isNew = name !== stage;
    const due = isDue(isNew, tenths > tenth, now);
    if (due || isNew) [stage, tenth] = [name, isNew ? tenths : Math.max(tenth, tenths)];
    if (!due) return;
    printed = now;
    if (reporter.isLive) reporter.live(text);
    else reporter.say(text);
  };
}

/** `[##########----------] 50 %` on a terminal, `50 %` in a plain line. */
export function share(reporter: Reporter, fraction: number): string {
  const part = Math.min(1, Math.max(0, fraction));
  const full = Math.round(20 * part);
  const percent = `${Math.floor(100 * part)} %`;
  return reporter.isLive ? `[${"#".repeat(full)}${"-".repeat(20 - full)}] ${percent}` : percent;
}

/** A part of a line of progress; where the width is too small, those of the highest rank go first. */
export interface Segment {
  readonly text: string;
  readonly rank: number;
}

/**
 * The segments in their order, two spaces apart: all of them in a plain line; on a terminal those that fit, so that the bar and the
 * time that is left stay whatever else there is.
 *
 * @param width columns of the terminal
 */
export function fitted(
  segments: readonly Segment[],
  isLive: boolean,
  width: number = (widthOf(process.stderr) ?? Infinity) - 1,
): string {
  // A plain line needs no bar of its own: rank 9 is for terminals that are wide enough, and never in plain lines.
  let shown = isLive ? segments : segments.filter(({ rank }) => rank < 9);
  const line = () => shown.map(({ text }) => text).join("  ");
  while (isLive && line().length > width && shown.length > 1) {
    const last = Math.max(...shown.map(({ rank }) => rank));
    shown = shown.filter(({ rank }) => rank !== last);
  }
  return line();
}
