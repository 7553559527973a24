import { expect, test } from "vitest";
import { asStridedCopies, reversed } from "./strided-copy.ts";
import type { StridedCopy } from "./strided-copy.ts";

/** What the copies do, number by number. */
function pairsOf(copies: readonly StridedCopy[]): [number, number][] {
  return copies.flatMap(({ from, to, loops }) =>
    loops.reduce<[number, number][]>(
      (starts, [count, a, b]) =>
        starts.flatMap(([f, t]) =>
          Array.from({ length: count }, (_, i): [number, number] => [f + i * a, t + i * b]),
        ),
      [[from, to]],
    ),
  );
}

test.each([4, 5, 28])("a checkerboard %i wide is a few loops, whatever its height", (width) => {
  const pairs = [...Array(30 * width).keys()]
    .filter((p) => (Math.floor(p / width) + (p % width)) % 2 === 0)
    .map((from, to): [number, number] => [from, to]);
  const copies = asStridedCopies(pairs);
  expect(copies.length).toBeLessThanOrEqual(3);
  expect(pairsOf(copies)).toEqual(pairs);
  expect(pairsOf(reversed(copies))).toEqual(pairs.map(([from, to]) => [to, from]));
});

test("parameters of a transform, channels last to parameter-major, are one copy of three loops", () => {
  const [pixels, parameters, channels] = [64, 5, 6];
  const pairs: [number, number][] = [];
  for (let k = 0; k < parameters; k++)
    for (let p = 0; p < pixels; p++)
      for (let c = 0; c < channels; c++)
        pairs.push([(p * parameters + k) * channels + c, (k * pixels + p) * channels + c]);
  const copies = asStridedCopies(pairs);
  expect(copies).toHaveLength(1);
  expect(copies[0]!.loops).toHaveLength(3);
  expect(pairsOf(copies)).toEqual(pairs);
});

test("a permutation of channels is as many copies as a pixel has, whatever the number of pixels", () => {
  const order = [5, 2, 7, 0, 3, 6, 1, 4];
  const pairs = [...Array(49 * 8).keys()].map((to): [number, number] => [
    8 * Math.floor(to / 8) + order[to % 8]!,
    to,
  ]);
  const copies = asStridedCopies(pairs);
  expect(copies.length).toBeLessThanOrEqual(order.length);
  const byTarget = (list: [number, number][]) => list.sort((a, b) => a[1] - b[1]);
  expect(byTarget(pairsOf(copies))).toEqual(pairs);
});

test("pairs without a pattern are all there", () => {
  const pairs = [...Array(50).keys()].map((i): [number, number] => [(i * 17 + 3) % 50, i]);
  expect(pairsOf(asStridedCopies(pairs)).sort((a, b) => a[1] - b[1])).toEqual(pairs);
});
