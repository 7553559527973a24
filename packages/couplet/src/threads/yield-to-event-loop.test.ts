import { expect, it } from "vitest";
import { type InPieces, atOnce, betweenEvents } from "./yield-to-event-loop.ts";

/** Counts to `n`, a millisecond and more at a time. */
function* counting(n: number): InPieces<number> {
  let count = 0;
  for (; count < n; count++) {
    const end = performance.now() + 1;
    while (performance.now() < end);
    yield;
  }
  return count;
}

it("a calculation in pieces comes to the same at once and between events, and lets timers through", async () => {
  let turns = 0;
  const timer = setInterval(() => turns++, 0);
  expect(atOnce(counting(100))).toBe(100);
  expect(turns).toBe(0);
  expect(await betweenEvents(counting(200))).toBe(200);
  clearInterval(timer);
  // 200 ms in slices of 20.
  expect(turns).toBeGreaterThanOrEqual(3);
});

it("an aborted one ends with the signal's reason", async () => {
  const stop = new AbortController();
  const reason = new Error("enough");
  setTimeout(() => stop.abort(reason), 0);
  await expect(betweenEvents(counting(100_000), stop.signal)).rejects.toBe(reason);
});
