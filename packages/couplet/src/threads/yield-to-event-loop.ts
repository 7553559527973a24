/** Long calculations are synchronous; between their pieces they let timers and signals through. */

/** Waits for the event loop when 50 ms have been computed since it last ran. */
export type YieldToEventLoop = () => Promise<void>;

/**
 * A {@link YieldToEventLoop} that rejects with `signal.reason` once the signal is aborted. Without it an interrupt would be heard
 * only at the end: awaiting a value that is there does not let the event loop run.
 */
export function eventLoopYielder(signal?: AbortSignal): YieldToEventLoop {
  let last = performance.now();
  return async () => {
    signal?.throwIfAborted();
    if (performance.now() - last < 50) return;
    await new Promise((resolve) => setTimeout(resolve, 0));
    last = performance.now();
    signal?.throwIfAborted();
  };
}
