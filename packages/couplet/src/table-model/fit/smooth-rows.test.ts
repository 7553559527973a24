import { describe, expect, it } from "vitest";
import { philoxNormal } from "../../random/philox.ts";
import { atOnce } from "../../threads/yield-to-event-loop.ts";
import { nearestLatentRows } from "./nearest-latent-rows.ts";
import { smoothRows, smoothingFor, smoothingOfEpoch } from "./smooth-rows.ts";

const ROWS = 1500;
/** A standard normal column, one that nearly repeats it, one of its own, and one that noise must leave alone. */
const NARROW = 0.02;
const DIMS = 4;
const rows = Float64Array.from({ length: DIMS * ROWS }, (_, i) => {
  const row = Math.floor(i / DIMS);
  const first = philoxNormal({ seed: 1, row });
  if (i % DIMS === 0) return first;
  if (i % DIMS === 1) return first + NARROW * philoxNormal({ seed: 1, row, stream: 1 });
  return i % DIMS === 2 ? philoxNormal({ seed: 1, row, stream: 2 }) : row;
});
const on = [0, 1, 2];
const nearest = atOnce(nearestLatentRows(rows, DIMS, on));
const options = { on, nearest, sigma: 0.5, seed: 3, epoch: 2 };

/** The root mean square of what a function of a row says. */
function size(of: (row: number) => number): number {
  let squares = 0;
  for (let row = 0; row < ROWS; row++) squares += of(row) ** 2 / ROWS;
  return Math.sqrt(squares);
}

describe("nearestLatentRows", () => {
  it("finds the rows that brute force finds, and how far they spread", () => {
    const few = rows.subarray(0, DIMS * 60);
    const found = atOnce(nearestLatentRows(few, DIMS, on));
    for (const row of [0, 17, 59]) {
      const distance = (other: number): number =>
        on.reduce((sum, d) => sum + (few[row * DIMS + d]! - few[other * DIMS + d]!) ** 2, 0);
      const expected = Array.from({ length: 60 }, (_, other) => other)
        .filter((other) => other !== row)
        .sort((a, b) => distance(a) - distance(b))
        .slice(0, found.count);
      const own = [...found.of.subarray(row * found.count, (row + 1) * found.count)];
      expect(own).toEqual(expected);
      const spreads = on.map((d) =>
        Math.sqrt(
          own.reduce((sum, k) => sum + (few[k * DIMS + d]! - few[row * DIMS + d]!) ** 2, 0) /
            found.count,
        ),
      );
      expect(found.spread[row]).toBeCloseTo(Math.max(...spreads), 12);
    }
  });

  it("has none of a single row, and no spread where all rows are the same", () => {
    expect(atOnce(nearestLatentRows(Float64Array.of(1, 2), 2, [0, 1])).count).toBe(0);
    const same = atOnce(nearestLatentRows(new Float64Array(80), 2, [0, 1]));
    expect(same.spread.every((value) => value === 0)).toBe(true);
    const blurred = smoothRows(new Float64Array(80), 2, { ...options, on: [0, 1], nearest: same });
    expect(blurred.every((value) => value === 0)).toBe(true);
  });
});

describe("smoothRows", () => {
  const blurred = smoothRows(rows, DIMS, options);
  const noise = (row: number, d: number): number =>
    blurred[row * DIMS + d]! - rows[row * DIMS + d]!;

  it("keeps a narrow direction narrow, and moves rows along the others", () => {
    const across = size((row) => blurred[row * DIMS + 1]! - blurred[row * DIMS]!);
    // A row and its neighbours spread by the square root of 3 times their own deviation there (a difference, and the row); 10 % for 1,500 rows.
    expect(across).toBeLessThan(1.1 * Math.sqrt(3) * NARROW);
    // Noise of width 0.5 in each variable by itself would put 0.7 there.
    for (const d of [0, 2]) expect(size((row) => noise(row, d))).toBeGreaterThan(3 * across);
  });

  it("is at most sigma wide, on average over draws, and as wide as the neighbours where they are nearer", () => {
    const few = rows.subarray(0, DIMS * 200);
    const near = atOnce(nearestLatentRows(few, DIMS, on));
    for (const sigma of [0.01, 0.5]) {
      const draws = Array.from({ length: 200 }, (_, epoch) =>
        smoothRows(few, DIMS, { ...options, nearest: near, sigma, epoch }),
      );
      for (const row of [3, 50, 199]) {
        const spread = Math.max(
          ...on.map((d) =>
            Math.sqrt(
              draws.reduce((sum, z) => sum + (z[row * DIMS + d]! - few[row * DIMS + d]!) ** 2, 0) /
                draws.length,
            ),
          ),
        );
        const expected = Math.min(sigma, near.spread[row]!);
        // Four standard errors of a deviation of 200 draws, 1 / sqrt(400).
        expect(Math.abs(spread / expected - 1)).toBeLessThan(0.2);
      }
    }
  });

  it("leaves other columns and its input alone", () => {
    expect(blurred.every((value, i) => i % DIMS !== 3 || value === Math.floor(i / DIMS))).toBe(
      true,
    );
    expect(rows[0]).toBe(philoxNormal({ seed: 1, row: 0 }));
  });

  it("draws the same for the same epoch and seed, and anew for others", () => {
    const again = smoothRows(rows, DIMS, options);
    expect(again.every((value, i) => value === blurred[i])).toBe(true);
    expect(smoothRows(rows, DIMS, { ...options, epoch: 3 })[0]).not.toBe(blurred[0]);
    expect(smoothRows(rows, DIMS, { ...options, seed: 4 })[0]).not.toBe(blurred[0]);
  });

  it("does nothing at bandwidth 0", () => {
    const same = smoothRows(rows, DIMS, { ...options, sigma: 0 });
    expect(same.every((value, i) => value === rows[i])).toBe(true);
  });
});

describe("the default bandwidth", () => {
  it("falls with the rows, to none for many", () => {
    expect(smoothingFor(100)).toBe(0.5);
    expect(smoothingFor(7000)).toBeCloseTo(Math.sqrt(0.025), 12);
    expect(smoothingFor(10_000)).toBe(0);
  });

  it("falls to 0 over the epochs", () => {
    expect(smoothingOfEpoch(0.4, 0, 100)).toBe(0.4);
    expect(smoothingOfEpoch(0.4, 50, 100)).toBeCloseTo(0.2, 12);
    expect(smoothingOfEpoch(0.4, 100, 100)).toBe(0);
  });
});
