/** One tab at a time keeps its fit: another tab of the same page must neither overwrite it nor take it for an interrupted one. */

const NAME = "couplet-studio: fit";
/** A page that is being left gives its lock back within this time, milliseconds. */
const PATIENCE = 3000;

let release: (() => void) | undefined;

/** Takes the lock, and holds it until {@link releaseFit}. False where another tab has it. */
export async function holdFit(): Promise<boolean> {
  // Absent where the page came over plain http: nothing tells the tabs apart there.
  const { locks } = navigator as { readonly locks?: LockManager };
  if (release !== undefined || locks === undefined) return true;
  return new Promise((resolve) => {
    void locks
      .request(
        NAME,
        { signal: AbortSignal.timeout(PATIENCE) },
        () =>
          new Promise<void>((done) => {
            release = done;
            resolve(true);
          }),
      )
      .catch(() => resolve(false));
  });
}

/** Gives the lock back. */
export function releaseFit(): void {
  release?.();
  release = undefined;
}
