import { eventLoopYielder } from "couplet/kit";

/** The surroundings of a run: files, an abort signal, progress. */

/** Progress of a run, for people. */
export interface ProblemProgress {
  /** The present stage: "slab bands", "Monte Carlo, J' = 0.5". */
  readonly stage: string;
  /** Fraction of the stage that is done, 0 to 1; absent where it is unknown. */
  readonly fraction?: number;
  /** The present estimate: "Tc near 3.21 +- 0.01". */
  readonly detail?: string;
}

/** Options of every `run...Problem`. */
export interface RunOptions {
  /** Gives the text of a file that the problem names (relative to the problem's own place). */
  readonly read?: (path: string) => Promise<string>;
  readonly signal?: AbortSignal;
  /** Called with the progress of the run. */
  readonly onProgress?: (progress: ProblemProgress) => void;
  /** Worker threads for Monte Carlo; default one for each processor. */
  readonly threads?: number;
}

/** Fields that every result has. */
export interface ProblemResult {
  /** 1: keys are added, never renamed or given another meaning. */
  readonly schemaVersion: 1;
  /** The name of the domain that computed it. */
  readonly domain: string;
  readonly title: string;
  /** False if a quantity that the problem requests did not reach its tolerance; `warnings` names it. */
  readonly converged: boolean;
  /** Limits of the numbers, as sentences; empty if none apply. */
  readonly warnings: readonly string[];
}

/** Reports progress, and lets timers and signals through at least every 50 ms of computing. */
export interface Pace {
  (stage: string, fraction?: number, detail?: string): Promise<void>;
}

/**
 * The pace of a run. Long calculations are synchronous; between their pieces they wait for this, so that an
 * interrupt is heard. Rejects with `signal.reason` once the signal is aborted.
 */
export function paceOf({ signal, onProgress }: RunOptions): Pace {
  const yieldToEventLoop = eventLoopYielder(signal);
  return async (stage, fraction, detail) => {
    onProgress?.({
      stage,
      ...(fraction === undefined ? {} : { fraction }),
      ...(detail === undefined ? {} : { detail }),
    });
    await yieldToEventLoop();
  };
}
