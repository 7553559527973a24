/** Ctrl-C: the first asks for an end (a fit saves a checkpoint), the second kills. */

export class Interrupted extends Error {
  override readonly name = "Interrupted";
  /** 130 for Ctrl-C, 143 for a polite kill: 128 and the signal's number. */
  readonly exitCode: number;

  constructor(exitCode: number) {
    super("interrupted");
    this.exitCode = exitCode;
  }
}

/** @param onFirst called at the first Ctrl-C */
export function interruptSignal(onFirst: () => void = () => undefined): AbortSignal {
  const controller = new AbortController();
  const listen = (name: "SIGINT" | "SIGTERM", exitCode: number) => {
    process.on(name, () => {
      if (controller.signal.aborted) process.exit(exitCode);
      onFirst();
      controller.abort(new Interrupted(exitCode));
    });
  };
  listen("SIGINT", 130);
  listen("SIGTERM", 143);
  return controller.signal;
}
