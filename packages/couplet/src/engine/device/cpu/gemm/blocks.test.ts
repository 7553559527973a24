import { describe, expect, test } from "vitest";
import { blocksOf } from "./blocks.ts";

const MOST = 1e6;

describe.each([
  [128, 256, 256],
  [192, 736, 256],
  [176, 69, 256],
  [256, 64, 64],
  [512, 512, 512],
  [7, 1000, 1000],
  [1, 3000, 2000],
  [129, 257, 129],
  [128, 8, 3],
])("%i x %i x %i", (m, n, k) => {
  const blocks = blocksOf(m, n, k, MOST);

  test("every multiplication is in exactly one part", () => {
    // Each part starts where a corner of the grid is, so covering means: volumes add up and no two parts meet.
    const volume = blocks.reduce((sum, { rows, cols, depth }) => sum + rows * cols * depth, 0);
    expect(volume).toBe(m * n * k);
    const apart = (a: number, aLength: number, b: number, bLength: number) =>
      a + aLength <= b || b + bLength <= a;
    for (const [i, a] of blocks.entries()) {
      for (const b of blocks.slice(i + 1)) {
        expect(
          apart(a.i0, a.rows, b.i0, b.rows) ||
            apart(a.j0, a.cols, b.j0, b.cols) ||
            apart(a.p0, a.depth, b.p0, b.depth),
        ).toBe(true);
      }
    }
  });

  test("no part is too large for the way without packing", () => {
    for (const { rows, cols, depth } of blocks)
      expect(rows * cols * depth).toBeLessThanOrEqual(MOST);
  });

  test("a part of the depth comes after the parts before it", () => {
    const reached = new Map<string, number>();
    for (const { i0, j0, p0, depth } of blocks) {
      const key = `${i0},${j0}`;
      expect(p0).toBe(reached.get(key) ?? 0);
      reached.set(key, p0 + depth);
    }
    for (const end of reached.values()) expect(end).toBe(k);
  });
});

test("a product that is small enough stays whole, and so does any without a limit", () => {
  expect(blocksOf(100, 100, 100, MOST)).toHaveLength(1);
  expect(blocksOf(1000, 1000, 1000, Infinity)).toHaveLength(1);
});
