/** Ctrl-C: the first asks for an end (a fit saves a checkpoint), the second kills. */

export class Interrupted extends Error {
  override readonly name = "Interrupted";
}

export function interruptSignal(): AbortSignal {
  const controller = new AbortController();
  process.once("SIGINT", () => {
    controller.abort(new Interrupted("interrupted"));
    process.once("SIGINT", () => process.exit(130));
  });
  return controller.signal;
}
