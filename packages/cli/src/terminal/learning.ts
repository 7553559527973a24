/** Says that a model learns to propose rows before it answers. */
import { progressPrinter } from "./progress.ts";
import type { Reporter } from "./reporter.ts";

/** Prints passes, and at the first one what they are for. */
export function learningPrinter(reporter: Reporter): (done: number, all: number) => void {
  const show = progressPrinter(reporter);
  return (done, all) => {
    if (done === 1)
      reporter.say(
        "the model was fitted without --any-condition: it learns to propose rows first",
        "dim",
      );
    show({ stage: "learning", fraction: done / all, text: `learning to propose: ${done}/${all}` });
  };
}
