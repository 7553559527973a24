/** What a caller hears of a thread that ended. */
import { CoupletError } from "../error.ts";

/**
 * DEVICE_UNAVAILABLE for thread `worker`, which failed with `cause`. A thread that never started has said itself what was tried.
 */
export function death(worker: number, cause: Error, hint?: string): CoupletError {
  if (cause instanceof CoupletError) return cause;
  return new CoupletError({
    code: "DEVICE_UNAVAILABLE",
    where: `worker ${worker}`,
    expected: "a running thread",
    received: `its death (${cause.message})`,
    ...(hint !== undefined && { hint }),
    cause,
  });
}
