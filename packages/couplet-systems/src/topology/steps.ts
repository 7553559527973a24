/** Long calculations as generators: the caller decides what happens between two steps. */

/** Runs a calculation to its end at once. `onStep` sees what it yields. */
export function finish<Step, Result>(
  steps: Generator<Step, Result>,
  onStep?: (step: Step) => void,
): Result {
  for (;;) {
    const next = steps.next();
    if (next.done === true) return next.value;
    onStep?.(next.value);
  }
}

/** Runs a calculation and waits after each step, for progress and for an abort. */
export async function finishSlowly<Step, Result>(
  steps: Generator<Step, Result>,
  afterStep: (step: Step) => Promise<void>,
): Promise<Result> {
  for (;;) {
    const next = steps.next();
    if (next.done === true) return next.value;
    await afterStep(next.value);
  }
}
