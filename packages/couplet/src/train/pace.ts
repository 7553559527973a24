/** How long a step takes, and how long the steps that are left will. */
import type { TrainSettings } from "./settings.ts";

/** Marks that are kept, evenly spread: enough that the one nearest to the middle is near it. */
const MOST_MARKS = 128;

/** What an epoch does beside its steps: rows for it, if they are new, and the validation after it. */
export type Beside = "rows" | "validation";

/**
 * The pace of the second half of the steps done so far, and of what each epoch does beside them. The first half goes out of it, and
 * with it what happens once: threads that start, kernels that compile. An epoch's rows and its validation are measured apart, the last
 * time that they were made: the first epoch is over before steps alone say what they cost.
 */
export class Pace {
  #marks: { readonly step: number; readonly ms: number }[] = [];
  readonly #beside = new Map<Beside, number>();
  /** Time that was not the steps'. */
  #apart = 0;

  /** Notes that `step` steps of the run are done at time `ms`. */
  mark(step: number, ms: number): void {
    if (this.#marks.at(-1)?.step === step) this.#marks.pop();
    this.#marks.push({ step, ms: ms - this.#apart });
    if (this.#marks.length <= MOST_MARKS) return;
    // Every other one; what comes next will be as dense as it comes.
    const gap = (2 * (step - this.#marks[0]!.step)) / MOST_MARKS;
    let kept = -Infinity;
    this.#marks = this.#marks.filter((mark, i) => {
      const keep = mark.step - kept >= gap || i === this.#marks.length - 1;
      if (keep) kept = mark.step;
      return keep;
    });
  }

  /** Notes what an epoch took beside its steps. */
  beside(what: Beside, ms: number): void {
    this.#beside.set(what, ms);
    this.#apart += ms;
  }

  /** Milliseconds a step, with its share of what an epoch does beside; undefined before there are two marks. */
  msPerStep(stepsPerEpoch: number): number | undefined {
    const [first] = this.#marks;
    const last = this.#marks.at(-1);
    if (first === undefined || last === undefined || first === last) return undefined;
    const middle = (first.step + last.step) / 2;
    const from = this.#marks.findLast(({ step }) => step <= middle) ?? first;
    const beside = [...this.#beside.values()].reduce((sum, ms) => sum + ms, 0);
    return (last.ms - from.ms) / (last.step - from.step) + beside / stepsPerEpoch;
  }
}

/** How much the least counts beside the most when an epoch has just been the best: neither is off by more than 2 where patience is a fifth. */
const SHARE_OF_LEAST = 0.43;

/**
 * Steps that are left, as far as that can be told: at least those until the patience is used up (L), at most those of all epochs
 * (U). In between the estimate is L^w U^(1 - w), where w rises from 0.43 to 1 with the share of the patience that is used up.
 */
export function stepsLeft(
  {
    epoch,
    step,
    best,
  }: { readonly epoch: number; readonly step: number; readonly best: { readonly epoch: number } },
  { epochs, patience }: TrainSettings,
  stepsPerEpoch: number,
): number {
  const most = epochs - epoch;
  const least = Math.min(most, best.epoch + patience - epoch);
  if (least <= 0) return 0;
  const used = Math.min(1, (epoch - best.epoch) / patience);
  const weight = SHARE_OF_LEAST + (1 - SHARE_OF_LEAST) * used;
  const left = least ** weight * most ** (1 - weight);
  return Math.max(0, left * stepsPerEpoch - step);
}
