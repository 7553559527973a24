/** When progress is printed: one live line on a terminal, few plain lines when piped. */
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { type Quick, fitted, progressPrinter, share } from "./progress.ts";

function printed(isLive: boolean, quick?: Quick) {
  const lines: string[] = [];
  const add = (text: string) => void lines.push(text);
  const ignore = () => {};
  const reporter = { quiet: false, isLive, say: add, warn: ignore, live: add, clear: ignore };
  return { lines, reporter, show: progressPrinter(reporter, quick) };
}

describe("progress", () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  it("prints a plain line for each stage and each tenth of it", () => {
    const { lines, show } = printed(false);
    for (let k = 0; k <= 100; k++) show({ stage: "a", fraction: k / 100, text: `a ${k}` });
    show({ stage: "b", text: "b" });
    show({ stage: "b", text: "b again" });
    expect(lines).toEqual([...Array.from({ length: 11 }, (_, k) => `a ${10 * k}`), "b"]);
  });

  it("prints a plain line each minute of a stage that does not get on", () => {
    const { lines, show } = printed(false);
    for (let second = 0; second < 150; second++) {
      show({ stage: "a", text: String(second) });
      vi.advanceTimersByTime(1000);
    }
    expect(lines).toEqual(["0", "60", "120"]);
  });

  it("prints no plain line of quick work", () => {
    const { lines, show } = printed(false, { stageMs: 1000, tenthMs: 10_000 });
    show({ stage: "a", text: "a" });
    vi.advanceTimersByTime(1500);
    show({ stage: "b", text: "b" });
    for (let tenth = 1; tenth <= 10; tenth++) {
      vi.advanceTimersByTime(4000);
      show({ stage: "b", fraction: tenth / 10, text: `b ${tenth}` });
    }
    expect(lines).toEqual(["b", "b 3", "b 6", "b 9"]);
  });

  it("renews a live line at most every 80 ms, and at once for a new stage", () => {
    const { lines, show } = printed(true);
    for (let ms = 0; ms < 200; ms += 20) {
      show({ stage: "a", text: `a ${ms}` });
      vi.advanceTimersByTime(20);
    }
    show({ stage: "b", text: "b" });
    expect(lines).toEqual(["a 0", "a 80", "a 160", "b"]);
  });

  it.each([
    [120, "[####----] 50 %  epoch 2/4  validation 1.250  9 rows/s  about 3 s left"],
    [50, "[####----] 50 %  epoch 2/4  about 3 s left"],
    [20, "[####----] 50 %"],
  ])("keeps what matters most at %i columns", (width, line) => {
    const segments = [
      { text: "[####----] 50 %", rank: 0 },
      { text: "epoch 2/4", rank: 2 },
      { text: "validation 1.250", rank: 3 },
      { text: "9 rows/s", rank: 7 },
      { text: "about 3 s left", rank: 1 },
    ];
    expect(fitted(segments, true, width)).toBe(line);
  });

  it("draws a bar of 20 places on a terminal, and none when piped", () => {
    const [terminal, piped] = [printed(true).reporter, printed(false).reporter];
    expect(share(terminal, 0.5)).toBe("[##########----------] 50 %");
    expect(share(terminal, 1.2)).toBe("[####################] 100 %");
    expect(share(piped, 0.5)).toBe("50 %");
  });
});
