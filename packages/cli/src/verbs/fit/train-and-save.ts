/** A training of couplet fit: stopped by Ctrl-C, kept in a checkpoint, written as a model. */
import type { Reporter } from "../../terminal/reporter.ts";
import { CheckpointFile } from "./checkpoint-file.ts";
import type { FitTarget } from "./fit-target.ts";
import type { FitFlags } from "./flags.ts";
import { interruption } from "./interruption.ts";

type EndReason = "epochs" | "patience" | "stopped" | "time";

/** What a training takes from the command, as options of the library. */
interface Control<Event> {
  readonly signal: AbortSignal;
  readonly stop: AbortSignal;
  readonly onEvent: (event: Event) => void;
  readonly checkpoint: {
    readonly everySeconds: number;
    readonly save: (bytes: Uint8Array) => Promise<void>;
  };
  readonly resume?: Uint8Array;
}

/** How a training ended. */
export interface Ended {
  readonly reason: EndReason;
  /** From the start of the training to the written model. */
  readonly seconds: number;
}

/**
 * Trains, writes the model, reports, and removes the checkpoint of a training that came to its end.
 *
 * @throws whatever the training throws, and the interrupt itself once the best model so far is written
 */
export async function trainAndSave<
  Event extends { readonly type: string; readonly reason?: EndReason },
  Model extends { save(path: string): Promise<void>; dispose(): void },
>(run: {
  readonly target: FitTarget;
  readonly flags: FitFlags;
  readonly reporter: Reporter;
  readonly onEvent: (event: Event) => void;
  readonly train: (control: Control<Event>) => PromiseLike<Model>;
  readonly report: (model: Model, ended: Ended) => Promise<void> | void;
}): Promise<void> {
  const { target, flags, reporter } = run;
  const { output, checkpoint, resume } = target;
  const started = performance.now();
  const state = new CheckpointFile(checkpoint, reporter, resume !== undefined);
  let hasBegun = false;
  let reason = "epochs" as EndReason;
  const { interrupt, signal, stop } = interruption(() => hasBegun, reporter);
  try {
    const model = await run.train({
      signal,
      stop,
      onEvent: (event) => {
        if (event.type === "start") hasBegun = true;
        if (event.type === "end") reason = event.reason ?? reason;
        run.onEvent(event);
      },
      checkpoint: {
        everySeconds: flags.checkpointEvery,
        save: (bytes) => state.save(bytes),
      },
      ...(resume === undefined ? {} : { resume }),
    });
    await model.save(output);
    const isEarly = reason === "stopped" || reason === "time";
    if (!isEarly) await state.remove();
    await run.report(model, { reason, seconds: (performance.now() - started) / 1000 });
    model.dispose();
    if (isEarly)
      state.warnOfEarlyEnd(
        output,
        reason === "stopped" ? "interrupted" : `${flags.maxMinutes} minutes are over`,
      );
    if (interrupt.aborted) throw interrupt.reason;
  } catch (error) {
    state.warnOfFailure({ aborted: signal.aborted, interrupted: interrupt.aborted });
    throw error;
  }
}
