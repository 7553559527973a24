/** Long calculations are synchronous; between their pieces they let timers and signals through. */

/** Waits for the event loop when {@link SLICE} has been computed since it last ran. */
export type YieldToEventLoop = () => Promise<void>;

/** Milliseconds: with one piece more the caller's thread is held for less than 50, where a page begins to feel it. */
const SLICE = 20;

/**
 * A {@link YieldToEventLoop} that rejects with `signal.reason` once the signal is aborted. Without it an interrupt would be heard
 * only at the end: awaiting a value that is there does not let the event loop run.
 */
export function eventLoopYielder(signal?: AbortSignal): YieldToEventLoop {
  return async () => {
    signal?.throwIfAborted();
    if (performance.now() - lastTurn < SLICE) return;
    await new Promise<void>(nextTurn);
    lastTurn = performance.now();
    signal?.throwIfAborted();
  };
}

/** Of all calculations: one that begins where another ends goes on in the same task. */
let lastTurn = -Infinity;

/** Calls back in the next task. Timers would do it late: browsers let nested ones wait 4 ms, and those of hidden pages a second. */
function nextTurn(resolve: () => void): void {
  const { setImmediate } = globalThis as { setImmediate?: (call: () => void) => void };
  if (setImmediate !== undefined) return setImmediate(resolve);
  const { port1, port2 } = new MessageChannel();
  port1.onmessage = () => {
    port1.close();
    resolve();
  };
  port2.postMessage(0);
}

/** A calculation in pieces of a few milliseconds: it yields between them, and returns its result. */
export type InPieces<T> = Generator<void, T, void>;

/** Runs a calculation to its end at once. */
export function atOnce<T>(pieces: InPieces<T>): T {
  for (;;) {
    const next = pieces.next();
    if (next.done === true) return next.value;
  }
}

/** Runs a calculation with the event loop in between; the result is the same. Rejects with `signal.reason` once aborted. */
export async function betweenEvents<T>(pieces: InPieces<T>, signal?: AbortSignal): Promise<T> {
  const yielding = eventLoopYielder(signal);
  for (;;) {
    const next = pieces.next();
    if (next.done === true) return next.value;
    await yielding();
  }
}
