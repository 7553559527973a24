/** Ctrl-C during a fit. */
import { interruptSignal } from "../../terminal/interrupt.ts";
import type { Reporter } from "../../terminal/reporter.ts";

/** Ctrl-C before the first step aborts, as no model is worth writing; from then on it ends the training with the best model so far. */
export function interruption(
  hasBegun: () => boolean,
  reporter: Reporter,
): Record<"interrupt" | "signal" | "stop", AbortSignal> {
  const interrupt = interruptSignal(() =>
    reporter.warn(
      hasBegun()
        ? "stopping: the best model so far will be written; Ctrl-C again quits at once"
        : "stopping; Ctrl-C again quits at once",
    ),
  );
  const [abort, stop] = [new AbortController(), new AbortController()];
  interrupt.addEventListener("abort", () =>
    (hasBegun() ? stop : abort).abort(interrupt.reason as Error),
  );
  return { interrupt, signal: abort.signal, stop: stop.signal };
}
