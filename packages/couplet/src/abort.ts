/** Rejects with the signal's reason, as the platform's own APIs do. */
export function throwIfAborted(signal: AbortSignal | undefined): void {
  if (signal?.aborted === true) throw signal.reason;
}
