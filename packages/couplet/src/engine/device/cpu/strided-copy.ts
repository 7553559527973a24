/**
 * Copies of columns by rule: nested loops over a row's numbers in place of lists of columns. A checkerboard, a slice of channels,
 * a space-to-depth and the patches of a convolution are a few such loops each.
 */
import type { Arg, KernelCall } from "./call.ts";

/** One loop of a copy: how often, and how far it goes in the source and in the target, in numbers. */
export type Loop = readonly [count: number, from: number, to: number];

/** Nested loops, outermost first; without a source (`from` -1) they write zeros. */
export interface StridedCopy {
  readonly from: number;
  readonly to: number;
  readonly loops: readonly Loop[];
}

/** Loops that the kernel has. */
const DEPTH = 5;

/** What the kernel does with a number: puts it in place, or adds it. */
type Mode = "copy" | "add";

/** The call that runs the copies in every row: numbers of `x` (`width` a row) to `y` (`outWidth` a row). */
export function stridedCopyCall(
  x: Arg,
  width: number,
  y: Arg,
  outWidth: number,
  rows: Arg,
  copies: readonly StridedCopy[],
  mode: Mode = "copy",
): KernelCall {
  const table = copies.flatMap(({ from, to, loops }) => {
    const missing = Array.from({ length: DEPTH - loops.length }, (): Loop => [1, 0, 0]);
    return [from, to, ...[...missing, ...loops].flat()];
  });
  return {
    kernel: "copyStrided",
    args: [x, width, y, outWidth, rows, { table }, copies.length, mode === "add" ? 1 : 0],
  };
}

/** The copies the other way: from where each put its numbers to where it had them from. */
export function reversed(copies: readonly StridedCopy[]): StridedCopy[] {
  return copies
    .filter(({ from }) => from >= 0)
    .map(({ from, to, loops }) => ({
      from: to,
      to: from,
      loops: loops.map(([count, a, b]): Loop => [count, b, a]),
    }));
}

/**
 * Pairs of columns [from, to] as nested loops: a list that repeats one list of pairs with constant steps becomes that list in a loop (a
 * permutation of channels, pixel by pixel); in the others what repeats with a constant step becomes a loop, and what repeats of that
 * the next one. Pairs without a pattern stay copies of one number.
 */
export function asStridedCopies(
  pairs: readonly (readonly [number, number])[],
  depth: number = DEPTH,
): StridedCopy[] {
  let copies: StridedCopy[] = pairs.map(([from, to]) => ({ from, to, loops: [] }));
  for (let level = 0; level < depth; level++) {
    const grouped = withOuterLoop(copies);
    if (grouped.length === copies.length) break;
    copies = grouped;
  }
  const period = depth > 1 && copies.length > 1 ? periodOf(pairs) : undefined;
  if (period === undefined) return copies;
  const [[from, to], [nextFrom, nextTo]] = [pairs[0]!, pairs[period]!];
  const loop: Loop = [pairs.length / period, nextFrom - from, nextTo - to];
  const repeated = asStridedCopies(pairs.slice(0, period), depth - 1);
  if (repeated.length >= copies.length) return copies;
  return repeated.map((copy) => ({ ...copy, loops: [loop, ...copy.loops] }));
}

/** The shortest list of pairs of which all pairs are repetitions, each a constant step further; none where it is all of them. */
function periodOf(pairs: readonly (readonly [number, number])[]): number | undefined {
  for (let period = 1; period <= pairs.length / 2; period++) {
    if (pairs.length % period !== 0) continue;
    const stepFrom = pairs[period]![0] - pairs[0]![0];
    const stepTo = pairs[period]![1] - pairs[0]![1];
    const repeats = pairs.every(
      ([from, to], i) =>
        i < period ||
        (from - pairs[i - period]![0] === stepFrom && to - pairs[i - period]![1] === stepTo),
    );
    if (repeats) return period;
  }
  return undefined;
}

function withOuterLoop(copies: readonly StridedCopy[]): StridedCopy[] {
  const out: StridedCopy[] = [];
  for (let i = 0; i < copies.length;) {
    const first = copies[i]!;
    const next = copies[i + 1];
    let count = 1;
    let [from, to] = [0, 0];
    if (next !== undefined && sameLoops(first, next)) {
      [from, to] = [next.from - first.from, next.to - first.to];
      while (i + count < copies.length && follows(first, copies[i + count]!, count, from, to))
        count++;
    }
    out.push(count === 1 ? first : { ...first, loops: [[count, from, to], ...first.loops] });
    i += count;
  }
  return out;
}

function follows(first: StridedCopy, other: StridedCopy, k: number, from: number, to: number) {
  return (
    sameLoops(first, other) &&
    other.from === first.from + k * from &&
    other.to === first.to + k * to
  );
}

function sameLoops(a: StridedCopy, b: StridedCopy): boolean {
  return (
    a.loops.length === b.loops.length &&
    a.loops.every((loop, i) => loop.every((value, j) => value === b.loops[i]![j]))
  );
}
